"""What every simulated device is: points with gauges, messages out, commands in."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from premises.site import Device, Point
from simulators.building import Building

Gauge = Callable[[], float]
"""Reads the present value of a point in the unit of its quantity; flags are 0 and 1."""


class Message(NamedTuple):
    """What goes to the broker, QoS 1."""

    topic: str
    payload: bytes
    retain: bool = False


@dataclass(frozen=True, slots=True)
class Fitting:
    """A device of the site file, fitted into the building: its points with gauges, and chance of its own."""

    device: Device
    points: tuple[tuple[Point, Gauge], ...]
    building: Building
    rng: random.Random


class SimulatedDevice:
    """A device on the wire. `interval`: how often it reports by itself while time runs at its own pace."""

    interval = timedelta(seconds=60)
    on_change_only = False  # reports when something changed, and once an hour

    def __init__(self, fitting: Fitting) -> None:
        self.device = fitting.device
        self.building = fitting.building
        self.rng = fitting.rng
        self.points = fitting.points
        self.topic = fitting.device.topic
        self.gauges: dict[tuple[str, str], Gauge] = {
            (point.channel, point.message_quantity): gauge for point, gauge in fitting.points
        }
        self.point_of: dict[tuple[str, str], Point] = {
            (point.channel, point.message_quantity): point for point, _ in fitting.points
        }

    def births(self, at: datetime) -> Sequence[Message]:
        """Retained messages sent on connecting: availability, meta data."""
        return ()

    def report(self, at: datetime) -> Sequence[Message]:
        """The device's present state."""
        raise NotImplementedError

    def farewell(self, at: datetime) -> Sequence[Message]:
        """What is published when the device goes away: its last will."""
        return ()

    def command_topics(self) -> Sequence[str]:
        """Topics on which it takes commands."""
        return ()

    def command(self, topic: str, payload: bytes, at: datetime) -> Sequence[Message]:
        """Carry out a command; what it answers at once. A payload that the real device would not understand is passed over."""
        return ()

    def marks(self) -> tuple[float, ...]:
        """What must change for a device that reports on change only to report."""
        return tuple(gauge() for _, gauge in self.points)

    def read(self, channel: str, quantity: str) -> float | None:
        """Present value of one of its points, None where the site file has none."""
        gauge = self.gauges.get((channel, quantity))
        return None if gauge is None else gauge()
