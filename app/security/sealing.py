"""Sealing contents with the key of one initiative, bound to their place; knows no database and not where keys lie."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.domain.errors import Damaged
from app.security.parts import joined

SECRET_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
VERSION = b"\x01"


def new_secret() -> bytes:
    """A fresh random secret, for a data key or whatever else needs one."""
    return secrets.token_bytes(SECRET_BYTES)


class DataKey:
    """Seals and opens what belongs to one subject (an initiative, or an organisation) of one organisation.

    Attributes:
        organisation, subject: the ids that everything sealed is bound to.
    """

    __slots__ = ("_cipher", "_place", "organisation", "subject")

    def __init__(self, secret: bytes, organisation: str, subject: str) -> None:
        if len(secret) != SECRET_BYTES:
            raise Damaged
        self.organisation, self.subject = organisation, subject
        self._cipher = AESGCM(secret)
        self._place = joined(VERSION, organisation, subject)

    def seal(self, field: str, revision: int, plain: bytes) -> bytes:
        """The content sealed for this field and revision: it opens nowhere else."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return VERSION + nonce + self._cipher.encrypt(nonce, plain, self._bound_to(field, revision))

    def open(self, field: str, revision: int, sealed: bytes) -> bytes:
        """What was sealed for this field and revision; Damaged if it was altered, cut or comes from elsewhere."""
        if sealed[:1] != VERSION or len(sealed) < len(VERSION) + NONCE_BYTES + TAG_BYTES:
            raise Damaged
        nonce, content = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, content, self._bound_to(field, revision))
        except InvalidTag:
            raise Damaged from None

    def seal_text(self, field: str, revision: int, plain: str) -> bytes:
        """A text sealed as UTF-8."""
        return self.seal(field, revision, plain.encode())

    def open_text(self, field: str, revision: int, sealed: bytes) -> str:
        """The text that was sealed; Damaged as for `open`, and if what was sealed is no text."""
        plain = self.open(field, revision, sealed)
        try:
            return plain.decode()
        except UnicodeDecodeError:
            # The error would carry the content with it, into whatever prints a traceback.
            raise Damaged from None

    def __repr__(self) -> str:
        return "DataKey(not shown)"

    def _bound_to(self, field: str, revision: int) -> bytes:
        return self._place + joined(field, revision)
