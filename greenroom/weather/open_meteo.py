"""Reading a forecast in the shape of Open-Meteo (`/v1/forecast`): hours or quarter hours of temperature and radiation.

Source of the shape: open-meteo.com/en/docs. Radiation is the mean of the time step before its instant, temperature that of the
instant. Values that are null are filled between their neighbours where the gap is short; what is null at either end, as where
a weather model looks less far ahead than was asked, is not told.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from premises.errors import GreenroomError
from premises.time import SLOT, slot_start

Array = NDArray[np.float64]
BLOCKS = {"minutely_15": timedelta(minutes=15), "hourly": timedelta(hours=1)}
TEMPERATURE, RADIATION = "temperature_2m", "shortwave_radiation"
BYTES_MOST, STEPS_MOST = 2 * 1024**2, 16 * 96 + 1
UNITS = {TEMPERATURE: ("°C", "°F"), RADIATION: ("W/m²", "W/m2")}
"""What can be read; the first is what is meant where no unit is told."""
GAP_MOST = timedelta(hours=6)
COLDEST_C, HOTTEST_C, BRIGHTEST_W_M2 = -60.0, 60.0, 1500.0


class ForecastError(GreenroomError):
    """What came is no forecast; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Weather:
    """By quarter hours from `start`: outdoor_c in °C, sun_w_m2 on the horizontal; sun empty where it was not told."""

    start: datetime
    outdoor_c: tuple[float, ...]
    sun_w_m2: tuple[float, ...]


def read_forecast(data: bytes) -> Weather:
    """The forecast in that JSON document. Raises ForecastError."""
    if len(data) > BYTES_MOST:
        raise ForecastError(f"a forecast of {len(data)} bytes; at most {BYTES_MOST} are read")
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        raise ForecastError("the forecast is no JSON") from None
    if not isinstance(document, dict) or document.get("error"):
        told = document.get("reason", "an error") if isinstance(document, dict) else "no object"
        raise ForecastError(f"the service answers: {str(told)[:200]}")
    for name, step in BLOCKS.items():
        block = document.get(name)
        if isinstance(block, dict) and TEMPERATURE in block:
            return _read(block, step, document, _units(document.get(f"{name}_units")))
    raise ForecastError(f"no {TEMPERATURE} by hours or quarter hours in it; ask with hourly={TEMPERATURE},{RADIATION}")


def _units(told: Any) -> dict[str, str]:
    """The unit of each variable. Raises ForecastError for one that cannot be read."""
    found = {}
    for name, known in UNITS.items():
        unit = told.get(name, known[0]) if isinstance(told, dict) else known[0]
        if unit not in known:
            raise ForecastError(f"{name} is told in {str(unit)[:20]!r}; it must be in {' or '.join(known)}")
        found[name] = unit
    return found


def _read(block: dict[str, Any], step: timedelta, document: dict[str, Any], units: dict[str, str]) -> Weather:
    times = _times(block.get("time"), document.get("utc_offset_seconds", 0))
    if any(later - sooner != step for sooner, later in pairwise(times)):
        raise ForecastError(f"the times are not {step} apart")
    told = {TEMPERATURE: _numbers(block, TEMPERATURE, len(times))}
    if block.get(RADIATION) is not None:
        told[RADIATION] = _numbers(block, RADIATION, len(times))
    if units[TEMPERATURE] == "°F":
        told[TEMPERATURE] = (told[TEMPERATURE] - 32.0) / 1.8
    known = {name: np.flatnonzero(~np.isnan(values)) for name, values in told.items()}
    if not len(known[TEMPERATURE]):
        raise ForecastError(f"{TEMPERATURE} is empty")
    known = {name: places for name, places in known.items() if len(places)}
    begin, end = max(int(places[0]) for places in known.values()), min(int(places[-1]) for places in known.values()) + 1
    if end - begin < 2:
        raise ForecastError("there are no two instants of which all is told")
    times = times[begin:end]
    first = slot_start(times[0])
    slots = int((times[-1] - first) / SLOT) + 1
    middles = (np.arange(slots) + 0.5) * (SLOT / timedelta(seconds=1))
    instants = np.array([(t - first).total_seconds() for t in times])
    outdoor = np.interp(middles, instants, _filled(TEMPERATURE, told[TEMPERATURE][begin:end], step, COLDEST_C, HOTTEST_C))
    sun: tuple[float, ...] = ()
    if RADIATION in known:
        bright = _filled(RADIATION, told[RADIATION][begin:end], step, -20.0, BRIGHTEST_W_M2)
        sun = tuple(np.maximum(0.0, np.interp(middles, instants - step.total_seconds() / 2, bright)).tolist())
    return Weather(first, tuple(outdoor.tolist()), sun)


def _times(told: Any, offset_s: Any) -> list[datetime]:
    if not isinstance(told, list) or not 2 <= len(told) <= STEPS_MOST:
        raise ForecastError(f"between 2 and {STEPS_MOST} times are needed")
    if isinstance(offset_s, bool) or not isinstance(offset_s, int | float) or abs(offset_s) > 15 * 3600:
        raise ForecastError("utc_offset_seconds is no offset")
    try:
        if all(isinstance(value, int | float) for value in told):
            return [datetime.fromtimestamp(float(value), UTC) for value in told]
        shift = timedelta(seconds=float(offset_s))
        found = [datetime.fromisoformat(str(value)) for value in told]
        return [t.astimezone(UTC) if t.tzinfo else (t - shift).replace(tzinfo=UTC) for t in found]
    except (ValueError, OverflowError, OSError):
        raise ForecastError("the times are neither ISO 8601 nor seconds since 1970") from None


def _numbers(block: dict[str, Any], name: str, count: int) -> Array:
    """The values of a variable, NaN where null."""
    told = block.get(name)
    if not isinstance(told, list) or len(told) != count:
        raise ForecastError(f"{name} must have as many values as there are times")
    if any(value is not None and (isinstance(value, bool) or not isinstance(value, int | float)) for value in told):
        raise ForecastError(f"{name} holds something that is no number")
    return np.array([np.nan if value is None else float(value) for value in told])


def _filled(name: str, values: Array, step: timedelta, low: float, high: float) -> Array:
    """The values with short gaps filled between their neighbours; both ends are known."""
    if np.nanmin(values) < low or np.nanmax(values) > high:
        raise ForecastError(f"{name} lies outside {low:g} to {high:g}; is the unit right?")
    known = np.flatnonzero(~np.isnan(values))
    gaps = np.diff(known)
    if len(gaps) and int(gaps.max()) * step > GAP_MOST:
        raise ForecastError(f"{name} is missing for more than {GAP_MOST}")
    filled: Array = np.interp(np.arange(len(values)), known, values[known])
    return filled
