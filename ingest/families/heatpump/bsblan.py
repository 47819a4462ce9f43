"""BSB-LAN (Siemens controls of Brötje, Elco, Atlantic, Baxi): `<base>/<device>/<category>/<parameter>/status`.

After its documentation: plain text, `{number: value}` and rich JSON with name and unit, which older releases sent to `<base>/json`.
Parameters have the same numbers on all controls; those of the lists 8300 to 9099 (diagnosis) and the setpoints are known here,
others by the name that rich JSON tells.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

from ingest.decoded import Measurement, Outgoing
from ingest.families.family import Hints
from ingest.families.heatpump.dialect import Dialect, Told
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import number_with_unit, plain, plain_text, present
from ingest.families.words import Meaning, meaning_of, quantity_of_unit, unit_named
from premises.reading import Value
from premises.site import Device, Point

_T, _S = Meaning("temperature", "°C"), Meaning("setpoint_temperature", "°C")
_PARAMETERS: dict[str, tuple[Meaning, str]] = {
    "700": (Meaning("mode"), "hc1"), "1000": (Meaning("mode"), "hc2"), "1600": (Meaning("mode"), "dhw"),
    "710": (_S, "hc1 comfort"), "712": (_S, "hc1 reduced"), "714": (_S, "hc1 frost"), "1010": (_S, "hc2 comfort"),
    "1012": (_S, "hc2 reduced"), "1610": (_S, "dhw"), "1612": (_S, "dhw reduced"), "8310": (_T, "boiler"),
    "8311": (_S, "boiler"), "8314": (_T, "boiler return"), "8316": (_T, "flue gas"),
    "8326": (Meaning("flame_modulation", "%"), "burner"), "8323": (Meaning("fan_speed", "rpm"), "fan"),
    "8410": (_T, "heat pump return"), "8412": (_T, "heat pump flow"), "8411": (_S, "heat pump"),
    "8413": (Meaning("value", "%"), "compressor modulation"), "8415": (_T, "hot gas"),
    "8425": (Meaning("value", "K"), "condenser spread"), "8427": (_T, "source inlet"), "8429": (_T, "source outlet"),
    "8700": (_T, "outside"), "8703": (_T, "outside damped"), "8704": (_T, "outside mixed"), "8740": (_T, "room 1"),
    "8741": (_S, "room 1"), "8743": (_T, "hc1 flow"), "8744": (_S, "hc1 flow"), "8770": (_T, "room 2"), "8771": (_S, "room 2"),
    "8773": (_T, "hc2 flow"), "8774": (_S, "hc2 flow"), "8830": (_T, "dhw"), "8831": (_S, "dhw"), "8832": (_T, "dhw 2"),
    "8950": (_T, "common flow"), "8951": (_S, "common flow"), "8980": (_T, "buffer 1"), "8981": (_S, "buffer"),
    "8982": (_T, "buffer 2"), "8510": (_T, "collector"), "8327": (Meaning("pressure", "bar"), "water"),
}  # fmt: skip
_TEXTS = ("mode", "status", "fault", "running_state")
_NONE = frozenset(("---", "--", ""))


class BsbLan(Dialect):
    name = "bsblan"

    def recognises(self, message: Message) -> float:
        levels = message.levels
        if levels[0].upper().startswith("BSB"):
            return 0.9
        if levels[-1] in ("json", "status") and message.looks_like_object:
            rich = _rich(message.fields_or_none() or {})
            return 0.8 if rich is not None and {"id", "value", "error"} <= rich.keys() else 0.0
        return 0.0

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Told:
        levels = message.levels
        device = hints.base or levels[0]
        last = levels[-1]
        if last in ("set", "inf", "poll") or "meta" in levels:
            return Told((), device, "a command or a name")
        if last == "status" and present(message.text[:16]) is not None and not message.looks_like_object and len(levels) <= 2:
            return Told((Measurement("availability", present(message.text)),), device)
        if message.looks_like_object:
            return Told(tuple(_document(message.fields)), device, "no parameter that measures anything known")
        number = levels[-2] if last == "status" and len(levels) >= 3 else last
        return Told(
            tuple(_one(number, "", message.text, None)), device, f"parameter {number[:12]} is not known by its number alone"
        )

    def encode(self, device: Device, point: Point, value: Value) -> tuple[Outgoing, ...] | None:
        """The option `write <channel>` names `<category>/<parameter>` below the device's number."""
        path = device.options.get(f"write {point.channel}".rstrip())
        return None if path is None else (Outgoing(f"{device.topic}/{path}/set", str(value).encode()),)


def _rich(fields: dict[str, Any]) -> dict[str, Any] | None:
    """Rich JSON stands bare, or under the name of the device."""
    if "value" in fields:
        return fields
    inner = next(iter(fields.values()), None) if len(fields) == 1 else None
    return inner if isinstance(inner, dict) and "value" in inner else None


def _document(fields: dict[str, Any]) -> Iterator[Measurement]:
    rich = _rich(fields)
    if rich is not None:
        if rich.get("error") not in (0, "0", None):
            return  # the control does not know the parameter: there is no value
        unit = rich.get("unit")
        told = rich.get("value")
        yield from _one(
            str(rich.get("id", "")), str(rich.get("name", ""))[:64], told, str(unit) if unit else None, rich.get("desc")
        )
        return
    inner = next(iter(fields.values()), None) if len(fields) == 1 else None
    values = inner.get("status") if isinstance(inner, dict) else fields
    for number, told in list(values.items())[:64] if isinstance(values, dict) else ():
        if not isinstance(told, dict | list):
            yield from _one(str(number), "", told, None)


def _one(number: str, name: str, told: Any, unit: str | None, text: Any = None) -> Iterator[Measurement]:
    """One parameter: by its number, else by its name and unit. Words come as `1 - Automatic`, or in `desc` beside a number."""
    known = _PARAMETERS.get(number.partition(".")[0])
    symbol = unit_named(html.unescape(unit)) if unit else None
    meaning, channel = known if known is not None else (_by_name(name, symbol), name)
    if meaning is None:
        return
    stripped = told.strip() if isinstance(told, str) else told
    value = None if stripped in _NONE else plain_text(stripped) if isinstance(stripped, str) else plain(stripped)
    if meaning.quantity in _TEXTS:
        word = text if isinstance(text, str) and text else value
        yield Measurement(meaning.quantity, word if word is None else str(word)[:64], None, channel)
        return
    if isinstance(value, str):
        with_unit = number_with_unit(value)
        if with_unit is None:
            raise MalformedError(f"parameter {number[:12]} is a number, not {value[:40]!r}")
        value, symbol = with_unit[0], symbol or unit_named(with_unit[1])
    yield Measurement(meaning.quantity, value, symbol or meaning.unit, channel)


def _by_name(name: str, unit: str | None) -> Meaning | None:
    named = meaning_of(name) if name else None
    by_unit = quantity_of_unit(unit) if unit else None
    if by_unit is not None and by_unit != quantity_of_unit(named.unit or "" if named else ""):
        return Meaning("setpoint_temperature" if by_unit == "temperature" and "soll" in name.lower() else by_unit, unit)
    return named
