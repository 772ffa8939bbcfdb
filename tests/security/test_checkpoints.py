"""Checkpoints: what the holder of the key signed is verified, whatever else is refused, and nothing is echoed."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import BadInput
from app.security.checkpoints import Checkpoint, public_key, sign, verified
from tests.security.figures import tell

SEED, OTHER_SEED = bytes(range(32)), bytes(32)
MAC = "5e" * 32
AT = datetime(2026, 3, 1, 9, 30, 0, 123456, tzinfo=UTC)
SIGNED = sign(SEED, "organisation-1", 42, MAC, AT)
PUBLIC = public_key(SEED)
Judge = Callable[[Checkpoint, str], bool]


def forgeries() -> dict[str, Checkpoint]:
    """What somebody without the seed could hold up."""
    own = sign(OTHER_SEED, "organisation-1", 42, MAC, AT)
    return {
        "another organisation": replace(SIGNED, organisation="organisation-2"),
        "another number": replace(SIGNED, number=41),
        "another mac": replace(SIGNED, mac="5f" + MAC[2:]),
        "another moment": replace(SIGNED, at=AT + timedelta(microseconds=1)),
        "a digit moved from the number": replace(SIGNED, number=4, mac="2" + MAC),
        "signed with a key of one's own": own,
        "one's own signature under our key": replace(own, public_key=PUBLIC),
        "our signature under one's own key": replace(SIGNED, public_key=own.public_key),
        "no signature": replace(SIGNED, signature=""),
        "a signature that is no base64": replace(SIGNED, signature="é" + SIGNED.signature[1:]),
        "a signature cut": replace(SIGNED, signature=SIGNED.signature[4:]),
        "a signature spelt otherwise": replace(SIGNED, signature=SIGNED.signature[:-3] + "h=="),
    }


def accepted(judge: Judge) -> list[str]:
    return [what for what, checkpoint in forgeries().items() if judge(checkpoint, PUBLIC)]


def trusts_the_key_that_the_checkpoint_names(checkpoint: Checkpoint, _public_key: str) -> bool:
    return verified(checkpoint, checkpoint.public_key)


def does_not_look_at_the_moment(checkpoint: Checkpoint, key: str) -> bool:
    return verified(replace(checkpoint, at=AT), key)


def does_not_look_at_the_number(checkpoint: Checkpoint, key: str) -> bool:
    return verified(replace(checkpoint, number=42), key)


def test_a_checkpoint_is_verified_with_the_public_key_of_its_signer() -> None:
    assert verified(SIGNED, PUBLIC)
    assert verified(SIGNED, f"  {PUBLIC}\n")


def test_no_forged_checkpoint_is_verified() -> None:
    tell(f"Checkpoints: {len(forgeries())} forged, {len(accepted(verified))} accepted")

    assert accepted(verified) == []


@pytest.mark.parametrize(
    ("mutant", "finds"),
    [
        (trusts_the_key_that_the_checkpoint_names, "signed with a key of one's own"),
        (does_not_look_at_the_moment, "another moment"),
        (does_not_look_at_the_number, "another number"),
    ],
)
def test_the_forgeries_find_a_weaker_verification(mutant: Judge, finds: str) -> None:
    assert finds in accepted(mutant)


@pytest.mark.parametrize("key", ["", "é", "AAAA", PUBLIC[:-1], PUBLIC + "A", public_key(OTHER_SEED), "A" * 43 + "="])
def test_another_or_a_broken_public_key_verifies_nothing(key: str) -> None:
    assert not verified(SIGNED, key)


def test_a_checkpoint_is_read_as_it_was_written() -> None:
    again = Checkpoint.from_json(SIGNED.to_json())

    assert again == SIGNED
    assert verified(again, PUBLIC)


def test_the_moment_means_the_same_in_every_time_zone() -> None:
    elsewhere = sign(SEED, "organisation-1", 42, MAC, AT.astimezone(timezone(timedelta(hours=7))))

    assert elsewhere.signature == SIGNED.signature
    assert elsewhere.to_json() == SIGNED.to_json()


def test_a_moment_without_a_time_zone_is_not_signed() -> None:
    with pytest.raises(ValueError, match="time zone"):
        sign(SEED, "organisation-1", 42, MAC, AT.replace(tzinfo=None))


def test_a_changed_character_anywhere_in_the_file_is_noticed() -> None:
    text = SIGNED.to_json()
    wrongly = [
        index
        for index in range(len(text))
        for other in 'A0"é'
        if text[index] != other and passes(text[:index] + other + text[index + 1 :])
    ]

    assert wrongly == []


def passes(text: str) -> bool:
    try:
        return verified(Checkpoint.from_json(text), PUBLIC)
    except BadInput:
        return False


def changed(**values: object) -> str:
    return json.dumps(json.loads(SIGNED.to_json()) | values)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "secret-canary",
        "[]",
        "null",
        "7",
        "{}",
        "[" * 3_000,
        '{"number": ' + "9" * 3_900 + "}",
        "\ufeff{}",
        " " * 5_000,
        changed(format="secret-canary"),
        changed(number=True),
        changed(number=-1),
        changed(number=2**63),
        changed(number=42.0),
        changed(number="42"),
        changed(number=float("inf")),
        changed(mac=None),
        changed(mac=MAC.upper()),
        changed(mac=MAC + "\n"),
        changed(organisation=7),
        changed(signature=["secret-canary"]),
        changed(public_key=None),
        changed(at="secret-canary"),
        changed(at="2026-03-01"),
        changed(at="2026-03-01T09:30:00.123456"),
        changed(at="2026-03-01T09:30:00.123456Z"),
        changed(at="2026-03-01T10:30:00.123456+01:00"),
        changed(at="0001-01-01T00:00:00.000000+14:00"),
        changed(at="9999-12-31T23:59:59.999999-14:00"),
    ],
)
def test_what_is_no_checkpoint_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        Checkpoint.from_json(text)
    assert "canary" not in repr(refused.value)


@given(st.text(max_size=200))
def test_any_other_text_is_refused_and_nothing_worse(text: str) -> None:
    assert not passes(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), st.lists, max_leaves=4
)


@given(
    st.dictionaries(
        st.sampled_from(["number", "organisation", "mac", "at", "signature", "public_key"]), JSON, min_size=1
    )
)
def test_any_other_value_in_a_checkpoint_is_refused_and_nothing_worse(values: dict[str, object]) -> None:
    assert not passes(changed(**values))


def test_what_the_first_version_signed_is_still_verified() -> None:
    assert (
        SIGNED.signature == "0TD3kebgWUog608MAYhBON6769bfWl2t+3X2Mzt3Aw7vaTiwTUaaOswjGiGE3TtE+oS7z4A+Uf+9/Hzxo9KvAg=="
    )
