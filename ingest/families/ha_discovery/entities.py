"""From a discovery configuration to the entities that it announces: where each value lies and what it measures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingest.families.ha_discovery.templates import Template, template_of
from ingest.families.words import meaning_of, quantity_of_unit, unit_named
from ingest.families.zigbee2mqtt_exposes import ATTRIBUTES

_CLASSES: dict[str, tuple[str, str | None]] = {
    "temperature": ("temperature", "°C"), "humidity": ("humidity", "%"), "battery": ("battery", "%"), "voltage": ("voltage", "V"),
    "current": ("current", "A"), "power": ("power", "W"), "energy": ("energy", "kWh"),
    "apparent_power": ("apparent_power", "VA"),
    "reactive_power": ("reactive_power", "var"), "power_factor": ("power_factor", None), "frequency": ("frequency", "Hz"),
    "illuminance": ("illuminance", "lx"), "irradiance": ("irradiance", "W/m²"), "pressure": ("pressure", "hPa"),
    "atmospheric_pressure": ("pressure", "hPa"),
    "carbon_dioxide": ("co2", "ppm"), "carbon_monoxide": ("co", "ppm"),
    "volatile_organic_compounds": ("tvoc", "µg/m³"), "volatile_organic_compounds_parts": ("tvoc", "ppb"), "pm1": ("pm1", "µg/m³"),
    "pm25": ("pm25", "µg/m³"), "pm10": ("pm10", "µg/m³"), "signal_strength": ("rssi", "dBm"), "sound_pressure": ("noise", "dB"),
    "wind_speed": ("wind_speed", "m/s"), "speed": ("wind_speed", "m/s"), "wind_direction": ("wind_direction", "°"),
    "precipitation": ("rain", "mm"), "gas": ("gas_volume", "m³"),
    "water": ("water_volume", "m³"), "moisture": ("soil_moisture", "%"),
    "volume_flow_rate": ("flow", "m³/h"), "distance": ("distance", "m"), "reactive_energy": ("reactive_energy", "kvarh"),
    "energy_storage": ("value", "kWh"), "energy_distance": ("value", None), "aqi": ("air_quality_index", None),
    "nitrogen_dioxide": ("gas_concentration", "µg/m³"), "ozone": ("gas_concentration", "µg/m³"), "ph": ("value", None),
    "conductivity": ("conductivity", "µS/cm"), "precipitation_intensity": ("rain", "mm/h"), "volume": ("water_volume", "l"),
    "volume_storage": ("water_volume", "l"), "duration": ("operating_time", "s"), "pm4": ("pm4", "µg/m³"),
    "temperature_delta": ("value", "K"), "absolute_humidity": ("value", "g/m³"),
}  # fmt: skip
_BINARY: dict[str, str] = {
    "motion": "occupancy", "occupancy": "occupancy", "presence": "occupancy", "moving": "occupancy", "door": "contact",
    "window": "contact", "opening": "contact", "garage_door": "contact", "smoke": "smoke", "moisture": "water_leak",
    "gas": "gas_alarm", "carbon_monoxide": "co_alarm", "connectivity": "reachable", "problem": "fault", "vibration": "vibration",
    "heat": "heating_active", "running": "enabled", "power": "switch_state", "light": "switch_state", "safety": "fault",
    "battery_charging": "charging", "plug": "vehicle_connected",
}  # fmt: skip
_LONGEST = 1500  # signs of a topic or template
_OPENINGS = frozenset(("door", "window", "opening", "garage_door"))
_CLIMATE: tuple[tuple[str, str, str | None], ...] = (
    ("current_temperature", "temperature", "°C"),
    ("temperature_state", "setpoint_temperature", "°C"),
    ("temperature_low_state", "setpoint_temperature", "°C"),
    ("temperature_high_state", "setpoint_temperature", "°C"),
    ("current_humidity", "humidity", "%"),
    ("mode_state", "mode", None),
    ("action", "running_state", None),
    ("fan_mode_state", "mode", None),
    ("preset_mode_state", "mode", None),
)
_NOTHING_MEASURED = frozenset(
    ("button", "scene", "device_automation", "update", "tag", "camera", "image", "notify", "device_tracker")
)


@dataclass(frozen=True, slots=True)
class Entity:
    """One announced value. quantity None: announced without saying what it is. on, off: payloads of states."""

    topic: str
    quantity: str | None
    unit: str | None
    template: Template
    channel: str
    on: str = ""
    off: str = ""


def entities_of(component: str, config: dict[str, Any]) -> Iterator[Entity]:
    """Entities of one component's configuration with full keys; none for what measures nothing."""
    if component in _NOTHING_MEASURED:
        return
    if component in ("climate", "water_heater"):
        yield from _climate(config)
    elif component == "light":
        yield from _light(config)
    elif component in ("cover", "valve"):
        yield from _cover(component, config)
    elif _text(config, "state_topic") and _text(config, "device_class") not in ("timestamp", "date", "enum"):
        yield _single(component, config)
    if component == "humidifier":
        for stem in ("current_humidity", "target_humidity_state"):
            if _text(config, f"{stem}_topic"):
                yield _entity(config, f"{stem}_topic", f"{stem}_template", "humidity", "%")
    if component == "fan" and _text(config, "percentage_state_topic"):
        yield _entity(config, "percentage_state_topic", "percentage_value_template", "fan_level", "%")


