"""Indexes for the lists of sessions and notices, and for sessions that have ended, so that nothing is sorted."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

LONGER_INDEXES = (
    ("sessions", ("organisation_id", "person_id"), ("organisation_id", "person_id", "created_at", "id")),
    ("notices", ("organisation_id", "person_id", "created_at"), ("organisation_id", "person_id", "created_at", "id")),
)
ENDED = ("organisation_id", "expires_at")
UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    for table, shorter, longer in LONGER_INDEXES:
        replace_index(table, shorter, longer)
    op.create_index(name_of("sessions", ENDED), "sessions", list(ENDED))
    whose = ["organisation_id", "person_id", "created_at", "id"]
    op.create_index("ix_notices_unread", "notices", whose, sqlite_where=UNREAD, postgresql_where=UNREAD)


def downgrade() -> None:
    op.drop_index("ix_notices_unread", "notices")
    op.drop_index(name_of("sessions", ENDED), "sessions")
    for table, shorter, longer in LONGER_INDEXES:
        replace_index(table, longer, shorter)


def replace_index(table: str, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    op.drop_index(name_of(table, old), table)
    op.create_index(name_of(table, new), table, list(new))


def name_of(table: str, columns: tuple[str, ...]) -> str:
    return "_".join(("ix", table, *columns))
