"""The messages of `intake_peer`, the site file that Greenroom reads them by, and the parser that Telegraf does."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from premises.quantities import QUANTITIES
from premises.site import Device, Point, Site
from tests.ingest_wire.fakes import SITE, site

DEVICES = 100
START_MS = int(time.time() * 1000) - 3_600_000  # an hour ago: what waited a while at the broker
_VALUES = {"air_temperature": 18.5, "humidity": 40.5, "co2": 600.5, "illuminance": 300.5, "noise": 25.5}


@dataclass(frozen=True)
class Like:
    """A kind of message. telegraf: its parser; *_field: the field in InfluxDB by which messages of that consumer are counted.

    step_ms: what the instants of two messages are apart.
    """

    name: str
    topics: tuple[str, ...]
    message: Callable[[int], tuple[str, bytes]]
    site: Callable[[], Site]
    telegraf: str
    greenroom_field: str
    telegraf_field: str
    step_ms: int


def _plain(n: int) -> tuple[str, bytes]:
    """Five readings that change by a tenth each time, the device's time in ms, padding: 200 bytes."""
    step = n // DEVICES % 7 / 10
    told: dict[str, object] = {"t": START_MS + n} | {name: round(base + step, 1) for name, base in _VALUES.items()}
    body = json.dumps(told)
    return f"sensors/s{n % DEVICES}", (body[:-1] + " " * (199 - len(body)) + " }").encode()


def _plain_site() -> Site:
    options = {"time": "t", "format": "json"} | {QUANTITIES[name].message: f"| {name} |" for name in _VALUES}
    devices = [Device(f"s{n}", "mapped", f"sensors/s{n}", options=options) for n in range(DEVICES)]
    points = [Point(f"s{n}/{name}", SITE, f"s{n}", QUANTITIES[name], f"s{n}") for n in range(DEVICES) for name in _VALUES]
    return site(points, devices)


def _shelly(n: int) -> tuple[str, bytes]:
    """A switch of the second generation tells its status with its time."""
    status = {
        "id": 0,
        "source": "timer",
        "output": True,
        "apower": round(100 + n % 977 / 10, 1),
        "voltage": 231.4,
        "current": round(0.4 + n % 89 / 100, 3),
        "pf": 0.97,
        "aenergy": {"total": round(n / 1000, 3), "by_minute": [1.5, 1.6, 1.4], "minute_ts": START_MS // 1000},
        "temperature": {"tC": 41.2, "tF": 106.2},
    }
    name = f"shellyplus1pm-{n % DEVICES:04}"
    told = {
        "src": name,
        "dst": f"{name}/events",
        "method": "NotifyStatus",
        "params": {"ts": (START_MS + n * 5) / 1000, "switch:0": status},
    }
    return f"{name}/events/rpc", json.dumps(told).encode()


def _shelly_site() -> Site:
    names = ("switch_state", "power", "energy", "voltage", "current")
    devices = [Device(f"switch-{n}", "shelly_gen2", f"shellyplus1pm-{n:04}") for n in range(DEVICES)]
    points = [
        Point(f"load-{n}/{name}", SITE, f"load-{n}", QUANTITIES[name], f"switch-{n}", channel="switch:0")
        for n in range(DEVICES)
        for name in names
    ]
    return site(points, devices)


LIKES = {
    "json": Like(
        "json",
        ("sensors/+",),
        _plain,
        _plain_site,
        '  data_format = "json"\n  json_time_key = "t"\n  json_time_format = "unix_ms"\n',
        "co2_ppm",
        "co2",
        step_ms=1,
    ),
    "shelly": Like(
        "shelly",
        ("+/events/rpc",),
        _shelly,
        _shelly_site,
        '  data_format = "json"\n  json_query = "params"\n  json_time_key = "ts"\n  json_time_format = "unix"\n',
        "power_w",
        "switch:0_apower",
        step_ms=5,
    ),
}
