"""How fast the stores take readings and answer, beside their own drivers in the same run.

    python bench/stores_speed.py                DuckDB
    python bench/stores_speed.py --influx             InfluxDB too: GREENROOM_TEST_INFLUX_URL, _ORG and _TOKEN (operator)

Each figure is the median of several rounds, with the least and the greatest. The driver alone is given columns or lines that are
ready made, so the ratio is what checking, typing and wording of readings costs.
"""

from __future__ import annotations

import argparse
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from premises.ports import Resolution, TelemetryStore
from premises.quantities import QUANTITIES
from premises.reading import Reading, Sheaf, sheaves_of
from premises.site import Point, Site
from premises.time import Interval
from stores.duckdb_store import DuckDBStore
from stores.influx_client import InfluxServer
from stores.influx_setup import setup_influx
from stores.influx_store import InfluxStore
from stores.line_protocol import LineWriter
from stores.retention import Retention

START = datetime(2025, 1, 1, tzinfo=UTC)
EVERY = timedelta(minutes=5)
BATCH = 5_000
AS_THE_INTAKE = 8  # such batches make one of the intake's
QUANTITIES_OF_A_METER = ("power", "voltage", "current", "power_factor", "energy")
METERS = 30


def site_of_meters() -> Site:
    """150 points: thirty meters of five quantities."""
    points = tuple(
        Point(f"m{meter}/{name}", "bench", f"m{meter}", QUANTITIES[name], f"meter-{meter}", "em:0/total", expected_every=EVERY)
        for meter in range(METERS)
        for name in QUANTITIES_OF_A_METER
    )
    return Site("bench", "bench", "Europe/Paris", "FR", 48.8, 2.4, 0, ("en",), "EUR", "", 1, 1, (), (), points)


SITE = site_of_meters()


def readings(start: datetime, count: int) -> Iterator[list[Reading]]:
    """Batches of readings as a site of 150 points sends them, each five minutes."""
    batch: list[Reading] = []
    step = 0
    while count > 0:
        at = start + EVERY * step
        for point in SITE.points:
            value = step * 0.25 if point.quantity.counter else 230.0 + (step * 7 + len(point.id)) % 100 / 10
            batch.append(Reading(point.id, at, value, at + timedelta(milliseconds=120)))
            if len(batch) == BATCH:
                yield batch
                batch, count = [], count - BATCH
        step += 1


def sheaves(start: datetime, count: int) -> list[list[Sheaf]]:
    """The same as the intake hands it over: a sheaf for each message of a meter, in batches of about 40,000 readings."""
    found: list[list[Sheaf]] = []
    for number, batch in enumerate(readings(start, count)):
        if number % AS_THE_INTAKE == 0:
            found.append([])
        of_meter = len(QUANTITIES_OF_A_METER)
        found[-1] += [one for at in range(0, BATCH, of_meter) for one in sheaves_of(batch[at : at + of_meter])]
    return found


@dataclass(frozen=True)
class Pace:
    """Readings a second by the clock, and processor time of this process for each, which tells more on a busy machine."""

    per_second: float
    processor_us: float


def pace(write: Callable[[Any], object], batches: Sequence[Any], count: int) -> Pace:
    """Of writing all batches, in whatever form `write` takes them."""
    began, worked = time.perf_counter(), time.process_time()
    for batch in batches:
        write(batch)
    return Pace(count / (time.perf_counter() - began), (time.process_time() - worked) / count * 1e6)


def told(name: str, figures: list[float], unit: str) -> None:
    print(f"{name:<66}{statistics.median(figures):>12,.2f} {unit}   ({min(figures):,.2f} to {max(figures):,.2f})", flush=True)


def compared(name: str, ours: list[Pace], drivers: list[Pace]) -> None:
    for who, paces in (("through the adapter", ours), ("the driver alone", drivers)):
        told(f"{name}: {who}", [one.per_second for one in paces], "readings/s")
        told(f"{name}: {who}", [one.processor_us for one in paces], "us of processor a reading")
    told(f"{name}: adapter / driver by the clock", [a.per_second / b.per_second for a, b in zip(ours, drivers, strict=True)], "")


def bench_duckdb_writes(folder: Path, rounds: int, count: int) -> None:
    for name, many in (("batches of 5,000", 1), ("batches of the intake, 40,000", AS_THE_INTAKE)):
        ours, drivers = [], []
        for turn in range(rounds):
            store = DuckDBStore(folder / f"ours-{many}-{turn}.duckdb", [SITE])
            if many == 1:
                ours.append(pace(partial(store.write, "bench"), list(readings(START, count)), count))
            else:
                ours.append(pace(partial(store.write_sheaves, "bench"), sheaves(START, count), count))
            store.close()
            drivers.append(_driver_alone(folder / f"driver-{many}-{turn}.duckdb", list(readings(START, count)), many, count))
        compared(f"DuckDB, {name}", ours, drivers)


