"""The ports through which the rooms talk at run time; `greenroom/` fills them in.

All methods are synchronous and safe to call from several threads. Methods of stores raise StoreUnavailableError where the
same call may succeed later. Unless said otherwise, unknown sites and points raise UnknownNameError.

Longer than other files on purpose: one page that lists every port is what a reader looks for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from premises.booking import Booking, BookingKey, BookingStatus, Override, StoredBooking
from premises.command import Command, CommandStatus
from premises.decision import ZoneDecision
from premises.errors import UnknownNameError
from premises.plan import Plan, ReadyBy
from premises.reading import RawMessage, Reading, Sheaf
from premises.site import Cluster, Site
from premises.time import Clock, Interval

if TYPE_CHECKING:
    from premises.desks import Configuration, PeopleBook, QuarantineDesk, ReportShelf, WebhookBook
    from premises.losses import LossBook
    from premises.notice import Outbox

# --- telemetry ---------------------------------------------------------------------------------------------------------


class Resolution(StrEnum):
    """Width of the windows of a series. Days and months are cut in the site's zone."""

    RAW = "raw"
    QUARTER = "quarter"
    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Bucket:
    """One window `[start, end)` of a point's series.

    mean is time-weighted; last is the newest value in the window; count is the number of readings; completeness is the share
    (0 to 1) of the window that is covered by readings. A window without readings has count 0 and None for every value but the
    mean, which is given where a reading before it still holds (a state that is told on change only).
    Flags (booleans) count as 0 and 1, so that their mean is the share of time on. Texts have `text`, the newest, only.
    """

    start: datetime
    end: datetime
    mean: float | None
    low: float | None
    high: float | None
    last: float | None
    count: int
    completeness: float
    text: str | None = None


@dataclass(frozen=True, slots=True)
class EnergyBucket:
    """Energy of a counter in one window, by difference.

    kwh: measured and estimated together, None where nothing is known; estimated_kwh: the part of it that was interpolated
    over a gap by the stated rule; completeness: share (0 to 1) of the window that lies between readings no further apart than
    the point's largest gap.
    """

    start: datetime
    end: datetime
    kwh: float | None
    estimated_kwh: float
    completeness: float


