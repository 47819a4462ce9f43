"""OpenDTU: one value per topic; sums under `ac` and `dc`, inverters under their serial number (0 is AC, 1..n are DC inputs)."""

from __future__ import annotations

from ingest.decoded import Decoded, Measurement, Outgoing
from ingest.families.family import Family, Hints, as_number, as_switch, below, compact
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import plain_text, present
from premises.reading import Value
from premises.site import Device, Point

_TOTALS: dict[str, tuple[str, str | None]] = {
    "power": ("power", "W"),
    "yieldtotal": ("energy", "kWh"),
    "yieldday": ("energy_today", "Wh"),
    "irradiation": ("irradiation", "%"),
}
_DTU: dict[str, tuple[str, str | None, str]] = {
    "rssi": ("rssi", "dBm", ""),
    "temperature": ("temperature", "°C", "dtu"),
    "uptime": ("uptime", "s", ""),
}
_CHANNEL: dict[str, tuple[str, str | None]] = {
    **_TOTALS,
    "voltage": ("voltage", "V"),
    "voltage_ph1n": ("voltage", "V"),
    "current": ("current", "A"),
    "frequency": ("frequency", "Hz"),
    "powerfactor": ("power_factor", None),
    "reactivepower": ("reactive_power", "var"),
    "efficiency": ("efficiency", "%"),
    "powerapparent": ("apparent_power", "VA"),
    "apparentpower": ("apparent_power", "VA"),
    "temperature": ("temperature", "°C"),
    "powerdc": ("power", "W"),
}
_STATUS: dict[str, tuple[str, str | None]] = {
    "reachable": ("reachable", None),
    "producing": ("producing", None),
    "limit_relative": ("power_limit", "%"),
    "limit_absolute": ("power_limit", "W"),
}
_POWERMETER: dict[str, tuple[str, str, str]] = {
    "powertotal": ("power", "W", "powermeter"),
    **{f"power{phase}": ("power", "W", f"powermeter {phase}") for phase in (1, 2, 3)},
    **{f"voltage{phase}": ("voltage", "V", f"powermeter {phase}") for phase in (1, 2, 3)},
    "import": ("energy", "kWh", "powermeter"),
    "export": ("energy_export", "kWh", "powermeter"),
}
# Solar chargers that OpenDTU-OnBattery listens to: labels of the VE.Direct protocol.
_CHARGER: dict[str, tuple[str, str | None, str]] = {
    "PPV": ("power", "W", "pv"),
    "VPV": ("voltage", "V", "pv"),
    "IPV": ("current", "A", "pv"),
    "P": ("power", "W", "battery"),
    "V": ("voltage", "V", "battery"),
    "I": ("current", "A", "battery"),
    "E": ("efficiency", "%", ""),
    "H19": ("energy", "kWh", ""),
    "H20": ("energy_today", "kWh", ""),
    "H21": ("power_max", "W", "today"),
    "H22": ("energy_yesterday", "kWh", ""),
    "H23": ("power_max", "W", "yesterday"),
    "CS": ("status", None, "charger"),
    "ERR": ("fault", None, "charger"),
}
_PARTS = frozenset(("ac", "dc", "dtu"))


def _serial(level: str) -> bool:
    return len(level) >= 10 and level.isascii() and level.isalnum() and level[:8].isdigit()


