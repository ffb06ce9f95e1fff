"""What the visitors room keeps: every file that was judged, every crossing once, running totals of each day."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "visitor_files",
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("committed_at", sa.BigInteger, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("rows_new", sa.Integer, nullable=False),
        sa.Column("rows_known", sa.Integer, nullable=False),
        sa.Column("rows_bad", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("camera", "digest", name="pk_visitor_files"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_visitor_files_camera_status_committed_at", "visitor_files", ["camera", "status", "committed_at"]
    )
    op.create_table(
        "visitor_crossings",
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("person", sa.BigInteger, nullable=False),
        sa.Column("direction", sa.SmallInteger, nullable=False),
        sa.Column("frame", sa.BigInteger, nullable=False),
        sa.Column("file", sa.LargeBinary, nullable=False),
        sa.Column("more", sa.Text),
        sa.PrimaryKeyConstraint("camera", "at", "person", "direction", "frame", name="pk_visitor_crossings"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "visitor_rejected_rows",
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("raw", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("camera", "digest", "position", name="pk_visitor_rejected_rows"),
    )
    op.create_table(
        "visitor_cameras",
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("watched_since", sa.BigInteger, nullable=False),
        sa.Column("last_file_at", sa.BigInteger),
        sa.Column("last_crossings_at", sa.BigInteger),
        sa.Column("last_invalid_at", sa.BigInteger),
        sa.Column("last_crossing", sa.BigInteger),
        sa.PrimaryKeyConstraint("camera", name="pk_visitor_cameras"),
    )
    op.create_table(
        "visitor_days",
        sa.Column("camera", sa.Text, nullable=False),
        sa.Column("day", sa.Text, nullable=False),
        sa.Column("ins", sa.Integer, nullable=False),
        sa.Column("outs", sa.Integer, nullable=False),
        sa.Column("others", sa.Integer, nullable=False),
        sa.Column("first_at", sa.BigInteger, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("camera", "day", name="pk_visitor_days"),
    )
