"""Figures that outlive the sessions they were made of, and indexes for a station of millions of sessions."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

OPEN, LONG, ADDRESSED = "ended_at IS NULL", "ended_at - started_at > 86400000", "ip IS NOT NULL"


def upgrade() -> None:
    op.create_table(
        "radio_hours",
        sa.Column("station", sa.Text, nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("mount", sa.Text, nullable=False),
        sa.Column("length", sa.BigInteger, nullable=False),
        sa.Column("covered", sa.BigInteger, nullable=False),
        sa.Column("net_listened", sa.BigInteger, nullable=False),
        sa.Column("net_peak", sa.Integer, nullable=False),
        sa.Column("net_listeners", sa.Integer, nullable=False),
        sa.Column("net_starts", sa.Integer, nullable=False),
        sa.Column("gross_listened", sa.BigInteger, nullable=False),
        sa.Column("gross_peak", sa.Integer, nullable=False),
        sa.Column("gross_listeners", sa.Integer, nullable=False),
        sa.Column("gross_starts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("station", "start", "mount", name="pk_radio_hours"),
    )
    op.create_table(
        "radio_kept",
        sa.Column("station", sa.Text, nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("end", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("rules", sa.Text, nullable=False),
        sa.Column("stamp", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("content", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("station", "start", "end", "kind", name="pk_radio_kept"),
    )
    op.create_table(
        "radio_gone",
        sa.Column("station", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("before", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("station", "what", name="pk_radio_gone"),
    )
    op.create_index(
        "ix_radio_connections_station_started_at_ended_at", "radio_connections", ["station", "started_at", "ended_at"]
    )
    for name, columns, which in (
        ("open", ["station", "started_at"], OPEN),
        ("long", ["station", "ended_at", "started_at"], LONG),
        ("addressed", ["station", "first_seen_at"], ADDRESSED),
    ):
        where = sa.text(which)
        op.create_index(
            f"ix_radio_connections_{name}", "radio_connections", columns, sqlite_where=where, postgresql_where=where
        )
