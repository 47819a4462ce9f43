"""Commands of points as values for the device: unit and sign turned back, and whether a reading shows that it was obeyed."""

from __future__ import annotations

from premises.command import Command
from premises.errors import UnitError
from premises.quantities import ValueKind
from premises.reading import Flag, Reading, Value
from premises.site import Point
from premises.units import UNITS

TOLERANCE: dict[str, float] = {
    "setpoint_temperature": 0.25,  # K
    "supply_setpoint": 0.5,
    "brightness": 2.0,  # %
    "cover_position": 3.0,
    "valve_position": 3.0,
    "power_limit": 1.0,
    "current_limit": 0.5,  # A
}
"""By quantity, in the unit kept: how far a read-back may lie from what was commanded and still confirm it."""


def for_device(point: Point, value: Value) -> Value:
    """The commanded value in the device's own unit and sign. Raises UnitError where the value is not of the point's kind."""
    kind = point.quantity.kind
    if kind is ValueKind.TEXT:
        return str(value)
    if kind is ValueKind.FLAG:
        if isinstance(value, str):
            raise UnitError(f"{point.id} is switched on or off, {value[:40]!r} is neither")
        return bool(value) != (point.sign < 0)
    if isinstance(value, str | bool):
        raise UnitError(f"{point.id} is set to a number in {point.quantity.unit}, not to {str(value)[:40]!r}")
    number = -value if point.sign < 0 else value
    unit = UNITS.get(point.unit) if point.unit else None
    if unit is not None and unit.canonical == point.quantity.unit:
        number = (number - unit.offset) / unit.factor
    return number


def shows(command: Command, point: Point, sent: Value, reading: Reading) -> bool:
    """Whether the reading is the read-back of the command. sent: the value as the device takes it, in the point's unit."""
    if reading.point != command.point or Flag.RETAINED in reading.flags or reading.received_at < command.issued_at:
        return False
    read = reading.value
    if isinstance(sent, str) or isinstance(read, str):
        return str(read).casefold() == str(sent).casefold()
    if isinstance(sent, bool) or isinstance(read, bool):
        return bool(read) == bool(sent)
    return abs(read - sent) <= TOLERANCE.get(point.quantity.name, max(1e-6, abs(sent) * 0.01))
