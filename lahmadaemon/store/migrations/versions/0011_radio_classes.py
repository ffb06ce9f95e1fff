"""What the classes of listening need to know of an address, told at the door: the address itself is not kept."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("radio_connections", sa.Column("neighbourhood", sa.LargeBinary))
    op.add_column("radio_connections", sa.Column("listed", sa.Text))
