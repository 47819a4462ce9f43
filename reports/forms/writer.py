"""How a language writes texts, numbers, dates, money and plurals. Nothing here asks the machine's locale."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import assert_never
from zoneinfo import ZoneInfo

from premises.catalogue import FALLBACK, Catalogue
from reports.content import Amount, Cell, CellKind, Column, Month, Say, Text

CONTENT = Catalogue("reports", "messages")
FORMS = Catalogue("reports.forms", "messages")

NARROW_SPACE = "\u202f"
NO_BREAK = "\u00a0"
MINUS = "\u2212"

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
_UNIT_WORDS = {
    "fr": {"year": "an", "day": "jour", "days": "jours", "stage-day": "jour-plateau"},
    "nl": {"year": "jaar", "day": "dag", "days": "dagen", "stage-day": "studiodag"},
}
"""Words within units; signs of units are the same in every language."""
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)?")
_FRENCH_SIGNS = re.compile(r" (?=[:;?!»](?:\s|$))|(?<=«) ")
_SIGNS = {"EUR": "€", "GBP": "£", "USD": "$"}


@dataclass(frozen=True, slots=True)
class Convention:
    """Separators of a language; percent: what stands before the sign; day: how a date stands in a table."""

    thousands: str
    decimal: str
    percent: str
    day: str
    money_first: bool


CONVENTIONS = {
    "en": Convention(",", ".", "", "%d %b %Y", money_first=True),
    "fr": Convention(NARROW_SPACE, ",", NARROW_SPACE, "%d/%m/%Y", money_first=False),
    "nl": Convention(".", ",", "", "%d-%m-%Y", money_first=True),
}
LANGUAGES = tuple(sorted(CONVENTIONS))


class Writer:
    """Writes content in one language and time zone. A language without conventions of its own is written in English."""

    def __init__(self, language: str, timezone: str) -> None:
        self.language = language if language in CONVENTIONS else "en"
        self.zone = ZoneInfo(timezone)
        self.timezone = timezone
        self._as = CONVENTIONS[self.language]

    def own(self, key: str, /, **values: object) -> str:
        """A text of the forms' own catalogue."""
        return self._spaced(FORMS.say(self.language, key, **values))

    def has_own(self, key: str) -> bool:
        """Whether the forms' own catalogue has that text."""
        return key in FORMS.keys(FALLBACK)

    def _spaced(self, text: str) -> str:
        """French puts a space before some signs, at which no line may be broken."""
        if self.language != "fr":
            return text
        return _FRENCH_SIGNS.sub(lambda found: found[0].replace(" ", NO_BREAK), text)

    def text(self, text: Text) -> str:
        """A text in this language: a name as it is, a code of the catalogue with its values written in."""
        if isinstance(text, str):
            return text
        values: dict[str, object] = {name: self._value(value) for name, value in text.values}
        code = text.code
        if text.count is not None:
            values["count"] = self.number(text.count)
            code = f"{code}.{self._plural(text.count)}"
        return self._spaced(CONTENT.say(self.language, code, **values))

    def _plural(self, count: int) -> str:
        """French counts nothing as one; English and Dutch count it as many."""
        return "one" if abs(count) == 1 or (count == 0 and self.language == "fr") else "other"

    def _value(self, value: object) -> str:
        if isinstance(value, Amount):
            return self.amount(value.value, value.unit, value.decimals)
        if isinstance(value, Say):
            return self.text(value)
        if isinstance(value, datetime):
            return self.instant(value)
        if isinstance(value, date):
            return self.long_day(value)
        if isinstance(value, Month):
            return self.month(value)
        return str(value)  # a whole number is a year as often as a quantity: who wants groups of three gives an Amount

    def amount(self, value: float | Decimal | Fraction | None, unit: str = "", decimals: int = 0) -> str:
        """A number with its unit; the words for not available for None."""
        if value is None:
            return self.own("cell.missing")
        if unit == "%":
            return f"{self.number(value, decimals)}{self._as.percent}%"
        if unit in _SIGNS:
            return self.money(value, unit, decimals)
        return f"{self.number(value, decimals)}{NO_BREAK}{self.unit(unit)}" if unit else self.number(value, decimals)

    def unit(self, unit: str) -> str:
        """A unit with its words, if it has any, in this language: `MWh/year` is `MWh/an`."""
        words = _UNIT_WORDS.get(self.language, {})
        return _WORD.sub(lambda found: words.get(found[0], found[0]), unit)

    def number(self, value: float | Decimal | Fraction, decimals: int = 0) -> str:
        """The number with that many decimals, its digits in groups of three; halves go up (away from zero)."""
        exact = rounded(value, decimals)
        if exact is None:
            return self.own("cell.missing")
        text = f"{abs(exact):,.{decimals}f}"
        text = text.replace(",", "\0").replace(".", self._as.decimal).replace("\0", self._as.thousands)
        return f"{MINUS}{text}" if exact < 0 else text

    def money(self, value: float | Decimal | Fraction, currency: str, decimals: int = 2) -> str:
        sign = _SIGNS.get(currency, currency)
        number = self.number(value, decimals)
        if not self._as.money_first:
            return f"{number}{NO_BREAK}{sign}"
        gap = "" if self.language == "en" and len(sign) == 1 else NO_BREAK
        return f"{MINUS}{sign}{gap}{number[1:]}" if number.startswith(MINUS) else f"{sign}{gap}{number}"

    def day(self, day: date) -> str:
        """As it stands in a table; months are named by us, as the machine's locale may not be the reader's."""
        pattern = self._as.day.replace("%b", self._month_name(day.month)[:3])
        return day.strftime(pattern).replace(" ", NO_BREAK)

    def long_day(self, day: date) -> str:
        first = "1er" if self.language == "fr" and day.day == 1 else str(day.day)
        return f"{first} {self._month_name(day.month)} {day.year}".replace(" ", NO_BREAK)

    def month(self, month: Month) -> str:
        return f"{self._month_name(month.month)}{NO_BREAK}{month.year}"

    def _month_name(self, number: int) -> str:
        return _MONTHS[self.language].split()[number - 1]

    def instant(self, instant: datetime) -> str:
        """Local wall time; the offset is told where the same wall time comes twice."""
        local = instant.astimezone(self.zone)
        twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
        return f"{self.day(local.date())} {local:%H:%M}" + (f" ({local:%z})" if twice else "")

    def cell(self, cell: Cell, column: Column | None = None) -> str:
        """A cell as it is printed. What is not available says so; it is neither 0 nor blank."""
        if cell is None:
            return self.own("cell.none")
        if isinstance(cell, str | Say):
            told = self.text(cell)
            return self.unit(told) if column is not None and column.id == "unit" else told
        if isinstance(cell, bool):
            return self.own("cell.yes" if cell else "cell.no")
        if isinstance(cell, Month):
            return self.month(cell)
        if isinstance(cell, datetime):
            return self.instant(cell)
        if isinstance(cell, date):
            return self.day(cell)
        if isinstance(cell, int | float | Decimal | Fraction):
            return self._figure(cell, column)
        assert_never(cell)

    def _figure(self, value: int | float | Decimal | Fraction, column: Column | None) -> str:
        decimals = column.decimals if column else 0
        if column and column.kind is CellKind.PERCENT:
            return self.amount(value, "%", decimals)
        if column and column.kind is CellKind.MONEY and column.unit in _SIGNS:
            return self.money(value, column.unit, decimals)
        return self.number(value, decimals)

    def heading(self, column: Column) -> str:
        """The title of a column with its unit, as cells do not repeat it."""
        title = self.text(column.title)
        signed = column.kind is CellKind.PERCENT or (column.kind is CellKind.MONEY and column.unit in _SIGNS)
        return title if signed or not column.unit else f"{title} ({self.unit(column.unit)})"


def rounded(value: float | Decimal | Fraction, decimals: int) -> Decimal | None:
    """Half up (away from zero) at that decimal, exactly; None for what is no finite number."""
    if isinstance(value, Fraction):
        scaled = abs(value) * 10**decimals
        near = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
        exact = Decimal(-near if value < 0 else near).scaleb(-decimals)
    else:
        exact = Decimal(value)
        if not exact.is_finite():
            return None
    step = Decimal(1).scaleb(-decimals)
    return exact.quantize(step, ROUND_HALF_UP) + 0