class OpenDtu(Family):
    name = "opendtu"

    def recognises(self, message: Message, memory: Memory) -> float:
        levels = message.levels
        if len(levels) >= 3 and levels[-2] in _PARTS and (levels[-1] in _TOTALS or levels[-1] in ("is_valid", *_DTU)):
            return 0.8
        if levels[-2:] == ["dtu", "status"] or (levels[-2:-1] == ["dtu"] and levels[-1] in ("ip", "hostname", "bssid")):
            return 0.85
        if levels[-2:-1] == ["powermeter"] and levels[-1] in _POWERMETER:
            return 0.8
        if len(levels) >= 3 and levels[-3] == "victron" and levels[-1] in _CHARGER:
            return 0.8
        if len(levels) >= 3 and any(_serial(level) for level in levels[-3:-1]):
            known = levels[-1] in _CHANNEL or levels[-1] == "name" or levels[-2] in ("status", "device", "radio", "cmd")
            return 0.9 if known else 0.2
        return 0.0

    def device_of(self, topic: str) -> str:
        levels = topic.split("/")
        for place, level in enumerate(levels):
            if place and (level in _PARTS or level in ("powermeter", "victron") or _serial(level)):
                return "/".join(levels[:place])
        return topic

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        rest = below(message.topic, hints.base)
        base = hints.base or self.device_of(message.topic)
        if rest is None:
            rest = below(message.topic, base) or message.topic
        levels = rest.split("/")
        serial = ""
        if _serial(levels[0]):
            serial = levels.pop(0) if hints.device is None else f"{levels.pop(0)} "
            if hints.device is None:
                base, serial = f"{base}/{serial}", ""
        if levels[0] in ("powermeter", "victron"):
            return self._beside(message, levels, base)
        if len(levels) != 2:
            return self.ignored("names, no measurement", base)
        part, key = levels
        if part == "dtu" and key == "status":
            return self._presence(message, base)
        measured = self._measured(part, key, serial)
        if measured is None:
            return self.ignored(f"{key[:40]} is not measured", base)
        quantity, unit, channel = measured
        value = plain_text(message.text)
        if isinstance(value, str):
            raise MalformedError(f"{rest[:60]} is a number, not {value[:40]!r}")
        if quantity == "power_factor" and isinstance(value, int | float) and abs(value) > 1.01:
            unit = "%"
        return self.told((Measurement(quantity, value, unit, channel),), base)

    def _beside(self, message: Message, levels: list[str], base: str) -> Decoded:
        """What the gateway hears besides inverters: a meter, and solar chargers by their serial numbers."""
        known = _POWERMETER.get(levels[-1]) if levels[0] == "powermeter" else _CHARGER.get(levels[-1])
        if known is None:
            return self.ignored(f"{levels[-1][:40]} is not measured", base)
        quantity, unit, channel = known
        value = plain_text(message.text)
        if isinstance(value, str) and unit is not None:
            raise MalformedError(f"{levels[-1][:40]} is a number, not {value[:40]!r}")
        charger = f"{levels[1][:32]} " if levels[0] == "victron" and len(levels) > 2 else ""
        return self.told((Measurement(quantity, value, unit, f"{charger}{channel}".strip()),), base)

    def _measured(self, part: str, key: str, serial: str) -> tuple[str, str | None, str] | None:
        if part in ("ac", "dc"):
            total = _TOTALS.get(key)
            return (*total, f"{part} total") if total else None
        if part == "dtu":
            return _DTU.get(key)
        if part == "status":
            state = _STATUS.get(key)
            extra = "absolute" if key == "limit_absolute" else ""
            return (*state, f"{serial}{extra}".strip()) if state else None
        if part == "radio" and key == "rssi":
            return "rssi", "dBm", f"{serial}radio"
        known = _CHANNEL.get(key)
        if known is None or not part.isdigit() or len(part) > 2:
            return None
        if part == "0":
            place = {"powerdc": "dc", "temperature": "inverter"}.get(key, "ac")
        else:
            place = f"string {part}"
        return (*known, f"{serial}{place}")

    def _presence(self, message: Message, base: str) -> Decoded:
        there = present(message.text)
        if there is None:
            raise MalformedError(f"dtu/status is online or offline, not {message.text[:40]!r}")
        return self.told((Measurement("availability", there),), base)

    def encode(self, device: Device, point: Point, value: Value, memory: Memory) -> tuple[Outgoing, ...]:
        what = point.message_quantity or point.quantity.message
        serial = point.channel.split(" ")[0] if _serial(point.channel.split(" ")[0]) else device.options.get("serial", "")
        base = f"{device.topic}/{serial}" if serial else device.topic
        absolute = point.channel.endswith("absolute")
        if what == "power_limit" and not absolute:
            return (Outgoing(f"{base}/cmd/limit_nonpersistent_relative", str(compact(as_number(value))).encode()),)
        if what == "power_limit":
            return (Outgoing(f"{base}/cmd/limit_nonpersistent_absolute", str(compact(as_number(value))).encode()),)
        if what in ("switch_state", "enabled"):
            return (Outgoing(f"{base}/cmd/power", b"1" if as_switch(value) else b"0"),)
        raise self.cannot(point)