def _text(config: dict[str, Any], key: str) -> str:
    told = config.get(key)
    return told[:_LONGEST] if isinstance(told, str) else ""


def _entity(config: dict[str, Any], topic_key: str, template_key: str, quantity: str | None, unit: str | None) -> Entity:
    topic = _text(config, topic_key)
    template = template_of(_text(config, template_key))
    channel = f"{topic} {template.key}".strip()
    return Entity(topic, quantity, unit, template, channel)


def _climate(config: dict[str, Any]) -> Iterator[Entity]:
    fahrenheit = config.get("temperature_unit") == "F"
    for stem, quantity, unit in _CLIMATE:
        if _text(config, f"{stem}_topic"):
            yield _entity(config, f"{stem}_topic", f"{stem}_template", quantity, "°F" if unit == "°C" and fahrenheit else unit)


def _light(config: dict[str, Any]) -> Iterator[Entity]:
    topic = _text(config, "state_topic")
    scale = config.get("brightness_scale", 255)
    unit = {254: "0-254", 100: "%"}.get(scale if isinstance(scale, int) else 255, "0-255")
    if config.get("schema") == "json" and topic:
        yield Entity(topic, "switch_state", None, Template(("state",)), f"{topic} state", "ON", "OFF")
        if config.get("brightness"):
            yield Entity(topic, "brightness", unit, Template(("brightness",)), f"{topic} brightness")
        modes = config.get("supported_color_modes")
        if config.get("color_temp") or (isinstance(modes, list) and "color_temp" in modes):
            yield Entity(topic, "color_temperature", _colour_unit(config), Template(("color_temp",)), f"{topic} color_temp")
        return
    if topic:
        state = _entity(config, "state_topic", "state_value_template", "switch_state", None)
        yield Entity(state.topic, state.quantity, None, state.template, state.channel, *_payloads(config))
    if _text(config, "brightness_state_topic"):
        yield _entity(config, "brightness_state_topic", "brightness_value_template", "brightness", unit)
    if _text(config, "color_temp_state_topic"):
        yield _entity(config, "color_temp_state_topic", "color_temp_value_template", "color_temperature", _colour_unit(config))


def _colour_unit(config: dict[str, Any]) -> str:
    return "K (colour)" if config.get("color_temp_kelvin") is True else "mired"


