"""The first books."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# a migration is history: it names its own types, so that a later change of the schema does not change it
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables."""
    counter = op.create_table(
        "counter",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )
    op.bulk_insert(counter, [{"name": "booking", "value": 0}, {"name": "audit", "value": 0}])
    _bookings()
    _overrides_and_plans()
    _commands_and_decisions()
    _people()


def _bookings() -> None:
    op.create_table(
        "booking",
        *_name(),
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("held_start", INSTANT, nullable=False),
        sa.Column("held_end", INSTANT, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        *_kept(),
        sa.PrimaryKeyConstraint("source", "id", name="pk_booking"),
        sa.UniqueConstraint("revision", name="uq_booking_revision"),
    )
    op.create_index("ix_booking_site_revision", "booking", ["site", "revision"])
    op.create_index("ix_booking_site_held_start", "booking", ["site", "held_start"])
    op.create_index("ix_booking_site_held_end", "booking", ["site", "held_end"])
    op.create_table(
        "booking_zone",
        *_name(),
        sa.Column("zone", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("source", "id", "zone", name="pk_booking_zone"),
    )
    op.create_table(
        "booking_version",
        *_name(),
        *_kept(),
        sa.PrimaryKeyConstraint("source", "id", "version", name="pk_booking_version"),
        sa.UniqueConstraint("revision", name="uq_booking_version_revision"),
    )


def _name() -> list[sa.Column[Any]]:
    return [sa.Column("source", sa.String(100), nullable=False), sa.Column("id", sa.String(500), nullable=False)]


def _kept() -> list[sa.Column[Any]]:
    return [
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("content", DOCUMENT, nullable=False),
    ]


def _overrides_and_plans() -> None:
    op.create_table(
        "override",
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("zone", sa.String(100), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("value", sa.Double()),
        sa.Column("since_at", INSTANT, nullable=False),
        sa.Column("until_at", INSTANT, nullable=False),
        sa.Column("by_whom", sa.String(200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_override"),
    )
    op.create_index("ix_override_site_until_at", "override", ["site", "until_at"])
    op.create_table(
        "plan",
        sa.Column("number", SERIAL, autoincrement=True, nullable=False),
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_plan"),
    )
    op.create_index("ix_plan_site_number", "plan", ["site", "number"])


def _commands_and_decisions() -> None:
    op.create_table(
        "command_status",
        sa.Column("number", SERIAL, autoincrement=True, nullable=False),
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("point", sa.String(200), nullable=False),
        sa.Column("command", sa.String(100), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("content", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_command_status"),
    )
    op.create_index("ix_command_status_site_number", "command_status", ["site", "number"])
    op.create_index("ix_command_status_site_point_number", "command_status", ["site", "point", "number"])
    op.create_index("ix_command_status_at", "command_status", ["at"])
    for table, state in (("decision", []), ("decision_change", [sa.Column("state", sa.String(20), nullable=False)])):
        key = ("site", "zone") if table == "decision" else ("site", "zone", "at")
        op.create_table(
            table,
            sa.Column("site", sa.String(100), nullable=False),
            sa.Column("zone", sa.String(100), nullable=False),
            sa.Column("at", INSTANT, nullable=False),
            *state,
            sa.Column("content", DOCUMENT, nullable=False),
            sa.PrimaryKeyConstraint(*key, name=f"pk_{table}"),
        )
    op.create_index("ix_decision_change_at", "decision_change", ["at"])


def _people() -> None:
    op.create_table(
        "api_key",
        sa.Column("id", sa.String(100), nullable=False),
        sa.Column("prefix", sa.String(100), nullable=False),
        sa.Column("secret_hash", sa.String(500), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("sites", DOCUMENT, nullable=False),
        sa.Column("zones", DOCUMENT, nullable=False),
        sa.Column("sources", DOCUMENT, nullable=False),
        sa.Column("expires_at", INSTANT),
        sa.Column("revoked_at", INSTANT),
        sa.Column("last_used_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        sa.UniqueConstraint("prefix", name="uq_api_key_prefix"),
    )
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("action", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(1000), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audit"),
    )
    op.create_table(
        "alarm",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("site", sa.String(100), nullable=False),
        sa.Column("cause", sa.String(100), nullable=False),
        sa.Column("subject", sa.String(300), nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("text", DOCUMENT, nullable=False),
        sa.Column("cleared_at", INSTANT),
        sa.Column("acknowledged_at", INSTANT),
        sa.Column("acknowledged_by", sa.String(200), nullable=False),
        sa.Column("shelved_until", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_alarm"),
    )
    op.create_index(
        "uq_alarm_standing",
        "alarm",
        ["site", "cause", "subject"],
        unique=True,
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    op.create_index("ix_alarm_site_raised_at", "alarm", ["site", "raised_at"])
