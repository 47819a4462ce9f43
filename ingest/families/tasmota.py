"""Tasmota: tele SENSOR, STATE, LWT; stat RESULT, POWER and STATUS; any order of prefix and name in the topic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ingest.decoded import Decoded, Measurement, Outgoing
from ingest.families.family import Family, Hints, as_number, as_switch, compact
from ingest.families.instants import instant_of
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import plain, plain_text, present, yes_no
from ingest.families.tasmota_sensors import energy_measurements, sensor_measurements
from premises.reading import Value
from premises.site import Device, Point

_PREFIXES = ("tele", "stat", "cmnd")
_TELE = frozenset(("SENSOR", "STATE", "LWT", "ENERGY", "RESULT", "STATUS", "STATUS8", "STATUS10", "STATUS11", "UPTIME", "MARGINS"))
_INFO = frozenset(("INFO1", "INFO2", "INFO3", "HASS_STATE", "LOGGING", "WAKEUP", "UPTIME", "MARGINS"))
_OWN_KEYS = frozenset(("Time", "TempUnit", "UptimeSec", "Wifi", "POWER", "POWER1", "ENERGY", "StatusSNS", "SleepMode", "LoadAvg"))


class Tasmota(Family):
    name = "tasmota"

    def recognises(self, message: Message, memory: Memory) -> float:
        levels = message.levels
        last = levels[-1]
        prefixed = any(level in _PREFIXES for level in levels)
        if prefixed and (last in _TELE or last.startswith(("POWER", "INFO"))):
            return 0.95
        if prefixed and len(levels) >= 3:
            return 0.4
        if message.topic.startswith("tasmota/discovery/"):
            return 0.95
        fields = message.fields_or_none()
        if fields is not None and "Time" in fields and len(_OWN_KEYS & fields.keys()) >= 2:
            return 0.75
        return 0.6 if fields is not None and last in ("SENSOR", "STATE") and "Time" in fields else 0.0

    def subscriptions(self, device: Device) -> tuple[str, ...]:
        tele, stat = self._topic(device, "tele"), self._topic(device, "stat")
        return (f"{tele}/SENSOR", f"{tele}/STATE", f"{tele}/LWT", f"{tele}/ENERGY", f"{tele}/RESULT", f"{stat}/+")

    def device_of(self, topic: str) -> str:
        """`tele/lamp/SENSOR` is of `lamp`; with the prefix elsewhere its place is kept: `shop/%prefix%/lamp`."""
        levels = topic.split("/")[:-1]
        for place, level in enumerate(levels):
            if level in _PREFIXES:
                rest = [*levels[:place], *levels[place + 1 :]]
                return "/".join(rest) if place == 0 else "/".join([*levels[:place], "%prefix%", *levels[place + 1 :]])
        return "/".join(levels) or topic

    def _topic(self, device: Device, prefix: str) -> str:
        template = device.options.get("full_topic", "").strip("/")
        if template:
            return template.replace("%topic%", device.topic).replace("%prefix%", prefix)
        if "%prefix%" in device.topic:
            return device.topic.replace("%prefix%", prefix)
        levels = device.topic.split("/")
        if "tele" in levels:
            return "/".join(prefix if level == "tele" else level for level in levels)
        return f"{prefix}/{device.topic}"

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        device = hints.base or self.device_of(message.topic)
        last = message.levels[-1]
        if last == "LWT":
            there = present(message.text)
            if there is None:
                raise MalformedError(f"LWT is Online or Offline, not {message.text[:40]!r}")
            return self.told((Measurement("availability", there),), device)
        if "cmnd" in message.levels or last in _INFO:
            return self.ignored("a command or an announcement", device)
        if not message.looks_like_object:
            return self._bare(message, last, device)
        fields = message.fields
        if "discovery" in message.levels and message.topic.startswith("tasmota/"):
            fields = fields.get("sn") or {}
            return (
                self.ignored("an announcement", device) if not isinstance(fields, dict) else self._announced(fields, device, hints)
            )
        wrapped = [fields[name] for name in ("StatusSNS", "StatusSTS") if isinstance(fields.get(name), dict)]
        if len(wrapped) > 1:  # STATUS0 has both
            return self.told((one for part in wrapped for one in _measurements(part, hints)), device)
        fields = wrapped[0] if wrapped else fields
        if last == "ENERGY" or ("Total" in fields and "Period" in fields):
            return self.told(energy_measurements(fields, "", _time_of(fields, hints)), device)
        return self.told(_measurements(fields, hints), device)

    def _announced(self, fields: dict[str, Any], device: str, hints: Hints) -> Decoded:
        found = [
            Measurement(one.quantity, None, one.unit, one.channel)
            for one in _measurements(fields, hints)
            if one.quantity is not None
        ]
        return self.told(found, device, "an announcement")

    def _bare(self, message: Message, last: str, device: str) -> Decoded:
        if last.startswith("POWER"):
            value = yes_no(message.text)
            if not isinstance(value, bool):
                raise MalformedError(f"{last[:16]} is ON or OFF, not {message.text[:40]!r}")
            return self.told((Measurement("switch_state", value, None, last),), device)
        if last.startswith("SHUTTER") and last[7:].isdigit():
            position = plain_text(message.text)
            if isinstance(position, int | float) and not isinstance(position, bool):
                return self.told((Measurement("cover_position", position, "%", f"Shutter{last[7:8]}"),), device)
        if last in _TELE and message.text:
            raise MalformedError(f"{last} is a JSON object, this is none")
        return self.ignored("no telemetry", device)

    def encode(self, device: Device, point: Point, value: Value, memory: Memory) -> tuple[Outgoing, ...]:
        what = point.message_quantity or point.quantity.message
        command = self._topic(device, "cmnd")
        if what == "switch_state":
            name = point.channel if point.channel.startswith("POWER") else "POWER"
            return (Outgoing(f"{command}/{name}", b"ON" if as_switch(value) else b"OFF"),)
        if what == "brightness":
            number = point.channel.removeprefix("Dimmer").removeprefix("Channel")
            name = "Channel" if point.channel.startswith("Channel") else "Dimmer"
            return (Outgoing(f"{command}/{name}{number}", str(round(min(max(as_number(value), 0), 100))).encode()),)
        if what == "cover_position":
            number = point.channel.removeprefix("Shutter") or "1"
            return (Outgoing(f"{command}/ShutterPosition{number}", str(round(as_number(value))).encode()),)
        if what == "color_temperature":
            return (Outgoing(f"{command}/CT", str(round(1e6 / max(as_number(value), 1000.0))).encode()),)
        if what == "setpoint_temperature":
            name = device.options.get("setpoint_command", "TempTargetSet")
            return (Outgoing(f"{command}/{name}", str(compact(as_number(value))).encode()),)
        raise self.cannot(point)


def _time_of(fields: dict[str, Any], hints: Hints) -> datetime | None:
    """`Time` is the device's wall clock without offset unless its owner had it printed; `Epoch` is exact where it is told."""
    epoch = fields.get("Epoch")
    if epoch:
        return instant_of(epoch, hints.zone)
    told = fields.get("Time")
    return instant_of(told, hints.zone) if told else None


