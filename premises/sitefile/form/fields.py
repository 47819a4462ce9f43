"""Kinds of values in the file: ids, durations, clock times, weekdays, money; how each is written, and what is said otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

_SECONDS = {"ms": 0.001, "s": 1, "second": 1, "min": 60, "minute": 60, "h": 3600, "hour": 3600, "d": 86400, "day": 86400}
_SPAN = re.compile(rf"(\d{{1,6}}(?:\.\d{{1,6}})?)\s*({'|'.join(sorted(_SECONDS, key=len, reverse=True))})s?(?![a-z])\s*")
_LONGEST = timedelta(days=366)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})\Z")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


class Form(BaseModel):
    """A block of keys: no others than those named, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True, allow_inf_nan=False)


def _wrong(message: str) -> PydanticCustomError:
    return PydanticCustomError("site_file", "{message}", {"message": message})


def parse_duration(value: Any) -> timedelta:
    """`15 min`, `2 h`, `1 h 30 min`, `10 d`. Raises PydanticCustomError (as do all readers here)."""
    if isinstance(value, timedelta):
        return value
    if value == 0 and not isinstance(value, bool):
        return timedelta(0)
    text = str(value).strip()
    spans = _SPAN.findall(text)
    total = timedelta(seconds=sum(float(number) * _SECONDS[unit] for number, unit in spans))
    if not spans or _SPAN.sub("", text) or total > _LONGEST:
        raise _wrong(f"{text[:60]!r} is no duration; write it like 15 min, 2 h or 1 h 30 min")
    return total


def parse_clock(value: Any) -> time:
    """`08:00`; `24:00` is the end of the day and comes as 00:00."""
    if isinstance(value, time):
        return value
    found = _CLOCK.match(str(value).strip())
    if found and (str(value).strip() == "24:00" or (int(found[1]) < 24 and int(found[2]) < 60)):
        return time(int(found[1]) % 24, int(found[2]))
    raise _wrong(f'{str(value)!r} is no time of day; write it like "08:00", the end of the day as "24:00"')


def _numbers(value: Any, words: tuple[str, ...], example: str) -> frozenset[int]:
    """Numbers from 1 of what is named: a list, `mon-fri`, `nov-mar` (over the year's end), `sat, sun`, 6."""
    if isinstance(value, frozenset):
        return value
    items = value if isinstance(value, list | tuple) else str(value).split(",")
    made: set[int] = set()

    def number(text: str) -> int:
        text = text.strip().lower()
        if text[:3] in words and text.isalpha():
            return words.index(text[:3]) + 1
        if text.isdigit() and len(text) < 3 and 1 <= int(text) <= len(words):
            return int(text)
        raise _wrong(f"{text!r} is none of {', '.join(words)} or 1 to {len(words)}; write it like {example}")

    for item in items:
        ends = str(item).split("-")
        if len(ends) > 2:
            raise _wrong(f"{str(item)!r} is no span; write it like {example}")
        first, last = number(ends[0]), number(ends[-1])
        made.update(range(first, last + 1) if first <= last else (*range(first, len(words) + 1), *range(1, last + 1)))
    if not made:
        raise _wrong(f"names none; write it like {example}, or leave it out for all")
    return frozenset(made)


def _phases(value: Any) -> tuple[int, ...]:
    """One phase or a list of them."""
    items = value if isinstance(value, list | tuple) else [value]
    if (
        not items
        or len(set(map(str, items))) < len(items)
        or any(isinstance(one, bool) or not isinstance(one, int) or not 1 <= one <= 3 for one in items)
    ):
        raise _wrong("names no phases; write one as 1, several as [1, 2, 3]")
    return tuple(sorted(items))


def _weekdays(value: Any) -> frozenset[int]:
    return _numbers(value, _DAYS, "mon-fri")


def _months(value: Any) -> frozenset[int]:
    return _numbers(value, _MONTHS, "nov-mar")


def _number(value: Any) -> float:
    """A number written as a number: no quotes, no yes or no."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise _wrong(f"{_shown(value)} is no number; write it without quotes and units, such as 21.5")
    return float(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or value != int(value):
        raise _wrong(f"{_shown(value)} is no whole number")
    return int(value)


def _money(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise _wrong(f"{_shown(value)} is no amount; write digits with a point, such as 0.1842 or 446000, without the currency")
    return Decimal(str(value))


def _text(value: Any) -> str:
    """A number where a name is meant (a street number, a meter's number) is taken as it was written."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    raise _wrong(f"{_shown(value)} is no text")


def _date(value: Any) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise _wrong(f"{_shown(value)} is no day; write it like 2026-07-01") from None


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "a block of keys"
    if isinstance(value, list):
        return "a list"
    return "nothing" if value is None else repr(str(value)[:60])


# Bounds stand before the reader in each of these, so that the JSON Schema shows them.
NUMBER = BeforeValidator(_number)
WHOLE = BeforeValidator(_whole)
MONEY = BeforeValidator(_money)
TEXT = BeforeValidator(_text)
Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64), TEXT]
Ref = Annotated[str, StringConstraints(max_length=64), TEXT]
"""Names the id of another part: what is not there is told with the nearest that is."""
Text = Annotated[str, StringConstraints(max_length=2000), TEXT]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), TEXT]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$"), TEXT]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$"), TEXT]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), TEXT]
Positive = Annotated[float, Field(gt=0, le=1e9), NUMBER]
NotNegative = Annotated[float, Field(ge=0, le=1e9), NUMBER]
Fraction01 = Annotated[float, Field(ge=0, le=1), NUMBER]
Celsius = Annotated[float, Field(ge=-50, le=120), NUMBER]
RoomCelsius = Annotated[float, Field(ge=0, le=45), NUMBER]
Percent = Annotated[float, Field(ge=0, le=100), NUMBER]
Factor = Annotated[float, Field(gt=0, le=15), NUMBER]
Whole = Annotated[int, Field(ge=0, le=1_000_000), WHOLE]
Money = Annotated[Decimal, WithJsonSchema({"type": "number", "minimum": 0}), Field(ge=0, le=10**12), MONEY]
Price = Annotated[Decimal, WithJsonSchema({"type": "number", "minimum": 0, "maximum": 100}), Field(ge=0, le=100), MONEY]
Day = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    WithJsonSchema({"type": "string", "pattern": r"^\d", "examples": ["15 min", "2 h", "1 h 30 min"]}),
]
Clock = Annotated[
    time, BeforeValidator(parse_clock), WithJsonSchema({"type": "string", "pattern": r"^\d{1,2}:\d{2}$", "examples": ["08:00"]})
]
Weekdays = Annotated[
    frozenset[int],
    BeforeValidator(_weekdays),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": ["string", "integer"]}, "examples": ["mon-fri", "sat, sun"]}),
]
Months = Annotated[
    frozenset[int],
    BeforeValidator(_months),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": ["string", "integer"]}, "examples": ["nov-mar"]}),
]
Phases = Annotated[
    tuple[int, ...],
    BeforeValidator(_phases),
    WithJsonSchema(
        {"type": ["integer", "array"], "items": {"type": "integer", "minimum": 1, "maximum": 3}, "examples": [1, [1, 2, 3]]}
    ),
]
EVERY_DAY = frozenset(range(1, 8))
EVERY_MONTH = frozenset(range(1, 13))
