"""Meters behind a Wiren Board controller, in its MQTT convention: a retained text per control, described by retained JSON."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from premises.site import Point
from simulators.devices.device import Message, SimulatedDevice

_TYPES = {"power": ("power", "W", 1), "temperature": ("temperature", "°C", 2), "voltage": ("voltage", "V", 1)}
_UNIT_TEXTS = {"m³": "m^3"}
_COUNTER_DIGITS = 3


class WirenBoardDevice(SimulatedDevice):
    """A meter with one control per channel. Counters are rounded down to the meter's last digit, so they never go back."""

    interval = timedelta(seconds=60)

    def births(self, at: datetime) -> Sequence[Message]:
        about = {"driver": "wb-modbus", "title": {"en": self.device.name or self.device.id}}
        messages = [Message(f"{self.topic}/meta", orjson.dumps(about), True)]
        for order, (point, _) in enumerate(self.points, start=1):
            kind, unit, _ = self._meta(point)
            meta: dict[str, Any] = {"type": kind, "readonly": True, "order": order}
            if unit:
                meta["units"] = unit
            messages.append(Message(f"{self.topic}/controls/{point.channel}/meta", orjson.dumps(meta), True))
        return messages

    def farewell(self, at: datetime) -> Sequence[Message]:
        return [Message(f"{self.topic}/controls/{point.channel}/meta/error", b"r", True) for point, _ in self.points]

    @staticmethod
    def _meta(point: Point) -> tuple[str, str, int]:
        """Type, unit and digits of a control."""
        if point.quantity.counter:
            unit = point.unit or point.quantity.unit
            electric = point.quantity.name in ("energy", "energy_export")
            return ("power_consumption" if electric else "value", _UNIT_TEXTS.get(unit, unit), _COUNTER_DIGITS)
        return _TYPES.get(point.message_quantity, ("value", point.unit or point.quantity.unit, 2))

    def report(self, at: datetime) -> Sequence[Message]:
        messages = []
        for point, gauge in self.points:
            _, unit, digits = self._meta(point)
            value = gauge()
            if point.quantity.counter:
                value = value / 1000 if unit == "MWh" else value
                value = math.floor(value * 10**digits) / 10**digits
            messages.append(Message(f"{self.topic}/controls/{point.channel}", f"{value:.{digits}f}".encode(), True))
        return messages
