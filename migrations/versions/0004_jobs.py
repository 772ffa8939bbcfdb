"""Work that outlives a request: jobs and the pieces that workers share."""

import sqlalchemy as sa
from alembic import op

from app.storage.row_security import protect

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.String(36)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    add_jobs()
    add_job_pieces()
    protect(op.get_bind(), ["jobs", "job_pieces"])


def downgrade() -> None:
    op.drop_table("job_pieces")
    op.drop_table("jobs")


def add_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("checklist", sa.Text(), nullable=False),
        sa.Column("checklist_digest", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('running', 'done', 'cancelled')", name=op.f("ck_jobs_state")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name="fk_jobs_organisations"),
        sa.PrimaryKeyConstraint("organisation_id", "id", name="pk_jobs"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_jobs_organisation_id_created_at_id", "jobs", ["organisation_id", "created_at", "id"])
    op.create_index("ix_jobs_state", "jobs", ["state"])


def add_job_pieces() -> None:
    op.create_table(
        "job_pieces",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("job_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("after", sa.String(36), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("locked_by", sa.String(36), nullable=False),
        sa.Column("locked_until", MOMENT, nullable=False),
        sa.Column("examined", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.CheckConstraint("number >= 0", name=op.f("ck_job_pieces_number")),
        sa.ForeignKeyConstraint(
            ["organisation_id", "job_id"],
            ["jobs.organisation_id", "jobs.id"],
            name="fk_job_pieces_jobs",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("organisation_id", "job_id", "number", name="pk_job_pieces"),
        sqlite_with_rowid=False,
    )
