"""A simulated site: the building, its devices on the wire, and time. No I/O: messages out, commands in."""

from __future__ import annotations

import random
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from premises.booking import Booking
from premises.errors import UnknownNameError
from premises.site import GREENROOM, Site
from premises.time import EPOCH, utc
from simulators.building import Building
from simulators.devices import FAMILIES
from simulators.devices.device import Fitting, Message, SimulatedDevice
from simulators.devices.zigbee import bridge_state
from simulators.faults import Fault, FaultKind, Faults
from simulators.gauges import Gauges
from simulators.truth import Truth

_KEEPALIVE = timedelta(minutes=40)  # a little more often than a house that expects a quarter hour thinks it away
_STORM = 20


class SimulatedSite:
    """A site that speaks as its devices do. Same site, seed, bookings, start, faults, steps and commands: the same bytes.

    Raises UnknownNameError for a device of a family that is not simulated.
    """

    def __init__(
        self, site: Site, seed: int, bookings: Sequence[Booking] = (), *, start: datetime, faults: Sequence[Fault] = ()
    ) -> None:
        self.site = site
        self.seed = seed
        self.now = utc(start)
        self.building = Building(site, seed, bookings, self.now)
        self.devices: list[SimulatedDevice] = self._fit()
        self.faults = Faults(site, faults)
        self._due: dict[str, datetime] = {}
        self._words: dict[str, list[Message]] = {}
        self._last: dict[str, tuple[datetime, tuple[float, ...]]] = {}
        self._answers: list[Message] = []
        self._born = False
        self._by_topic: dict[str, list[SimulatedDevice]] = {}
        for device in self.devices:
            for topic in device.command_topics():
                self._by_topic.setdefault(topic, []).append(device)

    @property
    def truth(self) -> Truth:
        """What really is so, without sensors between: for checks."""
        return Truth(self.building)

    def command_topics(self) -> list[str]:
        """Topic filters on which the site's devices take commands, sorted."""
        return sorted(self._by_topic)

    def step(self, until: datetime) -> list[Message]:
        """Go on to `until`; what the devices publish on the way, in order.

        Each device that is due reports once, with its state at `until`: so a step of five minutes gives one report of each.
        The first step begins with the retained births. What answers commands since the last step comes first.
        """
        until = utc(until)
        before, self.now = self.now, max(self.now, until)
        stuck = self.faults.stuck(until)
        for name, valve in self.building.valve_of_device.items():
            self.building.valves.stuck[valve] = name in stuck
        self.building.advance(until)
        messages = [] if self._born else self.births()
        messages += self._answers
        self._answers = []
        messages += self._edges_of_faults(before, until)
        for device in self.devices:
            if self._is_due(device, until) and not self.faults.silent(device.device.id, until):
                messages += self._report(device, until)
        return messages

    def _report(self, device: SimulatedDevice, at: datetime) -> list[Message]:
        name = device.device.id
        if not self.faults.frozen(name, at) or name not in self._words:
            self._words[name] = list(device.report(self.faults.device_time(name, at)))
        return self._words[name]

    def _edges_of_faults(self, after: datetime, until: datetime) -> list[Message]:
        """What happens once, when a fault begins or ends."""
        messages: list[Message] = []
        for fault in self.faults.beginning(after, until):
            if fault.kind is FaultKind.COUNTER_RESET:
                for subject in {point.subject for point in self.site.points if point.device == fault.device}:
                    self.building.registers.reset(subject)
            elif fault.kind is FaultKind.BRIDGE_OFFLINE:
                messages += self._bridge(online=False)
            elif fault.kind is FaultKind.RETAINED_STORM:
                words = [message._replace(retain=True) for said in self._words.values() for message in said]
                messages += words * _STORM
        for fault in self.faults.ending(after, until):
            if fault.kind is FaultKind.BRIDGE_OFFLINE:
                messages += self._bridge(online=True)
        return messages

    def apply(self, topic: str, payload: bytes) -> list[Message]:
        """Give a command to the device whose topic it is; what it answers. Foreign topics are passed over.

        The answers are returned for publishing now; they are not repeated by the next step.
        """
        answers: list[Message] = []
        for device in self._listeners(topic):
            if not self.faults.deaf(device.device.id, self.now):
                answers += device.command(topic, payload, self.faults.device_time(device.device.id, self.now))
        return answers

    def queue(self, topic: str, payload: bytes) -> None:
        """Give a command now and keep the answers for the next step: for runs in lockstep."""
        self._answers += self.apply(topic, payload)

    def farewells(self) -> list[Message]:
        """What is published when all devices go away."""
        messages = [message for device in self.devices for message in device.farewell(self.now)]
        return messages + self._bridge(online=False)

    def set_bookings(self, bookings: Sequence[Booking]) -> None:
        """People come by these bookings from now on."""
        self.building.set_bookings(bookings)

    def _listeners(self, topic: str) -> list[SimulatedDevice]:
        branch = topic.rpartition("/")[0] + "/+"
        return self._by_topic.get(topic, []) + self._by_topic.get(branch, [])

    def births(self) -> list[Message]:
        """What all devices publish, retained, when they connect; the first step begins with it by itself."""
        self._born = True
        return self._bridge(online=True) + [message for device in self.devices for message in device.births(self.now)]

    def _bridge(self, *, online: bool) -> list[Message]:
        """What the Zigbee bridges say of themselves: one for each base topic."""
        bases = {device.topic.partition("/")[0] for device in self.devices if device.device.family == "zigbee2mqtt"}
        return [bridge_state(base, online=online) for base in sorted(bases)]

    def _is_due(self, device: SimulatedDevice, until: datetime) -> bool:
        name = device.device.id
        due = self._due.get(name)
        if due is not None and until < due:
            return False
        # the next time on a grid of the device's own, so that devices do not all speak at once
        phase = timedelta(seconds=zlib.crc32(name.encode()) % max(int(device.interval.total_seconds()), 1))
        self._due[name] = until + device.interval - (until - EPOCH - phase) % device.interval
        if not device.on_change_only:
            return True
        marks = device.marks()
        told = self._last.get(name)
        if told is not None and told[1] == marks and until - told[0] < _KEEPALIVE:
            return False
        self._last[name] = (until, marks)
        return True

    def _fit(self) -> list[SimulatedDevice]:
        gauges = Gauges(self.building)
        devices = []
        for device in self.site.devices:
            if device.family == GREENROOM:
                continue
            make = FAMILIES.get(device.family)
            if make is None:
                known = ", ".join(sorted(FAMILIES))
                raise UnknownNameError(f"device {device.id!r}: no simulator of family {device.family!r}; there are {known}")
            found = [(point, gauges.of(point)) for point in self.site.points if point.device == device.id]
            points = tuple((point, gauge) for point, gauge in found if gauge is not None)
            rng = random.Random(f"{self.seed}/{self.site.id}/{device.id}")
            devices.append(make(Fitting(device, points, self.building, rng)))
        return devices
