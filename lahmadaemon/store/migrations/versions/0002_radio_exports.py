"""Which days have been exported, and when, so that a day is written again until it has settled."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "radio_exports",
        sa.Column("station", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("exported_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("station", "day", name="pk_radio_exports"),
    )
