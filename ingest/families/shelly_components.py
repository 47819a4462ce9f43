"""Status objects of Shelly components (switch, light, cover, em, thermostat, …), after the public component documentation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ingest.decoded import Measurement
from ingest.families.family import Place
from ingest.families.scalars import plain

_KEYS: dict[str, tuple[str, str | None]] = {
    "output": ("switch_state", None),
    "apower": ("power", "W"),
    "act_power": ("power", "W"),
    "aprtpower": ("apparent_power", "VA"),
    "aprt_power": ("apparent_power", "VA"),
    "rpower": ("reactive_power", "var"),
    "voltage": ("voltage", "V"),
    "current": ("current", "A"),
    "freq": ("frequency", "Hz"),
    "pf": ("power_factor", None),
    "brightness": ("brightness", "%"),
    "ct": ("color_temperature", "K (colour)"),
    "current_pos": ("cover_position", "%"),
    "slat_pos": ("tilt", "%"),
    "tC": ("temperature", "°C"),
    "rh": ("humidity", "%"),
    "lux": ("illuminance", "lx"),
    "current_C": ("temperature", "°C"),
    "target_C": ("setpoint_temperature", "°C"),
    "current_humidity": ("humidity", "%"),
    "pos": ("valve_position", "%"),
    "battery": ("battery", "%"),
    "rssi": ("rssi", "dBm"),
    "total_act_energy": ("energy", "Wh"),
    "total_act_ret_energy": ("energy_export", "Wh"),
    "total_act": ("energy", "Wh"),
    "total_act_ret": ("energy_export", "Wh"),
    "uptime": ("uptime", "s"),
    "flow_rate": ("flow", "l/min"),
}
_PHASE_KEYS = {
    "act_power": ("power", "W"),
    "aprt_power": ("apparent_power", "VA"),
    "current": ("current", "A"),
    "voltage": ("voltage", "V"),
    "freq": ("frequency", "Hz"),
    "pf": ("power_factor", None),
    "total_act_energy": ("energy", "Wh"),
    "total_act_ret_energy": ("energy_export", "Wh"),
}
# Three-phase meters: `a_act_power` is the power of channel em:0/a. Worked out once, looked up for each message.
_THREE_PHASE: dict[str, tuple[str, str | None, str]] = {
    f"{phase}_{key}": (quantity, unit, phase) for phase in "abcn" for key, (quantity, unit) in _PHASE_KEYS.items()
} | {
    "total_act_power": ("power", "W", "total"),
    "total_aprt_power": ("apparent_power", "VA", "total"),
    "total_current": ("current", "A", "total"),
    "total_act": ("energy", "Wh", "total"),
    "total_act_ret": ("energy_export", "Wh", "total"),
}
_ENERGIES = {"aenergy": "energy", "ret_aenergy": "energy_export"}
_BY_COMPONENT: dict[str, dict[str, tuple[str, str | None]]] = {
    "thermostat": {"output": ("heating_active", None), "enable": ("enabled", None)},
    "cover": {"state": ("cover_state", None)},
    "input": {"state": ("switch_state", None), "percent": ("value", "%"), "xpercent": ("value", None), "freq": ("frequency", "Hz")},
    "smoke": {"alarm": ("smoke", None)},
    "flood": {"alarm": ("water_leak", None)},
    "presence": {"state": ("occupancy", None)},
    "presencezone": {"state": ("occupancy", None), "value": ("occupancy", None)},
    "voltmeter": {"xvoltage": ("value", None)},
    "illuminance": {"illumination": ("status", None)},
}
_BY_KIND = {kind: _KEYS | own for kind, own in _BY_COMPONENT.items()}
_IGNORED = frozenset(
    ("mqtt", "cloud", "ws", "ble", "script", "schedule", "webhook", "eth", "ui", "modbus", "matter", "bthome", "plugs_ui")
)
_VALUES = frozenset(("bthomesensor", "number", "boolean", "enum", "text"))


def component_measurements(component: str, told: dict[str, Any], time: datetime | None) -> Iterator[Measurement]:
    """What the status object of one component says; channel is the component's name, `em:0/a` for a phase."""
    kind = component.partition(":")[0]
    if kind in _IGNORED:
        return
    if kind in ("em", "emdata"):
        yield from _three_phase(component, told, time)
        return
    if kind in _VALUES:
        if "value" in told:
            yield Measurement(None, plain(told["value"]), None, component, time)
        return
    if kind == "devicepower":
        yield from _device_power(component, told, time)
        return
    channel = component.replace("em1data", "em1") if kind == "em1data" else "" if kind in ("wifi", "sys") else component
    meanings = _BY_KIND.get(kind, _KEYS)
    for key, value in told.items():
        if type(value) is dict:
            yield from _nested(key, value, channel, time)
            continue
        meaning = meanings.get(key)
        if meaning is not None and type(value) is not list:
            yield Measurement(meaning[0], value if type(value) is float else plain(value), meaning[1], channel, time)
        elif key == "errors" and value and type(value) is list:
            yield Measurement("fault", ", ".join(str(error) for error in value[:8])[:200], None, channel, time)


