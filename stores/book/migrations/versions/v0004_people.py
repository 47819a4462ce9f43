"""People who sign in, and their sessions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "person",
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("password_hash", sa.String(500), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sites", DOCUMENT, nullable=False),
        sa.Column("zones", DOCUMENT, nullable=False),
        sa.Column("tenant", sa.String(100)),
        sa.Column("subject", sa.String(500)),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("disabled_at", INSTANT),
        sa.Column("last_seen_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("subject", name="uq_person_subject"),
    )
    op.create_table(
        "session",
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("person", sa.String(100), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("secret_hash", name="pk_session"),
    )
    op.create_index("ix_session_person", "session", ["person"])
    op.create_index("ix_session_expires_at", "session", ["expires_at"])