def _measurements(fields: dict[str, Any], hints: Hints) -> Iterator[Measurement]:
    time = _time_of(fields, hints)
    for key, told in fields.items():
        if type(told) is dict:
            if key == "ENERGY":
                yield from energy_measurements(told, "", time)
            elif key == "Wifi":
                yield from _wifi(told, time)
            else:
                yield from sensor_measurements(key, told, fields, time)
        elif key in _TOP_LEVEL:
            quantity, unit = _TOP_LEVEL[key]
            unit = {"F": "°F", "C": "°C"}.get(str(fields.get("TempUnit")), unit) if quantity == "temperature" else unit
            yield Measurement(quantity, plain(told), unit, "", time)
        elif key.startswith("POWER"):
            yield Measurement("switch_state", yes_no(told), None, key, time)
        elif key == "UptimeSec":
            yield Measurement("uptime", plain(told), "s", "", time)
        elif key.startswith(("Switch", "PIR")) and key[-1:].isdigit():
            yield Measurement("occupancy" if key.startswith("PIR") else "switch_state", yes_no(told), None, key, time)
        elif key == "Dimmer" or (key.startswith(("Dimmer", "Channel")) and key[-1:].isdigit() and type(told) is not list):
            yield Measurement("brightness", plain(told), "%", "" if key == "Dimmer" else key, time)
        elif key == "CT":
            yield Measurement("color_temperature", plain(told), "mired", "", time)
        elif key == "Channel" and type(told) is list:
            for place, level in enumerate(told[:8], 1):
                yield Measurement("brightness", plain(level), "%", f"Channel{place}", time)


# The Sonoff SC tells its sensors without a block; light and noise are shares of full scale.
_TOP_LEVEL: dict[str, tuple[str, str | None]] = {
    "Temperature": ("temperature", None),
    "Humidity": ("humidity", "%"),
    "Light": ("light_level", None),
    "Noise": ("noise", "%"),
}


def _wifi(told: dict[str, Any], time: datetime | None) -> Iterator[Measurement]:
    if "Signal" in told:
        yield Measurement("rssi", plain(told["Signal"]), "dBm", "", time)
    if "RSSI" in told:
        yield Measurement("wifi_quality", plain(told["RSSI"]), "%", "", time)
