"""S7: a sealed value opens in its own place and nowhere else, and not at all once a bit of it has changed."""

import itertools
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import Damaged
from app.security.sealing import SECRET_BYTES, DataKey, new_secret
from tests.security.figures import tell

SECRET = bytes(range(32))
PLAIN = b"The talks begin in March, in a village nobody names."
KeyMaker = Callable[[bytes, str, str], DataKey]


class Place(NamedTuple):
    """Where a value is kept, and the key that it is kept under."""

    secret: bytes = SECRET
    organisation: str = "organisation-1"
    subject: str = "initiative-1"
    field: str = "document"
    revision: int = 11

    def key(self, make: KeyMaker) -> DataKey:
        return make(self.secret, self.organisation, self.subject)


HERE = Place()
ELSEWHERE = {
    "another key": HERE._replace(secret=bytes(32)),
    "another organisation": HERE._replace(organisation="organisation-2"),
    "another row": HERE._replace(subject="initiative-2"),
    "another field": HERE._replace(field="messages"),
    "another revision": HERE._replace(revision=12),
    "an earlier revision": HERE._replace(revision=1),
    "a field and revision that read the same": HERE._replace(field="document1", revision=1),
    "an organisation and row that read the same": HERE._replace(organisation="organisation-1i", subject="nitiative-1"),
    "organisation and row exchanged": HERE._replace(organisation="initiative-1", subject="organisation-1"),
}


def altered(sealed: bytes) -> Iterator[tuple[str, bytes]]:
    """Every bit flipped, every byte replaced by zero, every beginning and end cut off, something added."""
    for index, bit in itertools.product(range(len(sealed)), range(8)):
        flipped = sealed[index] ^ (1 << bit)
        yield f"bit {bit} of byte {index} flipped", sealed[:index] + bytes([flipped]) + sealed[index + 1 :]
    for index in range(len(sealed)):
        yield f"cut to {index} bytes", sealed[:index]
        yield f"without its first {index + 1} bytes", sealed[index + 1 :]
    yield "a byte more at the end", sealed + b"\x00"
    yield "a byte more at the beginning", b"\x01" + sealed
    yield "twice", sealed + sealed


def opens(key: DataKey, place: Place, sealed: bytes) -> bool:
    try:
        key.open(place.field, place.revision, sealed)
    except Damaged:
        return False
    return True


def accepted(make: KeyMaker) -> tuple[list[str], int]:
    """Which tamperings such a key accepts, and how many were tried."""
    sealed = HERE.key(make).seal(HERE.field, HERE.revision, PLAIN)
    assert HERE.key(make).open(HERE.field, HERE.revision, sealed) == PLAIN
    tried = [(what, HERE, content) for what, content in altered(sealed)]
    tried += [(what, place, sealed) for what, place in ELSEWHERE.items()]
    return [what for what, place, content in tried if opens(place.key(make), place, content)], len(tried)


class WithoutRevision(DataKey):
    def _bound_to(self, field: str, revision: int) -> bytes:
        return super()._bound_to(field, 0)


class WithoutField(DataKey):
    def _bound_to(self, field: str, revision: int) -> bytes:
        return super()._bound_to("", revision)


class WithoutOrganisation(DataKey):
    def __init__(self, secret: bytes, organisation: str, subject: str) -> None:
        super().__init__(secret, "", subject)


class WithoutRow(DataKey):
    def __init__(self, secret: bytes, organisation: str, subject: str) -> None:
        super().__init__(secret, organisation, "")


class WithoutLengths(DataKey):
    def __init__(self, secret: bytes, organisation: str, subject: str) -> None:
        super().__init__(secret, organisation + subject, "")

    def _bound_to(self, field: str, revision: int) -> bytes:
        return self._place + f"{field}{revision}".encode()


