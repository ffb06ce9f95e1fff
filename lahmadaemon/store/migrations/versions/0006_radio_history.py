"""Connections know who told of them first; stretches of time that a server's history or an import vouches for; hours
whose figures changed after the event."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("radio_connections", sa.Column("origin", sa.Text, nullable=False, server_default="poll"))
    op.create_table(
        "radio_spans",
        sa.Column("station", sa.Text, nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("end", sa.BigInteger, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("noted_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("station", "start", "end", "origin", name="pk_radio_spans"),
    )
    op.create_index("ix_radio_spans_station_end", "radio_spans", ["station", "end"])
    op.create_table(
        "radio_amended",
        sa.Column("station", sa.Text, nullable=False),
        sa.Column("hour", sa.BigInteger, nullable=False),
        sa.Column("noted_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("station", "hour", name="pk_radio_amended"),
    )
