"""Objects that vendor codecs make of LoRaWAN uplinks (Milesight, Elsys, Dragino, Adeunis, Cayenne LPP, …)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ingest.decoded import Measurement
from ingest.families.instants import instant_of
from ingest.families.scalars import number_with_unit, plain
from ingest.families.words import meaning_of, unit_named

Meaning = tuple[str, str | None, str]

OBJECT_KEYS: dict[str, Meaning] = {
    "temperature": ("temperature", "°C", ""),
    "TempC_SHT": ("temperature", "°C", "SHT"),
    "TempC_DS": ("temperature", "°C", "DS18B20"),
    "TempC1": ("temperature", "°C", "1"),
    "Hum_SHT": ("humidity", "%", "SHT"),
    "BatV": ("battery_voltage", "V", ""),
    "Bat_V": ("battery_voltage", "V", ""),
    "ILL_lx": ("illuminance", "lx", ""),
    "externalTemperature": ("temperature", "°C", "external"),
    "sensorTemperature": ("temperature", "°C", ""),
    "targetTemperature": ("setpoint_temperature", "°C", ""),
    "target_temperature": ("setpoint_temperature", "°C", ""),
    "temperature_target": ("setpoint_temperature", "°C", ""),
    "valve_opening": ("valve_position", "%", ""),
    "valveOpenness": ("valve_position", "%", ""),
    "motorPosition": ("value", None, "motor position"),
    "humidity": ("humidity", "%", ""),
    "relativeHumidity": ("humidity", "%", ""),
    "relative_humidity": ("humidity", "%", ""),
    "co2": ("co2", "ppm", ""),
    "CO2": ("co2", "ppm", ""),
    "tvoc": ("tvoc", None, ""),
    "hcho": ("formaldehyde", "mg/m³", ""),
    "o3": ("value", "ppm", "o3"),
    "pressure": ("pressure", "hPa", ""),
    "barometer": ("pressure", "hPa", ""),
    "pm2_5": ("pm25", "µg/m³", ""),
    "pm10": ("pm10", "µg/m³", ""),
    "pir": ("occupancy", None, "pir"),
    "pir_status": ("occupancy", None, "pir"),
    "occupancy": ("occupancy", None, ""),
    "motion": ("occupancy", None, "motion"),
    "motion_status": ("occupancy", None, "motion"),
    "daylight": ("status", None, "daylight"),
    "light_level": ("light_level", None, ""),
    "light": ("illuminance", "lx", ""),
    "illumination": ("illuminance", "lx", ""),
    "illuminance": ("illuminance", "lx", ""),
    "lux": ("illuminance", "lx", ""),
    "battery": ("battery", "%", ""),
    "batteryLevel": ("battery", "%", ""),
    "battery_level": ("battery", "%", ""),
    "batteryVoltage": ("battery_voltage", "V", ""),
    "battery_voltage": ("battery_voltage", "V", ""),
    "vdd": ("battery_voltage", "mV", ""),
    "magnet_status": ("contact", None, "magnet"),
    "door": ("contact", None, "door"),
    "door_status": ("contact", None, "door"),
    "leakage_status": ("water_leak", None, ""),
    "water_leak": ("water_leak", None, ""),
    "current": ("current", "A", ""),
    "total_current": ("value", "Ah", "total current"),
    "voltage": ("voltage", "V", ""),
    "power": ("power", "W", ""),
    "active_power": ("power", "W", ""),
    "activePower": ("power", "W", ""),
    "power_factor": ("power_factor", "%", ""),
    "power_consumption": ("energy", "Wh", ""),
    "power_sum": ("energy", "Wh", ""),
    "energy": ("energy", "kWh", ""),
    "activeEnergy": ("energy", "Wh", ""),
    "frequency": ("frequency", "Hz", ""),
    "socket_status": ("switch_state", None, "socket"),
    "button_status": ("switch_state", None, ""),
    "pressEvent": ("button_event", None, ""),
    "press": ("button_event", None, ""),
    "button_event": ("button_event", None, ""),
    "singlePressEventCounter": ("press_count", None, ""),
    "distance": ("distance", None, ""),
    "wind_speed": ("wind_speed", "m/s", ""),
    "wind_direction": ("wind_direction", None, ""),
    "rainfall_total": ("rain", "mm", ""),
    "total_in": ("value", None, "total in"),
    "total_out": ("value", None, "total out"),
    "water": ("water_volume", None, ""),
    "noise": ("noise", "dB", ""),
    "soilMoisture": ("soil_moisture", "%", ""),
    "LAeq": ("noise", "dB(A)", "LAeq"),
    "LAF": ("noise", "dB(A)", "LAF"),
    "LAFmax": ("noise", "dB(A)", "LAFmax"),
    "smoke_status": ("smoke", None, ""),
    "alarm_status": ("fault", None, "alarm"),
    "switch": ("switch_state", None, "switch"),
    "relay": ("switch_state", None, "relay"),
    "total_counter_in": ("value", None, "total in"),
    "total_counter_out": ("value", None, "total out"),
    "soundAvg": ("noise", "dB", "average"),
    "soundPeak": ("noise", "dB", "peak"),
    "fan_mode": ("mode", None, "fan"),
    "fan_status": ("running_state", None, "fan"),
    "temperature_control_mode": ("mode", None, ""),
    "temperature_ctl_mode": ("mode", None, ""),
}
# Cayenne LPP as ChirpStack prints it: {"temperatureSensor": {"3": 23.5}}; as The Things Network does: {"temperature_3": 23.5}.
_CAYENNE: dict[str, tuple[str, str | None]] = {
    "temperatureSensor": ("temperature", "°C"),
    "humiditySensor": ("humidity", "%"),
    "illuminanceSensor": ("illuminance", "lx"),
    "presenceSensor": ("occupancy", None),
    "barometer": ("pressure", "hPa"),
    "analogInput": ("value", None),
    "digitalInput": ("switch_state", None),
    "digitalOutput": ("switch_state", None),
}
_MORE_CAYENNE = {
    "relative_humidity": ("humidity", "%"),
    "barometric_pressure": ("pressure", "hPa"),
    "luminosity": ("illuminance", "lx"),
    "analog_in": ("value", None),
    "digital_in": ("switch_state", None),
    "digital_out": ("switch_state", None),
    "presence": ("occupancy", None),
}
_SUFFIXES = ("_max", "_min", "_avg", "_total", "_chn1", "_chn2", "_chn3", "_chn4", "Max", "Min", "Avg")
_NOT_MEASURED = frozenset(
    ("alarm", "change", "threshold", "enable", "history", "settings", "version", "status", "mutation", "timestamp")
)
_DEEPEST = 3
_LONGEST_HISTORY = 500
_INSTANTS = ("timestamp", "time", "ts", "datetime")


def object_measurements(told: dict[str, Any], time: datetime | None, place: str = "", depth: int = 0) -> Iterator[Measurement]:
    """Measurements of a decoded object; what stands in nested objects carries their names in its channel."""
    socket = "active_power" in told and "power_consumption" in told  # such sockets count the current in mA
    for key, value in told.items():
        if socket and key in ("current", "total_current"):
            yield Measurement("current", plain(value), "mA", f"{place} {'total' if key != 'current' else ''}".strip(), time)
            continue
        if type(value) is dict:
            if key in OBJECT_KEYS and isinstance(value.get("status"), str):
                yield from _one(key, value["status"], time, place, None)
            elif key in _CAYENNE:
                yield from _cayenne(key, value, time)
            elif depth < _DEEPEST and not is_not_measured(key):
                if "value" in value and ("unit" in value or len(value) <= 3):
                    yield from _one(key, value["value"], time, place, value.get("unit"))
                else:
                    yield from object_measurements(value, time, f"{place} {key}".strip()[:64], depth + 1)
        elif type(value) is not list:
            yield from _one(key, value, time, place, None)
        elif depth == 0:
            yield from _history(value)


def _history(entries: list[Any]) -> Iterator[Measurement]:
    """Readings that a device kept while it was out of reach: objects with an instant of their own, else they are none."""
    for entry in entries[:_LONGEST_HISTORY]:
        if type(entry) is not dict:
            continue
        time = next((instant_of(entry[key]) for key in _INSTANTS if entry.get(key)), None)
        if time is not None:
            inner = {key: value for key, value in entry.items() if key not in _INSTANTS and type(value) is not list}
            yield from object_measurements(inner, time, depth=1)


def is_not_measured(key: str) -> bool:
    low = key.lower()
    return any(word in low for word in _NOT_MEASURED)


def _one(key: str, value: Any, time: datetime | None, place: str, unit: Any) -> Iterator[Measurement]:
    meaning = OBJECT_KEYS.get(key)
    own = ""
    if meaning is None:
        meaning, own = _with_suffix(key)
    if meaning is None:
        if type(value) not in (int, float) or is_not_measured(key):
            return
        named = meaning_of(key)
        if named is None:
            return
        meaning = (named.quantity, named.unit, key)
    quantity, usual, channel = meaning
    if quantity == "button_event" and value in (0, False, None):
        return
    words = " ".join(word for word in (place, channel, own) if word)
    told = plain(value)
    if isinstance(told, str) and usual is not None and (with_unit := number_with_unit(told)) is not None:
        told, unit = with_unit[0], unit or unit_named(with_unit[1])  # some codecs print `95 %`
    yield Measurement(quantity, told, str(unit)[:16] if unit else usual, words, time)


def _with_suffix(key: str) -> tuple[Meaning | None, str]:
    """`current_max` is the current of channel `max`; `temperature_3` of Cayenne LPP that of channel `3`."""
    for suffix in _SUFFIXES:
        if key.endswith(suffix):
            return OBJECT_KEYS.get(key.removesuffix(suffix)), suffix.lstrip("_").lower()
    stem, _, number = key.rpartition("_")
    if number.isdigit() and stem:
        known = _MORE_CAYENNE.get(stem)
        return ((known[0], known[1], ""), number) if known else (OBJECT_KEYS.get(stem), number)
    return None, ""


def _cayenne(key: str, channels: dict[str, Any], time: datetime | None) -> Iterator[Measurement]:
    quantity, unit = _CAYENNE[key]
    for channel, value in list(channels.items())[:64]:
        if type(value) is not dict and type(value) is not list:
            yield Measurement(quantity, plain(value), unit, str(channel)[:32], time)
