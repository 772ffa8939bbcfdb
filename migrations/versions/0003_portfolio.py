"""How an organisation's designs stand, counted, and an index for every list: counts are made from what is stored.

What stands here of counts and codes stays as it was in this version, whatever becomes of the code of the service.
"""

import json
import struct
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from app.storage.row_security import protect
from app.storage.views import NOTHING, OPERATOR, of, show

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("portfolios", "portfolio_days")
# The lists of people, keys, requests and reviews are read in the order of a moment, and of an id where it is the same.
NEW_INDEXES = (
    ("people", ("organisation_id", "created_at", "id")),
    ("api_keys", ("organisation_id", "created_at", "id")),
    ("break_glass_requests", ("organisation_id", "requested_at", "id")),
)
LONGER_INDEXES = (
    ("api_keys", ("organisation_id", "person_id"), ("organisation_id", "person_id", "created_at", "id")),
    (
        "reviews",
        ("organisation_id", "initiative_id", "submitted_at"),
        ("organisation_id", "initiative_id", "submitted_at", "id"),
    ),
)
PIECE = 1_000  # initiatives that are read at a time
LANES = {"k": 0, "m": 0, "c": 1, "o": 2, "n": 3}
WAIVED, WIDTH = 4, 5


def upgrade() -> None:
    op.add_column("initiatives", sa.Column("waived", sa.Text(), nullable=False, server_default=""))
    add_portfolios()
    add_portfolio_days()
    connection = op.get_bind()
    fill(connection)
    protect(connection, TABLES)
    for table, shorter, longer in LONGER_INDEXES:
        replace_index(table, shorter, longer)
    for table, columns in NEW_INDEXES:
        op.create_index(name_of(table, columns), table, list(columns))


def downgrade() -> None:
    for table, columns in NEW_INDEXES:
        op.drop_index(name_of(table, columns), table)
    for table, shorter, longer in LONGER_INDEXES:
        replace_index(table, longer, shorter)
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("initiatives", "waived")


def replace_index(table: str, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    op.drop_index(name_of(table, old), table)
    op.create_index(name_of(table, new), table, list(new))


def name_of(table: str, columns: tuple[str, ...]) -> str:
    return "_".join(("ix", table, *columns))


def add_portfolios() -> None:
    op.create_table(
        "portfolios",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("checklist_digest", sa.String(64), nullable=False),
        sa.Column("designs", sa.Integer(), nullable=False),
        sa.Column("counts", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("designs >= 0", name=op.f("ck_portfolios_designs")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_portfolios_organisations"),
        sa.ForeignKeyConstraint(["checklist_digest"], ["checklists.digest"], name="fk_portfolios_checklists"),
        sa.PrimaryKeyConstraint("organisation_id", "checklist_digest", name="pk_portfolios"),
    )


def add_portfolio_days() -> None:
    op.create_table(
        "portfolio_days",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("checklist_digest", sa.String(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("designs", sa.Integer(), nullable=False),
        sa.Column("counts", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("designs >= 0", name=op.f("ck_portfolio_days_designs")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_portfolio_days_organisations"),
        sa.ForeignKeyConstraint(["checklist_digest"], ["checklists.digest"], name="fk_portfolio_days_checklists"),
        sa.PrimaryKeyConstraint("organisation_id", "checklist_digest", "day", name="pk_portfolio_days"),
    )


def fill(connection: sa.Connection) -> None:
    """Counts each organisation's designs in its own view, as nobody sees two organisations at once."""
    show(connection, OPERATOR)
    organisations = list(connection.scalars(sa.text("SELECT id FROM organisations ORDER BY id")))
    for organisation in organisations:
        show(connection, of(organisation))
        mark(connection, organisation)
        count(connection, organisation)
    show(connection, NOTHING)


def mark(connection: sa.Connection, organisation: str) -> None:
    """Marks what is waived, as far as can be told without the keys: whether its basis still holds is sealed.

    `goodoffices doctor` looks at each with its key.
    """
    found = connection.execute(
        sa.text("""
            SELECT i.id, i.codes, w.check_id, c.digest
            FROM waivers w
            JOIN initiatives i ON i.organisation_id = w.organisation_id AND i.id = w.initiative_id
            JOIN checklists c ON c.digest = i.checklist_digest
                AND c.name = w.checklist AND c.version = w.checklist_version
            WHERE w.organisation_id = :organisation
        """),
        {"organisation": organisation},
    ).all()
    places = {digest: places_of(connection, digest) for digest in {row.digest for row in found}}
    marks: dict[str, list[str]] = {}
    for row in found:
        place = places[row.digest].get(row.check_id, -1)
        if 0 <= place < len(row.codes) and row.codes[place] in "co":
            marks.setdefault(row.id, ["-"] * len(row.codes))[place] = "w"
    for identity, letters in marks.items():
        connection.execute(
            sa.text("UPDATE initiatives SET waived = :waived WHERE organisation_id = :organisation AND id = :id"),
            {"waived": "".join(letters), "organisation": organisation, "id": identity},
        )


def places_of(connection: sa.Connection, digest: str) -> dict[str, int]:
    """Where in the codes each check of the checklist has its letter."""
    pack = json.loads(
        connection.scalar(sa.text("SELECT pack FROM checklists WHERE digest = :digest"), {"digest": digest})
    )
    first = len(pack["contents"]["categories"])
    return {check["id"]: first + number for number, check in enumerate(pack["checks"])}


def count(connection: sa.Connection, organisation: str) -> None:
    designs: defaultdict[str, int] = defaultdict(int)
    lanes: defaultdict[str, list[int]] = defaultdict(list)
    for digest, codes, waived in judgements(connection, organisation):
        designs[digest] += 1
        counts = lanes[digest]
        counts.extend([0] * (len(codes) * WIDTH - len(counts)))
        for place, letter in enumerate(codes):
            counts[place * WIDTH + LANES[letter]] += 1
        for place, letter in enumerate(waived):
            counts[place * WIDTH + WAIVED] += letter == "w"
    for digest, number in designs.items():
        values = {
            "organisation": organisation,
            "digest": digest,
            "designs": number,
            "counts": struct.pack(f"<{len(lanes[digest])}I", *lanes[digest]),
            "day": datetime.now(UTC).date(),
        }
        connection.execute(sa.text("INSERT INTO portfolios VALUES (:organisation, :digest, :designs, :counts)"), values)
        connection.execute(
            sa.text("INSERT INTO portfolio_days VALUES (:organisation, :digest, :day, :designs, :counts)").bindparams(
                sa.bindparam("day", type_=sa.Date())
            ),
            values,
        )


def judgements(connection: sa.Connection, organisation: str) -> Iterator[tuple[str, str, str]]:
    """Checklist, codes and marks of every initiative, however many there are."""
    after = ""
    while True:
        rows = connection.execute(
            sa.text("""
                SELECT id, checklist_digest, codes, waived FROM initiatives
                WHERE organisation_id = :organisation AND id > :after ORDER BY id LIMIT :most
            """),
            {"organisation": organisation, "after": after, "most": PIECE},
        ).all()
        for _, digest, codes, waived in rows:
            yield digest, codes, waived
        if len(rows) < PIECE:
            return
        after = rows[-1].id
