"""The month beside the same month of the year before; energy for heating also as that month's weather would have asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from premises.tariff import Carrier
from reports.content import Amount, Block, Cell, CellKind, Column, Paragraph, Section, Table, Text, Tone, say
from reports.figures.weather import DegreeDays
from reports.gather import year_before
from reports.inputs import Inputs, SiteInputs
from reports.ledger import Ledger
from reports.ledger.sums import RegisterSum, boundary, meters, register_sum
from reports.parts.days import heating_meters
from reports.parts.energy import carriers_of, load_terms
from reports.parts.figure import Terms, kwh_column
from reports.parts.quality import THRESHOLD_PCT
from reports.parts.weather import degree_days_of

LEAST_DEGREE_DAYS = 15.0
"""Of both months, °C·day: with fewer there was hardly any heating, and a ratio of them says nothing."""


@dataclass(frozen=True, slots=True)
class Line:
    """kWh of this month and of the one a year before, None where not known; completeness of each, 0 to 1, of its poorest register.

    expected_kwh: the year before's at this month's degree-days, for heating alone.
    """

    name: Text
    now_kwh: float | None
    before_kwh: float | None
    now_complete: float
    before_complete: float
    expected_kwh: float | None = None

    @property
    def comparable(self) -> bool:
        return min(self.now_complete, self.before_complete) >= THRESHOLD_PCT / 100

    @property
    def change_pct(self) -> float | None:
        return self._change(self.before_kwh)

    @property
    def adjusted_pct(self) -> float | None:
        return self._change(self.expected_kwh)

    def _change(self, beside: float | None) -> float | None:
        if self.now_kwh is None or not beside or not self.comparable:
            return None
        return 100 * (self.now_kwh / beside - 1)


def lines_of(one: SiteInputs, inputs: Inputs) -> list[Line]:
    """Electricity, fuels and heat bought, own sun, heating; none without a ledger of the year before."""
    earlier = one.earlier
    if earlier is None:
        return []
    found = [_line(say("figure.load"), load_terms(one.ledger), load_terms(earlier))]
    found += [
        _line(say(f"carrier.{carrier.value}"), _plus(boundary(one.ledger, carrier)), _plus(boundary(earlier, carrier)))
        for carrier in carriers_of(one.site)
        if carrier is not Carrier.ELECTRICITY
    ]
    if meters(one.site, "production"):
        found.append(_line(say("figure.generation"), _made(one.ledger), _made(earlier)))
    names = [meter.id for meter in heating_meters(one.site)]
    if names:
        heating = _line(
            say("use.heating"),
            _plus([register_sum(one.ledger, name) for name in names]),
            _plus([register_sum(earlier, name) for name in names]),
        )
        found.append(replace(heating, expected_kwh=_expected(heating.before_kwh, *degree_days(one, inputs))))
    return found


def degree_days(one: SiteInputs, inputs: Inputs) -> tuple[DegreeDays, DegreeDays]:
    """Of this month and of the one a year before."""
    now = degree_days_of(one, inputs.first, inputs.last)
    then = replace(one, outdoor_c=one.earlier_outdoor_c)
    return now, degree_days_of(then, year_before(inputs.first), year_before(inputs.last))


def _expected(before_kwh: float | None, now: DegreeDays, then: DegreeDays) -> float | None:
    """Where each month has nine in ten of its days, and heating was due in both; days that are missing count as the mean day."""
    for told in (now, then):
        if told.missing > (told.days + told.missing) // 10 or told.heating < LEAST_DEGREE_DAYS:
            return None
    if before_kwh is None:
        return None
    ratio = (now.heating / now.days * (now.days + now.missing)) / (then.heating / then.days * (then.days + then.missing))
    return before_kwh * ratio


def _line(name: Text, now: Terms, before: Terms) -> Line:
    return Line(name, _known(now), _known(before), _complete(now), _complete(before))


def _complete(terms: Terms) -> float:
    """Of the register that told the least: the mean would hide one that was silent for a week."""
    return min((one.completeness for _, one in terms), default=0.0)


def _known(terms: Terms) -> float | None:
    if not terms or any(one.kwh is None for _, one in terms):
        return None
    return sum(sign * (one.kwh or 0.0) for sign, one in terms)


def _plus(sums: Sequence[RegisterSum]) -> list[tuple[int, RegisterSum]]:
    return [(1, one) for one in sums]


def _made(ledger: Ledger) -> list[tuple[int, RegisterSum]]:
    return [(1, register_sum(ledger, meter.id)) for meter in meters(ledger.site, "production", Carrier.ELECTRICITY)]


def before_section(one: SiteInputs, inputs: Inputs) -> Section:
    """The table, or in words that the year before is not known."""
    lines = lines_of(one, inputs)
    if all(line.before_kwh is None for line in lines):
        note = Paragraph(say("letter.no_year_before"), Tone.NOTE)
        return Section("year_before", say("letter.year_before"), (note,))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            line.name,
            line.now_kwh,
            line.before_kwh,
            line.change_pct,
            line.expected_kwh if line.comparable else None,
            line.adjusted_pct,
            100 * line.now_complete,
            100 * line.before_complete,
        )
        for line in lines
    )
    columns = (
        Column("energy", say("column.energy"), CellKind.NAME),
        kwh_column("this_month"),
        kwh_column("year_before"),
        Column("change_pct", say("column.change"), CellKind.PERCENT, "%", 1),
        kwh_column("year_before_adjusted"),
        Column("adjusted_change_pct", say("column.adjusted_change"), CellKind.PERCENT, "%", 1),
        Column("completeness_pct", say("column.completeness"), CellKind.PERCENT, "%", 1),
        Column("completeness_before_pct", say("column.completeness_before"), CellKind.PERCENT, "%", 1),
    )
    blocks: list[Block] = [Table("year_before", say("table.year_before"), columns, rows, note=say("note.year_before"))]
    now, then = degree_days(one, inputs)
    if now.days and then.days:
        told = (Amount(value, "°C·day", 0) for value in (now.heating, then.heating))
        blocks.insert(0, Paragraph(say("letter.degree_days", now=next(told), before=next(told))))
    return Section("year_before", say("letter.year_before"), tuple(blocks))
