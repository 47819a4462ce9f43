"""From what a message says to a reading of a point: unit converted once, type fixed, time decided, what is odd flagged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from ingest.counters import CounterState, judge
from ingest.decoded import Measurement
from ingest.families.message import BOUNDS
from ingest.families.scalars import number_in, state_of
from premises.errors import GreenroomError, UnitError
from premises.quantities import QUANTITIES, Quantity, ValueKind
from premises.reading import Flag, Quality, Reading, Value
from premises.site import Point
from premises.time import format_instant, parse_instant
from premises.units import UNITS, convert

AHEAD = timedelta(minutes=5)
"""A device clock further ahead than this is wrong: the arrival time is used instead."""
OLDEST = datetime(2015, 1, 1, tzinfo=UTC)
"""A device clock before this has never been set."""
_SKEW = timedelta(seconds=30)
_MOST_UNITS = 64
EXACT = 2**53
_GREATEST = 1e300
OPEN_IS_ONE = "(1=open)"
"""In a channel's name: the contact tells open as 1, while the quantity kept is whether it is closed."""


class Refused(GreenroomError, ValueError):  # noqa: N818 (it is an answer more than an error)
    """A measurement that cannot become a reading; its neighbours are kept. The text is the reason."""


def _quantities_by_message() -> dict[str, Quantity]:
    first: dict[str, Quantity] = {}
    for quantity in QUANTITIES.values():
        first.setdefault(quantity.message, quantity)
    return first | {name: quantity for name, quantity in QUANTITIES.items() if quantity.message == name}


OF_MESSAGE: Mapping[str, Quantity] = _quantities_by_message()
"""Message quantity to the quantity that keeps it where no point says which."""


@lru_cache(maxsize=1024)
def kept_as(message_quantity: str | None, unit: str | None) -> Quantity | None:
    """The quantity that keeps a message quantity of that unit: pressure in bar is a water's, in hPa the air's."""
    usual = OF_MESSAGE.get(message_quantity or "")
    known = UNITS.get(unit) if unit else None
    if usual is None or known is None or known.canonical == usual.unit:
        return usual
    if usual.name == "value":
        return None
    return next((one for one in QUANTITIES.values() if one.message == message_quantity and one.unit == known.canonical), usual)


# What devices print for "no value" where they cannot print nothing. Per temperature, and for whole registers.
_NO_TEMPERATURE = frozenset((-127.0, 327.67, 327.68, -327.68, 655.35, 6553.5, 3276.7, -3276.8, 32767.0, -32768.0, -273.15, 65535.0))
POWER_UP_C = 85.0  # a DS18B20 before its first conversion
_ALL_ONES = frozenset(float(2**bits - 1) for bits in (16, 24, 31, 32, 48, 63, 64)) | {-32768.0, -2147483648.0}


def is_sentinel(quantity: str, value: float, channel: str = "") -> bool:
    """Whether a number is a device's word for no value; `quantity` is the message quantity, `value` the message's own."""
    if quantity == "temperature":
        return value in _NO_TEMPERATURE or (value == POWER_UP_C and "DS18" in channel)
    return value in _ALL_ONES


def canonical(measurement: Measurement) -> tuple[Value | None, str | None]:
    """Value and unit as they are kept; without a unit in the message the number as it is and no unit.

    Raises Refused for a value of a type that the quantity cannot have.
    """
    value = measurement.value
    quantity = kept_as(measurement.quantity, measurement.unit)
    if value is None or quantity is None:
        unit = quantity.unit if quantity and measurement.unit in UNITS else measurement.unit
        return value, None if unit == "1" else unit
    if quantity.kind is ValueKind.TEXT:
        return of_kind(ValueKind.TEXT, value, quantity.name), None
    if quantity.kind is ValueKind.FLAG:
        told = state_of(quantity.message, value)
        if isinstance(told, str):
            return told, None  # a word that only the owner can read
        flag = of_kind(ValueKind.FLAG, told, quantity.message)
        return (not flag if _open_is_one(measurement) and not isinstance(value, str) else flag), None
    number = of_kind(ValueKind.NUMBER, value, measurement.quantity or "")
    if measurement.unit is None or not isinstance(number, int | float):
        return number, None
    try:
        converted = convert(float(number), measurement.unit, quantity.unit)
    except UnitError:
        return number, measurement.unit
    if converted - converted != 0.0:
        raise Refused(f"{measurement.quantity}: {number:g} {measurement.unit} is beyond any number that can be kept")
    return converted, None if quantity.unit == "1" else quantity.unit


def _open_is_one(measurement: Measurement) -> bool:
    return measurement.quantity == "contact" and OPEN_IS_ONE in measurement.channel


def decided_time(told: datetime | None, received_at: datetime) -> tuple[datetime, bool]:
    """When a measurement holds, and whether that is the device's own time: a clock never set, or far ahead, is not used."""
    if told is not None and OLDEST <= told <= received_at + AHEAD:
        return told, True
    return received_at, False