def _driver_alone(file: Path, batches: Sequence[Sequence[Reading]], many: int, count: int) -> Pace:
    """Columns of so many batches at a time, ready made."""
    runs = [[one for batch in batches[at : at + many] for one in batch] for at in range(0, len(batches), many)]
    tables = [pa.table({name: [getattr(one, name) for one in run] for name in ("point", "time", "value")}) for run in runs]
    with duckdb.connect(str(file), config={"threads": 1}) as connection:
        connection.execute("CREATE TABLE readings (point VARCHAR, time TIMESTAMPTZ, value DOUBLE)")

        def insert(table: pa.Table) -> None:
            connection.register("batch", table)
            connection.execute("INSERT INTO readings SELECT * FROM batch")

        return pace(insert, tables, count)


def bench_influx_writes(store: InfluxStore, server: InfluxServer, bucket: str, rounds: int, count: int) -> None:
    start = START + timedelta(days=1000)
    for name, many in (("batches of 5,000", 1), ("batches of the intake, 40,000", AS_THE_INTAKE)):
        ours, drivers = [], []
        for _ in range(rounds):
            start += timedelta(days=20)
            if many == 1:
                ours.append(pace(partial(store.write, "bench"), list(readings(start, count)), count))
            else:
                ours.append(pace(partial(store.write_sheaves, "bench"), sheaves(start, count), count))
            writer = LineWriter("bench", {point.id: point for point in SITE.points})
            lines = [writer.lines(batch)[0] for batch in readings(start + timedelta(days=10), count)]
            runs = [b"\n".join(lines[at : at + many]) for at in range(0, len(lines), many)]
            drivers.append(pace(partial(server.write, bucket), runs, count))
        compared(f"InfluxDB, {name}", ours, drivers)


def bench_questions(name: str, store: DuckDBStore | InfluxStore, days: int, rounds: int) -> None:
    """Times of the questions that pages, boards and reports ask, over a year of one site."""
    for batch in readings(START, days * 288 * len(SITE.points)):
        store.write("bench", batch)
    end = START + timedelta(days=days)
    month = Interval(end - timedelta(days=31), end)
    day = Interval(end - timedelta(days=1), end)
    asked: list[tuple[str, Callable[[TelemetryStore], object]]] = [
        ("latest of 150 points", lambda s: s.latest("bench")),
        ("a month of raw readings of a point", lambda s: s.readings("bench", "m3/power", month)),
        (
            "a day of quarter hours",
            lambda s: s.series("bench", "m3/power", day, Resolution.QUARTER),
        ),
        ("a month of quarter hours", lambda s: s.series("bench", "m3/power", month, Resolution.QUARTER)),
        ("a month of energy in quarter hours", lambda s: s.energy("bench", "m3/energy", month, Resolution.QUARTER)),
        ("a month of energy in days", lambda s: s.energy("bench", "m3/energy", month, Resolution.DAY)),
        (f"{days} days of energy in months", lambda s: s.energy("bench", "m3/energy", Interval(START, end), Resolution.MONTH)),
    ]
    for state in ("from readings", "rolled up"):
        for what, ask in asked:
            told(f"{name}, {state}: {what}", [_milliseconds(store, ask) for _ in range(rounds)], "ms")
        if state == "from readings":
            for again in ("roll-up of all", "roll-up with nothing new"):
                told(f"{name}: {again}", [_milliseconds(store, lambda _: store.roll_up("bench", end))], "ms")


def _milliseconds(store: TelemetryStore, ask: Callable[[TelemetryStore], object]) -> float:
    began = time.perf_counter()
    ask(store)
    return (time.perf_counter() - began) * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--influx", action="store_true", help="measure InfluxDB too")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--readings", type=int, default=200_000, help="in each round of writing")
    parser.add_argument("--days", type=int, default=90, help="of 150 points at five minutes, for the questions")
    chosen = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        bench_duckdb_writes(Path(folder), chosen.rounds, chosen.readings)
        store = DuckDBStore(Path(folder) / "year.duckdb", [SITE])
        print(store.check())
        bench_questions("DuckDB", store, chosen.days, chosen.rounds)
        store.close()
    if not chosen.influx:
        return
    url, operator = os.environ["GREENROOM_TEST_INFLUX_URL"], os.environ["GREENROOM_TEST_INFLUX_TOKEN"]
    organisation = f"bench-{secrets.token_hex(4)}"
    made = setup_influx(url, organisation, "greenroom", operator, retention=Retention(raw=None))
    server = InfluxServer(url, organisation, made.token or "")
    influx = InfluxStore(server, "greenroom", [SITE])
    try:
        print(influx.check())
        bench_questions("InfluxDB", influx, chosen.days, chosen.rounds)
        bench_influx_writes(influx, server, "greenroom", chosen.rounds, chosen.readings)
    finally:
        owner = InfluxServer(url, organisation, operator)
        (ours,) = [one for one in owner.json("GET", "/api/v2/orgs", {"limit": "100"})["orgs"] if one["name"] == organisation]
        owner.json("DELETE", f"/api/v2/orgs/{ours['id']}")


if __name__ == "__main__":
    main()
