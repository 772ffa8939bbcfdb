"""S7: a wrapped key opens under its own name and master key only; a wrong key file is refused and not echoed."""

import base64
import re
import traceback
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import BadInput, Damaged
from app.security.master_keys import KeyUnknown, MasterKey, MasterKeys
from tests.security.figures import tell

# Made for these tests and used nowhere else.
LINE = "gokey1:24774400:5sRHE0acw04-Pey-4svuP08F1cJK6Glkcu-kTjFBlUg"
OTHER = "gokey1:a59b325c:C2iQlZ8M-M4I7e1rqWlEsFWInA7m3F2svvBzZfSF47s"
ENCODED = LINE.rpartition(":")[2]
SECRET = b"the data key of an initiative..."
Parse = Callable[[str], MasterKeys]


def outcome(keys: MasterKeys, name: str, wrapped: bytes) -> str:
    try:
        keys.unwrap(name, wrapped)
    except KeyUnknown:
        return "key unknown"
    except Damaged:
        return "damaged"
    return "accepted"


def altered(wrapped: bytes) -> Iterator[bytes]:
    for index in range(len(wrapped)):
        for bit in range(8):
            yield wrapped[:index] + bytes([wrapped[index] ^ (1 << bit)]) + wrapped[index + 1 :]
        yield wrapped[:index]
        yield wrapped[index + 1 :]
    yield wrapped + b"\x00"


def accepted(keys: MasterKeys) -> tuple[int, int]:
    """How many tamperings these keys accept, and how many were tried."""
    one, another = keys.wrap("initiative-1", SECRET), keys.wrap("initiative-2", bytes(32))
    assert keys.unwrap("initiative-1", one) == SECRET
    tried = [("initiative-1", content) for content in altered(one)]
    tried += [("initiative-1", another), ("initiative-2", one), ("pepper", one), ("", one)]
    return [outcome(keys, name, content) for name, content in tried].count("accepted"), len(tried)


class ForgetsTheName(MasterKeys):
    def wrap(self, name: str, secret: bytes) -> bytes:
        return super().wrap("", secret)

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        return super().unwrap("", wrapped)


class AlsoOpensWhatIsCut(MasterKeys):
    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        whole = self.wrap(name, SECRET)
        return super().unwrap(name, whole if len(wrapped) < len(whole) else wrapped)


def test_no_wrapped_key_that_was_altered_cut_or_exchanged_is_accepted() -> None:
    wrongly, tried = accepted(MasterKeys.parse(LINE))
    tell(f"S7 wrapped keys: {tried} tampered, {wrongly} accepted")

    assert wrongly == 0
    assert tried > 8 * len(SECRET)


@pytest.mark.parametrize("mutant", [ForgetsTheName, AlsoOpensWhatIsCut])
def test_the_tampering_finds_weaker_wrapping(mutant: type[MasterKeys]) -> None:
    wrongly, _ = accepted(mutant.parse(LINE))

    assert wrongly > 0


def test_a_key_wrapped_by_a_master_key_that_is_not_here_says_so() -> None:
    wrapped = MasterKeys.parse(OTHER).wrap("initiative-1", SECRET)

    assert outcome(MasterKeys.parse(LINE), "initiative-1", wrapped) == "key unknown"
    assert issubclass(KeyUnknown, Damaged)


def test_a_key_that_claims_another_master_key_is_damaged() -> None:
    keys = MasterKeys.parse(f"{LINE}\n{OTHER}")
    wrapped = keys.wrap("initiative-1", SECRET)
    claimed = wrapped[:1] + bytes.fromhex(keys.fingerprints[1]) + wrapped[5:]

    assert outcome(keys, "initiative-1", claimed) == "damaged"


def test_what_the_first_version_wrapped_still_unwraps() -> None:
    wrapped = bytes.fromhex(
        "0124774400a238aa574442a992ec87bd3093ad719d624a730e6545da6663e1f5c12c9469499875d2d8fb9a5d542e81aab432bce0ffa0818e5da10d21f8615558dc"
    )

    assert MasterKeys.parse(LINE).unwrap("initiative-1", wrapped) == SECRET


def test_the_first_key_wraps_and_every_key_unwraps() -> None:
    old = MasterKeys.parse(LINE)
    both = old.with_new_first()
    before, after = old.wrap("initiative-1", SECRET), both.wrap("initiative-1", SECRET)

    assert both.unwrap("initiative-1", before) == both.unwrap("initiative-1", after) == SECRET
    assert outcome(old, "initiative-1", after) == "key unknown"
    assert [both.is_wrapped_by_first(wrapped) for wrapped in (before, after)] == [False, True]


def test_a_rotation_ends_with_the_new_key_alone() -> None:
    both = MasterKeys.parse(LINE).with_new_first()
    rotated = both.only_first()

    assert rotated.fingerprints == (both.first,)
    assert outcome(rotated, "initiative-1", MasterKeys.parse(LINE).wrap("initiative-1", SECRET)) == "key unknown"
    assert rotated.unwrap("pepper", both.wrap("pepper", SECRET)) == SECRET


