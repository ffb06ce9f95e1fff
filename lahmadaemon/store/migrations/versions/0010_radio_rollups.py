"""Figures that outlive the sessions they were made of."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    pass
