"""API keys, session tokens and what is stored of them: a typo is refused before any query, and digests tell nothing."""

import itertools
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.security.api_keys import (
    ALPHABET,
    PATTERN,
    digest,
    new_api_key,
    new_session_token,
    sign_in_digest,
    well_formed,
)
from tests.security.figures import tell

PEPPER = b"a pepper of the tests, 32 bytes."
# Made for these tests and known nowhere.
KEY = "go_UpdE6CHDUmvMzBTREiJktSXz0mkQhBjRK9fL6rdsf5v2dnerq"


def typos(key: str) -> Iterator[str]:
    """Every character replaced by every other, every two exchanged, one left out, one doubled, case changed."""
    for index, character in enumerate(key):
        yield from (key[:index] + other + key[index + 1 :] for other in ALPHABET + "_-. é" if other != character)
        yield key[:index] + key[index + 1 :]
        yield key[:index] + character + key[index:]
    for one, other in itertools.combinations(range(len(key)), 2):
        if key[one] != key[other]:
            yield key[:one] + key[other] + key[one + 1 : other] + key[one] + key[other + 1 :]
    yield from (key.upper(), key.lower(), key.swapcase(), key + "\n", " " + key, key + "0", key[3:], "")


def accepted(judge: Callable[[str], bool], keys: list[str]) -> tuple[list[str], int]:
    tried = [typo for key in keys for typo in typos(key)]
    return [typo for typo in tried if judge(typo)], len(tried)


def looks_right(text: str) -> bool:
    return re.fullmatch(PATTERN, text) is not None


def with_a_sum_for_a_checksum(text: str) -> bool:
    """Judged by the sum of the characters, the same for any order of them."""
    return looks_right(text) and sum(text.encode()) == sum(KEY.encode())


def test_every_typo_in_an_api_key_is_refused() -> None:
    wrongly, tried = accepted(well_formed, [KEY, *(new_api_key() for _ in range(5))])
    tell(f"API keys: {tried} typos, {len(wrongly)} accepted")

    assert wrongly == []


@pytest.mark.parametrize("weaker", [looks_right, with_a_sum_for_a_checksum])
def test_the_typos_find_a_weaker_checksum(weaker: Callable[[str], bool]) -> None:
    assert len(accepted(weaker, [KEY])[0]) > 500


def test_new_keys_are_well_formed_and_never_the_same() -> None:
    keys = {new_api_key() for _ in range(500)}

    assert len(keys) == 500
    assert all(well_formed(key) and looks_right(key) for key in keys)


def test_a_key_that_was_given_out_stays_well_formed() -> None:
    assert well_formed(KEY)


def test_a_small_checksum_is_written_with_leading_zeros() -> None:
    # 62 to the fifth is what five characters hold, so a CRC below it needs a zero before it.
    small = next(key for key in iter(new_api_key, "") if zlib.crc32(key[:-6].encode()) < 62**5)

    assert small[-6] == "0"
    assert well_formed(small)


@given(st.text(max_size=60))
def test_any_other_text_is_no_key_and_no_error(text: str) -> None:
    assert not well_formed(text)


def test_every_character_of_the_alphabet_turns_up() -> None:
    seen = set("".join(new_api_key()[3:46] for _ in range(200)))

    assert seen == set(ALPHABET)
    assert len(ALPHABET) == 62


def test_a_session_token_is_as_long_as_a_key_and_is_none() -> None:
    tokens = {new_session_token() for _ in range(100)}

    assert len(tokens) == 100
    assert all(re.fullmatch(r"gos_[0-9A-Za-z]{43}", token) for token in tokens)
    assert not any(well_formed(token) for token in tokens)


def test_a_digest_is_the_same_each_time_and_shows_nothing() -> None:
    assert digest(PEPPER, KEY) == "a652a968641c103bd97b670cc28ee4b98e4da9ddaab8c19f39a70bfc22397367"
    assert KEY[3:9] not in digest(PEPPER, KEY)


def test_a_digest_depends_on_the_pepper_and_the_credential() -> None:
    digests = {digest(PEPPER, KEY), digest(b"another", KEY), digest(PEPPER, KEY + "0"), digest(PEPPER, "")}

    assert len(digests) == 4
    assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in digests)


@given(st.text(max_size=60))
def test_any_text_has_a_digest(text: str) -> None:
    assert len(digest(PEPPER, text)) == 64


def name(text: str, organisation: str = "organisation-1") -> str:
    return sign_in_digest(PEPPER, organisation, text)


@pytest.mark.parametrize("same", ["amina", "Amina", " AMINA\t", "\uff41\uff4d\uff49\uff4e\uff41", "\u00a0amina"])
def test_a_sign_in_name_is_found_however_it_is_typed(same: str) -> None:
    assert name(same) == name("amina")


@pytest.mark.parametrize(
    ("one", "other"), [("strasse", "straße"), ("josé", "jose\u0301"), ("ΣΑΣ", "σας"), ("ﬁona", "fiona")]
)
def test_spellings_that_are_the_same_to_a_reader_are_one_name(one: str, other: str) -> None:
    assert name(one) == name(other)


def test_two_names_and_two_organisations_are_told_apart() -> None:
    assert name("amina") != name("amine")
    assert name("amina") != name("amina", "organisation-2")
    assert name("bc", "a") != name("c", "ab")


def test_a_sign_in_name_never_has_the_digest_of_a_credential() -> None:
    assert name("amina", "") != digest(PEPPER, "amina")


@given(st.text(max_size=40), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_blanks_and_the_way_accents_are_composed_change_nothing(
    text: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]
) -> None:
    assert name(text) == name(f"  {text} ") == name(unicodedata.normalize(form, text))
