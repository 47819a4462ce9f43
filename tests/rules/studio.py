"""A small studio for the stories: one stage that follows bookings, its make-up room, an office, a hall that is cooled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from premises.booking import Booking, BookingKey, BookingStatus, DayKind, Override, OverrideKind
from premises.decision import ZoneDecision
from premises.quantities import QUANTITIES
from premises.reading import Value
from premises.site import (
    Comfort,
    Device,
    Emitter,
    Follows,
    OpeningHours,
    Plant,
    PlantKind,
    Point,
    Site,
    Zone,
    ZoneUse,
)
from premises.tariff import Carrier, Tariff, TariffBand
from premises.time import Interval, ManualClock, parse_instant
from rules.runner import Ports, RulesRunner
from rules.snapshot import Decision
from tests.rules.books import (
    MemoryAlarms,
    MemoryBook,
    MemoryDecisions,
    MemoryLive,
    MemoryOverrides,
    MemoryPlans,
    MemoryStore,
    ObedientBus,
)

STAGE_COMFORT = {
    DayKind.BUILD: Comfort(17.0, light_pct=70),
    DayKind.SHOOT: Comfort(20.0, light_pct=40),
    DayKind.REHEARSAL: Comfort(19.0, light_pct=60),
}


def stage(**changes: Any) -> Zone:
    zone = Zone(
        id="stage",
        name="Stage",
        use=ZoneUse.STAGE,
        area_m2=600,
        volume_m3=4800,
        comfort=STAGE_COMFORT,
        heating_plant="heat-pump",
        emitter=Emitter.RADIANT_PANEL,
        emitter_power_w=60000,
        emitter_supply_c=50,
        floor_c=21,
        lighting_power_w=5000,
    )
    return replace(zone, **changes)


def make_up(**changes: Any) -> Zone:
    zone = Zone(
        "make-up", "Make-up", ZoneUse.MAKE_UP, 40, 110, {DayKind.WORK: Comfort(22.0, light_pct=90)}, "heat-pump",
        emitter_power_w=5000, follows=(Follows("stage", lead=timedelta(hours=2)),),
    )  # fmt: skip
    return replace(zone, **changes)


def office(**changes: Any) -> Zone:
    hours = OpeningHours(frozenset(range(1, 6)), time(8, 30), time(19))
    zone = Zone(
        "office", "Office", ZoneUse.OFFICE, 200, 560, {DayKind.WORK: Comfort(20.0, light_pct=80)}, "heat-pump",
        setback_c=15, emitter_power_w=14000, opening_hours=(hours,), bookable=False,
    )  # fmt: skip
    return replace(zone, **changes)


def hall(**changes: Any) -> Zone:
    comfort = {DayKind.AUDIENCE: Comfort(20.0, cool_c=25.0, light_pct=50)}
    zone = Zone(
        "hall", "Hall", ZoneUse.AUDITORIUM, 300, 1500, comfort, "heat-pump", "heat-pump", Emitter.FAN_COIL, 30000, 45,
    )  # fmt: skip
    return replace(zone, **changes)


def _points(zone: Zone) -> list[Point]:
    def point(name: str, quantity: str, *, writable: bool = False) -> Point:
        return Point(
            f"{zone.id}/{name}", "studio", zone.id, QUANTITIES[quantity], f"{zone.id}-device", zone=zone.id, writable=writable
        )

    return [
        point("air_temperature", "air_temperature"),
        point("occupancy", "occupancy"),
        point("contact", "contact"),
        point("heating_demand.valve-1", "heating_demand"),
        point("setpoint_temperature.valve-1", "setpoint_temperature", writable=True),
        point("setpoint_temperature.valve-2", "setpoint_temperature", writable=True),
        point("switch_state", "switch_state", writable=True),
        point("brightness", "brightness", writable=True),
    ]


def studio(*zones: Zone, timezone: str = "Europe/Paris", plant_power_w: float = 120000) -> Site:
    """A site with these zones, one heat pump, a weather station and a day and night tariff."""
    plant = Plant(
        "heat-pump", "Heat pump", PlantKind.HEAT_PUMP, Carrier.ELECTRICITY, plant_power_w, 40000,
        cop_points=((-7, 35, 2.8), (7, 35, 4.4), (-7, 55, 1.9), (7, 55, 2.9)),
    )  # fmt: skip

    def of_plant(quantity: str, *, writable: bool = False) -> Point:
        return Point(f"heat-pump/{quantity}", "studio", "heat-pump", QUANTITIES[quantity], "pump", writable=writable)

    weather = Point("weather/outdoor_temperature", "studio", "weather", QUANTITIES["outdoor_temperature"], "weather")
    bands = (TariffBand("night", Decimal("0.12"), start=time(22), end=time(6)), TariffBand("day", Decimal("0.20")))
    return Site(
        id="studio", name="Studio", timezone=timezone, country="FR", latitude=48.8, longitude=2.4, altitude_m=35,
        languages=("fr", "en"), currency="EUR", owner="", floor_area_m2=1200, energy_area_m2=1200, zones=zones,
        devices=(Device("pump", "heatpump", "pump"), Device("weather", "esphome", "weather")),
        points=(
            *(p for zone in zones for p in _points(zone)), weather, of_plant("heatpump_on", writable=True),
            of_plant("supply_setpoint", writable=True), of_plant("supply_temperature"),
        ),
        plants=(plant,), tariffs=(Tariff("power", Carrier.ELECTRICITY, "EUR", bands),),
    )  # fmt: skip


def at(text: str) -> datetime:
    """An instant; `2026-01-20 17:10` is read in UTC."""
    return parse_instant(text) if "T" in text else datetime.fromisoformat(text).replace(tzinfo=UTC)


def booked(
    call: str,
    wrap: str,
    *zones: str,
    name: str = "b1",
    kind: DayKind = DayKind.SHOOT,
    status: BookingStatus = BookingStatus.CONFIRMED,
    **more: Any,
) -> Booking:
    """A booking of these zones (the stage where none is named), held from midnight to midnight UTC around it."""
    start, end = at(call), at(wrap)
    midnight = start.replace(hour=0, minute=0)
    held = Interval(midnight, max(end, midnight + timedelta(days=1)))
    return Booking(BookingKey("diary", name), "studio", zones or ("stage",), held, status, kind, call=start, wrap=end, **more)


def override(zone: str, kind: OverrideKind, value: float | None, since: str, until: str) -> Override:
    return Override(f"{zone}-{kind}", "studio", zone, kind, value, at(since), at(until), by="the gaffer")


@dataclass
class Story:
    """A studio run tick by tick: set what is measured, tick, see what was decided and sent."""

    site: Site
    start: str
    live: MemoryLive = field(default_factory=MemoryLive)
    book: MemoryBook = field(default_factory=MemoryBook)
    overrides: MemoryOverrides = field(default_factory=MemoryOverrides)
    plans: MemoryPlans = field(default_factory=MemoryPlans)
    decisions: MemoryDecisions = field(default_factory=MemoryDecisions)
    alarms: MemoryAlarms = field(default_factory=MemoryAlarms)
    store: MemoryStore = field(default_factory=MemoryStore)

    def __post_init__(self) -> None:
        self.bus = ObedientBus(self.live)
        self.clock = ManualClock(at(self.start))
        self.runner = self.new_runner()
        self.measure(outdoor=3.0, **{zone.id.replace("-", "_"): 14.2 for zone in self.site.zones})

    def new_runner(self) -> RulesRunner:
        """A runner as after a restart: the books are kept, its own memory is not."""
        ports = Ports(self.live, self.store, self.book, self.overrides, self.plans, self.decisions, self.bus, self.alarms)
        return RulesRunner(self.site, self.clock, ports, carbon_kg_per_kwh=lambda _c, _t: 0.05)

    def measure(self, outdoor: float | None = None, **air: float) -> None:
        """New readings: outdoor and, by zone id (with _ for -), air temperature."""
        now = self.clock.now()
        if outdoor is not None:
            self.live.show("weather/outdoor_temperature", outdoor, now)
        for zone, value in air.items():
            self.live.show(f"{zone.replace('_', '-')}/air_temperature", value, now)

    def book_in(self, *bookings: Booking) -> None:
        for booking in bookings:
            self.book.put(booking, self.clock.now())

    def tick(self, when: str) -> Decision:
        self.clock.set(at(when))
        self.bus.sent.clear()
        return self.runner.tick(at(when))

    def zone(self, when: str, zone: str = "stage") -> ZoneDecision:
        """Tick, and what was decided for the zone."""
        return next(d for d in self.tick(when).zones if d.zone == zone)

    @property
    def sent(self) -> Mapping[str, Value]:
        """The commands of the last tick, by point."""
        return {command.point: command.value for command in self.bus.sent}

    def run(self, when: str, rows: Sequence[tuple[Any, ...]], zone: str = "stage") -> None:
        """A table of (HH:MM UTC, air °C or None for as before, state, setpoint, light %)."""
        day = when
        for clock, air, state, wanted, light in rows:
            moment = f"{day} {clock}"
            self.clock.set(at(moment))
            if air is not None:
                self.measure(**{zone.replace("-", "_"): air})
            decision = self.zone(moment, zone)
            told = (clock, decision.state.value, decision.wanted_c, decision.light_pct)
            assert told == (clock, state, wanted, light), decision.heat_reason.text("en")


def in_service_from(zone: Zone, day: str) -> Zone:
    return replace(zone, in_service=date.fromisoformat(day))
