"""A site's rules filled from what is stored, as they would stand at an instant: nothing runs, nothing is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from greenroom.carbon import carbon_of
from greenroom.premises_files import load_one_site
from greenroom.settings import Settings
from greenroom.weather.feed import feed_of
from premises.booking import Booking, BookingStatus
from premises.errors import SettingError, UnknownNameError
from premises.ports import BookingQuery, Bucket, LiveValue, Resolution, TelemetryStore
from premises.reading import Reading
from premises.site import Site
from premises.time import SLOT, Interval, slot_start
from rules.backfill import backfill, course
from rules.claims import schedule
from rules.engine import Engine, Optimiser, Seen
from rules.history import warm_since
from rules.layout import Layout
from rules.recall import recalled
from rules.simple_plan import heated_zones
from rules.snapshot import Forecast, Memory, ZoneMemory
from stores.book import Books, open_books
from stores.opening import open_store

LEARN_OVER = timedelta(days=28)
YOUNG = timedelta(hours=1)
DECIDED_OVER = timedelta(days=7)
BEHIND, AHEAD = timedelta(days=2), timedelta(days=10)

Tell = Callable[[str], None]
"""What is being done, for people who wait."""


@dataclass(frozen=True)
class Study:
    """The engine as it would stand at `now`, with what it would see; bookings of the last four weeks and the next ten days."""

    site: Site
    now: datetime
    store: TelemetryStore
    books: Books
    engine: Engine
    seen: Seen
    bookings: tuple[Booking, ...]


@contextmanager
def opened(
    name: str,
    *,
    data: Path | None = None,
    store: str | None = None,
    books: str | None = None,
    at: datetime | None = None,
    optimiser: Optimiser | None = None,
    tell: Tell = lambda _what: None,
) -> Iterator[Study]:
    """Open store and books of a site that ran there, and learn from the last four weeks.

    name: site file or example; at: None takes the newest reading as now. Raises SettingError, FaultsError, StoreUnavailableError.
    """
    site = load_one_site(name)
    given: dict[str, Any] = {"data": data, "store": store, "books": books}
    settings = Settings(**{key: value for key, value in given.items() if value is not None})
    if settings.store is None and not (settings.data / "readings.duckdb").is_file():
        raise SettingError(f"there is no store in {settings.data}; give --data FOLDER of a site that ran, or --store URL")
    with ExitStack() as closing:
        readings = open_store(settings.store_url, [site], token=settings.store_token)
        closing.callback(readings.close)
        kept = open_books(settings.books_url)
        closing.callback(kept.close)
        tell("looking for the newest reading")
        now = at or newest(readings, site)
        engine = Engine(site, carbon_of(site), optimiser)
        tell("reading four weeks")
        engine.trace = backfill(
            cast(TelemetryStore, _OnlySeen(readings, site.id)), site, engine.layout, Interval(now - LEARN_OVER, now)
        )
        engine.recall(recalled(readings, site, engine.layout, now))
        tell("learning")
        engine.learn()
        window = Interval(now - LEARN_OVER, now + AHEAD)
        found = tuple(s.booking for s in kept.bookings.find(BookingQuery(site=site.id, overlaps=window)))
        bookings = tuple(b for b in found if b.status is not BookingStatus.CANCELLED)
        claims = schedule(site, bookings, Interval(now - BEHIND, now + AHEAD))
        engine.memory = _remembered(kept, site, now)
        overrides = tuple(kept.overrides.active(site.id, now))
        seen = Seen(latest(readings, site, engine.layout, now), claims, overrides, None, foretold(site, settings, now))
        yield Study(site, now, readings, kept, engine, seen, bookings)


class _OnlySeen:
    """A store's series, without asking for points that never told anything: most of a site's zones may have no meters."""

    def __init__(self, store: TelemetryStore, site: str) -> None:
        self._store = store
        self._seen = frozenset(store.points_seen(site))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def series(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[Bucket]:
        if point not in self._seen:
            raise UnknownNameError(f"nothing is stored of {point}")
        return self._store.series(site, point, interval, resolution)


def newest(store: TelemetryStore, site: Site) -> datetime:
    """The instant of the newest reading. Raises SettingError where there is none."""
    found = [reading.time for reading in store.latest(site.id).values()]
    if not found:
        raise SettingError(f"nothing is stored of {site.id}; run `greenroom demo` or `greenroom run` first")
    return max(found)


def latest(store: TelemetryStore, site: Site, layout: Layout, now: datetime) -> Mapping[str, LiveValue]:
    """Temperatures and weather as last told within the hour before now; what is older is not known."""
    wanted = [*layout.outdoor, *layout.irradiance, *(point for points in layout.zones.values() for point in points.air)]
    found = {}
    for point in wanted:
        values = course(store, site, (point,), Interval(now - YOUNG, now + SLOT), newest=True)
        told = [(at, value) for at, value in sorted(values.items()) if at <= now]
        if told:
            found[point] = LiveValue(Reading(point, min(told[-1][0] + SLOT, now), told[-1][1], now), known=True)
    return found


def foretold(site: Site, settings: Settings, now: datetime) -> Forecast | None:
    """The weather to come as the site's feed tells it at `now`; None without a feed, or where it tells nothing of that instant."""
    feed = feed_of(site, settings.data, allow_private=settings.private_calendars)
    if feed is None:
        return None
    feed(now)
    feed.wait()
    return feed(now)


def _remembered(books: Books, site: Site, now: datetime) -> Memory:
    """When each zone was last warm, by the decisions that are kept."""
    current = books.decisions.current(site.id)
    zones = {}
    for zone in heated_zones(site):
        history = books.decisions.history(site.id, zone.id, Interval(now - DECIDED_OVER, now))
        last = current.get(zone.id)
        zones[zone.id] = ZoneMemory(warm_at=warm_since(history, last if last is not None and last.at <= now else None))
    return Memory(zones)


def zone_of(study: Study, zone: str) -> str:
    """The zone's id. Raises SettingError that names the heated ones."""
    try:
        return study.site.zone(zone).id
    except UnknownNameError:
        names = ", ".join(z.id for z in heated_zones(study.site))
        raise SettingError(f"no zone {zone!r} in {study.site.id}; heated zones are {names}") from None


def stretch(study: Study, days: int) -> tuple[datetime, int]:
    """Start and slots of the last days before now that something is known of."""
    end = slot_start(study.now)
    known = study.engine.trace.since()
    start = max(end - timedelta(days=days), end - known)
    return start, int((end - start) / SLOT)
