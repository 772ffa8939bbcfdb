"""Passwords: what fits, what is refused, and that an unknown user costs as much as a known one."""

import pytest
from argon2 import extract_parameters
from pwdlib.hashers.argon2 import Argon2Hasher

from app.domain.errors import BadInput
from app.security.passwords import (
    LEAST_LENGTH,
    MOST_LENGTH,
    check_new_password,
    dummy_hash,
    hash_password,
    needs_new_hash,
    verify,
)

PASSWORD = "seven herons at the ford"
CHEAP = Argon2Hasher(time_cost=1, memory_cost=1024, parallelism=1)


@pytest.fixture(scope="module")
def hashed() -> str:
    return hash_password(PASSWORD)


def costs_differ(known: str, unknown: str) -> bool:
    """Whether verifying one takes other work than the other: passes, memory, lanes, lengths, kind and version."""
    return extract_parameters(known) != extract_parameters(unknown)


def test_a_password_fits_its_own_hash_and_no_other_does(hashed: str) -> None:
    assert verify(PASSWORD, hashed)
    assert [verify(other, hashed) for other in ("", PASSWORD + " ", PASSWORD.upper(), hashed)] == [False] * 4


def test_the_same_password_has_another_hash_each_time(hashed: str) -> None:
    assert hash_password(PASSWORD) != hashed


def test_a_hash_is_argon2id_with_the_parameters_that_are_written_down(hashed: str) -> None:
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert PASSWORD not in hashed


def test_an_accent_fits_however_the_keyboard_composes_it() -> None:
    assert verify("caf\u00e9 on the old bridge", hash_password("cafe\u0301 on the old bridge"))


def test_an_unknown_user_costs_what_a_known_one_costs(hashed: str) -> None:
    assert not costs_differ(hashed, dummy_hash())


@pytest.mark.parametrize(
    "cheaper",
    [
        CHEAP,
        Argon2Hasher(time_cost=2, memory_cost=65536, parallelism=1),
        Argon2Hasher(time_cost=3, memory_cost=65536, parallelism=1, hash_len=16),
    ],
)
def test_the_comparison_finds_a_dummy_of_other_parameters(hashed: str, cheaper: Argon2Hasher) -> None:
    assert costs_differ(hashed, cheaper.hash("nobody"))


def test_nothing_fits_the_dummy_and_it_is_made_once() -> None:
    assert dummy_hash() is dummy_hash()
    assert [verify(password, dummy_hash()) for password in (PASSWORD, "", "nobody")] == [False] * 3


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "plain",
        PASSWORD,
        "$argon2id$",
        "$argon2id$v=19$m=65536,t=3,p=1$",
        "$2b$12$abcdefghijklmnopqrstuv",
        "$argon2id$é",
    ],
)
def test_a_hash_that_is_none_fits_nothing_and_needs_a_new_one(broken: str) -> None:
    assert not verify(PASSWORD, broken)
    assert needs_new_hash(broken)


def test_a_hash_of_older_parameters_fits_and_needs_a_new_one(hashed: str) -> None:
    older = CHEAP.hash(PASSWORD)

    assert verify(PASSWORD, older)
    assert needs_new_hash(older)
    assert not needs_new_hash(hashed)


@pytest.mark.parametrize(
    "password", ["twelve chars", PASSWORD, "ناظر السلام على الجسر", "x" * 190 + "abcde12345", "a1" * 6 + "bcd"]
)
def test_a_password_that_will_do_is_taken(password: str) -> None:
    check_new_password(password)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "too short"),
        ("elevenchars", "too short"),
        ("e\u0301" * 11, "too short"),
        ("x" * 190 + "abcde123456", "too long"),
        ("x" * 100_000, "too long"),
        ("aaaaaaaaaaaa", "too few"),
        ("AbAbAbAbAbAbaaaa", "too few"),
        ("123412341234", "too few"),
    ],
)
def test_a_password_that_will_not_do_is_refused_without_repeating_it(password: str, why: str) -> None:
    with pytest.raises(BadInput, match=why) as refused:
        check_new_password(password)
    assert not password or password not in refused.value.detail


def test_the_lengths_are_those_that_the_refusals_name() -> None:
    with pytest.raises(BadInput, match=f"{LEAST_LENGTH} characters or more"):
        check_new_password("short")
    with pytest.raises(BadInput, match=f"at most {MOST_LENGTH} characters"):
        check_new_password("long" * 100)


def test_a_lone_surrogate_fits_nothing_and_is_no_crash(hashed: str) -> None:
    assert not verify("\ud800", hashed)
