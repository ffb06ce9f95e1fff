"""What becomes of crossings that are not kept one by one any more."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "visitor_quarters",
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("start", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("direction", sa.SmallInteger, autoincrement=False, nullable=False),
        sa.Column("many", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("camera", "start", "direction", name="pk_visitor_quarters"),
        sqlite_with_rowid=False,
    )
