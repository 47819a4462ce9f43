"""Meters heard by radio or read at their customer port: wmbusmeters, French télé-information, vzlogger and the like."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ingest.decoded import Measurement
from ingest.families.scalars import plain
from ingest.families.teleinfo import TELEINFO
from ingest.families.words import Meaning, meaning_of

_WMBUS_UNITS = {
    "kwh": "kWh", "gj": "GJ", "mj": "MJ", "m3": "m³", "l": "l", "m3h": "m³/h", "c": "°C", "f": "°F", "kw": "kW", "w": "W", "v": "V",
    "a": "A", "hz": "Hz", "rh": "%", "pct": "%", "kvarh": "kvarh", "kvar": "kvar", "kva": "kVA", "bar": "bar", "pa": "Pa",
    "dbm": "dBm", "h": "h", "min": "min", "s": "s", "hca": None, "counter": None, "lh": "l/h",
}  # fmt: skip
_OF_UNIT = {
    "kWh": "energy", "GJ": "energy", "MJ": "energy", "m³/h": "flow", "l/h": "flow", "°C": "temperature", "°F": "temperature",
    "kW": "power", "W": "power", "V": "voltage", "A": "current", "Hz": "frequency",
    "kvarh": "reactive_energy", "kvar": "reactive_power",
    "kVA": "apparent_power", "bar": "pressure", "Pa": "pressure", "dBm": "rssi",
}  # fmt: skip
_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]
_NOT_NOW = (
    "target", "due", "last_year", "last_month", "month", "prev", "history", "_at_", "max_", "min_", "maximum", "minimum", "offset",
    "error", "backflow", "backward", "difference", "nominal", *_MONTHS,
)  # fmt: skip


_BY_PHASE = ("voltage_at_phase", "current_at_phase", "power_at_phase")


def is_wmbus(fields: dict[str, Any]) -> bool:
    return isinstance(fields.get("meter"), str) and "id" in fields and ("media" in fields or "timestamp" in fields)


def wmbus_measurements(fields: dict[str, Any], time: datetime | None) -> Iterator[Measurement]:
    """Keys end with their unit; what stood at a set date or was an extreme is left out, for it is no reading of now."""
    volume = "gas_volume" if "gas" in str(fields.get("media", "")).lower() else "water_volume"
    for key, told in fields.items():
        if type(told) not in (int, float, str) or (not key.startswith(_BY_PHASE) and any(word in key for word in _NOT_NOW)):
            continue
        if key in ("a_counter", "b_counter"):
            yield Measurement("pulse_count", plain(told), None, key[0], time)
            continue
        stem, _, last = key.rpartition("_")
        if key in ("rssi_dbm", "battery_v"):
            yield Measurement("rssi" if key[0] == "r" else "battery_voltage", plain(told), _WMBUS_UNITS[last], "", time)
            continue
        if not stem or last not in _WMBUS_UNITS or isinstance(plain(told), str):
            continue
        unit = _WMBUS_UNITS[last]
        quantity = _wmbus_quantity(stem, unit, volume)
        if quantity is not None:
            yield Measurement(quantity, plain(told), unit, stem.replace("_", " ")[:64], time)


def _wmbus_quantity(stem: str, unit: str | None, volume: str) -> str | None:
    if unit in ("m³", "l"):
        return volume
    if unit == "%":
        named = meaning_of(stem)
        return named.quantity if named is not None and named.unit == "%" else "humidity" if "humid" in stem else None
    if unit is None:
        return "value" if stem in ("current", "consumption", "current_consumption") else None
    if unit in ("h", "min", "s"):
        return "operating_time" if "operating" in stem or "on_time" in stem else None
    quantity = _OF_UNIT.get(unit)
    if quantity == "energy" and any(word in stem for word in ("production", "produced", "backward", "exported")):
        return "energy_export"
    return quantity


def teleinfo_measurements(fields: dict[str, Any], time: datetime | None) -> Iterator[Measurement]:
    """A frame as one object: label to value, or to an object with `value`."""
    for key, told in fields.items():
        meaning = TELEINFO.get(key)
        value = told.get("value", told.get("raw")) if type(told) is dict else told
        if meaning is not None and type(value) in (int, float, str):
            yield Measurement(meaning[0], plain(value), meaning[1], meaning[2], time)


def dsmr_meaning(levels: list[str]) -> Meaning | None:
    """Day sums and gas of DSMR-reader, whose topics have a level for what they are of."""
    tail = "/".join(levels[-3:])
    if tail.endswith("consumption/gas/delivered"):
        return Meaning("gas_volume", "m³")
    if tail.endswith("consumption/gas/currently_delivered"):
        return Meaning("flow", "m³/h")
    if levels[-2:-1] == ["day-consumption"]:
        last = levels[-1]
        if last.startswith("electricity") and not last.endswith("cost_merged"):
            return Meaning("energy_today", "kWh") if "returned" not in last else None
    return None