def component_places(path: tuple[str, ...], component: str, told: dict[str, Any]) -> tuple[Place, ...] | None:
    """Where a status object with these keys has what `component_measurements` makes of it; None for what must be looked at."""
    kind = component.partition(":")[0]
    if kind in _IGNORED:
        return ()
    if kind in _VALUES or kind == "devicepower" or any(key.endswith("errors") for key in told):
        return None
    places: list[Place] = []
    if kind in ("em", "emdata"):
        base = component.replace("emdata", "em")
        for key in told:
            if key in _THREE_PHASE:
                quantity, unit, phase = _THREE_PHASE[key]
                places.append(Place((*path, key), quantity, unit, f"{base}/{phase}"))
        return tuple(places)
    channel = component.replace("em1data", "em1") if kind == "em1data" else "" if kind in ("wifi", "sys") else component
    meanings = _BY_KIND.get(kind, _KEYS)
    for key, value in told.items():
        if key in meanings:
            places.append(Place((*path, key), *meanings[key], channel))
        elif key in _ENERGIES or key == "temperature" or (key == "counts" and channel.startswith("input")):
            inner = "tC" if key == "temperature" else "total"
            if type(value) is not dict or inner not in value:
                return None
            (one,) = _nested(key, value, channel, None)
            places.append(Place((*path, key, inner), one.quantity or "", one.unit, channel))
    return tuple(places)


def guessed_component(told: dict[str, Any]) -> str:
    """The component that a status object without a topic is of, by its keys: a phase meter, a valve, a switch."""
    number = told.get("id", 0)
    if any(key in _THREE_PHASE for key in told):
        kind = "emdata" if "total_act" in told else "em"
    elif "current_C" in told:
        kind = "blutrv" if "pos" in told else "thermostat"
    elif "act_power" in told:
        kind = "em1"
    elif "brightness" in told:
        kind = "light"
    else:
        kind = "switch" if "output" in told else "cover" if "current_pos" in told else "component"
    return f"{kind}:{number if isinstance(number, int) else 0}"


def _nested(key: str, value: dict[str, Any], channel: str, time: datetime | None) -> Iterator[Measurement]:
    energy = _ENERGIES.get(key)
    if energy is not None:
        if "total" in value:
            yield Measurement(energy, plain(value["total"]), "Wh", channel, time)
    elif key == "temperature":
        if "tC" in value:
            yield Measurement("temperature", plain(value["tC"]), "°C", channel, time)
        elif "tF" in value:
            yield Measurement("temperature", plain(value["tF"]), "°F", channel, time)
    elif key == "counts" and channel.startswith("input") and "total" in value:
        yield Measurement("pulse_count", plain(value["total"]), None, channel, time)


def _three_phase(component: str, told: dict[str, Any], time: datetime | None) -> Iterator[Measurement]:
    base = component.replace("emdata", "em")
    for key, value in told.items():
        meaning = _THREE_PHASE.get(key)
        if meaning is not None:
            quantity, unit, phase = meaning
            yield Measurement(quantity, value if type(value) is float else plain(value), unit, f"{base}/{phase}", time)
        elif key.endswith("errors") and value and type(value) is list:
            yield Measurement("fault", ", ".join(str(error) for error in value[:8])[:200], None, base, time)


def _device_power(component: str, told: dict[str, Any], time: datetime | None) -> Iterator[Measurement]:
    battery = told.get("battery")
    if isinstance(battery, dict):
        if "percent" in battery:
            yield Measurement("battery", plain(battery["percent"]), "%", component, time)
        if "V" in battery:
            yield Measurement("battery_voltage", plain(battery["V"]), "V", component, time)
