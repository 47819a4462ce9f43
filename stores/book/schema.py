"""The tables of the books, as the newest migration leaves them. A test compares the two."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Double,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from premises.time import utc

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

_TEXT_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


class Instant(TypeDecorator[datetime]):
    """An aware UTC instant: `timestamptz` in PostgreSQL, text of fixed width (so that it sorts) in SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(27))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        if value is None:
            return None
        return utc(value).strftime(_TEXT_FORM) if dialect.name == "sqlite" else utc(value)

    def process_result_value(self, value: datetime | str | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return datetime.fromisoformat(value) if isinstance(value, str) else value.astimezone(UTC)


Document = JSON().with_variant(JSONB(), "postgresql")
"""Content that is kept whole. PostgreSQL can search in it; nothing here needs to."""

_Serial = BigInteger().with_variant(Integer(), "sqlite")  # SQLite numbers rows by itself only in an INTEGER key


counters = Table(
    "counter",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", BigInteger, nullable=False),
)

bookings = Table(
    "booking",
    metadata,
    Column("source", String(100), primary_key=True),
    Column("id", String(500), primary_key=True),
    Column("site", String(100), nullable=False),
    Column("held_start", Instant, nullable=False),
    Column("held_end", Instant, nullable=False),
    Column("held_long", SmallInteger, nullable=False, server_default=text("0")),
    Column("status", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("content", Document, nullable=False),
    UniqueConstraint("revision"),
    Index(None, "site", "revision"),
    Index(None, "site", "held_start"),
    Index(None, "site", "held_end"),
    Index("ix_booking_long", "site", "held_start", sqlite_where=text("held_long = 1"), postgresql_where=text("held_long = 1")),
)

booking_zones = Table(
    "booking_zone",
    metadata,
    Column("source", String(100), primary_key=True),
    Column("id", String(500), primary_key=True),
    Column("zone", String(100), primary_key=True),
)

booking_versions = Table(
    "booking_version",
    metadata,
    Column("source", String(100), primary_key=True),
    Column("id", String(500), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("content", Document, nullable=False),
    UniqueConstraint("revision"),
)

overrides = Table(
    "override",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("site", String(100), nullable=False),
    Column("zone", String(100), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("value", Double),
    Column("since_at", Instant, nullable=False),
    Column("until_at", Instant, nullable=False),
    Column("by_whom", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("ended_at", Instant),
    Index(None, "site", "until_at"),
)

plans = Table(
    "plan",
    metadata,
    Column("number", _Serial, primary_key=True, autoincrement=True),
    Column("site", String(100), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Index(None, "site", "number"),
)

commands = Table(
    "command_status",
    metadata,
    Column("number", _Serial, primary_key=True, autoincrement=True),
    Column("site", String(100), nullable=False),
    Column("point", String(200), nullable=False),
    Column("command", String(100), nullable=False),
    Column("state", String(20), nullable=False),
    Column("at", Instant, nullable=False),
    Column("content", Document, nullable=False),
    Index(None, "site", "number"),
    Index(None, "site", "point", "number"),
    Index(None, "at"),
)

decisions = Table(
    "decision",
    metadata,
    Column("site", String(100), primary_key=True),
    Column("zone", String(100), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("content", Document, nullable=False),
)

decision_changes = Table(
    "decision_change",
    metadata,
    Column("site", String(100), primary_key=True),
    Column("zone", String(100), primary_key=True),
    Column("at", Instant, primary_key=True),
    Column("state", String(20), nullable=False),
    Column("content", Document, nullable=False),
    Index(None, "at"),
)

keys = Table(
    "api_key",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("prefix", String(100), nullable=False),
    Column("secret_hash", String(500), nullable=False),
    Column("role", String(20), nullable=False),
    Column("label", String(200), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("sites", Document, nullable=False),
    Column("zones", Document, nullable=False),
    Column("sources", Document, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
    Column("last_used_at", Instant),
    UniqueConstraint("prefix"),
)

audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("who", String(200), nullable=False),
    Column("action", String(200), nullable=False),
    Column("subject", String(1000), nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

alarms = Table(
    "alarm",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("site", String(100), nullable=False),
    Column("cause", String(100), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("raised_at", Instant, nullable=False),
    Column("text", Document, nullable=False),
    Column("cleared_at", Instant),
    Column("acknowledged_at", Instant),
    Column("acknowledged_by", String(200), nullable=False),
    Column("shelved_until", Instant),
    Column("escalated_at", Instant),
    Index(
        "uq_alarm_standing",
        "site",
        "cause",
        "subject",
        unique=True,
        sqlite_where=text("cleared_at IS NULL"),
        postgresql_where=text("cleared_at IS NULL"),
    ),
    Index(None, "site", "raised_at"),
)

corrections = Table(
    "correction",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("site", String(100), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("since_at", Instant, nullable=False),
    Column("until_at", Instant),
    Column("recorded_at", Instant, nullable=False),
    Column("content", Document, nullable=False),
    Column("withdrawn_at", Instant),
    Column("withdrawn_by", String(200), nullable=False),
    Column("withdrawn_reason", Text, nullable=False),
    Index(None, "site", "since_at"),
)

deliveries = Table(
    "delivery",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("channel", String(500), nullable=False),
    Column("notice_id", String(200), nullable=False),
    Column("site", String(100), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("claimed_until", Instant),
    Column("done_at", Instant),
    Column("last_answer", Text, nullable=False),
    Column("notice", Document, nullable=False),
    UniqueConstraint("channel", "notice_id"),
    Index("ix_delivery_state", "state", "due_at"),
    Index("ix_delivery_site", "site", "created_at"),
)

told = Table(
    "told",
    metadata,
    Column("topic", String(200), primary_key=True),
    Column("state", String(100), nullable=False),
    Column("at", Instant, nullable=False),
)

webhooks = Table(
    "webhook_address",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("url", Text, nullable=False),
    Column("secret", String(500), nullable=False),
    Column("label", String(200), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("sites", Document, nullable=False),
    Column("zones", Document, nullable=False),
    Column("kinds", Document, nullable=False),
    Column("disabled_at", Instant),
)

losses = Table(
    "loss",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("site", String(100), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("zone", String(100), nullable=False),
    Column("since_at", Instant, nullable=False),
    Column("until_at", Instant, nullable=False),
    Column("kwh", Double),
    Column("days", Integer, nullable=False),
    Column("found_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("content", Document, nullable=False),
    Index("ix_loss_site_since_at", "site", "since_at"),
)

people = Table(
    "person",
    metadata,
    Column("id", String(100), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("password_hash", String(500), nullable=False),
    Column("role", String(20), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("sites", Document, nullable=False),
    Column("zones", Document, nullable=False),
    Column("tenant", String(100)),
    Column("subject", String(500)),
    Column("language", String(20), nullable=False),
    Column("disabled_at", Instant),
    Column("last_seen_at", Instant),
    UniqueConstraint("subject"),
)

sessions = Table(
    "session",
    metadata,
    Column("secret_hash", String(64), primary_key=True),
    Column("person", String(100), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index(None, "person"),
    Index(None, "expires_at"),
)
