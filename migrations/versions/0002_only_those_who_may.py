"""Every table of the first release, each with row-level security where PostgreSQL offers it."""

import sqlalchemy as sa
from alembic import op

from app.storage.row_security import protect

revision = "0002"  # 0001 never left the workshop: it kept designs unencrypted
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = (
    "checklists",
    "organisations",
    "shreds",
    "audit_entries",
    "audit_heads",
    "counters",
    "idempotency_keys",
    "initiatives",
    "people",
    "api_keys",
    "break_glass_requests",
    "grants",
    "notices",
    "reviews",
    "revisions",
    "sessions",
    "threads",
    "waivers",
    "comments",
    "evaluations",
)
SHARED = ("checklists",)


def upgrade() -> None:
    add_checklists()
    add_organisations()
    add_shreds()
    add_audit_entries()
    add_audit_heads()
    add_counters()
    add_idempotency_keys()
    add_initiatives()
    add_people()
    add_api_keys()
    add_break_glass_requests()
    add_grants()
    add_notices()
    add_reviews()
    add_revisions()
    add_sessions()
    add_threads()
    add_waivers()
    add_comments()
    add_evaluations()
    protect(op.get_bind(), [table for table in TABLES if table not in SHARED])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def add_checklists() -> None:
    op.create_table(
        "checklists",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pack", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_checklists"),
    )


def add_organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_organisations"),
        sqlite_with_rowid=False,
    )


def add_shreds() -> None:
    op.create_table(
        "shreds",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("organisation_id", "subject_id", name="pk_shreds"),
        sqlite_with_rowid=False,
    )