def test_a_key_file_is_read_as_it_was_written() -> None:
    keys = MasterKeys.generate().with_new_first()
    again = MasterKeys.parse(keys.text())

    assert again.fingerprints == keys.fingerprints
    assert again.unwrap("initiative-1", keys.wrap("initiative-1", SECRET)) == SECRET


def test_a_key_file_says_what_it_is_and_that_it_must_be_kept() -> None:
    comments = [line for line in MasterKeys.generate().text().splitlines() if line.startswith("#")]

    assert "Master keys of Good Offices" in comments[0]
    assert "keep a copy" in " ".join(comments)


@pytest.mark.parametrize(
    "text",
    [
        f"{LINE}\n{OTHER}\n",
        f"\ufeff{LINE}\r\n\r\n{OTHER}",
        f"# the first\n{LINE} # in use\n  # the old one\n\t{OTHER}",
        f"{LINE},{OTHER}",
        f"{LINE}, {OTHER},",
        f"{LINE}= {OTHER}=",
    ],
)
def test_keys_are_read_from_a_file_or_a_line_of_the_environment(text: str) -> None:
    assert MasterKeys.parse(text).fingerprints == ("24774400", "a59b325c")


def typos() -> Iterator[str]:
    """The line with each character replaced, left out or doubled, and each two neighbours exchanged."""
    for index, character in enumerate(LINE):
        before, after = LINE[:index], LINE[index + 1 :]
        yield from (before + other + after for other in "Aa0-_=+/ ,#:é\n" if other != character)
        yield before + after
        yield before + character * 2 + after
        if after and after[0] != character:
            yield before + after[0] + character + after[1:]


def accepted_typos(parse: Parse) -> tuple[int, int]:
    tried = list(typos())
    return sum(refusal(parse, text) is None for text in tried), len(tried)


def refusal(parse: Parse, text: str) -> BadInput | None:
    try:
        parse(text)
    except BadInput as refused:
        return refused
    return None


def without_looking_at_the_fingerprint(text: str) -> MasterKeys:
    match = re.fullmatch(r"gokey1:[0-9a-f]{8}:([A-Za-z0-9_-]{43})", text)
    return MasterKeys((MasterKey(base64.urlsafe_b64decode(match[1] + "=")),)) if match else MasterKeys.parse(text)


def test_every_typo_in_a_key_is_refused() -> None:
    wrongly, tried = accepted_typos(MasterKeys.parse)
    tell(f"Master keys: {tried} typos, {wrongly} accepted")

    assert wrongly == 0


def test_the_typos_find_a_reader_that_does_not_look_at_the_fingerprint() -> None:
    assert accepted_typos(without_looking_at_the_fingerprint)[0] > 200


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", f"# {LINE}", ",,"])
def test_a_text_without_a_key_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="no master key"):
        MasterKeys.parse(text)


def test_a_key_listed_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="twice"):
        MasterKeys.parse(f"{LINE}\n{OTHER}\n{LINE}")


def test_the_refusal_says_which_key_is_wrong() -> None:
    with pytest.raises(BadInput, match="Master key 2 does not fit its fingerprint"):
        MasterKeys.parse(f"{OTHER}\n{LINE[:-8]}AAAAAAAA")


def echoes(parse: Parse) -> int:
    """In how many refusals six characters of the key appear, in the error or in what a traceback prints of it."""
    pieces = {ENCODED[at : at + 6] for at in range(len(ENCODED) - 5)}
    told = [
        f"{refused!r} {refused.detail} {refused.faults} {''.join(traceback.format_exception(refused))}"
        for refused in (refusal(parse, text) for text in [*typos(), f"{LINE} {LINE}", ENCODED, LINE * 2])
        if refused is not None
    ]
    assert told
    return sum(any(piece in text for piece in pieces) for text in told)


def echoing(text: str) -> MasterKeys:
    try:
        return MasterKeys.parse(text)
    except BadInput as refused:
        raise BadInput(f"{text} cannot be read.") from refused


def test_no_refusal_repeats_any_of_the_key() -> None:
    assert echoes(MasterKeys.parse) == 0


def test_the_search_finds_a_reader_that_repeats_the_key() -> None:
    assert echoes(echoing) > 900


def test_keys_show_their_fingerprints_and_not_their_secrets() -> None:
    keys = MasterKeys.parse(LINE)

    assert repr(keys) == str(keys) == "MasterKeys(24774400)"
    assert repr(MasterKey(bytes(32))).startswith("MasterKey(")
    assert not hasattr(keys, "__dict__")


@given(st.text(max_size=80))
def test_any_other_text_is_refused_and_nothing_worse(text: str) -> None:
    with pytest.raises(BadInput):
        MasterKeys.parse(text)


@given(st.binary(max_size=100), st.text(max_size=40))
def test_any_other_bytes_are_damaged_and_nothing_worse(wrapped: bytes, name: str) -> None:
    assert outcome(MasterKeys.parse(LINE), name, wrapped) != "accepted"
