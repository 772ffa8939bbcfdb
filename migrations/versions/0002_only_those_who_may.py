"""Every table of the first release, each with row-level security where PostgreSQL offers it."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from app.storage.row_security import protect

revision = "0002"  # 0001 never left the workshop: it kept designs unencrypted
down_revision = None
branch_labels = None
depends_on = None

ID = sa.String(36)
MOMENT = sa.DateTime(timezone=True)


def columns(kind: Any, *names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind, nullable=nullable) for name in names]


def small_table(name: str, *parts: Any, key: list[str]) -> None:
    op.create_table(name, *parts, sa.PrimaryKeyConstraint(*key, name=f"pk_{name}"), sqlite_with_rowid=False)


def rule(name: str, text: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(text, name=op.f(name))  # the name is whole: the naming convention would add to it again


def index(table: str, *names: str, unique: bool = False) -> None:
    op.create_index(f"ix_{table}_{'_'.join(names)}", table, list(names), unique=unique)


def of_an_organisation(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=f"fk_{table}_organisations")


def of_an_initiative(table: str) -> sa.ForeignKeyConstraint:
    here, there = ["organisation_id", "initiative_id"], ["initiatives.organisation_id", "initiatives.id"]
    return sa.ForeignKeyConstraint(here, there, name=f"fk_{table}_initiatives", ondelete="CASCADE")


def of_a_person(table: str) -> sa.ForeignKeyConstraint:
    here, there = ["organisation_id", "person_id"], ["people.organisation_id", "people.id"]
    return sa.ForeignKeyConstraint(here, there, name=f"fk_{table}_people", ondelete="CASCADE")


def judged_by_a_checklist(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["checklist_digest"], ["checklists.digest"], name=f"fk_{table}_checklists")


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
    small_table(
        "organisations",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        key=["id"],
    )


def add_shreds() -> None:
    small_table(
        "shreds",
        *columns(ID, "organisation_id", "subject_id"),
        sa.Column("created_at", MOMENT, nullable=False),
        key=["organisation_id", "subject_id"],
    )


def add_audit_entries() -> None:
    small_table(
        "audit_entries",
        *columns(ID, "organisation_id", "person_id", "credential_id", "subject_id"),
        *columns(sa.Integer(), "number", "revision"),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("detail", sa.String(100), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        of_an_organisation("audit_entries"),
        key=["organisation_id", "number"],
    )
    index("audit_entries", "organisation_id", "subject_id", "number")


def add_audit_heads() -> None:
    small_table(
        "audit_heads",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mac", sa.String(64), nullable=False),
        of_an_organisation("audit_heads"),
        key=["organisation_id"],
    )


def add_counters() -> None:
    small_table(
        "counters",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        of_an_organisation("counters"),
        key=["organisation_id", "name"],
    )
    index("counters", "organisation_id", "expires_at")


def add_idempotency_keys() -> None:
    small_table(
        "idempotency_keys",
        sa.Column("organisation_id", ID, nullable=False),
        *columns(sa.String(64), "key_digest", "request_digest"),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        of_an_organisation("idempotency_keys"),
        key=["organisation_id", "key_digest"],
    )
    index("idempotency_keys", "organisation_id", "created_at")


def add_initiatives() -> None:
    small_table(
        "initiatives",
        *columns(ID, "organisation_id", "id"),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("lifecycle", sa.String(20), nullable=False),
        *columns(sa.Integer(), "revision", "version"),
        sa.Column("checklist_digest", sa.String(64), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        *columns(MOMENT, "created_at", "updated_at"),
        rule("ck_initiatives_lifecycle", "lifecycle IN ('idea', 'preparing', 'funded', 'running', 'closed')"),
        rule("ck_initiatives_revision", "revision >= 1"),
        rule("ck_initiatives_version", "version >= 0"),
        judged_by_a_checklist("initiatives"),
        of_an_organisation("initiatives"),
        key=["organisation_id", "id"],
    )
    index("initiatives", "organisation_id", "updated_at", "id")


def add_people() -> None:
    small_table(
        "people",
        *columns(ID, "organisation_id", "id"),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("sign_in_name", sa.LargeBinary(), nullable=True),
        sa.Column("sign_in_digest", sa.String(64), nullable=True),
        sa.Column("password", sa.LargeBinary(), nullable=True),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        rule("ck_people_role", "role IN ('member', 'admin')"),
        of_an_organisation("people"),
        key=["organisation_id", "id"],
    )
    index("people", "organisation_id", "sign_in_digest", unique=True)


def add_api_keys() -> None:
    small_table(
        "api_keys",
        *columns(ID, "organisation_id", "id", "person_id"),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("label", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        *columns(MOMENT, "created_at", "expires_at"),
        sa.Column("revoked_at", MOMENT, nullable=True),
        of_a_person("api_keys"),
        key=["organisation_id", "id"],
    )
    index("api_keys", "digest")
    index("api_keys", "organisation_id", "person_id")


def add_break_glass_requests() -> None:
    small_table(
        "break_glass_requests",
        *columns(ID, "organisation_id", "id", "initiative_id", "person_id", "requested_by"),
        *columns(sa.String(20), "role", "state"),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        *columns(MOMENT, "requested_at", "expires_at"),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        rule("ck_break_glass_requests_role", "role IN ('owner', 'editor', 'reviewer', 'viewer')"),
        rule("ck_break_glass_requests_state", "state IN ('pending', 'approved', 'refused')"),
        rule("ck_break_glass_requests_two_persons", "decided_by IS NULL OR decided_by <> requested_by"),
        of_an_initiative("break_glass_requests"),
        of_a_person("break_glass_requests"),
        key=["organisation_id", "id"],
    )
    index("break_glass_requests", "organisation_id", "initiative_id")


def add_grants() -> None:
    small_table(
        "grants",
        *columns(ID, "organisation_id", "initiative_id", "person_id"),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("given_by", ID, nullable=False),
        *columns(MOMENT, "given_at", "changed_at"),
        rule("ck_grants_role", "role IN ('owner', 'editor', 'reviewer', 'viewer')"),
        of_an_initiative("grants"),
        of_a_person("grants"),
        key=["organisation_id", "initiative_id", "person_id"],
    )
    index("grants", "organisation_id", "person_id", "changed_at", "initiative_id")


def add_notices() -> None:
    small_table(
        "notices",
        *columns(ID, "organisation_id", "id", "person_id"),
        sa.Column("kind", sa.String(40), nullable=False),
        *columns(ID, "initiative_id", "subject_id"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("read_at", MOMENT, nullable=True),
        of_a_person("notices"),
        key=["organisation_id", "id"],
    )
    index("notices", "organisation_id", "person_id", "created_at")


def add_reviews() -> None:
    small_table(
        "reviews",
        *columns(ID, "organisation_id", "initiative_id", "id", "submitted_by"),
        *columns(sa.Integer(), "revision", "version"),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        rule("ck_reviews_state", "state IN ('submitted', 'changes_requested', 'signed_off', 'withdrawn')"),
        of_an_initiative("reviews"),
        key=["organisation_id", "initiative_id", "id"],
    )
    index("reviews", "organisation_id", "initiative_id", "submitted_at")


def add_revisions() -> None:
    op.create_table(
        "revisions",
        *columns(ID, "organisation_id", "initiative_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("cause", sa.String(20), nullable=False),
        sa.Column("restored_from", sa.Integer(), nullable=True),
        sa.Column("checklist_digest", sa.String(64), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        rule("ck_revisions_restored_from", "(cause = 'restored') = (restored_from IS NOT NULL)"),
        rule("ck_revisions_cause", "cause IN ('created', 'replaced', 'patched', 'restored')"),
        rule("ck_revisions_number", "number >= 1"),
        judged_by_a_checklist("revisions"),
        of_an_initiative("revisions"),
        sa.PrimaryKeyConstraint("organisation_id", "initiative_id", "number", name="pk_revisions"),
    )


def add_sessions() -> None:
    small_table(
        "sessions",
        *columns(ID, "organisation_id", "id", "person_id"),
        sa.Column("digest", sa.String(64), nullable=False),
        *columns(MOMENT, "created_at", "expires_at"),
        of_a_person("sessions"),
        key=["organisation_id", "id"],
    )
    index("sessions", "digest")
    index("sessions", "organisation_id", "person_id")


def add_threads() -> None:
    small_table(
        "threads",
        *columns(ID, "organisation_id", "initiative_id", "id", "created_by"),
        *columns(sa.Integer(), "revision", "version"),
        *columns(sa.String(20), "about", "state"),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("settled_by", ID, nullable=True),
        sa.Column("settled_at", MOMENT, nullable=True),
        rule("ck_threads_about", "about IN ('finding', 'field', 'whole')"),
        rule("ck_threads_state", "state IN ('open', 'resolved')"),
        of_an_initiative("threads"),
        key=["organisation_id", "initiative_id", "id"],
    )
    index("threads", "organisation_id", "initiative_id", "created_at", "id")


def add_waivers() -> None:
    small_table(
        "waivers",
        *columns(ID, "organisation_id", "initiative_id"),
        sa.Column("check_id", sa.String(200), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("given_by", ID, nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("approved_by", ID, nullable=True),
        sa.Column("approved_at", MOMENT, nullable=True),
        sa.Column("checklist", sa.Text(), nullable=False),
        sa.Column("checklist_version", sa.Integer(), nullable=False),
        of_an_initiative("waivers"),
        key=["organisation_id", "initiative_id", "check_id"],
    )


def add_comments() -> None:
    small_table(
        "comments",
        *columns(ID, "organisation_id", "initiative_id", "thread_id"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("written_by", ID, nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id", "initiative_id", "thread_id"],
            ["threads.organisation_id", "threads.initiative_id", "threads.id"],
            name="fk_comments_threads",
            ondelete="CASCADE",
        ),
        key=["organisation_id", "initiative_id", "thread_id", "number"],
    )


def add_evaluations() -> None:
    op.create_table(
        "evaluations",
        *columns(ID, "organisation_id", "initiative_id"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("checklist_digest", sa.String(64), nullable=False),
        sa.Column("codes", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        judged_by_a_checklist("evaluations"),
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


TABLES = {
    "checklists": add_checklists,
    "organisations": add_organisations,
    "shreds": add_shreds,
    "audit_entries": add_audit_entries,
    "audit_heads": add_audit_heads,
    "counters": add_counters,
    "idempotency_keys": add_idempotency_keys,
    "initiatives": add_initiatives,
    "people": add_people,
    "api_keys": add_api_keys,
    "break_glass_requests": add_break_glass_requests,
    "grants": add_grants,
    "notices": add_notices,
    "reviews": add_reviews,
    "revisions": add_revisions,
    "sessions": add_sessions,
    "threads": add_threads,
    "waivers": add_waivers,
    "comments": add_comments,
    "evaluations": add_evaluations,
}


def upgrade() -> None:
    for add in TABLES.values():
        add()
    protect(op.get_bind(), [table for table in TABLES if table != "checklists"])  # these belong to nobody


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
