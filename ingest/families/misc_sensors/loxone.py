"""Loxone Miniservers behind lox-mqtt-gateway: `<prefix>/<category>/<room>/<control>/state` with the states as JSON.

Which states a control has differs by its kind and is not documented there; what the words of the control, of its category and of
the state say is read. Gateways that name controls by their ids alone (`<serial>/<uuid>`) need a mapping.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.decoded import Measurement
from ingest.families.message import Message
from ingest.families.scalars import plain, plain_text, yes_no
from ingest.families.words import Meaning, meaning_of

_PREFIXES = frozenset(("lox", "loxone"))
_STATES: dict[str, Meaning] = {
    "tempActual": Meaning("temperature", "°C"),
    "tempTarget": Meaning("setpoint_temperature", "°C"),
    "position": Meaning("cover_position", "0-1"),
    "actual": Meaning("power", "kW"),
    "total": Meaning("energy", "kWh"),
}
_LIGHTS = frozenset(("light", "lights", "lighting", "licht", "beleuchtung"))


def is_loxone(message: Message) -> bool:
    """Whether the topic is of a control's states."""
    levels = message.levels
    return len(levels) == 5 and levels[0].lower() in _PREFIXES and levels[-1] == "state"


def loxone_measurements(message: Message) -> Iterator[Measurement]:
    """States that measure something."""
    levels = message.levels
    category, control = levels[1].replace("_", " "), levels[3].replace("_", " ")
    fields = message.fields if message.looks_like_object else {"value": message.text}
    for state, told in list(fields.items())[:32]:
        if isinstance(told, dict) and "value" in told:
            told = told["value"]
        meaning = _meaning(state, category, control, told)
        if meaning is None or isinstance(told, dict | list):
            continue
        value = yes_no(told) if meaning.unit is None else plain_text(told) if isinstance(told, str) else plain(told)
        if not isinstance(value, str):
            if meaning.quantity == "switch_state" and value in (0, 1):
                value = bool(value)
            yield Measurement(meaning.quantity, value, meaning.unit, control[:64])


def _meaning(state: str, category: str, control: str, told: Any) -> Meaning | None:
    if state == "active":
        named = meaning_of(control)
        return named if named is not None and named.unit is None and named.quantity != "mode" else Meaning("switch_state")
    if state in ("value", "state"):
        named = meaning_of(control) or meaning_of(category)
        if named is None and category.lower() in _LIGHTS and told in (0, 1, True, False, "0", "1"):
            return Meaning("switch_state")
        return named
    return _STATES.get(state)