def add_audit_entries() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("credential_id", sa.String(36), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("detail", sa.String(100), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_audit_entries_organisations"),
        sa.PrimaryKeyConstraint("organisation_id", "number", name="pk_audit_entries"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_audit_entries_organisation_id_subject_id_number",
        "audit_entries",
        ["organisation_id", "subject_id", "number"],
    )


def add_audit_heads() -> None:
    op.create_table(
        "audit_heads",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_audit_heads_organisations"),
        sa.PrimaryKeyConstraint("organisation_id", name="pk_audit_heads"),
        sqlite_with_rowid=False,
    )


def add_counters() -> None:
    op.create_table(
        "counters",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_counters_organisations"),
        sa.PrimaryKeyConstraint("organisation_id", "name", name="pk_counters"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_counters_organisation_id_expires_at", "counters", ["organisation_id", "expires_at"])


def add_idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("key_digest", sa.String(64), nullable=False),
        sa.Column("request_digest", sa.String(64), nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_idempotency_keys_organisations"),
        sa.PrimaryKeyConstraint("organisation_id", "key_digest", name="pk_idempotency_keys"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_idempotency_keys_organisation_id_created_at", "idempotency_keys", ["organisation_id", "created_at"]
    )


def add_initiatives() -> None:
    op.create_table(
        "initiatives",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("lifecycle", sa.String(20), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("checklist_digest", sa.String(64), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "lifecycle IN ('idea', 'preparing', 'funded', 'running', 'closed')", name=op.f("ck_initiatives_lifecycle")
        ),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_initiatives_revision")),
        sa.CheckConstraint("version >= 0", name=op.f("ck_initiatives_version")),
        sa.ForeignKeyConstraint(["checklist_digest"], ["checklists.digest"], name="fk_initiatives_checklists"),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_initiatives_organisations"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name="pk_initiatives"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_initiatives_organisation_id_updated_at_id", "initiatives", ["organisation_id", "updated_at", "id"]
    )


def add_people() -> None:
    op.create_table(
        "people",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("sign_in_name", sa.LargeBinary(), nullable=True),
        sa.Column("sign_in_digest", sa.String(64), nullable=True),
        sa.Column("password", sa.LargeBinary(), nullable=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("role IN ('member', 'admin')", name=op.f("ck_people_role")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_people_organisations"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name="pk_people"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_people_organisation_id_sign_in_digest", "people", ["organisation_id", "sign_in_digest"], unique=True
    )


def add_api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["people.organisation_id", "people.id"],
            name="fk_api_keys_people",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name="pk_api_keys"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_api_keys_digest", "api_keys", ["digest"])
    op.create_index("ix_api_keys_organisation_id_person_id", "api_keys", ["organisation_id", "person_id"])


def add_break_glass_requests() -> None:
    op.create_table(
        "break_glass_requests",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("initiative_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("requested_by", sa.String(36), nullable=False),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(36), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "role IN ('owner', 'editor', 'reviewer', 'viewer')", name=op.f("ck_break_glass_requests_role")
        ),
        sa.CheckConstraint("state IN ('pending', 'approved', 'refused')", name=op.f("ck_break_glass_requests_state")),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> requested_by", name=op.f("ck_break_glass_requests_two_persons")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "initiative_id"],
            ["initiatives.organisation_id", "initiatives.id"],
            name="fk_break_glass_requests_initiatives",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["people.organisation_id", "people.id"],
            name="fk_break_glass_requests_people",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name="pk_break_glass_requests"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_break_glass_requests_organisation_id_initiative_id",
        "break_glass_requests",
        ["organisation_id", "initiative_id"],
    )


def add_grants() -> None:
    op.create_table(
        "grants",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("initiative_id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("given_by", sa.String(36), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.CheckConstraint("role IN ('owner', 'editor', 'reviewer', 'viewer')", name=op.f("ck_grants_role")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "initiative_id"],
            ["initiatives.organisation_id", "initiatives.id"],
            name="fk_grants_initiatives",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["people.organisation_id", "people.id"],
            name="fk_grants_people",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "initiative_id", "person_id", name="pk_grants"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_grants_organisation_id_person_id_changed_at_initiative_id",
        "grants",
        ["organisation_id", "person_id", "changed_at", "initiative_id"],
    )


def add_notices() -> None:
    op.create_table(
        "notices",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("initiative_id", sa.String(36), nullable=False),
        sa.Column("subject_id", sa.String(36), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["people.organisation_id", "people.id"],
            name="fk_notices_people",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name="pk_notices"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_notices_organisation_id_person_id_created_at", "notices", ["organisation_id", "person_id", "created_at"]
    )


def add_reviews() -> None:
    op.create_table(
        "reviews",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("initiative_id", sa.String(36), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("submitted_by", sa.String(36), nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=True),
        sa.Column("decided_by", sa.String(36), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "state IN ('submitted', 'changes_requested', 'signed_off', 'withdrawn')", name=op.f("ck_reviews_state")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id", "initiative_id"],
            ["initiatives.organisation_id", "initiatives.id"],
            name="fk_reviews_initiatives",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "initiative_id", "id", name="pk_reviews"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_reviews_organisation_id_initiative_id_submitted_at",
        "reviews",
        ["organisation_id", "initiative_id", "submitted_at"],
    )


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
        sa.CheckConstraint(
            "(cause = 'restored') = (restored_from IS NOT NULL)", name=op.f("ck_revisions_restored_from")
        ),
        sa.CheckConstraint("cause IN ('created', 'replaced', 'patched', 'restored')", name=op.f("ck_revisions_cause")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_revisions_number")),
        sa.ForeignKeyConstraint(["checklist_digest"], ["checklists.digest"], name="fk_revisions_checklists"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "initiative_id"],
            ["initiatives.organisation_id", "initiatives.id"],
            name="fk_revisions_initiatives",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "initiative_id", "number", name="pk_revisions"),
    )


def add_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("person_id", sa.String(36), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "person_id"],
            ["people.organisation_id", "people.id"],
            name="fk_sessions_people",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "id", name="pk_sessions"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_sessions_digest", "sessions", ["digest"])
    op.create_index("ix_sessions_organisation_id_person_id", "sessions", ["organisation_id", "person_id"])


def add_threads() -> None:
    op.create_table(
        "threads",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("initiative_id", sa.String(36), nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(20), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(36), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("settled_by", sa.String(36), nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        sa.CheckConstraint("about IN ('finding', 'field', 'whole')", name=op.f("ck_threads_about")),
        sa.CheckConstraint("state IN ('open', 'resolved')", name=op.f("ck_threads_state")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "initiative_id"],
            ["initiatives.organisation_id", "initiatives.id"],
            name="fk_threads_initiatives",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "initiative_id", "id", name="pk_threads"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_threads_organisation_id_initiative_id_created_at_id",
        "threads",
        ["organisation_id", "initiative_id", "created_at", "id"],
    )


def add_waivers() -> None:
    op.create_table(
        "waivers",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("initiative_id", sa.String(36), nullable=False),
        sa.Column("check_id", sa.String(200), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("given_by", sa.String(36), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("approved_by", sa.String(36), nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("checklist", sa.Text(), nullable=False),
        sa.Column("checklist_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "initiative_id"],
            ["initiatives.organisation_id", "initiatives.id"],
            name="fk_waivers_initiatives",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "initiative_id", "check_id", name="pk_waivers"),
        sqlite_with_rowid=False,
    )


def add_comments() -> None:
    op.create_table(
        "comments",
        sa.Column("organisation_id", sa.String(36), nullable=False),
        sa.Column("initiative_id", sa.String(36), nullable=False),
        sa.Column("thread_id", sa.String(36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("written_by", sa.String(36), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "initiative_id", "thread_id"],
            ["threads.organisation_id", "threads.initiative_id", "threads.id"],
            name="fk_comments_threads",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "initiative_id", "thread_id", "number", name="pk_comments"),
        sqlite_with_rowid=False,
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
        sa.ForeignKeyConstraint(["checklist_digest"], ["checklists.digest"], name="fk_evaluations_checklists"),
        sa.ForeignKeyConstraint(
            ["organisation_id", "initiative_id", "revision"],
            ["revisions.organisation_id", "revisions.initiative_id", "revisions.number"],
            name="fk_evaluations_revisions",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "organisation_id", "initiative_id", "revision", "checklist_digest", name="pk_evaluations"
        ),
        sqlite_with_rowid=False,
    )
