"""What was on air, as it was heard."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "radio_on_air",
        sa.Column("station", sa.Text, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.Column("online", sa.Boolean, nullable=False),
        sa.Column("live", sa.Boolean, nullable=False),
        sa.Column("streamer", sa.Text, nullable=False),
        sa.Column("artist", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("playlist", sa.Text, nullable=False),
        sa.Column("play", sa.BigInteger),
        sa.Column("origin", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("station", "since", name="pk_radio_on_air"),
    )
    op.create_index("ix_radio_on_air_station_until", "radio_on_air", ["station", "until"])