def odd(measurement: Measurement, value: Value | None) -> bool:
    """Whether a value is a sentinel or out of what its message quantity can be; `value` in the unit that is kept."""
    if isinstance(value, str | bool) or value is None:
        return False
    quantity = kept_as(measurement.quantity, measurement.unit)
    if isinstance(measurement.value, int | float) and is_sentinel(
        measurement.quantity or "", measurement.value, measurement.channel
    ):
        return True
    if quantity is None or (measurement.unit is None and quantity.unit != "1"):
        return False
    return (quantity.low is not None and value < quantity.low) or (quantity.high is not None and value > quantity.high)


def of_kind(kind: ValueKind, value: Value, what: str) -> Value:
    """The value as number, yes/no or text. Raises Refused: a text can never reach a numeric field."""
    if kind is ValueKind.NUMBER:
        if isinstance(value, bool):
            raise Refused(f"{what} is a number, the message says {value}")
        if isinstance(value, int | float):
            return float(value)
        number = number_in(value.strip())
        if number is None:
            raise Refused(f"{what} is a number, the message says {value[:40]!r}")
        return float(number)
    if kind is ValueKind.FLAG:
        told = state_of(what, value)
        if isinstance(told, bool):
            return told
        if isinstance(told, int | float):
            return told != 0
        raise Refused(f"{what} is yes or no, the message says {told[:40]!r}")
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return str(value)[: BOUNDS.text_length]


