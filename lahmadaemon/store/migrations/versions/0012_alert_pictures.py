"""The picture of a weekly digest, once for all who get it."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "alert_pictures",
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_alert_pictures"),
    )
