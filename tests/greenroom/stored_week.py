"""A week of a stage in the embedded store and the books, as a site that ran would have left it; by a model of its own."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

from greenroom.decision_keeping import DecisionKeeping
from greenroom.premises_files import load_one_site
from premises.booking import Booking, BookingKey, DayKind
from premises.ports import LiveValue
from premises.reading import Reading
from premises.site import Site
from premises.time import SLOT, Interval
from rules.claims import schedule
from rules.engine import Engine, Seen
from stores.book import open_books
from stores.decision_files import DecisionFiles
from stores.opening import open_store

START = datetime(2026, 1, 12, tzinfo=UTC)
DAYS = 7
END = START + timedelta(days=DAYS)
ZONE = "stage-1"


def shoots() -> list[Booking]:
    """A shoot on each day of the week and two more, 9:00 to 17:00 UTC."""
    found = []
    for day in range(DAYS + 2):
        begins = START + timedelta(days=day)
        call, wrap = begins + timedelta(hours=9), begins + timedelta(hours=17)
        held = Interval(begins, begins + timedelta(days=1))
        found.append(
            Booking(BookingKey("diary", str(day)), "la-kolok", (ZONE,), held, day_kind=DayKind.SHOOT, call=call, wrap=wrap)
        )
    return found


def stored_week(folder: Path) -> Site:
    """Fill the folder: air, outdoor, valve, water and wish of the stage by quarter hours; bookings; decisions of the last hours."""
    site = load_one_site("la-kolok")
    zone = site.zone(ZONE)
    readings, air, mass = [], 15.0, 15.0
    for slot in range(DAYS * 96):
        at = START + slot * SLOT
        outdoor = 3.0 + 4.0 * math.sin(slot / 96 * math.tau) + 2.0 * math.sin(slot / 400 * math.tau)
        hour = at.hour + at.minute / 60
        wanted = 20.0 if 5 <= hour < 17 else 12.0
        opening = min(100.0, max(0.0, 60.0 * (wanted - air)))
        heat = opening / 100.0 * zone.emitter_power_w * (45.0 - air) / (zone.emitter_supply_c - 20.0)
        values = {
            f"{ZONE}/air_temperature": air,
            f"{ZONE}/heating_demand": opening,
            f"{ZONE}/wanted_temperature": wanted,
            "outdoor/outdoor_temperature": outdoor,
            "heat-pump/supply_temperature": 45.0,
        }
        readings += [Reading(point, at + timedelta(minutes=m), v, at) for point, v in values.items() for m in (0, 14)]
        air, mass = air + 0.03 * (mass - air) + 0.01 * (outdoor - air) + 1.2e-5 * heat, mass + (air - mass) / 120
    store = open_store(f"duckdb:///{folder}/readings.duckdb", [site])
    store.write(site.id, readings)
    store.close()
    books = open_books(f"sqlite:///{folder}/books.sqlite3")
    for booking in shoots():
        books.bookings.put(booking, START)
    books.close()
    _decide(site, folder)
    return site


def _decide(site: Site, folder: Path) -> None:
    """Twenty ticks over two hours before the end, kept as a running house keeps them."""
    engine = Engine(site, lambda _carrier, _at: 0.05)
    keeping = DecisionKeeping(site.id, DecisionFiles(folder / "decisions"))
    claims = schedule(site, shoots(), Interval(END - timedelta(days=2), END + timedelta(days=3)))
    for tick in range(20):
        now = END - timedelta(hours=2) + tick * timedelta(minutes=6)
        latest = {
            point: LiveValue(Reading(point, now, value, now), known=True)
            for point, value in ((f"{ZONE}/air_temperature", 14.0 + 0.02 * tick), ("outdoor/outdoor_temperature", 2.0))
        }
        seen = Seen(latest, claims)
        keeping(engine.snapshot(now, seen), engine.tick(now, seen))