class PointReader:
    """Makes readings of one point and remembers what is needed to judge the next: newest time, last value, counter.

    ingest/forms.py reads and carries on the same memory for messages of a form that it knows.
    """

    __slots__ = (
        "_id",
        "_quick",
        "_scales",
        "_what",
        "counter",
        "device_timed",
        "high",
        "invert",
        "kind",
        "last",
        "low",
        "newest",
        "opens",
        "point",
        "quantity",
        "sentinels",
    )

    def __init__(self, point: Point) -> None:
        self.point = point
        self._id = point.id
        self.quantity = point.quantity
        self.kind = point.quantity.kind
        self._what = point.message_quantity or point.quantity.message
        self._scales: dict[str | None, tuple[float, float, float] | None] = {}
        self.invert = point.sign < 0
        self.sentinels = _NO_TEMPERATURE if self._what == "temperature" else _ALL_ONES
        quantity = point.quantity
        # what needs no look at the last value can be read quickly; bounds are of the value as it is kept, so before the sign
        self._quick = self.kind is ValueKind.NUMBER and not quantity.counter and quantity.rate is None
        low, high = (
            quantity.low if quantity.low is not None else -_GREATEST,
            quantity.high if quantity.high is not None else _GREATEST,
        )
        self.low, self.high = (-high, -low) if self.invert else (low, high)
        self.opens = self._what == "contact" and OPEN_IS_ONE in point.channel
        self.newest: datetime | None = None
        self.device_timed = False
        self.counter: CounterState | None = None
        self.last: Value | None = None

    def read(self, measurement: Measurement, received_at: datetime, retained: bool) -> Reading | None:
        """The reading, None where the message says that there is no value. Raises Refused."""
        _, value, unit, _, told, flagged = measurement
        if value is None:
            return None
        if not retained and not flagged:
            # a plain value, not late, of a quantity that need not be compared with the last: nearly all are so
            kept: Value | None = None
            if type(value) is bool:
                if self.kind is ValueKind.FLAG:
                    kept = value != (self.invert != self.opens)
            elif self._quick and (type(value) is float or (type(value) is int and -EXACT < value < EXACT)):
                scale = self._scales.get(unit)
                if scale is not None:
                    number = value * scale[0] / scale[1] + scale[2]
                    if self.low <= number <= self.high and value not in self.sentinels and value != POWER_UP_C:
                        kept = -number if self.invert else number
            if kept is not None:
                newest = self.newest
                time = received_at if told is None else told
                if (newest is None or time >= newest) and (told is None or OLDEST <= told <= received_at + AHEAD):
                    self.newest, self.device_timed, self.last = time, told is not None, kept
                    return Reading(self._id, time, kept, received_at, _MEASURED, _PLAIN)
        flags = set(flagged)
        time = self._time(told, received_at, retained, flags)
        if self.kind is ValueKind.NUMBER:
            value = self._number(measurement, value, time, flags)
        else:
            said = value
            value = of_kind(self.kind, value, self._what if self.kind is ValueKind.FLAG else self.point.id)
            if isinstance(value, bool) and (self.invert != (self.opens and not isinstance(said, str))):
                value = not value
        if retained and time is received_at and value == self.last:
            return None  # a copy of what is known, of unknown age: after a restart the broker sends all of them again
        self.last = value
        return Reading(self.point.id, time, value, received_at, Quality.MEASURED, frozenset(flags) if flags else _PLAIN)

    def _time(self, told: datetime | None, received_at: datetime, retained: bool, flags: set[Flag]) -> datetime:
        """When it holds: the device's own time where its clock can be right, else the arrival."""
        time, own = received_at, False
        if told is not None:
            time, own = decided_time(told, received_at)
            if not own:
                flags.add(Flag.ARRIVAL_TIME)
        if retained:
            flags.add(Flag.RETAINED)
        newest = self.newest
        if newest is None or time >= newest:
            if not retained or own:
                self.newest, self.device_timed = time, own
        elif own == self.device_timed or newest - time > _SKEW:
            flags.add(Flag.LATE)
        return time

    def _number(self, measurement: Measurement, told: Value, time: datetime, flags: set[Flag]) -> float:
        raw = told if type(told) is float else float(of_kind(ValueKind.NUMBER, told, self.point.id))
        value = raw
        unit = measurement.unit
        try:
            scale = self._scales[unit]
        except KeyError:
            if len(self._scales) >= _MOST_UNITS:  # only hostile messages tell so many
                self._scales.clear()
            scale = self._scales[unit] = self.scale_of(unit)
        if scale is not None:
            value = raw * scale[0] / scale[1] + scale[2]
        elif unit is not None:
            value = self._convert(raw, unit)
        if value - value != 0.0:
            raise Refused(f"{self.point.id}: {raw:g} {unit} is beyond any number that can be kept")
        if self.invert:
            value = -value
        quantity = self.quantity
        sentinel = raw in self.sentinels or (raw == POWER_UP_C and is_sentinel(self._what, raw, measurement.channel))
        if sentinel or (quantity.low is not None and value < quantity.low) or (quantity.high is not None and value > quantity.high):
            flags.add(Flag.OUT_OF_RANGE)
        if not sentinel and Flag.LATE not in flags and Flag.RETAINED not in flags:
            if quantity.counter:
                flag, self.counter = judge(self.counter, value, raw, time)
                if flag is not None:
                    flags.add(flag)
            elif quantity.rate is not None:
                self._judge_rate(value, time, flags)
        return value

    def _judge_rate(self, value: float, time: datetime, flags: set[Flag]) -> None:
        """Flag a change that is faster than the quantity can; the last value is kept in the counter's place."""
        state, rate = self.counter, self.quantity.rate or 0.0
        if state is not None:
            minutes = max((time - state.time).total_seconds() / 60, 1.0)
            if abs(value - state.value) > rate * minutes:
                flags.add(Flag.RATE_OF_CHANGE)
        self.counter = CounterState(value, value, time)

    def scale_of(self, unit: str | None) -> tuple[float, float, float] | None:
        """Factor, divisor and offset from the unit of the message, of the point, or none; None where it is not linear."""
        used = unit if unit is not None else self.point.unit
        if used is None or used == self.quantity.unit:
            return 1.0, 1.0, 0.0
        known = UNITS.get(used)
        if known is not None and known.canonical == self.quantity.unit:
            divisor = known.divisor
            return (1.0, divisor, known.offset) if divisor != 1.0 else (known.factor, 1.0, known.offset)
        return None

    def _convert(self, raw: float, unit: str) -> float:
        try:
            return convert(raw, unit, self.quantity.unit)
        except UnitError as error:
            raise Refused(f"{self.point.id}: {error}") from None

    def remembered(self) -> dict[str, Any] | None:
        """What must outlast a restart, as plain JSON values; None where there is nothing."""
        if self.newest is None and self.counter is None:
            return None
        kept: dict[str, Any] = {"newest": format_instant(self.newest) if self.newest else None, "own": self.device_timed}
        kept["last"] = self.last
        if self.counter is not None:
            kept |= {"value": self.counter.value, "raw": self.counter.raw, "time": format_instant(self.counter.time)}
        return kept

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take up what `remembered` gave. Raises ValueError, KeyError or TypeError where it is not of that form."""
        self.newest = parse_instant(kept["newest"]) if kept.get("newest") else None
        self.device_timed = bool(kept.get("own"))
        last = kept.get("last")
        self.last = last if isinstance(last, str | bool | int | float) else None
        if kept.get("time"):
            self.counter = CounterState(float(kept["value"]), float(kept["raw"]), parse_instant(kept["time"]))

    def follow(self, before: PointReader | None) -> None:
        """Go on from the reader of the same point before the site file was changed, where it still measures the same thing."""
        if before is not None and _measures(self.point) == _measures(before.point):
            self.newest, self.device_timed = before.newest, before.device_timed
            self.counter, self.last = before.counter, before.last

    def prime(self, reading: Reading) -> None:
        """Start from the last reading that a store holds, where nothing better was kept."""
        if self.newest is None:
            self.newest = reading.time
        if self.last is None:
            self.last = reading.value
        if self.counter is None and type(reading.value) is float and Flag.OUT_OF_RANGE not in reading.flags:
            self.counter = CounterState(reading.value, reading.value, reading.time)


def _measures(point: Point) -> tuple[object, ...]:
    """What makes two points of a device the same measurement."""
    return point.quantity, point.device, point.channel, point.message_quantity, point.unit, point.sign


_PLAIN: frozenset[Flag] = frozenset()
_MEASURED = Quality.MEASURED
