"""DALI lamps behind a Wiren Board controller (wb-mqtt-dali), in the Wiren Board MQTT convention: one retained text per control."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import orjson

from simulators.devices.device import Message, SimulatedDevice


class WbDaliDevice(SimulatedDevice):
    """A lamp group with the control `level`, 0 to 100; commands on `…/controls/level/on`. Reports when the level changed."""

    interval = timedelta(seconds=30)
    on_change_only = True

    def births(self, at: datetime) -> Sequence[Message]:
        title = self.device.name or self.device.id
        about = {"driver": "wb-mqtt-dali", "title": {"en": title}}
        level = {"type": "range", "min": 0, "max": 100, "units": "%", "readonly": False, "order": 1}
        return (
            Message(f"{self.topic}/meta", orjson.dumps(about), True),
            Message(f"{self.topic}/controls/level/meta", orjson.dumps(level), True),
        )

    def farewell(self, at: datetime) -> Sequence[Message]:
        """The driver marks a control that it cannot reach as failing to read."""
        return (Message(f"{self.topic}/controls/level/meta/error", b"r", True),)

    def _group(self) -> int | None:
        return self.building.lamps.group.get((self.device.id, "level"))

    def command_topics(self) -> Sequence[str]:
        return (f"{self.topic}/controls/level/on",)

    def report(self, at: datetime) -> Sequence[Message]:
        level = self.read("level", "brightness")
        return (Message(f"{self.topic}/controls/level", str(round(level or 0.0)).encode(), True),)

    def command(self, topic: str, payload: bytes, at: datetime) -> Sequence[Message]:
        group = self._group()
        try:
            level = float(payload.decode())
        except ValueError:
            return ()
        if group is None or not 0 <= level <= 100:
            return ()
        self.building.lamps.level_pct[group] = round(level)
        self.building.lamps.on[group] = level > 0
        return self.report(at)
