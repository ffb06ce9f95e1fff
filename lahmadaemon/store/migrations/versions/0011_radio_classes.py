"""What the classes of listening need to know of a connection."""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    pass