def _cover(component: str, config: dict[str, Any]) -> Iterator[Entity]:
    if component == "valve" and config.get("reports_position") is True and _text(config, "state_topic"):
        yield _entity(config, "state_topic", "value_template", "valve_position", "%")
    elif _text(config, "state_topic"):
        yield _entity(config, "state_topic", "value_template", "cover_state", None)
    if _text(config, "position_topic"):
        quantity = "valve_position" if component == "valve" else "cover_position"
        yield _entity(config, "position_topic", "position_template", quantity, "%")
    if _text(config, "tilt_status_topic"):
        yield _entity(config, "tilt_status_topic", "tilt_status_template", "tilt", "%")


def _payloads(config: dict[str, Any]) -> tuple[str, str]:
    def word(*keys: str) -> str:
        for key in keys:
            told = config.get(key)
            if told is not None:
                return str(told).lower() if isinstance(told, bool) else str(told)[:64]
        return ""

    return word("state_on", "payload_on") or "ON", word("state_off", "payload_off") or "OFF"


def _single(component: str, config: dict[str, Any]) -> Entity:
    template = template_of(_text(config, "value_template"))
    topic = _text(config, "state_topic")
    quantity, unit = _what(component, config, template)
    channel = f"{topic} {template.key}".strip()
    attributes = _text(config, "json_attributes_topic")
    if quantity is None and attributes:
        channel = f"{channel}, attributes {attributes}"
    if quantity == "contact" and _text(config, "device_class") in _OPENINGS and not _inverted(config):
        channel = f"{channel} (1=open)"
    on, off = _payloads(config) if component in ("binary_sensor", "switch", "fan", "siren", "humidifier", "lock") else ("", "")
    return Entity(topic, quantity, unit, template, channel, on, off)


def _inverted(config: dict[str, Any]) -> bool:
    """Zigbee2MQTT announces contacts with payload_on false: the attribute is true while closed."""
    return config.get("payload_on") is False


def _what(component: str, config: dict[str, Any], template: Template) -> tuple[str | None, str | None]:
    device_class = _text(config, "device_class")
    unit = unit_named(_text(config, "unit_of_measurement"))
    key = str(template.path[-1]) if template.path else ""
    if component in ("switch", "siren", "fan", "humidifier"):
        return "switch_state", None
    if component == "lock":
        return "lock_state", None
    if component == "event":
        return "button_event", None
    if component == "binary_sensor":
        named = _BINARY.get(device_class) or (ATTRIBUTES[key].quantity if key in ATTRIBUTES else None)
        return named or ("switch_state" if key.startswith("POWER") else "status"), None
    named_unit = _CLASSES.get(device_class)
    if named_unit is not None:
        quantity = named_unit[0]
        if quantity == "voltage" and (unit == "mV" or "battery" in _name(config, key)):
            quantity = "battery_voltage"
        if quantity == "energy":
            quantity = _energy(_name(config, key))
        if component == "number" and quantity == "temperature":
            quantity = "setpoint_temperature"
        return quantity, unit or named_unit[1]
    known = ATTRIBUTES.get(key)
    if known is not None:
        return known.quantity, unit or known.unit
    for name in (key, _text(config, "object_id"), _text(config, "name"), _text(config, "unique_id")):
        meaning = meaning_of(name) if name else None
        if meaning is not None and (unit is None or meaning.unit is None or quantity_of_unit(unit) in (None, meaning.quantity)):
            return meaning.quantity, unit or meaning.unit
    by_unit = quantity_of_unit(unit) if unit else None
    return _energy(_name(config, key)) if by_unit == "energy" else by_unit, unit


def _name(config: dict[str, Any], key: str) -> str:
    return " ".join((key, _text(config, "name"), _text(config, "unique_id"), _text(config, "object_id"))).lower()


def _energy(name: str) -> str:
    meaning = meaning_of(f"energy {name}")
    return meaning.quantity if meaning is not None and meaning.quantity.startswith("energy") else "energy"
