"""The newest reading of every point in memory, and whether it may still be believed.

A value is known while it is young enough, its device is not told to be away, and its age is known at all. Young enough is
three times the interval at which the point is expected; a state that is told on change only (a switch, a setpoint) holds
while its device is heard of. Nothing is ever forgotten: a stale value is shown as such.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ingest.decoded import Understood
from premises.ports import LiveValue, TelemetryStore
from premises.quantities import ValueKind
from premises.reading import RawMessage, Reading
from premises.site import Device, Point, Site
from premises.time import Clock

PATIENCE = 3  # expected intervals that may pass before a value is stale


@dataclass(slots=True)
class _OfSite:
    points: dict[str, Point]
    devices: dict[str, Device]
    newest: dict[str, Reading] = field(default_factory=dict)
    heard: dict[str, datetime] = field(default_factory=dict)  # device: time of its newest fresh reading or sign of life
    away: set[str] = field(default_factory=set)


class LiveValues:
    """The LiveReadings port. Age is judged when it is asked for, by the clock that is passed in."""

    def __init__(self, sites: Iterable[Site], clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._sites = {
            site.id: _OfSite({point.id: point for point in site.points}, {device.id: device for device in site.devices})
            for site in sites
        }

    def reconfigure(self, site: Site) -> None:
        """Go by this changed site file: values of points that are gone, or became another quantity, are forgotten."""
        with self._lock:
            before = self._sites.get(site.id)
            now = _OfSite({point.id: point for point in site.points}, {device.id: device for device in site.devices})
            if before is not None:
                now.newest = {
                    name: reading
                    for name, reading in before.newest.items()
                    if name in now.points and now.points[name].quantity == before.points[name].quantity
                }
                now.heard = {name: at for name, at in before.heard.items() if name in now.devices}
                now.away = {name for name in before.away if name in now.devices}
            self._sites[site.id] = now

    def seed(self, store: TelemetryStore) -> None:
        """Take the newest stored readings, at the start; they are known while young enough. Raises StoreUnavailableError."""
        for site in self._sites:
            self.update((site, reading) for reading in store.latest(site).values())

    def listen(self, message: RawMessage, understood: Understood) -> None:
        """What a message tells: availability, signs of life, readings."""
        if not message.retained:
            with self._lock:
                for site, device in understood.devices:
                    of_site = self._sites.get(site)
                    if of_site is not None:
                        of_site.heard[device] = message.received_at
        for site, device, available in understood.available:
            self.availability(site, device, available)
        if understood.readings:
            self.update(understood.readings)

    def availability(self, site: str, device: str, available: bool) -> None:
        """A last will, an availability topic or a bridge tells of a device."""
        with self._lock:
            of_site = self._sites.get(site)
            if of_site is not None:
                (of_site.away.discard if available else of_site.away.add)(device)

    def update(self, readings: Iterable[tuple[str, Reading]]) -> None:
        """Take readings; those of unknown sites and points are passed over."""
        with self._lock:
            for site, reading in readings:
                of_site = self._sites.get(site)
                if of_site is None:
                    continue
                name, at = reading.point, reading.time
                point = of_site.points.get(name)
                if point is None:
                    continue
                fresh = not reading.flags or reading.fresh
                newest = of_site.newest
                held = newest.get(name)
                if held is None or (fresh and at >= held.time) or _takes_over(reading, held, fresh):
                    newest[name] = reading
                if fresh:
                    heard = of_site.heard.get(point.device)
                    if heard is None or heard < at:
                        of_site.heard[point.device] = at

    def get(self, site: str, point: str) -> LiveValue | None:
        with self._lock:
            of_site = self._sites.get(site)
            reading = None if of_site is None else of_site.newest.get(point)
            if of_site is None or reading is None:
                return None
            return LiveValue(reading, _known(of_site, reading, self._clock.now()))

    def all(self, site: str) -> Mapping[str, LiveValue]:
        now = self._clock.now()
        with self._lock:
            of_site = self._sites.get(site)
            if of_site is None:
                return {}
            return {name: LiveValue(reading, _known(of_site, reading, now)) for name, reading in of_site.newest.items()}

    def away(self, site: str) -> frozenset[str]:
        """Devices that are told to be away."""
        with self._lock:
            of_site = self._sites.get(site)
            return frozenset() if of_site is None else frozenset(of_site.away)


def _takes_over(reading: Reading, held: Reading, fresh: bool) -> bool:
    """Whether the reading is newer knowledge. A retained copy of what is held tells nothing; one that differs casts doubt."""
    if reading.time < held.time:
        return fresh and not held.fresh
    return fresh or not held.fresh or (reading.time > held.time and reading.value != held.value)


def _known(of_site: _OfSite, reading: Reading, now: datetime) -> bool:
    if not reading.fresh:
        return False
    point = of_site.points[reading.point]
    if point.device in of_site.away:
        return False
    if point.expected_every is not None:
        return now - reading.time <= PATIENCE * point.expected_every
    device = of_site.devices.get(point.device)
    if device is None or device.expected_every is None:
        return True
    since = of_site.heard.get(point.device, reading.time) if _told_on_change(point) else reading.time
    return now - since <= PATIENCE * device.expected_every


def _told_on_change(point: Point) -> bool:
    return point.writable or point.quantity.kind is not ValueKind.NUMBER
