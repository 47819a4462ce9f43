"""A house with canned data: La Kolok on a January afternoon, stage 1 in the middle of its pre-heat."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from gateway.keys import make_key
from premises.booking import Booking, BookingKey, BookingStatus, DayKind, StoredBooking
from premises.decision import ZoneDecision, ZoneState
from premises.desks import EditionInfo
from premises.plan import Plan, PlanSlot, Readiness, ReadyBy, Rung, ZonePlan
from premises.ports import Bucket, Check, House, IntakeStatus, LiveValue, Resolution, Role
from premises.reading import Reading
from premises.reason import Reason
from premises.site import Site
from premises.sitefile import load_site
from premises.sitefile.shipped import example
from premises.time import SLOT, Interval, ManualClock, slots
from stores.book import Books, open_books

NOON = datetime(2026, 1, 20, 15, 40, tzinfo=UTC)  # 16:40 in Paris
HOUR = timedelta(hours=1)
SITE = "la-kolok"


def shoot(number: str, zone: str, call: datetime, hours: float = 8, **changes: Any) -> Booking:
    booking = Booking(
        key=BookingKey("demo", number),
        site=SITE,
        zones=(zone,),
        held=Interval(call - HOUR, call + (hours + 1) * HOUR),
        call=call,
        wrap=call + hours * HOUR,
        title="L’Aube, épisode 4",
        people=40,
    )
    return replace(booking, **changes)


BOOKINGS = (
    shoot("1", "stage-1", NOON + 2 * HOUR + timedelta(minutes=20)),
    shoot("2", "stage-2", NOON - 5 * HOUR, title="Jeu du soir", day_kind=DayKind.AUDIENCE),
    shoot("3", "stage-3", NOON + 16 * HOUR, title="Publicité", day_kind=DayKind.PRE_LIGHT),
    shoot("4", "stage-4", NOON + 40 * HOUR, status=BookingStatus.OPTION, title="Clip", day_kind=DayKind.BUILD),
)


def air_at(zone: str, at: datetime) -> float:
    """A curve that looks like a stage: cold at night, warm when booked."""
    hour = (at - datetime(2026, 1, 20, tzinfo=UTC)) / HOUR
    base = {"stage-1": 13.5, "stage-2": 20.2, "stage-3": 12.6, "stage-4": 12.2}.get(zone, 19.5)
    warm = max(0.0, hour - 14.0) * 2.6 if zone == "stage-1" else 0.0
    return round(base + warm + 0.5 * math.sin(hour / 3.8), 2)


class Live:
    """Newest readings, which a test may change."""

    def __init__(self, site: Site, clock: ManualClock) -> None:
        self.site, self.clock = site, clock
        self.changed: dict[str, float] = {}
        self.lost: set[str] = set()

    def get(self, site: str, point: str) -> LiveValue | None:
        return self.all(site).get(point)

    def all(self, site: str) -> Mapping[str, LiveValue]:
        now = self.clock.now()
        values = {"grid/power": 31_400.0, "pv/power": 12_600.0, "outdoor/outdoor_temperature": 3.4}
        values |= {f"{zone.id}/air_temperature": air_at(zone.id, now) for zone in self.site.zones}
        values |= {"stage-1/heating_demand": 92.0, "stage-2/heating_demand": 28.0} | self.changed
        return {
            point: LiveValue(Reading(point, now - timedelta(seconds=40), value, now), point not in self.lost)
            for point, value in values.items()
        }


class Store:
    """Series from the same curve."""

    def series(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[Bucket]:
        assert resolution is Resolution.QUARTER
        zone, _, quantity = point.partition("/")
        if quantity != "air_temperature":
            return []
        return [Bucket(start, start + SLOT, air_at(zone, start), None, None, None, 3, 1.0) for start in slots(interval)]


class Planner:
    """Canned answers by booking."""

    def __init__(self) -> None:
        self.answers: dict[str, Readiness] = {}

    def ready_by(self, booking: Booking) -> tuple[ReadyBy, ...]:
        readiness = self.answers.get(booking.key.id, Readiness.READY)
        late = readiness is Readiness.LATE
        ready_at = booking.call_at + (25 if late else -20) * timedelta(minutes=1)
        reason = (
            Reason("answer_late", {"ready": "19:25", "call": "19:00", "lead": "2 h 45", "left": "2 h 20"})
            if late
            else Reason("answer_warm", {"air": "20.2 °C", "target": 20.0})
        )
        return tuple(
            ReadyBy(
                booking.key,
                zone,
                readiness,
                booking.call_at,
                ready_at,
                ready_at - 2 * HOUR,
                20.0,
                84.0,
                15.2,
                4.1,
                "EUR",
                Rung.TABLE,
                (reason,),
            )
            for zone in booking.zones
        )


@dataclass
class Intake:
    """Counts that add up."""

    clock: ManualClock
    site: Site
    connected: bool = True
    lost: set[str] = field(default_factory=set)

    def status(self) -> IntakeStatus:
        seen = {device.id: self.clock.now() - timedelta(seconds=30) for device in self.site.devices}
        for device in self.lost:
            seen[device] -= 5 * HOUR
        return IntakeStatus(48_231, 47_903, 12, 4, 312, 0, 151_022, 0.2, 4.6, self.connected, seen)


@dataclass
class Fakes:
    """The house and the parts of it that a test may change."""

    house: House
    books: Books
    clock: ManualClock
    live: Live
    planner: Planner
    intake: Intake
    key: str


class Shelf:
    """Two editions: a month letter of the site, and a statement of its first tenant that has zones."""

    def __init__(self, site: Site) -> None:
        tenant = next((tenant.id for tenant in site.tenants if tenant.zones), None)
        december = (date(2025, 12, 1), date(2025, 12, 31))
        told: list[EditionInfo] = []
        for kind, whose in (("letter", None), ("tenant", tenant)):
            title = {"en": f"The {kind} of December", "fr": f"Décembre : {kind}"}
            forms = {"pdf": f"{kind}.pdf", "csv": f"{kind}.csv"}
            told.append(
                EditionInfo(f"{site.id}-{kind}-1", site.id, kind, 1, *december, ("en", "fr"), NOON, forms, "0" * 64, title, whose)
            )
        self.told = tuple(told)

    def editions(self, site: str | None = None, kind: str | None = None, limit: int = 1000) -> Sequence[EditionInfo]:
        return [one for one in self.told if site in (None, one.site) and kind in (None, one.kind)][:limit]

    def get(self, edition_id: str) -> EditionInfo | None:
        return next((one for one in self.told if one.id == edition_id), None)

    def read(self, edition_id: str, file_name: str) -> bytes:
        return f"{edition_id} {file_name}".encode()


def decision(zone: str, at: datetime, state: ZoneState, wanted: float | None, heat: Reason, light: Reason) -> ZoneDecision:
    return ZoneDecision(zone, at, state, wanted, None, heat, light)


def decisions(at: datetime) -> Sequence[ZoneDecision]:
    off = Reason("light_off")
    preheat = {
        "at": "16:10",
        "call": "19:00",
        "air": "14,8 °C",
        "outside": "3 °C",
        "lead": "2 h 35",
        "off": "14 h",
        "margin": "15 min",
    }
    told = [
        decision("stage-1", at, ZoneState.PRE_HEATING, 20.0, Reason("preheat_table", preheat), off),
        decision(
            "stage-2",
            at,
            ZoneState.OCCUPIED,
            20.0,
            Reason("occupied", {"target": 20.0, "wrap": "19:40"}),
            Reason("light_booked", {"level": 50.0, "wrap": "19:40"}),
        ),
        decision("stage-3", at, ZoneState.SET_BACK, 12.0, Reason("setback_until", {"setback": 12.0, "call": "08:40"}), off),
        decision("stage-4", at, ZoneState.SET_BACK, 12.0, Reason("setback_free", {"setback": 12.0}), off),
    ]
    office = Reason("occupied_hours", {"target": 20.0, "wrap": "19:00"})
    bright = Reason("light_booked", {"level": 80.0, "wrap": "19:00"})
    return [
        *told,
        *(decision(zone, at, ZoneState.OCCUPIED, 20.0, office, bright) for zone in ("offices-north", "offices-south", "coworking")),
    ]


def plan_from(now: datetime) -> Plan:
    span = Interval(now, now + 36 * HOUR)

    def slot(start: datetime) -> PlanSlot:
        booked = start < NOON + 10 * HOUR
        warmed = (
            min(20.3, 16.0 + max(0.0, (start - NOON) / HOUR) * 2.0)
            if booked
            else max(13.0, 20.3 - (start - NOON - 10 * HOUR) / HOUR)
        )
        return PlanSlot(start, 20.0 if booked else 12.0, round(warmed, 2), 40_000.0, 0.0, Reason("plan_rest", {"setback": 12.0}))

    zone = ZonePlan("stage-1", Rung.TABLE, tuple(slot(start) for start in slots(span)))
    return Plan(SITE, now, span, (zone,), 120.0, 25.0, 6.0, "EUR")


def build(folder: Path) -> Fakes:
    """The house, its books in that folder."""
    site = load_site(example(SITE))
    clock = ManualClock(NOON)
    books = open_books(f"sqlite:///{folder}/book.db")
    for booking in BOOKINGS:
        books.bookings.put(booking, NOON - 24 * HOUR)
    earlier = [replace(told, at=NOON - 12 * HOUR, wanted_c=12.0) for told in decisions(NOON) if told.zone == "stage-1"]
    books.decisions.save(SITE, earlier)
    books.decisions.save(SITE, [replace(told, at=NOON - timedelta(minutes=30)) for told in decisions(NOON)])
    books.decisions.save(SITE, decisions(NOON))
    books.plans.save(plan_from(NOON - timedelta(minutes=10)))
    key, text = make_key(Role.ENGINEER, "night watch", NOON)
    books.keys.put(key)
    live, planner, intake = Live(site, clock), Planner(), Intake(clock, site)
    store: Any = Store()
    house = House(
        sites={SITE: site},
        clock=clock,
        store=store,
        live=live,
        bookings=books.bookings,
        overrides=books.overrides,
        plans=books.plans,
        decisions=books.decisions,
        commands=books.commands,
        keys=books.keys,
        audit=books.audit,
        alarms=books.alarms,
        intake=intake,
        planner=planner,
        checks=lambda: (Check("store", True, "DuckDB 1.3"),),
        version="0.1.0",
        started_at=NOON - HOUR,
        reports=Shelf(site),
        losses=books.losses,
        people=books.people,
    )
    return Fakes(house, books, clock, live, planner, intake, text)


StoredBookings = list[StoredBooking]
