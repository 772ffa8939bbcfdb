"""Hashing and judging passwords; knows no account and no sign-in, and never keeps or repeats a password."""

import secrets
import unicodedata
from functools import cache

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from app.domain.errors import BadInput

LEAST_LENGTH = 12
MOST_LENGTH = 200
LEAST_VARIETY = 5

# RFC 9106's choice for little memory, written out so that no update of a library changes it unseen; in one lane, so
# that a pool of n threads takes n cores and no more.
MEMORY_IN_KIB = 64 * 1024
PASSES = 3
LANES = 1


def hash_password(password: str) -> str:
    """The argon2id hash to store. Takes about 0.2 s and 64 MiB: call it in a bounded pool of threads."""
    return _hasher().hash(_normal(password))


def verify(password: str, hashed: str) -> bool:
    """Whether the password fits the hash; costs as much as hashing. A hash that is none fits nothing."""
    try:
        return _hasher().verify(_normal(password), hashed)
    except UnknownHashError:
        return False


@cache
def dummy_hash() -> str:
    """A hash that nothing fits, to verify against where the user is unknown: both then take the same time."""
    return hash_password(secrets.token_urlsafe())


def needs_new_hash(hashed: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    hasher = _hasher().current_hasher
    return not hasher.identify(hashed) or hasher.check_needs_rehash(hashed)


def check_new_password(password: str) -> None:
    """BadInput unless the password is long enough, not too long, and more than a few characters over and over."""
    length = len(unicodedata.normalize("NFC", password))
    if length < LEAST_LENGTH:
        raise BadInput(f"The password is too short. Use {LEAST_LENGTH} characters or more; a few words will do.")
    if length > MOST_LENGTH:
        raise BadInput(f"The password is too long. Use at most {MOST_LENGTH} characters.")
    if len(set(password.casefold())) < LEAST_VARIETY:
        raise BadInput(f"The password repeats too few characters. Use at least {LEAST_VARIETY} different ones.")


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(time_cost=PASSES, memory_cost=MEMORY_IN_KIB, parallelism=LANES),))


def _normal(password: str) -> bytes:
    """Keyboards differ in how they compose an accent; the password is the same."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
