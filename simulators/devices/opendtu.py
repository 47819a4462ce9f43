"""OpenDTU: a gateway to micro-inverters, one value per topic. After the OpenDTU documentation, "MQTT topics"."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

from simulators.devices.device import Fitting, Message, SimulatedDevice


class OpenDtu(SimulatedDevice):
    """Totals of all inverters: `ac/power` W, `ac/yieldtotal` kWh, `ac/yieldday` Wh, `dc/power` W; power of each inverter."""

    interval = timedelta(seconds=30)

    def __init__(self, fitting: Fitting) -> None:
        super().__init__(fitting)
        self._serial = f"1161{self.rng.randint(0, 10**8 - 1):08d}"

    def births(self, at: datetime) -> Sequence[Message]:
        return (Message(f"{self.topic}/dtu/status", b"online", True),)

    def farewell(self, at: datetime) -> Sequence[Message]:
        return (Message(f"{self.topic}/dtu/status", b"offline", True),)

    def report(self, at: datetime) -> Sequence[Message]:
        messages = []
        power, total, today = (self.read("ac total", name) for name in ("power", "energy", "energy_today"))
        if power is not None:
            messages.append(Message(f"{self.topic}/ac/power", f"{power:.1f}".encode()))
            messages.append(Message(f"{self.topic}/{self._serial}/status/producing", b"1" if power > 1 else b"0"))
        if total is not None:
            messages.append(Message(f"{self.topic}/ac/yieldtotal", f"{math.floor(total * 1000) / 1000:.3f}".encode()))
        if today is not None:
            messages.append(Message(f"{self.topic}/ac/yieldday", str(int(today * 1000)).encode()))
        direct = self.read("dc total", "power")
        if direct is None and power is not None:
            direct = float(self.building.pv_dc_w.sum())
        if direct is not None:
            messages.append(Message(f"{self.topic}/dc/power", f"{direct:.1f}".encode()))
        return messages
