"""Long holds are marked: all others that overlap a span are found by their start, however many came before."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LONG = {
    "sqlite": "julianday(held_end) - julianday(held_start) > 14",
    "postgresql": "held_end - held_start > interval '14 days'",
}


def upgrade() -> None:
    """Add the mark, set it, and index those that have it."""
    op.add_column("booking", sa.Column("held_long", sa.SmallInteger(), nullable=False, server_default=sa.text("0")))
    op.execute(sa.text(f"UPDATE booking SET held_long = 1 WHERE {LONG[op.get_bind().dialect.name]}"))  # noqa: S608 - words of our own
    only = sa.text("held_long = 1")
    op.create_index("ix_booking_long", "booking", ["site", "held_start"], sqlite_where=only, postgresql_where=only)
