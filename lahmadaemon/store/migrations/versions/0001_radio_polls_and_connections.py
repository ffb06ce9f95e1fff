"""What the radio room sees: every poll, and every connection a poll told of."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "radio_polls",
        sa.Column("station", sa.Text, nullable=False),
        sa.Column("polled_at", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("every", sa.BigInteger, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("rows", sa.Integer),
        sa.Column("total", sa.Integer),
        sa.Column("unique_total", sa.Integer),
        sa.Column("latency", sa.BigInteger, nullable=False),
        sa.Column("skew", sa.BigInteger),
        sa.PrimaryKeyConstraint("station", "polled_at", name="pk_radio_polls"),
    )
    op.create_index("ix_radio_polls_station_outcome_at", "radio_polls", ["station", "outcome", "at"])
    op.create_table(
        "radio_connections",
        sa.Column("station", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("started_at", sa.BigInteger, nullable=False),
        sa.Column("identity", sa.LargeBinary, nullable=False),
        sa.Column("network", sa.LargeBinary, nullable=False),
        sa.Column("first_seen_at", sa.BigInteger, nullable=False),
        sa.Column("last_seen_at", sa.BigInteger),
        sa.Column("missed_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("mount", sa.Text, nullable=False),
        sa.Column("user_agent", sa.Text, nullable=False),
        sa.Column("is_bot", sa.Boolean, nullable=False),
        sa.Column("is_mobile", sa.Boolean, nullable=False),
        sa.Column("internal", sa.Boolean, nullable=False),
        sa.Column("located", sa.Boolean, nullable=False),
        sa.Column("country", sa.Text),
        sa.Column("city", sa.Text),
        sa.Column("ip", sa.Text),
        sa.PrimaryKeyConstraint("station", "digest", "started_at", name="pk_radio_connections"),
    )
    op.create_index("ix_radio_connections_station_ended_at", "radio_connections", ["station", "ended_at"])
    op.create_index(
        "ix_radio_connections_station_identity_started_at", "radio_connections", ["station", "identity", "started_at"]
    )
