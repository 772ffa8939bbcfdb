"""Which program judged each initiative, so that the judgement of another one is not taken for one's own."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("initiatives", sa.Column("program", sa.String(16), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("initiatives", "program")
