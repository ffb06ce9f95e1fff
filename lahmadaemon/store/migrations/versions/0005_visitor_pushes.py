"""The reports owed to partners: bytes frozen when they are written, sent in order, never rebuilt."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "visitor_pushes",
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("ssid", sa.Text, nullable=False),
        sa.Column("window_end", sa.BigInteger, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("written_at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("refusals", sa.Integer, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("keep_until", sa.BigInteger, nullable=False),
        sa.Column("settled_at", sa.BigInteger),
        sa.Column("status", sa.Integer),
        sa.Column("desc", sa.Text),
        sa.Column("answer", sa.Text),
        sa.Column("error", sa.Text),
        sa.Column("latency", sa.BigInteger),
        sa.PrimaryKeyConstraint("target", "ssid", "window_end", name="pk_visitor_pushes"),
    )
    op.create_index("ix_visitor_pushes_target_state_window_end", "visitor_pushes", ["target", "state", "window_end"])
