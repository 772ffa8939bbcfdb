"""Stored things with visible values for the tests of storage; knows no database."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.domain.revision import Cause, Initiative, Revision, StoredDesign
from app.security.sealing import SECRET_BYTES, DataKey
from app.storage import initiatives, known, organisations, revisions, views
from app.storage.database import Database
from app.storage.organisations import Organisation

NOON = datetime(2026, 3, 1, 12, 0, 0, 250, tzinfo=UTC)
OURS = "0b8d8d0a-6d1e-4b6f-9a55-0d6c2f1f0001"
THEIRS = "0b8d8d0a-6d1e-4b6f-9a55-0d6c2f1f0002"
CHECKLIST = known.StoredChecklist(digest="c" * 64, name="track-two", version=1, pack=b"{}")
RIVER = Initiative(
    id="5f0c6e0e-3b7d-4c6a-8a53-6a2f6f0f0001",
    title="River dialogue",
    lifecycle="idea",
    revision=1,
    version=0,
    checklist_digest=CHECKLIST.digest,
    codes="ockmocm",
    created_at=NOON,
    updated_at=NOON,
)


def numbered(number: int, **changes: Any) -> Initiative:
    """An initiative with an id that ends in the number and that changed that many seconds after noon."""
    moment = NOON + timedelta(seconds=number)
    return replace(RIVER, id=str(UUID(int=number)), **{"created_at": moment, "updated_at": moment, **changes})


def design_of(initiative: Initiative, document: bytes = b'{"title":"River dialogue"}', **changes: Any) -> StoredDesign:
    """The newest revision of an initiative."""
    revision = Revision(
        initiative_id=initiative.id,
        number=initiative.revision,
        cause=Cause.CREATED,
        restored_from=None,
        created_at=initiative.updated_at,
        checklist_digest=initiative.checklist_digest,
        codes=initiative.codes,
    )
    return StoredDesign(replace(revision, **changes), document)


def key_of(initiative_id: str, organisation_id: str = OURS) -> DataKey:
    """The key of an initiative, always the same."""
    return DataKey(b"k" * SECRET_BYTES, organisation_id, initiative_id)


def preparing(organisation_id: str = OURS) -> Callable[[Connection], None]:
    """The work that stores the organisation and a checklist, unless they are there."""

    def work(connection: Connection) -> None:
        known.keep_checklist(connection, CHECKLIST)
        if organisation_id not in organisations.every_id(connection):
            key = key_of(organisation_id, organisation_id)
            organisations.add(connection, key, Organisation(organisation_id, "Lake Centre", 0, NOON))

    return work


def adding(initiative: Initiative, organisation_id: str = OURS) -> Callable[[Connection], None]:
    """The work that stores an initiative with its first revision."""

    def work(connection: Connection) -> None:
        key = key_of(initiative.id, organisation_id)
        initiatives.add(connection, key, initiative)
        revisions.add(connection, key, design_of(initiative))

    return work


async def store(database: Database, *stored: Initiative, organisation_id: str = OURS) -> None:
    """Stores initiatives and all that they need."""
    await database.write(views.of(organisation_id), preparing(organisation_id))
    for initiative in stored:
        await database.write(views.of(organisation_id), adding(initiative, organisation_id))