class NeverLooksAtTheTag(DataKey):
    def __init__(self, secret: bytes, organisation: str, subject: str) -> None:
        super().__init__(secret, organisation, subject)
        self.secret = secret

    def open(self, field: str, revision: int, sealed: bytes) -> bytes:
        if len(sealed) < 29:
            raise Damaged
        return Cipher(AES(self.secret), GCM(sealed[1:13])).decryptor().update(sealed[13:-16])


def test_nothing_that_was_altered_moved_or_cut_is_accepted() -> None:
    wrongly, tried = accepted(DataKey)
    tell(f"S7 sealed values: {tried} tampered, {len(wrongly)} accepted")

    assert wrongly == []
    assert tried > 8 * len(PLAIN)


@pytest.mark.parametrize(
    ("mutant", "finds"),
    [
        (WithoutRevision, "an earlier revision"),
        (WithoutField, "another field"),
        (WithoutOrganisation, "another organisation"),
        (WithoutRow, "another row"),
        (WithoutLengths, "a field and revision that read the same"),
        (WithoutLengths, "an organisation and row that read the same"),
        (NeverLooksAtTheTag, "bit 0 of byte 20 flipped"),
        (NeverLooksAtTheTag, "another revision"),
    ],
)
def test_the_tampering_finds_a_weaker_seal(mutant: KeyMaker, finds: str) -> None:
    assert finds in accepted(mutant)[0]


@given(st.binary(max_size=300), st.text(max_size=20), st.integers(0, 2**63 - 1))
def test_what_was_sealed_opens_as_it_was(plain: bytes, field: str, revision: int) -> None:
    key = HERE.key(DataKey)

    assert key.open(field, revision, key.seal(field, revision, plain)) == plain


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_text_comes_back_as_it_was(plain: str) -> None:
    key = HERE.key(DataKey)

    assert key.open_text("note", 1, key.seal_text("note", 1, plain)) == plain


@given(st.binary(max_size=120))
def test_bytes_that_nobody_sealed_are_damaged_and_nothing_worse(sealed: bytes) -> None:
    assert not opens(HERE.key(DataKey), HERE, sealed)


def test_what_is_no_text_is_damaged_and_its_content_does_not_leak_into_the_error() -> None:
    key = HERE.key(DataKey)
    sealed = key.seal("note", 1, b"\xff Geneva")

    with pytest.raises(Damaged) as refused:
        key.open_text("note", 1, sealed)
    assert "Geneva" not in repr((refused.value, refused.value.__cause__))
    assert refused.value.__suppress_context__


def test_the_same_content_sealed_twice_looks_different() -> None:
    key = HERE.key(DataKey)

    assert len({key.seal("document", 1, PLAIN) for _ in range(100)}) == 100


def test_a_sealed_value_is_twenty_nine_bytes_longer_and_shows_nothing_of_the_content() -> None:
    sealed = HERE.key(DataKey).seal("document", 1, PLAIN)

    assert len(sealed) == len(PLAIN) + 29
    assert not any(PLAIN[at : at + 4] in sealed for at in range(len(PLAIN) - 3))


def test_what_the_first_version_sealed_still_opens() -> None:
    sealed = bytes.fromhex("014db36d8c1c26d1c2e6e0992cf7f7cd687083fbe1dd1604698fcc70735c137edefe29")

    assert HERE.key(DataKey).open("document", 11, sealed) == b"Talks."


def test_a_key_shows_neither_its_secret_nor_whose_it_is() -> None:
    key = HERE.key(DataKey)

    assert repr(key) == str(key) == "DataKey(not shown)"
    assert not hasattr(key, "__dict__")


@pytest.mark.parametrize("length", [0, 16, 24, 31, 33])
def test_a_secret_of_another_length_is_no_data_key(length: int) -> None:
    with pytest.raises(Damaged):
        DataKey(bytes(length), "organisation-1", "initiative-1")


def test_secrets_are_fresh_and_long_enough() -> None:
    fresh = {new_secret() for _ in range(100)}

    assert len(fresh) == 100
    assert {len(secret) for secret in fresh} == {SECRET_BYTES}
