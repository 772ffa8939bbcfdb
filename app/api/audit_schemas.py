"""The JSON of the audit trail, and what the documentation shows of it; knows no route."""

from typing import Any, Final

from pydantic import Field

from app.api.examples import INITIATIVE_ID
from app.api.models import Moment, Shown

HASH: Final = "61b00e9621efca37906730ff4775d05983f1821ffe94e565b9774fd75d1869e7"


class AuditEntry(Shown):
    """Who did what to what, and when: ids and codes, never contents."""

    number: int = Field(ge=1, description="Entries count from 1, without gaps.")
    at: Moment
    person_id: str = Field(description="A person's id, who may have left; or operator for whoever runs the service.")
    credential_id: str = Field(description="The id of the key or session that was used; empty where there was none.")
    operation: str = Field(
        description="The operationId, such as get_initiative; what the operator did; or failed_sign_in and "
        "failed_present_password, told the first time in 15 minutes and at the tenth."
    )
    subject_id: str = Field(
        description="The initiative, person, key or organisation that it was done to; may be empty."
    )
    revision: int | None = Field(description="Of the initiative; null where there is none.")
    detail: str = Field(description="A code that says it more exactly; mostly empty.")


class AuditPage(Shown):
    """Entries, the newest first; the next page is in the Link header."""

    items: list[AuditEntry]


class AuditCheckpoint(Shown):
    """A signed statement of how far the trail goes. Keep it where whoever could change the trail cannot."""

    format: str = Field(description="goodoffices-checkpoint-1")
    organisation: str = Field(description="The organisation's id.")
    number: int = Field(ge=0, description="Of the last entry.")
    mac: str = Field(description="What the last entry was chained with, 64 hex digits.")
    at: str = Field(description="When it was signed, in UTC.")
    signature: str = Field(description="Ed25519, base64.")
    public_key: str = Field(description="Of the service that signed, base64.")


MODELS: Final = (AuditPage, AuditCheckpoint)

ENTRY: Final[dict[str, Any]] = {
    "number": 42,
    "at": "2027-03-01T12:00:00Z",
    "person_id": "c3e1f6a2-7b0d-4f0e-9c61-5a8e0d3b7f02",
    "credential_id": "5f0c7a1e-9b3d-4e2a-8c6f-7d1b0a9e4c01",
    "operation": "get_initiative",
    "subject_id": INITIATIVE_ID,
    "revision": 3,
    "detail": "",
}
CHECKPOINT: Final[dict[str, Any]] = {
    "format": "goodoffices-checkpoint-1",
    "number": 42,
    "organisation": "7d0a3c52-4a55-4a1e-8a3b-3c1f5e2d9a01",
    "mac": HASH,
    "at": "2027-03-01T12:00:00.000000+00:00",
    "signature": "3Svfu0/5Zkxoqv/qGsbKCOVHbEjfcZTWiCiubEZG+bk+MchXlzHCTMaycQwynxhBVVejTKc/0cawNTL/GrHfDw==",
    "public_key": "zzUVsXemWDrIe/Cfuqs5oWi2Lls9besWLDb+VxNnrRQ=",
}