class TelemetryStore(Protocol):
    """Keeps every reading. Writing the same (site, point, time) twice is the same as once; the newer write wins."""

    def write(self, site: str, readings: Sequence[Reading]) -> None:
        """All or nothing. Raises StoreUnavailableError, StoreDeniedError, or StoreRefusedError for data it cannot take."""
        ...

    def latest(self, site: str, points: Sequence[str] | None = None) -> Mapping[str, Reading]:
        """The newest reading of each point that has one."""
        ...

    def readings(self, site: str, point: str, interval: Interval, limit: int | None = None) -> list[Reading]:
        """Raw readings in order of time, at most `limit` of the oldest."""
        ...

    def series(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[Bucket]:
        """Every window that touches the interval, also empty ones, in order. RAW gives one bucket per reading."""
        ...

    def energy(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[EnergyBucket]:
        """Energy of a counter point in every window that touches the interval (not RAW)."""
        ...

    def points_seen(self, site: str) -> Sequence[str]:
        """Ids of points that have any reading, sorted."""
        ...

    def check(self) -> str:
        """Name and version of what answers. Raises StoreUnavailableError or StoreDeniedError."""
        ...

    def close(self) -> None: ...


@runtime_checkable
class SheafStore(Protocol):
    """A TelemetryStore that takes what the intake has as it is, without a Reading of each value in between."""

    def write_sheaves(self, site: str, sheaves: Sequence[Sheaf]) -> None:
        """As `write` of their readings in that order: all or nothing, the same errors."""
        ...


# --- the intake --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IntakeStatus:
    """The accounting identity: received = stored + journalled + quarantined + ignored + in_flight, in messages.

    journalled: durable, not yet in the store; in_flight: received, not yet durable. rate_per_s: over the last minute.
    readings_*: the same in readings, for what was decoded. connected: whether the broker is there.
    """

    received: int
    stored: int
    journalled: int
    quarantined: int
    ignored: int
    in_flight: int
    readings_stored: int
    oldest_unsent_s: float
    rate_per_s: float
    connected: bool
    last_seen: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def balanced(self) -> bool:
        return self.received == self.stored + self.journalled + self.quarantined + self.ignored + self.in_flight


class Intake(Protocol):
    def status(self) -> IntakeStatus: ...


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A message in the journal; positions grow by one from 1."""

    position: int
    message: RawMessage


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A message, or one reading of it, that could not be taken; kept whole until a person decides."""

    id: int
    message: RawMessage
    reason: str
    family: str | None
    at: datetime


class Journal(Protocol):
    """Raw messages on disk, before anything else happens to them. Counts survive restarts."""

    def append(self, messages: Sequence[RawMessage]) -> int:
        """Make the messages durable, in order; the position of the last. Raises JournalFullError, StoreUnavailableError."""
        ...

    def read(self, after: int, limit: int) -> list[JournalEntry]:
        """Entries after that position, in order."""
        ...

    def run(self, after: int, limit: int) -> Sequence[RawMessage]:
        """The messages of `read`, without their positions: these grow by one from `after`."""
        ...

    def settle(self, up_to: int, *, stored: int, ignored: int, readings: int, quarantined: Sequence[Quarantined]) -> None:
        """In one transaction: all entries up to that position are dealt with; add to the counts, keep the quarantined."""
        ...

    def position(self) -> int:
        """The position up to which all is settled."""
        ...

    def counts(self) -> Mapping[str, int]:
        """received, stored, ignored, quarantined, readings since the journal was made, and journalled now."""
        ...

    def quarantine(self, limit: int = 100, after: int = 0) -> list[Quarantined]: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class LiveValue:
    """The newest reading of a point. known: False where it is stale, its device is away, or its age is unknown."""

    reading: Reading
    known: bool


class LiveReadings(Protocol):
    """The newest readings in memory. What is stale is told as such: the last value does not hold for ever."""

    def get(self, site: str, point: str) -> LiveValue | None: ...

    def all(self, site: str) -> Mapping[str, LiveValue]: ...


class CommandBus(Protocol):
    """Sends commands to devices, and sees to it that they are confirmed, retried, and given up with an alarm."""

    def send(self, commands: Sequence[Command]) -> None:
        """Queue the commands; a newer one for the same point supersedes an older one."""
        ...

    def pending(self, site: str) -> Mapping[str, CommandStatus]:
        """By point: the newest command that is neither expired nor superseded."""
        ...


# --- the books (SQL) ---------------------------------------------------------------------------------------------------


class PutOutcome(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class BookingQuery:
    """Filters of a list; None: not filtered. overlaps: by held span. after_revision: only changes after that revision.

    after: only bookings behind that place (start of hold, source, id) in the order of start of hold and key: for pages.
    """

    site: str | None = None
    zone: str | None = None
    source: str | None = None
    overlaps: Interval | None = None
    statuses: frozenset[BookingStatus] | None = None
    updated_since: datetime | None = None
    after_revision: int | None = None
    limit: int | None = None
    after: tuple[datetime, str, str] | None = None


class BookingBook(Protocol):
    """All bookings and every version of them. Cancelled ones stay as tombstones."""

    def put(
        self, booking: Booking, at: datetime, *, expect_version: int | None = None, by: str | None = None
    ) -> tuple[StoredBooking, PutOutcome]:
        """Store a full replacement. Same content: no change. expect_version 0: must not exist yet, n: must be at n.

        by: who does it, for the audit trail, which gets its line with the change or not at all; None: no line.
        Raises ConflictError where the expectation fails or the source's `sequence` is older than the stored one.
        """
        ...

    def get(self, key: BookingKey) -> StoredBooking | None: ...

    def cancel(
        self, key: BookingKey, at: datetime, *, expect_version: int | None = None, by: str | None = None
    ) -> StoredBooking | None:
        """Cancel and keep as a tombstone; None where it never was. Cancelling twice is once. by: as for `put`."""
        ...

    def find(self, query: BookingQuery) -> list[StoredBooking]:
        """In order of revision where after_revision is given, else of start of hold and key."""
        ...

    def versions(self, key: BookingKey) -> list[StoredBooking]:
        """Every stored version, oldest first."""
        ...


class OverrideBook(Protocol):
    def put(self, override: Override) -> None: ...

    def end(self, override_id: str, at: datetime) -> Override | None: ...

    def active(self, site: str, at: datetime) -> list[Override]: ...

    def find(self, site: str, interval: Interval) -> list[Override]: ...


class PlanBook(Protocol):
    def save(self, plan: Plan) -> None: ...

    def latest(self, site: str) -> Plan | None: ...


class CommandLog(Protocol):
    """Every change of every command, with its reason: people will ask why it was cold."""

    def record(self, statuses: Sequence[CommandStatus]) -> None: ...

    def recent(self, site: str, limit: int = 100, point: str | None = None) -> list[CommandStatus]:
        """Newest first."""
        ...


class DecisionBook(Protocol):
    """The newest decision of each zone, and the changes of state before it."""

    def save(self, site: str, decisions: Sequence[ZoneDecision]) -> None: ...

    def current(self, site: str) -> Mapping[str, ZoneDecision]: ...

    def history(self, site: str, zone: str, interval: Interval) -> list[ZoneDecision]:
        """Decisions whose state, wish or reason differ from the one before, in order of time."""
        ...


class Role(StrEnum):
    VIEWER = "viewer"
    TENANT = "tenant"
    BOOKER = "booker"
    ENGINEER = "engineer"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept: only the hash of its secret. Empty scopes mean no restriction. prefix: shown to tell keys apart."""

    id: str
    prefix: str
    secret_hash: str
    role: Role
    label: str
    created_at: datetime
    sites: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None


class KeyBook(Protocol):
    def put(self, key: ApiKey) -> None: ...

    def find(self, prefix: str) -> ApiKey | None: ...

    def all(self) -> list[ApiKey]: ...

    def used(self, key_id: str, at: datetime) -> None: ...

    def revoke(self, key_id: str, at: datetime) -> ApiKey | None: ...


@dataclass(frozen=True, slots=True)
class AuditEntry:
    at: datetime
    who: str
    action: str
    subject: str
    detail: str = ""


class AuditLog(Protocol):
    def append(self, entry: AuditEntry) -> None: ...

    def recent(self, limit: int = 100) -> list[AuditEntry]: ...


# --- planning, alarms, health ------------------------------------------------------------------------------------------


class Planner(Protocol):
    """What the gateway asks the rules, without side effects."""

    def ready_by(self, booking: Booking) -> tuple[ReadyBy, ...]:
        """For a booking or a would-be one: one answer per zone that is heated."""
        ...


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something a person must know: one per cause. cleared_at None: still there. texts are in the catalogue's reasons.

    escalated_at: when the next person was first told because nobody had acknowledged it.
    """

    id: str
    site: str
    cause: str
    subject: str
    raised_at: datetime
    text: Mapping[str, str]
    cleared_at: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    shelved_until: datetime | None = None
    escalated_at: datetime | None = None


class Alarms(Protocol):
    def raise_(self, site: str, cause: str, subject: str, text: Mapping[str, str], at: datetime) -> None:
        """Raise, or keep raised: one alarm per (site, cause, subject)."""
        ...

    def clear(self, site: str, cause: str, subject: str, at: datetime) -> None: ...

    def active(self, site: str) -> list[Alarm]: ...


@runtime_checkable
class AlarmDesk(Protocol):
    """What a person does about alarms; alarms that are kept in a book have it too."""

    def acknowledge(self, alarm_id: str, by: str, at: datetime) -> Alarm | None:
        """Someone has seen it; None where there is no such alarm. The first to acknowledge stays named."""
        ...

    def shelve(self, alarm_id: str, until: datetime, by: str, at: datetime) -> Alarm | None:
        """Acknowledge, and keep quiet about it until then; None where there is no such alarm."""
        ...

    def history(self, site: str, limit: int = 100) -> list[Alarm]:
        """Standing and cleared ones, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """Health of one part: ok, and what is so in one line."""

    name: str
    ok: bool
    detail: str


def _none_quarantined(limit: int, after: int) -> Sequence[Quarantined]:  # noqa: ARG001
    return ()


@dataclass(frozen=True, slots=True)
class House:
    """All ports of a running Greenroom, as the gateway and the page see them.

    quarantine: (limit, after id) -> what could not be taken, oldest first; the journal's, where there is one.
    What is None is not there in this house: routes and pages that need it say so. metrics: Prometheus text of the other rooms.
    """

    sites: Mapping[str, Site]
    clock: Clock
    store: TelemetryStore
    live: LiveReadings
    bookings: BookingBook
    overrides: OverrideBook
    plans: PlanBook
    decisions: DecisionBook
    commands: CommandLog
    keys: KeyBook
    audit: AuditLog
    alarms: Alarms
    intake: Intake
    planner: Planner
    checks: Callable[[], Sequence[Check]]
    version: str
    started_at: datetime
    tick_every: timedelta = timedelta(minutes=1)
    quarantine: Callable[[int, int], Sequence[Quarantined]] = _none_quarantined
    quarantine_desk: QuarantineDesk | None = None
    reports: ReportShelf | None = None
    people: PeopleBook | None = None
    outbox: Outbox | None = None
    webhooks: WebhookBook | None = None
    configuration: Configuration | None = None
    metrics: Callable[[], str] | None = None
    clusters: tuple[Cluster, ...] = ()
    losses: LossBook | None = None

    def site(self, site_id: str | None = None) -> Site:
        """The site of that id; the only one where none is named."""

        if site_id is None and len(self.sites) == 1:
            return next(iter(self.sites.values()))
        if site_id is None or site_id not in self.sites:
            raise UnknownNameError(f"no site {site_id!r} here; there are {', '.join(sorted(self.sites))}")
        return self.sites[site_id]
