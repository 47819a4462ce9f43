"""Bridges after the convention mqtt-smarthome (HomeMatic and others): `<name>/status/<item>` with `{val, ts}`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.decoded import Measurement
from ingest.families.family import Hints
from ingest.families.instants import instant_of
from ingest.families.message import Message
from ingest.families.misc_sensors.tables import Meaning
from ingest.families.scalars import plain, yes_no
from ingest.families.words import meaning_of, unit_named

STATES = frozenset(("occupancy", "contact", "smoke", "switch_state", "vibration", "water_leak", "heating_active", "availability"))
_SMARTHOME: dict[str, Meaning] = {
    "ENERGY_COUNTER": ("energy", "Wh", ""),
    "VALVE_STATE": ("valve_position", "%", ""),
    "SET_POINT_TEMPERATURE": ("setpoint_temperature", "°C", ""),
    "SET_TEMPERATURE": ("setpoint_temperature", "°C", ""),
    "MOTION": ("occupancy", None, ""),
    "LEVEL": ("brightness", "0-1", ""),
    "STATE": ("switch_state", None, ""),
}
"""Data points of HomeMatic, whose words alone would mislead."""


def is_smarthome(fields: dict[str, Any], levels: list[str]) -> bool:
    """Whether a status tells a value, and the topic or the bridge what it is."""
    told = type(fields.get("val")) in (int, float, bool, str) and "status" in levels[:-1]
    return told and (levels[-1] in _SMARTHOME or "hm" in fields or meaning_of(levels[-1]) is not None)


def smarthome_measurements(fields: dict[str, Any], message: Message, hints: Hints) -> Iterator[Measurement]:
    """The one value of an item, at its own time; the level before the item is its channel."""
    last, extra = message.levels[-1], fields.get("hm")
    place = message.levels[-2] if len(message.levels) > 2 and message.levels[-2] != "status" else ""
    named = meaning_of(last)
    known = _SMARTHOME.get(last) or ((named.quantity, named.unit, "") if named is not None else None)
    if known is None:
        return
    unit = extra.get("unit") if isinstance(extra, dict) else fields.get("unit")
    value = yes_no(fields["val"]) if known[1] is None and known[0] in STATES else plain(fields["val"])
    symbol = known[1] if known[1] == "0-1" else (unit_named(unit) if isinstance(unit, str) else None) or known[1]
    yield Measurement(known[0], value, symbol, place[:64], instant_of(fields.get("ts"), hints.zone))
