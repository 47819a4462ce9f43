"""Notices on their way and what was told, addresses they are posted to, losses of efficiency; when an alarm was escalated."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.add_column("alarm", sa.Column("escalated_at", INSTANT))
    _outbox()
    op.create_table(
        "webhook_address",
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("secret", sa.String(500), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sites", DOCUMENT, nullable=False),
        sa.Column("zones", DOCUMENT, nullable=False),
        sa.Column("kinds", DOCUMENT, nullable=False),
        sa.Column("disabled_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_address"),
    )
    op.create_table(
        "loss",
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("zone", sa.String(100), nullable=False),
        sa.Column("since_at", INSTANT, nullable=False),
        sa.Column("until_at", INSTANT, nullable=False),
        sa.Column("kwh", sa.Double()),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("content", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_loss"),
    )
    op.create_index("ix_loss_site_since_at", "loss", ["site", "since_at"])


def _outbox() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("channel", sa.String(500), nullable=False),
        sa.Column("notice_id", sa.String(200), nullable=False),
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("claimed_until", INSTANT),
        sa.Column("done_at", INSTANT),
        sa.Column("last_answer", sa.Text(), nullable=False),
        sa.Column("notice", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("channel", "notice_id", name="uq_delivery_channel_notice_id"),
    )
    op.create_index("ix_delivery_state", "delivery", ["state", "due_at"])
    op.create_index("ix_delivery_site", "delivery", ["site", "created_at"])
    op.create_table(
        "told",
        sa.Column("topic", sa.String(200), nullable=False),
        sa.Column("state", sa.String(100), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("topic", name="pk_told"),
    )
