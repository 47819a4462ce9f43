"""go-e chargers: `<prefix>/<serial>/<key>` with one JSON value each (second interface), or all keys in `status` (first).

After the makers' lists of keys for both interfaces. The first tells currents and powers in tenths and hundredths, as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.decoded import Measurement
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import plain, plain_text

Meaning = tuple[str, str | None, str]

_KEYS: dict[str, Meaning] = {
    "eto": ("energy", "Wh", ""),
    "wh": ("energy_delta", "Wh", "session"),
    "amp": ("current_limit", "A", ""),
    "ama": ("current_limit", "A", "maximum"),
    "acu": ("current_limit", "A", "allowed"),
    "cbl": ("current_limit", "A", "cable"),
    "alw": ("enabled", None, ""),
    "fhz": ("frequency", "Hz", ""),
    "tpa": ("power", "W", "average"),
    "err": ("fault", None, ""),
    "rssi": ("rssi", "dBm", ""),
    "pgrid": ("power", "W", "grid"),
    "ppv": ("power", "W", "pv"),
    "pakku": ("power", "W", "battery"),
}
_CHARGING = 2
_PLUGGED = (2, 3, 4)
_PHASES = ("L1", "L2", "L3", "N")
_NRG = 16
_MOST_PROBES = 8
_OF_MAKER = frozenset((*_KEYS, "nrg", "car", "tma"))


def is_goe(message: Message) -> bool:
    """Whether the topic is of a charger: `go-eCharger/<serial>/…`, or of another prefix with the list that only they have."""
    levels = [level for level in message.levels if level]
    if len(levels) < 3:
        return False
    if levels[-3].lower() in ("go-echarger", "go-e"):
        return True
    return levels[-1] == "nrg" and message.payload[:1] == b"["


def device_of_goe(topic: str) -> str:
    """The charger's own topic."""
    return topic.rpartition("/")[0]


def goe_measurements(message: Message) -> Iterator[Measurement]:
    """What one key says; settings say nothing. Raises MalformedError for a value of another kind than its key's."""
    key = message.levels[-1]
    if key == "status":
        yield from _first_interface(message.fields)
    elif key == "nrg":
        yield from _electric(message.document, 1, 1, 1)
    elif key == "tma":
        yield from _probes(message.document)
    elif key == "car":
        yield from _car(plain_text(message.text))
    elif key in _KEYS:
        value = plain_text(message.text)
        if isinstance(value, str):
            raise MalformedError(f"{key} is a number or a state, not {value[:40]!r}")
        quantity, unit, channel = _KEYS[key]
        yield Measurement(quantity, value, unit, channel)


def _car(value: Any) -> Iterator[Measurement]:
    """0 unknown, 1 idle, 2 charging, 3 waiting, 4 complete, 5 error."""
    if isinstance(value, str):
        raise MalformedError(f"car is a number from 0 to 5, not {value[:40]!r}")
    yield Measurement("status_code", value, None, "car")
    if value in (1, *_PLUGGED):
        yield Measurement("vehicle_connected", value in _PLUGGED)
        yield Measurement("charging", value == _CHARGING)


def _electric(told: Any, of_current: int, of_power: int, of_sum: int) -> Iterator[Measurement]:
    """Four voltages, three currents, powers of three phases and N, their sum, four power factors in percent."""
    if not isinstance(told, list) or len(told) < _NRG - 4:
        raise MalformedError(f"nrg is a list of {_NRG} numbers")
    numbers = [plain(one) for one in told[:_NRG]]
    if any(isinstance(one, str | bool) for one in numbers):
        raise MalformedError("nrg is a list of numbers, and holds something else")
    for place, number in enumerate(numbers):
        if place < 4:
            yield Measurement("voltage", number, "V", _PHASES[place])
        elif place < 7:
            yield Measurement("current", _part(number, of_current), "A", _PHASES[place - 4])
        elif place < 11:
            yield Measurement("power", _part(number, of_power), "W", _PHASES[place - 7])
        elif place == 11:
            yield Measurement("power", _part(number, of_sum), "W", "")
        else:
            yield Measurement("power_factor", number, "%", _PHASES[place - 12])


def _part(number: Any, divisor: int) -> Any:
    """Tenths of an ampere by 10; of a power, whose unit is greater than a watt, the divisor is negative: a factor."""
    if divisor == 1 or not isinstance(number, int | float):
        return number
    return number / divisor if divisor > 0 else number * -divisor


def _probes(told: Any) -> Iterator[Measurement]:
    if not isinstance(told, list):
        raise MalformedError("tma is a list of temperatures")
    for place, one in enumerate(told[:_MOST_PROBES], 1):
        value = plain(one)
        if not isinstance(value, str | bool):
            yield Measurement("temperature", value, "°C", f"device {place}")


def _first_interface(fields: dict[str, Any]) -> Iterator[Measurement]:
    """`status` of the first interface: numbers in text; energy in 0.1 kWh, the session's in 10 Ws, currents in 0.1 A."""
    if "nrg" in fields:
        yield from _electric(fields["nrg"], 10, -100, -10)
    if "eto" in fields:
        total = plain(fields["eto"])
        yield Measurement("energy", total / 10 if isinstance(total, int | float) else None, "kWh")
    if "dws" in fields:
        session = plain(fields["dws"])
        yield Measurement("energy_delta", session * 10 / 3600 if isinstance(session, int | float) else None, "Wh", "session")
    if "tmp" in fields:
        yield Measurement("temperature", plain(fields["tmp"]), "°C", "device")
    if "car" in fields:
        yield from _car(plain(fields["car"]))
    for key in ("amp", "ama", "alw", "err"):
        value = plain(fields[key]) if key in fields else None
        if value is not None and not isinstance(value, str):
            quantity, unit, channel = _KEYS[key]
            yield Measurement(quantity, value, unit, channel)
