"""Signed statements of how far an audit record went, to be kept elsewhere; knows no record and no database."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.domain.errors import BadInput
from app.security.parts import joined

FORMAT = "goodoffices-checkpoint-1"
MOST_CHARACTERS = 4_000
MOST_NUMBER = 2**63 - 1
MAC = re.compile(r"[0-9a-f]{64}")
TEXTS = ("organisation", "mac", "at", "signature", "public_key")
REFUSED = "This is no checkpoint of an audit record. Give the file as the service wrote it, whole and unchanged."


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The number and mac of the last entry at a moment, and who signed for it."""

    organisation: str
    number: int
    mac: str
    at: datetime
    signature: str
    public_key: str

    def to_json(self) -> str:
        """The checkpoint as text for a file, a mail or a noticeboard; nothing in it is secret."""
        content = {"format": FORMAT, "number": self.number, **{name: getattr(self, name) for name in TEXTS}}
        return json.dumps(content | {"at": _written(self.at)}, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Checkpoint:
        """A checkpoint as it was written; BadInput for anything else. It says nothing about the signature."""
        content = _object(text)
        number = content.get("number")
        if content.get("format") != FORMAT or type(number) is not int or not 0 <= number <= MOST_NUMBER:
            raise BadInput(REFUSED)
        organisation, mac, at, signature, key = (_text(content, name) for name in TEXTS)
        if not MAC.fullmatch(mac):
            raise BadInput(REFUSED)
        return cls(organisation, number, mac, _moment(at), signature, key)


def sign(seed: bytes, organisation: str, number: int, mac: str, at: datetime) -> Checkpoint:
    """A checkpoint signed with the key that grows from the seed (32 bytes)."""
    signature = Ed25519PrivateKey.from_private_bytes(seed).sign(_message(organisation, number, mac, at))
    return Checkpoint(organisation, number, mac, at, _base64(signature), public_key(seed))


def verified(checkpoint: Checkpoint, public_key: str) -> bool:
    """Whether the holder of this public key signed exactly this; the key that the checkpoint names proves nothing."""
    message = _message(checkpoint.organisation, checkpoint.number, checkpoint.mac, checkpoint.at)
    try:
        Ed25519PublicKey.from_public_bytes(_bytes(public_key.strip())).verify(_bytes(checkpoint.signature), message)
    except (ValueError, InvalidSignature):
        return False
    return checkpoint.public_key == public_key.strip()


def public_key(seed: bytes) -> str:
    """What others need to verify with, in base64."""
    return _base64(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def _message(organisation: str, number: int, mac: str, at: datetime) -> bytes:
    return joined(FORMAT, organisation, number, mac, _written(at))


def _written(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(REFUSED) from None
    # One spelling only: what is read is written again as it was, so no offset can hide a year that does not exist.
    if at.utcoffset() is None or at.utcoffset() or _written(at) != text:
        raise BadInput(REFUSED)
    return at


def _object(text: str) -> dict[str, Any]:
    if len(text) > MOST_CHARACTERS:
        raise BadInput(REFUSED)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        raise BadInput(REFUSED) from None
    if not isinstance(content, dict):
        raise BadInput(REFUSED)
    return content


def _text(content: dict[str, Any], name: str) -> str:
    value = content.get(name)
    if not isinstance(value, str):
        raise BadInput(REFUSED)
    return value


def _bytes(text: str) -> bytes:
    content = base64.b64decode(text, validate=True)
    if _base64(content) != text:
        raise ValueError("base64 in another spelling")
    return content


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
