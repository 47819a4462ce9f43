"""The period of a report as a person writes it."""

from __future__ import annotations

import calendar
import re
from datetime import date

from premises.errors import SettingError

_YEAR = re.compile(r"(20\d\d)")
_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
_DAY = re.compile(r"20\d\d-\d\d-\d\d")
_LONGEST_DAYS = 366 * 5


def parse_period(text: str) -> tuple[date, date]:
    """First and last day, both included, of `2026`, `2026-10`, `2026-10-12` or `2026-10-12..2026-10-16`. Raises SettingError."""
    told = text.strip()
    if found := _YEAR.fullmatch(told):
        return date(int(found[1]), 1, 1), date(int(found[1]), 12, 31)
    if found := _MONTH.fullmatch(told):
        year, month = int(found[1]), int(found[2])
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    first, dots, last = told.partition("..")
    try:
        if not all(_DAY.fullmatch(day) for day in (first, last or first)) or (dots and not last):
            raise ValueError
        days = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise SettingError(f"{text!r} is no period; write 2026, 2026-10, 2026-10-12 or 2026-10-12..2026-10-16") from None
    if days[1] < days[0]:
        raise SettingError(f"the period {text} ends before it starts")
    if (days[1] - days[0]).days > _LONGEST_DAYS:
        raise SettingError(f"the period {text} is longer than five years")
    return days
