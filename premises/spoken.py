"""Values of reasons as a language writes them: the decimal sign, and local days by name instead of ISO dates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from premises.catalogue import Catalogue

_NUMBER_WITH_UNIT = re.compile(r"-?\d+\.\d+ ?(°C|K|kWh?|%|h)?")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?: (\d{2}:\d{2}))?")


class Spoken(float):
    """A number that formats itself with the decimal sign of a language."""

    sign: str

    def __new__(cls, value: float, sign: str) -> Spoken:
        number = super().__new__(cls, value)
        number.sign = sign
        return number

    def __format__(self, form: str) -> str:
        text = float.__format__(self, form)
        if text.startswith("-") and not text.strip("-0."):
            text = text[1:]  # what is rounded to nothing has no sign
        return text.replace(".", self.sign)


def spoken(catalogue: Catalogue, language: str, values: Mapping[str, float | str]) -> dict[str, float | str]:
    """The values for that language. Texts that are a local day, or a day and a clock time, are told as people tell them.

    The catalogue has a section `date` with weekdays, months and patterns, and `number.decimal`.
    """
    sign = catalogue.say(language, "number.decimal")
    found: dict[str, float | str] = {}
    for name, value in values.items():
        if not isinstance(value, str):
            found[name] = Spoken(value, sign)
        elif _NUMBER_WITH_UNIT.fullmatch(value):
            found[name] = value.replace(".", sign)
        else:
            found[name] = _day(catalogue, language, value)
    return found


def _day(catalogue: Catalogue, language: str, text: str) -> str:
    match = _DAY.fullmatch(text)
    if match is None:
        return text
    try:
        day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return text
    number = catalogue.say(language, "date.first") if day.day == 1 else str(day.day)
    month = catalogue.say(language, f"date.month.{day.month}")
    if match[4] is None:
        return catalogue.say(language, "date.full", day=number, month=month, year=day.year)
    weekday = catalogue.say(language, f"date.weekday.{day.isoweekday()}")
    return catalogue.say(language, "date.with_clock", weekday=weekday, day=number, month=month, clock=match[4])
