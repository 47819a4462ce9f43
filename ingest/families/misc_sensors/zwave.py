"""Z-Wave JS UI: `<prefix>/<node>/<class>/<endpoint>/<property>[/<key>]`; classes by number or name, values bare or with a time."""

from __future__ import annotations

from collections.abc import Iterator

from ingest.decoded import Measurement
from ingest.families.family import Hints
from ingest.families.instants import instant_of
from ingest.families.message import Message
from ingest.families.misc_sensors.tables import Meaning
from ingest.families.scalars import plain, plain_text, present, yes_no
from ingest.families.words import meaning_of, unit_named

_CLASSES = {
    "37": "switch_binary", "38": "switch_multilevel", "48": "sensor_binary", "49": "sensor_multilevel", "50": "meter",
    "64": "thermostat_mode", "66": "thermostat_operating_state", "67": "thermostat_setpoint", "68": "thermostat_fan_mode",
    "113": "notification", "128": "battery", "91": "central_scene", "102": "barrier_operator", "98": "door_lock",
}  # fmt: skip
_NAMES = frozenset(_CLASSES.values())
_PRESENT = frozenset(("currentValue", "value", "level", "isLow"))
# Scales of electricity meters in the keys of the meter class: (rate type, scale, 1) in one number.
_METERS: dict[str, Meaning] = {
    "65537": ("energy", "kWh", ""),
    "65536": ("energy", "kWh", ""),
    "65539": ("pulse_count", None, ""),
    "66049": ("power", "W", ""),
    "66051": ("power", "W", ""),
    "66561": ("voltage", "V", ""),
    "66817": ("current", "A", ""),
    "67073": ("power_factor", None, ""),
    "131073": ("energy_export", "kWh", ""),
    "132097": ("voltage", "V", ""),
}
_NOTICES = {
    "motion": "occupancy", "smoke": "smoke", "water": "water_leak", "co alarm": "co_alarm", "carbon monoxide": "co_alarm",
    "door": "contact", "window": "contact", "tamper": "tamper", "cover": "tamper",
}  # fmt: skip


def is_zwave(message: Message) -> bool:
    """Whether the topic has a command class with an endpoint behind it, or tells the state of a node."""
    levels = message.levels
    if len(levels) >= 3 and levels[-1] == "status" and b'"nodeId"' in message.payload:
        return True
    return _class_at(levels) is not None


def _class_at(levels: list[str]) -> int | None:
    for place in range(1, len(levels) - 2):
        level, behind = levels[place], levels[place + 1]
        if level in _NAMES and (behind.startswith("endpoint_") or behind.isdigit()):
            return place
        if level in _CLASSES and behind.isdigit() and len(behind) <= 2 and (levels[0].startswith("zwave") or level == "37"):
            return place
    return None


def zwave_measurements(message: Message, hints: Hints) -> Iterator[Measurement]:
    """What one value of a node says; settings, wishes (`targetValue`) and the node's names say nothing."""
    levels = message.levels
    fields = message.fields_or_none()
    told = fields.get("value") if fields is not None else message.text
    time = instant_of(fields["time"], hints.zone) if fields is not None and "time" in fields else None
    if levels[-1] == "status":
        alive = told if isinstance(told, bool) else present(fields.get("status") if fields is not None else told)
        yield Measurement("availability", alive, None, "", time)
        return
    place = _class_at(levels)
    if place is None or isinstance(told, dict | list):
        return
    kind = _CLASSES.get(levels[place], levels[place])
    endpoint = levels[place + 1].removeprefix("endpoint_")
    meaning = _meaning(kind, levels[place + 2 :])
    if meaning is None:
        return
    quantity, unit, channel = meaning
    if fields is not None and isinstance(fields.get("unit"), str):
        unit = unit_named(fields["unit"]) or unit
    if kind == "notification":
        told = _noticed(told)
    value = yes_no(told) if unit is None and quantity != "mode" else plain_text(told) if isinstance(told, str) else plain(told)
    yield Measurement(quantity, value, unit, f"{'' if endpoint == '0' else endpoint} {channel}".strip()[:64], time)


def _noticed(told: object) -> object:
    """Numbers of access control events (22 open, 23 closed) and of all others (0 idle, else what happens) as yes or no."""
    if type(told) is not int:
        return told
    return {22: True, 23: False}.get(told, told != 0)


def _meaning(kind: str, rest: list[str]) -> Meaning | None:
    name = rest[-1].replace("_", " ")
    if kind == "switch_binary":
        return ("switch_state", None, "") if rest[-1] in _PRESENT else None
    if kind == "switch_multilevel":
        return ("brightness", None, "") if rest[-1] in _PRESENT else None
    if kind == "meter":
        known = _METERS.get(rest[-1])
        if known is not None:
            return known
    if kind == "battery":
        return ("battery", "%", "") if rest[-1] == "level" else None
    if kind == "thermostat_setpoint":
        return ("setpoint_temperature", None, rest[-1]) if rest[0] == "setpoint" else None
    if kind in ("thermostat_mode", "thermostat_fan_mode"):
        return ("mode", None, "" if kind == "thermostat_mode" else "fan")
    if kind == "thermostat_operating_state":
        return "running_state", None, ""
    if kind in ("notification", "sensor_binary"):
        low = " ".join(rest).replace("_", " ").lower()
        quantity = next((one for word, one in _NOTICES.items() if word in low), None)
        return (quantity, None, f"{name} (1=open)" if quantity == "contact" else name) if quantity else None
    if kind == "central_scene":
        return "button_event", None, name
    named = meaning_of(name) if kind in ("sensor_multilevel", "meter") else None
    if named is None:
        return None
    # A temperature may be told in either scale; the words of the topic do not say which.
    return named.quantity, None if named.quantity == "temperature" else named.unit, name
