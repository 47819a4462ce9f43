"""Simulated premises of past weeks without a broker: what the simulated devices say, decoded and stored, with plausible bookings.

For sample reports: the simulators' messages go through the very interpreter of the intake, so that what is reported was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from ingest.interpreter import SiteInterpreter
from premises.booking import Booking, BookingKey, DayKind, LampType, StoredBooking
from premises.ports import BookingQuery, TelemetryStore
from premises.reading import RawMessage, Reading
from premises.site import Cluster, Site, ZoneUse
from premises.time import Interval, local_midnight
from reports.factors import Factor
from reports.inputs import Sources, Supplements
from simulators.simulated import SimulatedSite
from simulators.truth import Truth
from stores.duckdb_store import DuckDBStore

STEP = timedelta(minutes=30)
"""As rare as a counter of every quarter hour may tell and still count as measured."""
BATCH = 20_000
SOURCE = "sample"
_WEEK = (
    (0, DayKind.BUILD, time(8), time(18), 0.0),
    (1, DayKind.PRE_LIGHT, time(9), time(19), 9000.0),
    (2, DayKind.SHOOT, time(7), time(20), 24_000.0),
    (3, DayKind.SHOOT, time(7), time(20), 24_000.0),
    (4, DayKind.STRIKE, time(8), time(14), 0.0),
)
"""Day of the week from Monday, kind of day, local hours, lamp power: the week of a stage that is let."""


def sample_bookings(site: Site, first: date, last: date) -> list[Booking]:
    """Each bookable stage has a production every other week; tenants take edit and mix rooms; the same for the same days."""
    found: list[Booking] = []
    stages = [zone for zone in site.zones if zone.use is ZoneUse.STAGE and zone.bookable]
    rooms = [zone for zone in site.zones if zone.use in (ZoneUse.EDIT_ROOM, ZoneUse.MIX_ROOM)]
    day = first - timedelta(days=first.weekday())
    while day <= last:
        week = day.isocalendar().week
        for number, zone in enumerate(stages):
            if (week + number) % 2 == 0:
                found += [_stage(site, zone.id, day + timedelta(days=after), name, told) for after, name, told in _weekly(number)]
        for number, zone in enumerate(rooms):
            if site.tenants:
                tenant = site.tenants[(number * 7 + week) % len(site.tenants)].id
                found.append(_room(site, zone.id, day + timedelta(days=number % 5), tenant))
        day += timedelta(days=7)
    start, end = local_midnight(first, site.zoneinfo), local_midnight(last + timedelta(days=1), site.zoneinfo)
    return [booking for booking in found if booking.held.overlaps(Interval(start, end))]


def _weekly(number: int) -> Iterator[tuple[int, str, tuple[DayKind, time, time, float]]]:
    for after, kind, call, wrap, watts in _WEEK:
        yield after, f"Production {chr(65 + number)}", (kind, call, wrap, watts)


def _stage(site: Site, zone: str, day: date, production: str, told: tuple[DayKind, time, time, float]) -> Booking:
    kind, call, wrap, watts = told
    start, end = (datetime.combine(day, clock, site.zoneinfo) for clock in (call, wrap))
    return Booking(
        BookingKey(SOURCE, f"{zone}-{day.isoformat()}"),
        site.id,
        (zone,),
        Interval(start, end),
        day_kind=kind,
        title=production,
        people=30,
        rig_power_w={LampType.LED: watts} if watts else {},
        production=production,
    )


def _room(site: Site, zone: str, day: date, tenant: str) -> Booking:
    start, end = (datetime.combine(day, clock, site.zoneinfo) for clock in (time(9), time(17)))
    key = BookingKey(SOURCE, f"{zone}-{day.isoformat()}")
    return Booking(key, site.id, (zone,), Interval(start, end), day_kind=DayKind.WORK, people=2, tenant=tenant)


def simulate(
    site: Site,
    store: TelemetryStore,
    bookings: Sequence[Booking],
    interval: Interval,
    *,
    seed: int = 1,
    watch: Callable[[datetime, Truth], None] | None = None,
) -> None:
    """Store what the site's devices say in that span. watch: told after each step what really is so, for checks."""
    simulated = SimulatedSite(site, seed, bookings, start=interval.start - STEP)
    interpreter = SiteInterpreter([site])
    waiting: list[Reading] = []
    now = interval.start
    while now <= interval.end:
        for message in simulated.step(now):
            understood = interpreter.understand(RawMessage(message.topic, message.payload, now))
            waiting += [reading for _, reading in understood.readings]
        if watch is not None:
            watch(now, simulated.truth)
        if len(waiting) >= BATCH:
            store.write(site.id, waiting)
            waiting = []
        now += STEP
    store.write(site.id, waiting)


def assumed_factors(site: Site) -> tuple[Factor, ...]:
    """Of a heat network that publishes its own: an assumption for samples, named as such."""
    network = [meter for meter in site.meters if meter.carrier.value == "heat_network"]
    if not network:
        return ()
    common = ("2025", "assumed for a sample", "no real network; take the network's own line of annexe 7")
    told = (("scope2", 0.116, "kgCO2e/kWh"), ("primary", 0.6, "kWhEP/kWhEF"))
    return tuple(
        Factor(site.country, "heat_network", scope, None, value, unit, "sample", common[0], common[1], common[2])
        for scope, value, unit in told
    )


@contextmanager
def simulated_sources(
    premises: Site | Cluster, first: date, last: date, *, seed: int = 1, say: Callable[[str], None] = lambda _: None
) -> Iterator[Sources]:
    """Sources of reports over a store in memory, filled with those days of each site."""
    sites = premises.sites if isinstance(premises, Cluster) else (premises,)
    store, book = DuckDBStore(None, sites), _Sampled()
    papers: dict[str, Supplements] = {}
    try:
        for site in sites:
            say(f"{site.id}: simulating {(last - first).days + 1} days")
            bookings = sample_bookings(site, first, last)
            book.bookings += bookings
            span = Interval(local_midnight(first, site.zoneinfo), local_midnight(last + timedelta(days=1), site.zoneinfo))
            simulate(site, store, bookings, span, seed=seed)
            papers[site.id] = Supplements(factors=assumed_factors(site))
        yield Sources(store, book, supplements=lambda site, _: papers[site.id])
    finally:
        store.close()


class _Sampled:
    """A book of the sampled bookings, to be read only."""

    def __init__(self) -> None:
        self.bookings: list[Booking] = []

    def find(self, query: BookingQuery) -> list[StoredBooking]:
        return [
            StoredBooking(booking, 1, 1, booking.held.start, booking.held.start)
            for booking in self.bookings
            if booking.site == query.site and (query.overlaps is None or booking.held.overlaps(query.overlaps))
        ]
