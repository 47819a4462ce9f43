"""Stand-ins for the neighbours of the intake: an interpreter of one small format, stores that do as told, a quiet log."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from ingest.decoded import Outcome, Outgoing, Understood
from premises.command import Command, CommandStatus
from premises.errors import GreenroomError, StoreRefusedError
from premises.ports import Alarm, Bucket, EnergyBucket, Resolution
from premises.quantities import QUANTITIES
from premises.reading import Flag, RawMessage, Reading
from premises.site import Device, Point, Site
from premises.time import Interval

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
SITE = "la-halle"


def point(point_id: str, device: str, *, writable: bool = False, every: timedelta | None = None) -> Point:
    subject, _, quantity = point_id.partition("/")
    return Point(point_id, SITE, subject, QUANTITIES[quantity], device, writable=writable, expected_every=every)


def site(points: Sequence[Point] = (), devices: Sequence[Device] = ()) -> Site:
    """A hall with a room sensor and a valve, or with the parts that are given."""
    return Site(
        id=SITE,
        name="La Halle",
        timezone="Europe/Paris",
        country="FR",
        latitude=48.8,
        longitude=2.4,
        altitude_m=40.0,
        languages=("fr",),
        currency="EUR",
        owner="La Halle",
        floor_area_m2=500.0,
        energy_area_m2=480.0,
        zones=(),
        devices=tuple(devices) or (Device("sensor", "plain", "t/sensor"), Device("valve", "plain", "t/valve")),
        points=tuple(points)
        or (
            point("stage/air_temperature", "sensor"),
            point("stage/setpoint_temperature", "valve", writable=True),
        ),
    )


class PlainInterpreter:
    """Understands `t/<device>` with JSON {"point": value, …}, {"available": bool}, {"poison": …}; all else is ignored."""

    def subscriptions(self) -> Sequence[str]:
        return ["t/#"]

    def reconfigure(self, sites: Sequence[Site]) -> None:
        """Nothing here depends on the site file."""

    def understand(self, message: RawMessage) -> Understood:
        if not message.topic.startswith("t/"):
            return Understood(Outcome.IGNORED)
        device = message.topic.removeprefix("t/")
        try:
            told = json.loads(message.payload)
        except ValueError:
            return Understood(Outcome.QUARANTINED, "plain", reason="no JSON")
        if "poison" in told:
            raise ZeroDivisionError("a fault in the decoder")
        if "available" in told:
            return Understood(Outcome.IGNORED, "plain", available=((SITE, device, bool(told["available"])),))
        flags = frozenset({Flag.RETAINED}) if message.retained else frozenset[Flag]()
        at = message.received_at
        if "n" in told:  # a numbered message: its own instant, so that no two fall together
            at = NOON + timedelta(microseconds=int(told.pop("n")))
        readings = tuple((SITE, Reading(name, at, value, message.received_at, flags=flags)) for name, value in told.items())
        return Understood(Outcome.READINGS if readings else Outcome.IGNORED, "plain", readings, devices=((SITE, device),))

    def encode(self, command: Command) -> Sequence[Outgoing]:
        if command.value == "impossible":
            raise GreenroomError(f"{command.point} cannot do that")
        return [Outgoing(f"t/{command.point.split('/')[0]}/set", json.dumps({"value": command.value}).encode())]

    def confirms(self, command: Command, reading: Reading) -> bool:
        return command.value == reading.value


class MemoryStore:
    """A TelemetryStore that keeps readings in a dictionary and raises what it is told to raise."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.rows: dict[tuple[str, str, datetime], Reading] = {}
        self.writes: Counter[tuple[str, str, datetime]] = Counter()
        self.away: Exception | None = None
        self.refuses: set[object] = set()
        self.calls = 0

    def write(self, site: str, readings: Sequence[Reading]) -> None:
        with self.lock:
            self.calls += 1
            if self.away is not None:
                raise self.away
            bad = [reading for reading in readings if reading.value in self.refuses]
            if bad:
                raise StoreRefusedError(f"400: field type conflict on {bad[0].point}")
            for reading in readings:
                self.rows[site, reading.point, reading.time] = reading
                self.writes[site, reading.point, reading.time] += 1

    def latest(self, site: str, points: Sequence[str] | None = None) -> Mapping[str, Reading]:
        newest: dict[str, Reading] = {}
        for (of, name, _), reading in sorted(self.rows.items(), key=lambda item: item[0][2]):
            if of == site and (points is None or name in points):
                newest[name] = reading
        return newest

    def readings(self, site: str, point: str, interval: Interval, limit: int | None = None) -> list[Reading]:
        return [r for (s, p, at), r in sorted(self.rows.items()) if s == site and p == point and at in interval][:limit]

    def series(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[Bucket]:
        raise NotImplementedError

    def energy(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[EnergyBucket]:
        raise NotImplementedError

    def points_seen(self, site: str) -> Sequence[str]:
        return sorted({name for of, name, _ in self.rows if of == site})

    def check(self) -> str:
        return "memory"

    def close(self) -> None:
        return


class MemoryAlarms:
    """Alarms in a dictionary."""

    def __init__(self) -> None:
        self.raised: dict[tuple[str, str, str], Alarm] = {}
        self.ever: list[tuple[str, str, str]] = []

    def raise_(self, site: str, cause: str, subject: str, text: Mapping[str, str], at: datetime) -> None:
        key = (site, cause, subject)
        self.ever.append(key)
        self.raised.setdefault(key, Alarm("/".join(key), site, cause, subject, at, text))

    def clear(self, site: str, cause: str, subject: str, at: datetime) -> None:
        self.raised.pop((site, cause, subject), None)

    def active(self, site: str) -> list[Alarm]:
        return [alarm for (of, _, _), alarm in self.raised.items() if of == site]


class MemoryLog:
    """A CommandLog in a list."""

    def __init__(self) -> None:
        self.told: list[CommandStatus] = []

    def record(self, statuses: Sequence[CommandStatus]) -> None:
        self.told += statuses

    def recent(self, site: str, limit: int = 100, point: str | None = None) -> list[CommandStatus]:
        return [s for s in reversed(self.told) if s.command.site == site and point in {None, s.command.point}][:limit]


class SystemClock:
    """The real time: what the wire needs is real here."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FakePublication:
    confirmed = True


class FakeWire:
    """A Wire that keeps what it is given."""

    def __init__(self) -> None:
        self.connected = True
        self.filters: list[str] = []
        self.own: list[str] = []
        self.acknowledged: list[int] = []
        self.published: list[tuple[str, bytes, bool]] = []
        self.away: GreenroomError | None = None

    def subscribe(self, filters: Sequence[str], own: Sequence[str] = ()) -> None:
        self.filters, self.own = list(filters), list(own)

    def acknowledge(self, connection: int, packet_ids: Sequence[int]) -> None:
        self.acknowledged += packet_ids

    def publish(self, topic: str, payload: bytes, retain: bool = False, valid_s: float | None = None) -> FakePublication:
        if self.away is not None:
            raise self.away
        self.published.append((topic, payload, retain))
        return FakePublication()
