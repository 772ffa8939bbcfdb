"""The first tables: organisations, checklists, initiatives with all that hangs on them, retried requests."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
INITIATIVE = ["organisation_id", "initiative_id"]


def upgrade() -> None:
    add_what_others_refer_to()
    add_initiatives()
    add_revisions()
    add_evaluations()
    add_waivers()
    add_idempotency_keys()


def downgrade() -> None:
    tables = (
        "idempotency_keys",
        "waivers",
        "evaluations",
        "revisions",
        "initiatives",
        "checklists",
        "organisations",
    )
    for table in tables:
        op.drop_table(table)


def add_what_others_refer_to() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "checklists",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pack", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_checklists"),
    )


def add_initiatives() -> None:
    op.create_table(
        "initiatives",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("lifecycle", sa.String(20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("checklist_digest", sa.String(64), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "id", name="pk_initiatives"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_initiatives_organisations"),
        judged_by_a_checklist("initiatives"),
        sa.CheckConstraint(
            "lifecycle IN ('idea', 'preparing', 'funded', 'running', 'closed')", name=op.f("ck_initiatives_lifecycle")
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_initiatives_revision")),
        sa.CheckConstraint("version >= 0", name=op.f("ck_initiatives_version")),
        sqlite_with_rowid=False,
    )
    name = "ix_initiatives_organisation_id_updated_at_id"
    op.create_index(name, "initiatives", ["organisation_id", "updated_at", "id"])


def add_revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("initiative_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("cause", sa.String(20), nullable=False),
        sa.Column("restored_from", sa.Integer(), nullable=True),
        sa.Column("checklist_digest", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint(*INITIATIVE, "number", name="pk_revisions"),
        gone_with_its_initiative("revisions"),
        judged_by_a_checklist("revisions"),
        sa.CheckConstraint("cause IN ('created', 'replaced', 'patched', 'restored')", name=op.f("ck_revisions_cause")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_revisions_number")),
        sa.CheckConstraint(
            "(cause = 'restored') = (restored_from IS NOT NULL)", name=op.f("ck_revisions_restored_from")
        ),
    )


def add_evaluations() -> None:
    op.create_table(
        "evaluations",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("initiative_id", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("checklist_digest", sa.String(64), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint(*INITIATIVE, "revision", "checklist_digest", name="pk_evaluations"),
        sa.ForeignKeyConstraint(
            [*INITIATIVE, "revision"],
            ["revisions.organisation_id", "revisions.initiative_id", "revisions.number"],
            name="fk_evaluations_revisions",
            ondelete="CASCADE",
        ),
        judged_by_a_checklist("evaluations"),
        sqlite_with_rowid=False,
    )


def add_waivers() -> None:
    op.create_table(
        "waivers",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("initiative_id", sa.String(36), nullable=False),
        sa.Column("check_id", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("basis", sa.String(64), nullable=False),
        sa.Column("checklist", sa.Text(), nullable=False),
        sa.Column("checklist_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*INITIATIVE, "check_id", name="pk_waivers"),
        gone_with_its_initiative("waivers"),
        sqlite_with_rowid=False,
    )


def add_idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("key_digest", sa.String(64), nullable=False),
        sa.Column("request_digest", sa.String(64), nullable=False),
        sa.Column("initiative_id", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "key_digest", name="pk_idempotency_keys"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_idempotency_keys_organisations"),
        sqlite_with_rowid=False,
    )


def gone_with_its_initiative(table: str) -> sa.ForeignKeyConstraint:
    there = ["initiatives.organisation_id", "initiatives.id"]
    return sa.ForeignKeyConstraint(INITIATIVE, there, name=f"fk_{table}_initiatives", ondelete="CASCADE")


def judged_by_a_checklist(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["checklist_digest"], ["checklists.digest"], name=f"fk_{table}_checklists")
