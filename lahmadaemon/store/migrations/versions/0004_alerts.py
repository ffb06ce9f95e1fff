"""Incidents and the messages owed about them: rows before they are messages."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "alert_incidents",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("condition", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("raised_at", sa.BigInteger, nullable=False),
        sa.Column("fired_at", sa.BigInteger),
        sa.Column("cleared_at", sa.BigInteger),
        sa.Column("resolved_at", sa.BigInteger),
        sa.Column("unstable_at", sa.BigInteger),
        sa.Column("notified_at", sa.BigInteger),
        sa.Column("told", sa.Text),
        sa.Column("notices", sa.Integer, nullable=False),
        sa.Column("acked_at", sa.BigInteger),
        sa.Column("acked_by", sa.Text),
        sa.Column("changes", sa.Text, nullable=False),
        sa.Column("owed", sa.Text),
        sa.Column("owed_since", sa.BigInteger),
        sa.PrimaryKeyConstraint("number", name="pk_alert_incidents"),
    )
    op.create_index("ix_alert_incidents_state", "alert_incidents", ["state"])
    op.create_table(
        "alert_mutes",
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("muted_at", sa.BigInteger, nullable=False),
        sa.Column("muted_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_alert_mutes"),
    )
    op.create_table(
        "alert_deliveries",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("day", sa.Text),
        sa.Column("random_id", sa.BigInteger, nullable=False),
        sa.Column("written_at", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("not_before", sa.BigInteger, nullable=False),
        sa.Column("settled_at", sa.BigInteger),
        sa.Column("error", sa.Text),
        sa.Column("fallback_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("number", name="pk_alert_deliveries"),
    )
    op.create_index("ix_alert_deliveries_state", "alert_deliveries", ["state"])
    op.create_index("ix_alert_deliveries_recipient_day", "alert_deliveries", ["recipient", "day"], unique=True)
    op.create_table(
        "alert_audit",
        sa.Column("number", sa.Integer, nullable=False, autoincrement=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_alert_audit"),
    )
    op.create_table(
        "alert_peers",
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("peer", sa.BigInteger, nullable=False),
        sa.Column("access_hash", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("recipient", name="pk_alert_peers"),
    )
