"""What vCalendar 1.0 writes otherwise than RFC 5545: its rules (`W2 TU TH #27`) and its quoted-printable texts.

Old telephones, Lotus Notes and exports of "version 1.0" still send it. Source: vCalendar, The Electronic Calendaring and
Scheduling Exchange Format, version 1.0 (versit Consortium, 1996), chapter "Recurrence Rule".
"""

from __future__ import annotations

import quopri
import re

from gateway.calendars.errors import EventFaultError

_FREQUENCY = {
    "D": ("DAILY", ""),
    "W": ("WEEKLY", "BYDAY"),
    "MP": ("MONTHLY", "BYDAY"),
    "MD": ("MONTHLY", "BYMONTHDAY"),
    "YM": ("YEARLY", "BYMONTH"),
    "YD": ("YEARLY", "BYYEARDAY"),
}
_BEGINS = re.compile(r"(D|W|MP|MD|YM|YD)(\d{1,4})")
_COUNT = re.compile(r"#(\d{1,9})")
_END = re.compile(r"\d{8}(?:T\d{4,6}Z?)?")
_PLACE = re.compile(r"([1-5])([+-])")
_DAY = re.compile(r"(SU|MO|TU|WE|TH|FR|SA)([1-5][+-])?")
_NUMBER = re.compile(r"(\d{1,3})([+-]?)")
COUNT_UNTOLD = 2  # "the default is a duration of #2"


def is_old_rule(text: str) -> bool:
    """Whether the rule is written as vCalendar 1.0 does."""
    first, _, _ = text.strip().upper().partition(" ")
    return _BEGINS.fullmatch(first) is not None


def rule_of(text: str) -> str:
    """The same rule as RFC 5545 writes it. Raises EventFaultError for a part that is not known."""
    first, *words = text.strip().upper().split()
    begun = _BEGINS.fullmatch(first)
    assert begun is not None
    frequency, by = _FREQUENCY[begun[1]]
    parts = [f"FREQ={frequency}", f"INTERVAL={int(begun[2])}"]
    ends, days, place = f"COUNT={COUNT_UNTOLD}", list[str](), ""
    for word in words:
        count, where, day, number = (each.fullmatch(word) for each in (_COUNT, _PLACE, _DAY, _NUMBER))
        if count is not None:
            ends = f"COUNT={int(count[1])}" if int(count[1]) else ""
        elif _END.fullmatch(word):
            ends = f"UNTIL={word}"
        elif where is not None and begun[1] == "MP":
            place = f"{'-' if where[2] == '-' else ''}{where[1]}"
        elif day is not None and by == "BYDAY":
            days.append(f"{place}{day[1]}")
        elif word == "LD" and begun[1] == "MD":
            days.append("-1")
        elif number is not None and by and by != "BYDAY":
            days.append(f"{'-' if number[2] == '-' else ''}{number[1]}")
        elif not re.fullmatch(r"\d{4}", word):  # a time of day, which the start has, too
            raise EventFaultError(f"its rule of vCalendar 1.0 has a part that is not known: {word[:20]}")
    return ";".join([*parts, *([f"{by}={','.join(days)}"] if days else []), *([ends] if ends else [])])


def quoted_printable(value: str, charset: str) -> str:
    """The text of a value in that encoding; what cannot be read of it is shown as such."""
    data = quopri.decodestring(value.encode("latin-1", "replace"))
    try:
        return data.decode(charset or "utf-8")
    except (UnicodeDecodeError, LookupError):
        return data.decode("cp1252", "replace")
