"""The keys that wrap other keys: their text, which one comes first, rotation; knows no file and no key store."""

from __future__ import annotations

import base64
import hmac
import re
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain.errors import BadInput, Damaged
from app.security.parts import joined
from app.security.sealing import NONCE_BYTES, TAG_BYTES, new_secret

VERSION = b"\x01"
FINGERPRINT_BYTES = 4
HEAD_BYTES = len(VERSION) + FINGERPRINT_BYTES
LINE = re.compile(r"gokey1:([0-9a-f]{8}):([A-Za-z0-9_-]{43})=?")
ABOUT = """\
# Master keys of Good Offices. The first one locks, all of them unlock. Whoever has this file and the data can read
# everything. Whoever loses this file can read nothing, ever again: keep a copy of it, apart from the data and from the
# backups of the data, and let nobody but the service read it.
"""


class KeyUnknown(Damaged):
    """It was wrapped by a master key that is not among those loaded."""

    detail = (
        "What is stored here is locked with a master key that this service was not given. "
        "Tell whoever runs it: the key file that was in use then has to be added again."
    )


class MasterKey:
    """One key that wraps; its fingerprint tells it from others and gives nothing of it away."""

    __slots__ = ("_cipher", "_secret", "fingerprint")

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._cipher = AESGCM(secret)
        self.fingerprint = hmac.digest(secret, b"goodoffices master key", "sha256")[:FINGERPRINT_BYTES]

    def line(self) -> str:
        """The key as the line that `MasterKeys.parse` reads."""
        return f"gokey1:{self.fingerprint.hex()}:{_base64url(self._secret)}"

    def wrap(self, name: str, secret: bytes) -> bytes:
        """The secret locked under its name, with the fingerprint before it."""
        head, nonce = VERSION + self.fingerprint, secrets.token_bytes(NONCE_BYTES)
        return head + nonce + self._cipher.encrypt(nonce, secret, joined(head, name))

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        """The secret again; Damaged if the name is another one or a bit was changed."""
        head, nonce = wrapped[:HEAD_BYTES], wrapped[HEAD_BYTES : HEAD_BYTES + NONCE_BYTES]
        try:
            return self._cipher.decrypt(nonce, wrapped[HEAD_BYTES + NONCE_BYTES :], joined(head, name))
        except InvalidTag:
            raise Damaged from None

    def __repr__(self) -> str:
        return f"MasterKey({self.fingerprint.hex()})"


class MasterKeys:
    """Master keys in order: the first wraps, all of them unwrap."""

    __slots__ = ("_by_fingerprint", "_keys")

    def __init__(self, keys: tuple[MasterKey, ...]) -> None:
        self._keys = keys
        self._by_fingerprint = {key.fingerprint: key for key in keys}
        if not keys:
            raise BadInput("There is no master key. At least one line that begins with gokey1: is needed.")
        if len(self._by_fingerprint) < len(keys):
            raise BadInput("A master key is listed twice. Leave each of them once, the one that locks first.")

    @classmethod
    def parse(cls, text: str) -> MasterKeys:
        """The keys in the order of the text; BadInput names which one cannot be read and never shows it."""
        return cls(tuple(_read(number, word) for number, word in enumerate(_words(text), start=1)))

    @classmethod
    def generate(cls) -> MasterKeys:
        """One fresh key."""
        return cls((MasterKey(new_secret()),))

    def text(self) -> str:
        """What `parse` reads, to be kept in a file: it holds the secrets."""
        return ABOUT + "".join(key.line() + "\n" for key in self._keys)

    def with_new_first(self) -> MasterKeys:
        """The same keys behind a fresh one, which wraps from now on: the first half of a rotation."""
        return MasterKeys((MasterKey(new_secret()), *self._keys))

    def only_first(self) -> MasterKeys:
        """The first key alone: the second half, once everything was wrapped anew."""
        return MasterKeys(self._keys[:1])

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Which keys these are, in order, without giving anything of them away."""
        return tuple(key.fingerprint.hex() for key in self._keys)

    @property
    def first(self) -> str:
        """The fingerprint of the key that wraps."""
        return self.fingerprints[0]

    def wrap(self, name: str, secret: bytes) -> bytes:
        """The secret locked with the first key, under its name: an initiative's id or what the secret is called."""
        return self._keys[0].wrap(name, secret)

    def unwrap(self, name: str, wrapped: bytes) -> bytes:
        """The secret that was wrapped under this name; KeyUnknown or Damaged where it cannot be had."""
        if wrapped[:1] != VERSION or len(wrapped) < HEAD_BYTES + NONCE_BYTES + TAG_BYTES:
            raise Damaged
        key = self._by_fingerprint.get(wrapped[1:HEAD_BYTES])
        if key is None:
            raise KeyUnknown
        return key.unwrap(name, wrapped)

    def is_wrapped_by_first(self, wrapped: bytes) -> bool:
        """Whether a rotation has nothing left to do here."""
        return wrapped[:HEAD_BYTES] == VERSION + self._keys[0].fingerprint

    def knows(self, wrapped: bytes) -> bool:
        """Whether the key that wrapped this is one of these, as far as its fingerprint tells."""
        return wrapped[1:HEAD_BYTES] in self._by_fingerprint

    def __repr__(self) -> str:
        return f"MasterKeys({', '.join(self.fingerprints)})"


def _words(text: str) -> list[str]:
    """What stands between blanks and commas, comments left out."""
    lines = (line.partition("#")[0] for line in text.removeprefix("\ufeff").splitlines())
    return " ".join(lines).replace(",", " ").split()


def _read(number: int, word: str) -> MasterKey:
    match = LINE.fullmatch(word)
    if match is None:
        raise BadInput(
            f"Master key {number} cannot be read. A key is gokey1:, eight characters, a colon and 43 characters, "
            "as the service wrote it; comments begin with #."
        )
    key = MasterKey(base64.urlsafe_b64decode(match[2] + "="))
    # The whole line again, as two spellings of the last character would give the same bytes.
    if not hmac.compare_digest(key.line(), f"gokey1:{match[1]}:{match[2]}"):
        raise BadInput(f"Master key {number} does not fit its fingerprint: it was mistyped or cut. Copy it again.")
    return key


def _base64url(secret: bytes) -> str:
    return base64.urlsafe_b64encode(secret).decode().rstrip("=")
