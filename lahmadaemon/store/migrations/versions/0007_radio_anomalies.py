"""What was strange about a stretch of measuring."""

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    pass
