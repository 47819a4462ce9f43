"""What an open loop is told, made fit to be reckoned with: what cannot be true is not known, times must bear an offset."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from premises.booking import Booking
from premises.errors import NaiveTimeError
from premises.quantities import QUANTITIES
from premises.reading import Value
from premises.time import utc
from rules.snapshot import Forecast

POWER_MOST_W = 1e9
"""Beyond any site; what is told above is a fault of the one who tells."""
CLIPPED = frozenset({"heating_demand", "irradiance"})
"""A valve at 101 % is open, a pyranometer tells less than nothing at night."""


def plausible(quantity: str, value: object) -> Value | None:
    """The value where it is one that such a quantity can have, else None: not known. NaN, infinite and sentinels are not."""
    if value is None:
        return None
    kind = QUANTITIES[quantity]
    number = _number(value)
    if number is None or not math.isfinite(number):
        return None
    if kind.low is None or kind.high is None:
        return bool(number)
    if quantity in CLIPPED:
        return min(max(number, kind.low), kind.high)
    return number if kind.low <= number <= kind.high else None


def known(quantity: str, values: Mapping[str, object] | None) -> dict[str, Value]:
    """Of the values by subject, those that can be true."""
    found = {subject: plausible(quantity, value) for subject, value in (values or {}).items()}
    return {subject: value for subject, value in found.items() if value is not None}


def sound(forecast: Forecast | None) -> Forecast | None:
    """The forecast with gaps filled by the value before them; a column without any value is left out. Raises NaiveTimeError."""
    if forecast is None:
        return None
    weather = QUANTITIES["outdoor_temperature"]
    return replace(
        forecast,
        made_at=aware(forecast.made_at, "a forecast's made_at"),
        start=aware(forecast.start, "a forecast's start"),
        outdoor_c=_column(forecast.outdoor_c, weather.low or -45.0, weather.high or 55.0),
        sun_w_m2=_column(forecast.sun_w_m2, -20.0, 1600.0, least=0.0),
        pv_w=_column(forecast.pv_w, -POWER_MOST_W, POWER_MOST_W, least=0.0),
        base_w=_column(forecast.base_w, -POWER_MOST_W, POWER_MOST_W),
        phases_w=tuple(_column(values, -POWER_MOST_W, POWER_MOST_W) for values in forecast.phases_w),
    )


def aware(instant: datetime, what: str) -> datetime:
    """The instant in UTC. Raises NaiveTimeError, which says what has none, for one without offset."""
    if instant.utcoffset() is None:
        raise NaiveTimeError(f"{what} is {instant.isoformat()}, without offset; write {instant.isoformat()}+00:00 or with its own")
    return utc(instant)


def timed(bookings: Iterable[Booking]) -> tuple[Booking, ...]:
    """The bookings, whose calls and wraps all bear an offset. Raises NaiveTimeError for the first that does not."""
    found = tuple(bookings)
    for booking in found:
        for name in ("call", "wrap", "turn_over", "doors"):
            instant = getattr(booking, name)
            if instant is not None:
                aware(instant, f"the {name} of booking {booking.key}")
    return found


def _column(values: Iterable[object], low: float, high: float, least: float | None = None) -> tuple[float, ...]:
    numbers = [_number(value) for value in values]
    good = [value if value is not None and low <= value <= high else None for value in numbers]
    last = next((value for value in good if value is not None), None)
    if last is None:
        return ()
    filled = []
    for value in good:
        last = last if value is None else value
        filled.append(last if least is None else max(least, last))
    return tuple(filled)


def _number(value: object) -> float | None:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
