"""ESPHome nodes, one text per sensor. After the ESPHome documentation, "MQTT client component"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from simulators.devices.device import Message, SimulatedDevice

_DIGITS = {"temperature": 1, "humidity": 1, "irradiance": 0, "wind_speed": 1, "pressure": 1, "illuminance": 0}
_NOISE = {"temperature": 0.05, "humidity": 0.4, "irradiance": 2.0, "wind_speed": 0.15}


class EsphomeNode(SimulatedDevice):
    """A node with one sensor per point, object id = channel."""

    interval = timedelta(seconds=60)

    def births(self, at: datetime) -> Sequence[Message]:
        return (Message(f"{self.topic}/status", b"online", True),)

    def farewell(self, at: datetime) -> Sequence[Message]:
        return (Message(f"{self.topic}/status", b"offline", True),)

    def report(self, at: datetime) -> Sequence[Message]:
        messages = []
        for (channel, quantity), gauge in self.gauges.items():
            value = gauge()
            if value:
                value += self.rng.gauss(0.0, _NOISE.get(quantity, 0.0))
            if quantity != "temperature":
                value = max(value, 0.0)
            text = f"{value:.{_DIGITS.get(quantity, 2)}f}"
            messages.append(Message(f"{self.topic}/sensor/{channel}/state", text.encode()))
        return messages
