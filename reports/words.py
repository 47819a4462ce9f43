"""Numbers, dates and words of a report in its language."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from premises.catalogue import Catalogue

WORDS = Catalogue("reports", "messages")
_MONTHS = {
    "en": "January,February,March,April,May,June,July,August,September,October,November,December",
    "nl": "januari,februari,maart,april,mei,juni,juli,augustus,september,oktober,november,december",
    "fr": "janvier,février,mars,avril,mai,juin,juillet,août,septembre,octobre,novembre,décembre",
}
NARROW_SPACE = "\u202f"


class Language:
    """How one language writes: thousands apart by a narrow space (fr), a point (nl) or a comma (en), decimal comma or point."""

    def __init__(self, code: str) -> None:
        self.code = code if code in WORDS.languages() else "en"

    def say(self, key: str, **values: object) -> str:
        return WORDS.say(self.code, key, **values)

    def number(self, value: float | Decimal | None, decimals: int = 0) -> str:
        """The number with that many decimals; the words for "not available" for None."""
        if value is None:
            return self.say("note.missing")
        text = f"{value:,.{decimals}f}"
        if text.startswith("-") and not text.strip("-0.,"):
            text = text[1:]
        if self.code == "nl":
            return text.translate(str.maketrans(",.", ".,"))
        return text if self.code == "en" else text.replace(",", NARROW_SPACE).replace(".", ",")

    def percent(self, value: float | None, decimals: int = 1) -> str:
        return self.number(value, decimals) if value is None else f"{self.number(value, decimals)}{NARROW_SPACE}%"

    def month(self, first: date) -> str:
        return f"{_MONTHS[self.code].split(',')[first.month - 1]} {first.year}"

    def day(self, day: date) -> str:
        if self.code == "nl":
            return f"{day.day} {_MONTHS['nl'].split(',')[day.month - 1]} {day.year}"
        return day.strftime("%d/%m/%Y") if self.code == "fr" else day.strftime("%-d %B %Y")

    def instant(self, instant: datetime) -> str:
        return f"{self.day(instant.date())} {instant:%H:%M}"
