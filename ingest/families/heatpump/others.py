"""ESPAltherma (Daikin) and mitsubishi2MQTT: one JSON object with all values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ingest.decoded import Measurement, Outgoing
from ingest.families.family import Hints, as_number, as_switch, compact
from ingest.families.heatpump.dialect import Dialect, Told
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import plain, plain_text, present, yes_no
from ingest.families.words import Meaning, meaning_of, unit_named
from premises.reading import Value
from premises.site import Device, Point

_UNIT = re.compile(r"\(([^()]{1,12})\)\s*$")
_ROWS: dict[str, Meaning] = {
    "operation mode": Meaning("mode"),
    "i/u operation mode": Meaning("mode"),
    "error code": Meaning("fault"),
    "thermostat on/off": Meaning("heating_active"),
    "space heating operation on/off": Meaning("heating_active"),
    "defrost operation": Meaning("running_state"),
    "lw setpoint (main)": Meaning("setpoint_temperature", "°C"),
    "lw setpoint (add)": Meaning("setpoint_temperature", "°C"),
    "dhw setpoint": Meaning("setpoint_temperature", "°C"),
    "rt setpoint": Meaning("setpoint_temperature", "°C"),
    "water pressure": Meaning("pressure", "bar"),
    "flow sensor (l/min)": Meaning("flow", "l/min"),
    "water pump signal (0:max-100:stop)": Meaning("value", "%"),
    "inv frequency (rps)": Meaning("compressor_frequency", "Hz"),
    "buh step1": Meaning("heating_active"),
    "buh step2": Meaning("heating_active"),
    "bsh": Meaning("heating_active"),
}
_TEXTS = ("mode", "fault", "running_state")
_PUMPS = frozenset(("main pump", "add pump", "circulation pump", "solar pump", "mixed pump"))
# Counts, differences and signals of the controls, whose words would else be taken for measurements.
_NOT_ROWS = re.compile(r"\b(?:qty|retry|drop|delta|equalizing|signal|noise|protection)\b|\((?:pls|step)\)", re.IGNORECASE)


class EspAltherma(Dialect):
    name = "espaltherma"

    def recognises(self, message: Message) -> float:
        levels = message.levels
        if levels[0] == "espaltherma" and len(levels) > 1:
            return 0.95
        if levels[-1] == "ATTR" and message.looks_like_object:
            return 0.7
        return 0.7 if levels[-2:] == ["sg", "state"] else 0.0

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Told:
        levels = message.levels
        device = hints.base or levels[0]
        last = levels[-1]
        if last == "LWT":
            there = present(message.text)
            if there is None:
                raise MalformedError(f"LWT is Online or Offline, not {message.text[:40]!r}")
            return Told((Measurement("availability", there),), device)
        if levels[-2:] == ["sg", "state"]:
            return Told((Measurement("sg_ready_mode", plain_text(message.text)),), device)
        if last == "STATE":
            return Told((Measurement("heatpump_on", yes_no(message.text)),), device)
        if last == "SAFETY_STATE":
            return Told((Measurement("status", plain_text(message.text), None, "safety"),), device)
        if message.looks_like_object:
            return Told(tuple(_rows(message.fields)), device, "no row that measures anything")
        return Told((), device, "a command or a log")

    def encode(self, device: Device, point: Point, value: Value) -> tuple[Outgoing, ...] | None:
        what = point.message_quantity or point.quantity.message
        if what in ("heatpump_on", "switch_state"):
            return (Outgoing(f"{device.topic}/POWER", b"ON" if as_switch(value) else b"OFF"),)
        if what == "sg_ready_mode":
            return (Outgoing(f"{device.topic}/sg/set", str(min(max(round(as_number(value)), 0), 3)).encode()),)
        return None


def _rows(fields: dict[str, Any]) -> Iterator[Measurement]:
    """Labels of the Daikin service menu, e.g. `Leaving water temp. after BUH (R2T)` or `Voltage (N-phase) (V)`."""
    for label, told in fields.items():
        if type(told) is dict or type(told) is list:
            continue
        meaning = _ROWS.get(label.lower()) or (Meaning("switch_state") if label.lower() in _PUMPS else meaning_of(label))
        if meaning is None or (_NOT_ROWS.search(label[:120]) and label.lower() not in _ROWS):
            continue
        unit = _UNIT.search(label[:120])
        named = unit_named(unit.group(1)) if unit is not None else None
        value = yes_no(told) if meaning.quantity in ("heating_active", "running_state", "switch_state") else plain(told)
        if isinstance(value, str) and meaning.quantity not in _TEXTS:
            continue
        fits = named in ("A", "V", "W", "kW", "l/min", "bar", "°C", "%", "Hz", "kWh")
        yield Measurement(meaning.quantity, value, named if fits else meaning.unit, label[:80])


class Mitsubishi(Dialect):
    name = "mitsubishi2mqtt"

    def recognises(self, message: Message) -> float:
        fields = message.fields_or_none()
        if fields is not None and "roomTemperature" in fields and ("vane" in fields or "fan" in fields or "mode" in fields):
            return 0.95
        if fields is not None and {"vane", "fan", "temperature", "mode"} <= fields.keys():
            return 0.9
        return 0.0

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Told:
        levels = message.levels
        device = hints.base or "/".join(levels[:-1])
        if levels[-1] == "availability":
            return Told((Measurement("availability", present(message.text)),), device)
        if levels[-1] == "set" or not message.looks_like_object:
            return Told((), device, "a command")
        return Told(tuple(self._state(message.fields)), device)

    def _state(self, fields: dict[str, Any]) -> Iterator[Measurement]:
        """`temperature` is the setpoint, `roomTemperature` the reading."""
        for key, quantity, unit, channel in (
            ("roomTemperature", "temperature", "°C", "room"),
            ("temperature", "setpoint_temperature", "°C", ""),
            ("compressorFrequency", "compressor_frequency", "Hz", ""),
        ):
            if key in fields:
                yield Measurement(quantity, plain(fields[key]), unit, channel)
        for key, quantity in (("action", "running_state"), ("mode", "mode")):
            if key in fields:
                told = fields[key]
                yield Measurement(quantity, str(told)[:64] if isinstance(told, str) and told else None)
        if isinstance(fields.get("power"), str):
            yield Measurement("switch_state", yes_no(fields["power"]), None, "power")

    def encode(self, device: Device, point: Point, value: Value) -> tuple[Outgoing, ...] | None:
        what = point.message_quantity or point.quantity.message
        if what == "setpoint_temperature":
            return (Outgoing(f"{device.topic}/temp/set", str(compact(round(as_number(value) * 2) / 2)).encode()),)
        if what == "mode":
            return (Outgoing(f"{device.topic}/mode/set", str(value).encode()),)
        if what in ("switch_state", "heatpump_on"):
            return (Outgoing(f"{device.topic}/mode/set", b"auto" if as_switch(value) else b"off"),)
        return None
