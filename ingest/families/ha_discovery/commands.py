"""How announced entities are set: command topics, payloads for on and off, scales and command templates."""

from __future__ import annotations

from typing import Any

import orjson

from ingest.decoded import Outgoing
from ingest.families.family import CannotActError, as_number, as_switch, compact
from ingest.families.ha_discovery.entities import Entity
from ingest.families.ha_discovery.expressions import Program, TemplateError
from ingest.families.scalars import plain_text
from premises.reading import Value

_LONGEST = 1500
# State topic of a component -> where the same thing is set, and the template for it.
_COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("temperature_state_topic", "temperature_command_topic", "temperature_command_template"),
    ("temperature_low_state_topic", "temperature_low_command_topic", "temperature_low_command_template"),
    ("temperature_high_state_topic", "temperature_high_command_topic", "temperature_high_command_template"),
    ("mode_state_topic", "mode_command_topic", "mode_command_template"),
    ("fan_mode_state_topic", "fan_mode_command_topic", "fan_mode_command_template"),
    ("preset_mode_state_topic", "preset_mode_command_topic", "preset_mode_command_template"),
    ("target_humidity_state_topic", "target_humidity_command_topic", "target_humidity_command_template"),
    ("brightness_state_topic", "brightness_command_topic", "brightness_command_template"),
    ("color_temp_state_topic", "color_temp_command_topic", "color_temp_command_template"),
    ("percentage_state_topic", "percentage_command_topic", "percentage_command_template"),
    ("position_topic", "set_position_topic", "set_position_template"),
    ("tilt_status_topic", "tilt_command_topic", "tilt_command_template"),
    ("state_topic", "command_topic", "command_template"),
)
_OF_QUANTITY = {
    "setpoint_temperature": (
        "temperature_state_topic",
        "temperature_low_state_topic",
        "temperature_high_state_topic",
        "state_topic",
    ),
    "mode": ("mode_state_topic", "fan_mode_state_topic", "preset_mode_state_topic", "state_topic"),
    "brightness": ("brightness_state_topic",),
    "color_temperature": ("color_temp_state_topic",),
    "fan_level": ("percentage_state_topic",),
    "cover_position": ("position_topic",),
    "valve_position": ("position_topic", "state_topic"),
    "tilt": ("tilt_status_topic",),
    "humidity": ("target_humidity_state_topic", "state_topic"),
}
_NEVER = frozenset(("temperature", "running_state", "availability", "cover_state"))


def command_for(entity: Entity, config: dict[str, Any]) -> dict[str, Any] | None:
    """What must be known to set an entity, as plain values; None where the announcement names no way to."""
    if entity.quantity is None or entity.quantity in _NEVER:
        return None
    if config.get("schema") == "json" and entity.quantity in ("switch_state", "brightness", "color_temperature"):
        return _command(config, "command_topic", "", entity) if isinstance(config.get("command_topic"), str) else None
    wanted = _OF_QUANTITY.get(entity.quantity, ("state_topic",))
    for state, command, template in _COMMANDS:
        if state in wanted and config.get(state) == entity.topic and isinstance(config.get(command), str):
            return _command(config, command, template, entity)
    return None


def _command(config: dict[str, Any], topic: str, template: str, entity: Entity) -> dict[str, Any]:
    scale = config.get("brightness_scale", 255)
    told = config.get(template)
    return {
        "topic": config[topic][:_LONGEST],
        "template": told[:_LONGEST] if isinstance(told, str) else "",
        "json": config.get("schema") == "json",
        "on": _word(config.get("payload_on", "ON")),
        "off": _word(config.get("payload_off", "OFF")),
        "scale": scale if type(scale) is int and 1 <= scale <= 65535 else 255,
        "unit": entity.unit or "",
    }


def _word(told: Any) -> str:
    return (str(told).lower() if isinstance(told, bool) else str(told))[:64]


def outgoing(command: dict[str, Any], what: str, value: Value) -> Outgoing:
    """The message that sets an entity. Raises CannotActError where its template is beyond what is read here."""
    if command["json"]:
        return Outgoing(command["topic"], orjson.dumps(_document(command, what, value)))
    payload = _payload(command, what, value)
    return Outgoing(command["topic"], (_rendered(command["template"], payload) if command["template"] else payload).encode())


def _document(command: dict[str, Any], what: str, value: Value) -> dict[str, Any]:
    """Lamps of the JSON schema; one that is set to no light is switched off, for zero is no level."""
    if what == "color_temperature":
        return {"state": "ON", "color_temp": _colour(command, value)}
    level = _level(command, value) if what == "brightness" else 0
    if not level and not (what == "switch_state" and as_switch(value)):
        return {"state": "OFF"}
    return {"state": "ON", "brightness": level} if level else {"state": "ON"}


def _payload(command: dict[str, Any], what: str, value: Value) -> str:
    if what == "brightness":
        return str(_level(command, value))
    if what == "color_temperature":
        return str(_colour(command, value))
    if isinstance(value, bool):
        return str(command["on"] if value else command["off"])
    if isinstance(value, str):
        return value
    number = as_number(value)
    return str(compact(number * 1.8 + 32 if command["unit"] == "°F" else number))


def _level(command: dict[str, Any], value: Value) -> int:
    return round(min(max(as_number(value), 0.0), 100.0) * float(command["scale"]) / 100)


def _colour(command: dict[str, Any], value: Value) -> int:
    kelvin = max(as_number(value), 1000.0)
    return round(kelvin if command["unit"] == "K (colour)" else 1e6 / kelvin)


def _rendered(template: str, payload: str) -> str:
    try:
        told = Program(template).value(payload, lambda: plain_text(payload))
    except TemplateError:
        told = None
    if told is None:
        raise CannotActError(f"the command template {template[:80]!r} is beyond what is read here, so nothing is sent by it")
    if isinstance(told, float) and not told.is_integer() and ("int" in template or "round" in template):
        # rounding is left out where values are read, for there what was said is kept
        told = round(told) if "round" in template else int(told)
    return told if isinstance(told, str) else str(told).lower() if isinstance(told, bool) else str(compact(told))
