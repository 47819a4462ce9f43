"""AhoyDTU: one value per topic `<base>/<inverter>/ch<n>/<field>`; ch0 is AC and the whole, ch1..n are DC inputs."""

from __future__ import annotations

from ingest.decoded import Decoded, Measurement, Outgoing
from ingest.families.family import Family, Hints, as_number, as_switch, below, compact
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import plain, plain_text
from premises.reading import Value
from premises.site import Device, Point

_FIELDS: dict[str, tuple[str, str | None]] = {
    "U_AC": ("voltage", "V"),
    "U_AC_1N": ("voltage", "V"),
    "U_AC_2N": ("voltage", "V"),
    "U_AC_3N": ("voltage", "V"),
    "U_AC_12": ("voltage", "V"),
    "U_AC_23": ("voltage", "V"),
    "U_AC_31": ("voltage", "V"),
    "U_DC": ("voltage", "V"),
    "I_AC": ("current", "A"),
    "I_AC_1": ("current", "A"),
    "I_AC_2": ("current", "A"),
    "I_AC_3": ("current", "A"),
    "I_DC": ("current", "A"),
    "P_AC": ("power", "W"),
    "P_DC": ("power", "W"),
    "Q_AC": ("reactive_power", "var"),
    "F_AC": ("frequency", "Hz"),
    "PF_AC": ("power_factor", None),
    "Pct": ("power_factor", None),
    "Temp": ("temperature", "°C"),
    "YieldDay": ("energy_today", "Wh"),
    "YieldTotal": ("energy", "kWh"),
    "Efficiency": ("efficiency", "%"),
    "Irradiation": ("irradiation", "%"),
    "MaxPower": ("power_max", "W"),
    "PowerLimit": ("power_limit", "%"),
    "active_PowerLimit": ("power_limit", "%"),
    "LastAlarmCode": ("status_code", None),
}
_BASE: dict[str, tuple[str, str | None]] = {"wifi_rssi": ("rssi", "dBm"), "uptime": ("uptime", "s")}
_STATUS_UNIT = "0 offline, 1 partial, 2 online"
_QUIET = frozenset(
    ("comm_start", "comm_stop", "device", "dis_night_comm", "free_heap", "sunrise", "sunset", "version", "ip_addr",
     "last_success", "ack_pwr_limit", "comm_disabled", "alarm", "heap_frag", "radio_stat")
)  # fmt: skip


def _channel_level(level: str) -> bool:
    return level[:2] == "ch" and (level[2:].isdigit() or level[2:3] == "<")


def _is_total(level: str, message: Message) -> bool:
    """The sums of all inverters as one object."""
    fields = message.fields_or_none() if level == "total" else None
    return fields is not None and sum(key in _FIELDS for key in fields) >= 2


class AhoyDtu(Family):
    name = "ahoydtu"

    def recognises(self, message: Message, memory: Memory) -> float:
        levels = message.levels
        if len(levels) >= 3 and _channel_level(levels[-2]) and levels[-1] in _FIELDS:
            return 0.97
        if message.looks_like_object and (_channel_level(levels[-1]) or _is_total(levels[-1], message)):
            return 0.8
        if len(levels) >= 2 and levels[-2] == "total" and levels[-1] in _FIELDS:
            return 0.9
        if levels[-1] in ("wifi_rssi", "comm_start", "dis_night_comm", "last_success", "ack_pwr_limit", "free_heap"):
            return 0.6
        if levels[-1] == "mqtt" and len(levels) == 2 and message.payload in (b"connected", b"not connected"):
            return 0.6
        if levels[-1] == "active_PowerLimit" or (levels[-1] == "available" and message.payload in (b"0", b"1", b"2")):
            return 0.5 if len(levels) >= 3 else 0.0
        if "ahoy" in levels[0].lower():
            return 0.6
        return 0.3 if levels[-1] == "status" and len(levels) == 2 and message.payload in (b"0", b"1", b"2") else 0.0

    def device_of(self, topic: str) -> str:
        levels = topic.split("/")
        for place, level in enumerate(levels[1:], 1):
            if _channel_level(level) or level == "total":
                return "/".join(levels[:place])
        return "/".join(levels[:-1]) or topic

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        device = hints.base or self.device_of(message.topic)
        levels = (below(message.topic, device) or message.topic).split("/")
        key = levels[-1]
        place = levels[-2] if len(levels) >= 2 else ""
        inverter = "/".join(levels[:-2]) if hints.device is not None else ""
        if message.looks_like_object and (_channel_level(key) or key == "total"):
            found = [
                self._measured(name, f"{inverter} {key}".strip(), plain(told), key)
                for name, told in message.fields.items()
                if name in _FIELDS
            ]
            return self.told(found, device)
        if _channel_level(place) or place == "total":
            if key not in _FIELDS:
                return self.ignored(f"{key[:40]} is not measured", device)
            value = plain_text(message.text)
            if isinstance(value, str | bool):
                raise MalformedError(f"{key} is a number, not {message.text[:40]!r}")
            return self.told((self._measured(key, f"{inverter} {place}".strip(), value, place),), device)
        if key in _BASE:
            quantity, unit = _BASE[key]
            return self.told((Measurement(quantity, plain_text(message.text), unit),), device)
        if key == "mqtt" and message.text in ("connected", "not connected"):
            return self.told((Measurement("availability", message.text == "connected"),), device)
        if key == "status":
            return self.told((Measurement("status_code", plain_text(message.text), _STATUS_UNIT),), device)
        if key in ("available", "active_PowerLimit"):
            unit = None if key == "available" else "%"
            quantity = "status_code" if key == "available" else "power_limit"
            return self.told((Measurement(quantity, plain_text(message.text), unit, place),), device)
        return self.ignored("settings" if key in _QUIET else "nothing measured", device)

    def _measured(self, key: str, channel: str, value: Value | None, place: str) -> Measurement:
        quantity, unit = _FIELDS[key]
        if key in ("P_AC", "P_DC"):
            channel = f"{channel} {key[2:].lower()}"
        elif key == "Temp":
            channel = channel.removesuffix(place).strip() + " inverter"
        elif key.startswith(("U_AC_", "I_AC_")):
            channel = f"{channel} {key[5:]}"
        elif quantity == "power_factor" and isinstance(value, int | float) and abs(value) > 1.01:
            unit = "%"
        return Measurement(quantity, value, unit, channel.strip())

    def encode(self, device: Device, point: Point, value: Value, memory: Memory) -> tuple[Outgoing, ...]:
        what = point.message_quantity or point.quantity.message
        number = device.options.get("inverter_id", "0")
        if what == "power_limit" and point.quantity.unit == "%":
            return (Outgoing(f"{device.topic}/ctrl/limit/{number}", f"{compact(as_number(value))}%".encode()),)
        if what == "power_limit":
            return (Outgoing(f"{device.topic}/ctrl/limit/{number}", f"{compact(as_number(value))}W".encode()),)
        if what in ("switch_state", "enabled"):
            return (Outgoing(f"{device.topic}/ctrl/power/{number}", b"1" if as_switch(value) else b"0"),)
        raise self.cannot(point)
