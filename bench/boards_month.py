"""How quick a panel is at 30 days: the air of all zones from kept quarter hours, and from readings alone.

Run beside a real InfluxDB: `python bench/boards_month.py influxdb://127.0.0.1:8086/organisation?bucket=scratch` with its token in
GREENROOM_INFLUX_TOKEN; the buckets scratch_quarter and scratch_long must be there. Prints the median and spread of nine askings.
"""

from __future__ import annotations

import json
import math
import os
import statistics
import sys
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from dashboards.flux import Source
from dashboards.series import counted, over_time
from premises.reading import Reading
from premises.sitefile import example, load_site
from premises.time import floor_to, format_instant
from stores.influx_store import InfluxStore
from stores.opening import InfluxAddress, influx_address, open_store

DAYS, EVERY, ROUNDS = 30, timedelta(minutes=5), 9
WINDOWS = {"readings": "54m0s", "kept quarter hours": "1h0m0s"}  # 30 days on 800 points; the least window that takes quarters


def main(url: str) -> None:
    site = load_site(example("la-kolok"))
    token, address = os.environ["GREENROOM_INFLUX_TOKEN"], influx_address(url)
    store = open_store(url, [site], token=token)
    assert isinstance(store, InfluxStore)
    points = [point for point in site.points if point.quantity.name == "air_temperature" or point.id == "grid/energy"]
    end = floor_to(datetime.now(UTC), EVERY)
    count = DAYS * 288
    for point in points:
        times = [end - EVERY * (count - index) for index in range(count)]
        values = [float(index) if point.quantity.counter else 18 + math.sin(index / 46) for index in range(count)]
        store.write(site.id, [Reading(point.id, at, value, at) for at, value in zip(times, values, strict=True)])
    began = time.perf_counter()
    store.roll_up(site.id, end)
    print(f"{len(points)} points, {count * len(points):,} readings; rolled up in {time.perf_counter() - began:.1f} s")
    air = [(point, point.subject) for point in points if not point.quantity.counter]
    energy = [(point, point.id) for point in points if point.quantity.counter]
    source, bare = Source(site, address.bucket), Source(site, address.bucket, rollups=False)
    queries = {f"air of all zones, {kept}": filled(over_time(source, air).flux, end, window) for kept, window in WINDOWS.items()}
    queries["energy by day, kept quarter hours"] = filled(counted(source, energy, "1d").flux, end, "1d")
    queries["energy by day, readings"] = filled(counted(bare, energy, "1d").flux, end, "1d")
    took: dict[str, list[float]] = {what: [] for what in queries}
    for turn in range(ROUNDS + 1):  # one after another, so that load falls on all; the first turn warms up
        for what, flux in queries.items():
            spent = asked(address, token, flux)
            if turn:
                took[what].append(spent)
    for what, spans in took.items():
        print(f"{what}: {statistics.median(spans):.0f} ms ({min(spans):.0f} to {max(spans):.0f})")
    store.close()


def filled(flux: str, end: datetime, window: str) -> str:
    flux = flux.replace("v.timeRangeStart", format_instant(end - timedelta(days=DAYS)))
    return flux.replace("v.timeRangeStop", format_instant(end)).replace("v.windowPeriod", window)


def asked(address: InfluxAddress, token: str, flux: str) -> float:
    """Milliseconds until the whole answer is there."""
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json", "Accept": "application/csv"}
    body = json.dumps({"query": flux, "type": "flux"}).encode()
    request = urllib.request.Request(f"{address.url}/api/v2/query?org={quote(address.organisation)}", data=body, headers=headers)
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=120) as response:
        assert response.read().strip()
    return 1000 * (time.perf_counter() - began)


if __name__ == "__main__":
    main(sys.argv[1])
