"""Measurements in objects that vendor codecs make of LoRaWAN uplinks (Milesight, Elsys, Dragino, Adeunis, Cayenne LPP, …)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ingest.decoded import Measurement
from ingest.families.instants import instant_of
from ingest.families.lorawan_keys import MEASUREMENT_IDS, OBJECT_KEYS, Meaning
from ingest.families.scalars import number_in, number_with_unit, plain
from ingest.families.words import meaning_of, unit_named

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
                elif type(value.get("values")) is list and "unit" in value:
                    yield from _samples(key, value["values"], time, place, value["unit"])
                else:
                    yield from object_measurements(value, time, f"{place} {key}".strip()[:64], depth + 1)
        elif type(value) is not list:
            yield from _one(key, value, time, place, None)
        elif key == "messages":
            yield from _numbered(value, time)
        elif depth == 0:
            yield from _history(value)


def _samples(key: str, values: list[Any], time: datetime | None, place: str, unit: Any) -> Iterator[Measurement]:
    """Several samples of one message, of which only the newest, the first, has its time."""
    if values and type(values[0]) in (int, float):
        yield from _one(key, values[0], time, place, unit)


def _numbered(told: list[Any], time: datetime | None) -> Iterator[Measurement]:
    """SenseCAP codecs: `messages: [{measurementId, measurementValue}]`, in newer ones in a list for each instant."""
    for entry in told[:_LONGEST_HISTORY]:
        for one in entry[:64] if type(entry) is list else (entry,):
            if type(one) is not dict or "measurementValue" not in one:
                continue
            known = MEASUREMENT_IDS.get(str(one.get("measurementId", ""))[:8])
            value = plain(one["measurementValue"])
            if known is not None and not isinstance(value, str):
                at = instant_of(one["timestamp"]) if one.get("timestamp") else None
                yield Measurement(known[0], value, known[1], known[2], at or time)


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
        if type(value) is str:
            value = number_in(value.strip())
        if type(value) not in (int, float, bool) or is_not_measured(key):
            return
        named = meaning_of(key)
        if named is None or (type(value) is bool and named.quantity not in _SEEN):
            return
        meaning = (named.quantity, named.unit, key[:64])
    quantity, usual, channel = _by_size(meaning, value)
    if quantity == "illuminance" and isinstance(value, str) and number_in(value) is None:
        quantity, usual = "status", None  # dark, dim or bright
    if quantity == "button_event" and value in (0, False, None):
        return
    words = " ".join(word for word in (place, channel, own) if word)
    told = _LEVELS.get(value, plain(value)) if quantity == "switch_state" and type(value) is str else plain(value)
    if isinstance(told, str) and usual is not None and (with_unit := number_with_unit(told)) is not None:
        told, unit = with_unit[0], unit or unit_named(with_unit[1])  # some codecs print `95 %`
    yield Measurement(quantity, told, str(unit)[:16] if unit else usual, words, time)


_SEEN = frozenset(("occupancy", "water_leak", "smoke", "vibration"))
"""States whose words are yes while they are there; an opening or a switch may be told either way round."""
_LEVELS = {"H": True, "L": False, "high": True, "low": False}
_FULL_CELL_V = 5.0


def _by_size(meaning: Meaning, value: Any) -> Meaning:
    """Where one name has several units in the field, and the size of the number tells which."""
    quantity, unit, channel = meaning
    if quantity == "battery" and type(value) is float and value < _FULL_CELL_V and value % 1:
        return "battery_voltage", "V", channel
    if quantity == "pressure" and type(value) in (int, float) and unit == "hPa":
        if value > 20_000:
            return quantity, "Pa", channel
        if abs(value) < 300:
            return quantity, None, channel  # of a pipe or tank, in a unit that its codec does not tell
    return meaning


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
