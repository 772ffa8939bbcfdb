"""What API keys and session tokens look like, and the digests kept of them; knows nobody who holds one."""

import hmac
import re
import secrets
import string
import unicodedata
import zlib

from app.security.parts import joined

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
RANDOM_LENGTH = 43  # 62 to the 43rd is just over 2 to the 256th
CHECK_LENGTH = 6
API_KEY_PREFIX = "go_"
SESSION_PREFIX = "gos_"
PATTERN = rf"^{API_KEY_PREFIX}[0-9A-Za-z]{{{RANDOM_LENGTH + CHECK_LENGTH}}}$"

_SHAPE = re.compile(PATTERN)


def new_api_key() -> str:
    """A fresh API key: 256 random bits and a checksum, so that a typo is known for one without a query."""
    body = API_KEY_PREFIX + _random_characters()
    return body + _checksum(body)


def new_session_token() -> str:
    """A fresh session token; a browser keeps it, nobody types it, so it has no checksum."""
    return SESSION_PREFIX + _random_characters()


def well_formed(text: str) -> bool:
    """Whether this can be an API key at all; the checksum is no secret, so comparing it may take any time."""
    return _SHAPE.fullmatch(text) is not None and _checksum(text[:-CHECK_LENGTH]) == text[-CHECK_LENGTH:]


def digest(pepper: bytes, credential: str) -> str:
    """What is stored and looked up in place of a key, a token or a retry key; worthless without the pepper."""
    return _keyed(pepper, joined("credential", credential))


def sign_in_digest(pepper: bytes, organisation: str, name: str) -> str:
    """What is stored in place of a sign-in name; case, width and blanks around it make no difference."""
    return _keyed(pepper, joined("sign-in name", organisation, _normal(name)))


def _normal(name: str) -> str:
    # Unicode's own recipe for a match that minds neither case nor width (definition D146): once is not enough, as
    # folding can undo a normal form and the other way round.
    once = unicodedata.normalize("NFKD", unicodedata.normalize("NFD", name).casefold())
    return unicodedata.normalize("NFKD", once.casefold()).strip()


def _keyed(pepper: bytes, message: bytes) -> str:
    return hmac.digest(pepper, message, "sha256").hex()


def _random_characters() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))


def _checksum(body: str) -> str:
    rest, characters = zlib.crc32(body.encode()), ""
    for _ in range(CHECK_LENGTH):
        rest, digit = divmod(rest, len(ALPHABET))
        characters = ALPHABET[digit] + characters
    return characters
