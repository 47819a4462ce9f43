"""In-memory ports: what the gateway sees of a house, without any other room."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from premises.booking import Booking, BookingKey, BookingStatus, Override, StoredBooking
from premises.command import Command, CommandState, CommandStatus, Priority
from premises.decision import ZoneDecision, ZoneState
from premises.desks import Person, Session
from premises.errors import ConflictError, StoreUnavailableError
from premises.plan import Plan, PlanSlot, Readiness, ReadyBy, Rung, ZonePlan
from premises.ports import (
    ApiKey,
    AuditEntry,
    BookingQuery,
    Bucket,
    Check,
    EnergyBucket,
    House,
    IntakeStatus,
    LiveValue,
    PutOutcome,
    Resolution,
)
from premises.reading import Reading
from premises.reason import Reason
from premises.time import Interval, ManualClock
from tests.gateway.desks import FakeAlarms, FakeOutbox, FakeQuarantine, FakeShelf, FakeSiteFiles, FakeWebhooks
from tests.gateway.premises_of_tests import NOW, QUARRY, STUDIO

WHY = Reason("pre_heat_for_call", {"call": "07:00", "air_c": 13.1})


class FakeBookings:
    """Every version in a list; a lock, as the real book has its transactions."""

    def __init__(self) -> None:
        self.kept: dict[BookingKey, list[StoredBooking]] = {}
        self.trail = FakeAudit()
        self.revision = 0
        self._lock = threading.Lock()

    def put(
        self, booking: Booking, at: datetime, *, expect_version: int | None = None, by: str | None = None
    ) -> tuple[StoredBooking, PutOutcome]:
        with self._lock:
            versions = self.kept.setdefault(booking.key, [])
            now = versions[-1].version if versions else 0
            if expect_version is not None and expect_version != now:
                raise ConflictError(f"{booking.key} is at version {now}, not {expect_version}")
            known = versions[-1].booking.sequence if versions else None
            if known is not None and booking.sequence is not None and booking.sequence < known:
                raise ConflictError(f"sequence {booking.sequence} is older than the stored {known}")
            if versions and versions[-1].booking == booking:
                return versions[-1], PutOutcome.UNCHANGED
            self.revision += 1
            created = versions[0].created_at if versions else at
            stored = StoredBooking(booking, now + 1, self.revision, created, at)
            versions.append(stored)
            outcome = PutOutcome.CHANGED if now else PutOutcome.CREATED
            if by is not None:
                done = "cancelled" if booking.status is BookingStatus.CANCELLED else outcome.value
                self.trail.append(AuditEntry(at, by, f"booking.{done}", f"booking {booking.key}", f"version {stored.version}"))
            return stored, outcome

    def get(self, key: BookingKey) -> StoredBooking | None:
        return self.kept[key][-1] if self.kept.get(key) else None

    def cancel(
        self, key: BookingKey, at: datetime, *, expect_version: int | None = None, by: str | None = None
    ) -> StoredBooking | None:
        stored = self.get(key)
        if stored is None:
            return None
        return self.put(replace(stored.booking, status=BookingStatus.CANCELLED), at, expect_version=expect_version, by=by)[0]

    def find(self, query: BookingQuery) -> list[StoredBooking]:
        now = [versions[-1] for versions in self.kept.values() if versions]
        found = [stored for stored in now if _asked_for(stored, query)]
        if query.after_revision is not None:
            found.sort(key=lambda stored: stored.revision)
        else:
            found.sort(key=_place)
        return found[: query.limit]

    def versions(self, key: BookingKey) -> list[StoredBooking]:
        return list(self.kept.get(key, ()))


def _place(stored: StoredBooking) -> tuple[datetime, str, str]:
    return stored.booking.held.start, stored.booking.key.source, stored.booking.key.id


def _asked_for(stored: StoredBooking, query: BookingQuery) -> bool:
    booking = stored.booking
    return all(
        (
            query.site is None or booking.site == query.site,
            query.zone is None or query.zone in booking.zones,
            query.source is None or booking.key.source == query.source,
            query.overlaps is None or booking.held.overlaps(query.overlaps),
            query.statuses is None or booking.status in query.statuses,
            query.updated_since is None or stored.updated_at >= query.updated_since,
            query.after_revision is None or stored.revision > query.after_revision,
            query.after is None or _place(stored) > query.after,
        )
    )


class FakeOverrides:
    def __init__(self) -> None:
        self.kept: dict[str, Override] = {}

    def put(self, override: Override) -> None:
        self.kept[override.id] = override

    def end(self, override_id: str, at: datetime) -> Override | None:
        if override_id not in self.kept:
            return None
        self.kept[override_id] = replace(self.kept[override_id], ended_at=at)
        return self.kept[override_id]

    def active(self, site: str, at: datetime) -> list[Override]:
        return [one for one in self.kept.values() if one.site == site and one.active_at(at)]

    def find(self, site: str, interval: Interval) -> list[Override]:
        return [one for one in self.kept.values() if one.site == site and Interval(one.since, one.until).overlaps(interval)]


class FakeKeys:
    def __init__(self) -> None:
        self.kept: dict[str, ApiKey] = {}

    def put(self, key: ApiKey) -> None:
        self.kept[key.prefix] = key

    def find(self, prefix: str) -> ApiKey | None:
        return self.kept.get(prefix)

    def all(self) -> list[ApiKey]:
        return list(self.kept.values())

    def used(self, key_id: str, at: datetime) -> None:
        for prefix, key in self.kept.items():
            if key.id == key_id:
                self.kept[prefix] = replace(key, last_used_at=at)

    def revoke(self, key_id: str, at: datetime) -> ApiKey | None:
        for prefix, key in self.kept.items():
            if key.id == key_id:
                self.kept[prefix] = replace(key, revoked_at=at)
                return self.kept[prefix]
        return None


class FakePeople:
    """People and sessions in two dictionaries."""

    def __init__(self) -> None:
        self.kept: dict[str, Person] = {}
        self.sessions: dict[str, Session] = {}

    def put(self, person: Person) -> None:
        self.kept[person.id] = person

    def get(self, person_id: str) -> Person | None:
        return self.kept.get(person_id)

    def by_subject(self, subject: str) -> Person | None:
        return next((person for person in self.kept.values() if subject and person.subject == subject), None)

    def all(self) -> list[Person]:
        return [person for _, person in sorted(self.kept.items())]

    def open_session(self, session: Session) -> None:
        self.sessions[session.secret_hash] = session

    def session(self, secret_hash: str, at: datetime) -> tuple[Session, Person] | None:
        session = self.sessions.get(secret_hash)
        person = self.kept.get(session.person) if session is not None else None
        if session is None or person is None or session.expires_at <= at or person.disabled_at is not None:
            return None
        return session, person

    def close_session(self, secret_hash: str) -> None:
        self.sessions.pop(secret_hash, None)

    def close_sessions(self, person_id: str) -> None:
        self.sessions = {name: one for name, one in self.sessions.items() if one.person != person_id}


class FakeAudit:
    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []

    def append(self, entry: AuditEntry) -> None:
        self.entries.append(entry)

    def recent(self, limit: int = 100) -> list[AuditEntry]:
        return self.entries[::-1][:limit]


class FakePlanner:
    """Ready ten minutes before call at 100 kWh a zone; `broken` makes it fail."""

    def __init__(self) -> None:
        self.broken = False
        self.conflicts: tuple[Reason, ...] = ()
        self.asked: list[Booking] = []

    def ready_by(self, booking: Booking) -> tuple[ReadyBy, ...]:
        if self.broken:
            raise StoreUnavailableError("no snapshot")
        self.asked.append(booking)
        ready, start = booking.call_at - timedelta(minutes=10), booking.call_at - timedelta(hours=3)
        return tuple(
            ReadyBy(
                booking.key,
                zone,
                Readiness.READY,
                booking.call_at,
                ready,
                start,
                19.0,
                100.0,
                18.0,
                4.5,
                "EUR",
                Rung.LEARNED,
                (WHY,),
                self.conflicts,
            )
            for zone in booking.zones
        )


class FakePlans:
    def __init__(self) -> None:
        slot = PlanSlot(NOW, 19.0, 15.0, 60_000.0, 0.0, WHY)
        zones = tuple(ZonePlan(zone.id, Rung.LEARNED, (slot,)) for zone in STUDIO.zones)
        horizon = Interval(NOW, NOW + timedelta(hours=48))
        self.plans: dict[str, Plan] = {"old-mill": Plan("old-mill", NOW, horizon, zones, 900.0, 160.0, 40.0, "EUR")}

    def save(self, plan: Plan) -> None:
        self.plans[plan.site] = plan

    def latest(self, site: str) -> Plan | None:
        return self.plans.get(site)


class FakeDecisions:
    def __init__(self) -> None:
        self.booking = BookingKey("cinema-diary", "4711")

    def save(self, site: str, decisions: Sequence[ZoneDecision]) -> None:
        raise NotImplementedError

    def current(self, site: str) -> Mapping[str, ZoneDecision]:
        return {
            zone.id: ZoneDecision(
                zone.id, NOW, ZoneState.PRE_HEATING, 19.0, 0.0, WHY, Reason("light_off"), self.booking, Rung.TABLE
            )
            for zone in STUDIO.zones
        }

    def history(self, site: str, zone: str, interval: Interval) -> list[ZoneDecision]:
        return []


class FakeCommands:
    def record(self, statuses: Sequence[CommandStatus]) -> None:
        raise NotImplementedError

    def recent(self, site: str, limit: int = 100, point: str | None = None) -> list[CommandStatus]:
        sent = [
            CommandStatus(
                Command(f"c-{zone.id}", site, f"{zone.id}/setpoint_temperature", 19.0, Priority.BOOKING, WHY, NOW, NOW),
                CommandState.CONFIRMED,
                NOW,
                1,
                19.0,
            )
            for zone in STUDIO.zones
        ]
        return [status for status in sent if point in (None, status.command.point)][:limit]


class FakeStore:
    """Air at 15 °C every five minutes; counters that grow by 1 kWh a window."""

    def write(self, site: str, readings: Sequence[Reading]) -> None:
        raise NotImplementedError

    def latest(self, site: str, points: Sequence[str] | None = None) -> Mapping[str, Reading]:
        return {
            point: Reading(point, NOW - timedelta(days=2), 11.0, NOW) for point in points or () if point.startswith("stage-2/air")
        }

    def readings(self, site: str, point: str, interval: Interval, limit: int | None = None) -> list[Reading]:
        steps = int(interval.duration / timedelta(minutes=5))
        times = [interval.start + timedelta(minutes=5) * step for step in range(min(steps, limit or steps))]
        return [Reading(point, time, 15.0, time) for time in times]

    def series(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[Bucket]:
        return [Bucket(interval.start, interval.end, 15.0, 14.0, 16.0, 15.5, 12, 1.0)]

    def energy(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[EnergyBucket]:
        half = interval.start + interval.duration / 2
        return [EnergyBucket(interval.start, half, 10.0, 1.0, 1.0), EnergyBucket(half, interval.end, None, 0.0, 0.0)]

    def points_seen(self, site: str) -> Sequence[str]:
        return ()

    def check(self) -> str:
        return "fake"

    def close(self) -> None:
        return


class FakeLive:
    def get(self, site: str, point: str) -> LiveValue | None:
        return self.all(site).get(point)

    def all(self, site: str) -> Mapping[str, LiveValue]:
        points = ("stage-1/air_temperature", "edit-3/air_temperature", "grid/energy")
        return {point: LiveValue(Reading(point, NOW, 15.2, NOW), known=True) for point in points}


class FakeIntake:
    def __init__(self) -> None:
        self.now = IntakeStatus(10, 6, 1, 1, 1, 1, 30, 0.5, 2.0, True, {"sensor-stage-1": NOW - timedelta(minutes=1)})

    def status(self) -> IntakeStatus:
        return self.now


@dataclass
class Fakes:
    """The parts that tests look into, and the house of them."""

    clock: ManualClock = field(default_factory=lambda: ManualClock(NOW))
    bookings: FakeBookings = field(default_factory=FakeBookings)
    overrides: FakeOverrides = field(default_factory=FakeOverrides)
    keys: FakeKeys = field(default_factory=FakeKeys)
    people: FakePeople = field(default_factory=FakePeople)
    audit: FakeAudit = field(default_factory=FakeAudit)
    planner: FakePlanner = field(default_factory=FakePlanner)
    plans: FakePlans = field(default_factory=FakePlans)
    intake: FakeIntake = field(default_factory=FakeIntake)
    alarms: FakeAlarms = field(default_factory=FakeAlarms)
    quarantine: FakeQuarantine = field(default_factory=FakeQuarantine)
    reports: FakeShelf = field(default_factory=FakeShelf)
    webhooks: FakeWebhooks = field(default_factory=FakeWebhooks)
    files: FakeSiteFiles = field(default_factory=FakeSiteFiles)

    def __post_init__(self) -> None:
        self.bookings.trail = self.audit

    def house(self, *, two_sites: bool = False) -> House:
        sites = {STUDIO.id: STUDIO, QUARRY.id: QUARRY} if two_sites else {STUDIO.id: STUDIO}
        return House(
            sites=sites,
            clock=self.clock,
            store=FakeStore(),
            live=FakeLive(),
            bookings=self.bookings,
            overrides=self.overrides,
            plans=self.plans,
            decisions=FakeDecisions(),
            commands=FakeCommands(),
            keys=self.keys,
            people=self.people,
            audit=self.audit,
            alarms=self.alarms,
            intake=self.intake,
            planner=self.planner,
            checks=lambda: [Check("store", True, "fake store answers")],
            version="0.0.test",
            started_at=NOW - timedelta(days=1),
            quarantine=self.quarantine.look,
            quarantine_desk=self.quarantine,
            reports=self.reports,
            webhooks=self.webhooks,
            outbox=FakeOutbox(),
            configuration=self.files,
            metrics=lambda: "greenroom_journal_bytes 4096.0\n",
        )
