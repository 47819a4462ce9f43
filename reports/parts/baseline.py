"""Saving against a year before, adjusted for the weather (IPMVP option C): a change-point baseline by carrier.

The baseline is fitted to whole days of a calendar year; a day with a gap in energy or temperature is in neither sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from premises.tariff import Carrier
from reports.content import Attachment, Cell, CellKind, Column, Figure, Table, Text, say
from reports.figures.baseline import GUIDELINE_14, BaselineSaving, baseline_saving
from reports.figures.changepoint import Fit, fit
from reports.figures.exact import FigureInputError
from reports.inputs import SiteInputs
from reports.parts.days import daily_energy
from reports.parts.energy import carriers_of, import_of, load_of
from reports.parts.figure import derived, kwh_column

LEAST_DAYS = 329
"""Of the baseline year's days, with energy and temperature: nine in ten. A season that is missing would be guessed."""
CONFIDENCE = 0.9


@dataclass(frozen=True, slots=True)
class Compared:
    """One carrier. fitted and saving are None where the year before tells too little; days: whole days of it that are known."""

    carrier: Carrier
    year: int | None
    days: int
    fitted: Fit | None = None
    saving: BaselineSaving | None = None

    @property
    def within_limits(self) -> bool | None:
        """CV(RMSE) and NMBE within ASHRAE Guideline 14, its limits of hourly values."""
        found = self.fitted
        if found is None or found.cv_rmse_pct is None or found.nmbe_pct is None:
            return None
        cv, bias = GUIDELINE_14["daily"]
        return found.cv_rmse_pct <= cv and abs(found.nmbe_pct) <= bias


def compared(one: SiteInputs, carrier: Carrier) -> Compared:
    """The period's days against what they would have used as the baseline year was run, at the temperatures they had."""
    before = one.baseline
    if before is None:
        return Compared(carrier, None, 0)
    year = before.period.start.astimezone(one.site.zoneinfo).year
    known = {day: kwh for day, kwh in daily_energy(before, carrier).items() if day in one.outdoor_days}
    if len(known) < LEAST_DAYS:
        return Compared(carrier, year, len(known))
    try:
        fitted = _fitted(tuple(one.outdoor_days[day] for day in known), tuple(known.values()))
    except FigureInputError:
        return Compared(carrier, year, len(known))
    days = daily_energy(one.ledger, carrier)
    if not any(day in one.outdoor_days for day in days):
        return Compared(carrier, year, len(known), fitted)
    temperature = [one.outdoor_days.get(day) for day in days]
    return Compared(carrier, year, len(known), fitted, baseline_saving(fitted, temperature, list(days.values()), 0, CONFIDENCE))


@lru_cache(maxsize=16)
def _fitted(temperature_c: tuple[float, ...], energy_kwh: tuple[float, ...]) -> Fit:
    """Twelve letters of a year rest on one baseline."""
    return fit(temperature_c, energy_kwh)


def compared_carriers(one: SiteInputs) -> list[Compared]:
    """Every carrier that crosses the boundary."""
    return [compared(one, carrier) for carrier in carriers_of(one.site)]


def saving_figures(one: SiteInputs, found: Sequence[Compared]) -> list[Figure]:
    """Saving of each carrier, and how uncertain it is; none of a carrier without a baseline."""
    figures: list[Figure] = []
    for told in found:
        if told.saving is None:
            continue
        ledgers = [held for held in (one.ledger, one.baseline) if held is not None]
        used = [load_of(held) if told.carrier is Carrier.ELECTRICITY else import_of(held, told.carrier) for held in ledgers]
        carrier = say(f"carrier.{told.carrier.value}")
        saving = told.saving
        for name, value in (
            ("baseline_saving", saving.saving_kwh),
            ("saving_uncertainty", saving.uncertainty_kwh),
        ):
            figures.append(
                derived(
                    f"{one.site.id}.{name}.{told.carrier.value}",
                    say(f"figure.{name}", carrier=carrier),
                    value,
                    "kWh",
                    of=used,
                    definition="saving-against-baseline",
                    formula=say(f"formula.{name}", year=str(told.year)),
                    source="IPMVP, option C; ASHRAE Guideline 14",
                )
            )
    return figures


def lack(told: Compared) -> Text:
    """Why there is no saving."""
    if told.year is None:
        return say("why.no_baseline")
    if told.fitted is None:
        return say("why.baseline_short", year=str(told.year), days=str(told.days), least=str(LEAST_DAYS))
    return say("why.no_days")


def baseline_table(rows_of: Sequence[tuple[SiteInputs, Sequence[Compared]]]) -> Table | None:
    """Model and statistics of each baseline, and what came of it; None where there is none."""
    rows: list[tuple[Cell, ...]] = []
    for one, found in rows_of:
        for told in found:
            fitted, saving = told.fitted, told.saving
            if fitted is None or saving is None:
                continue
            head = (
                one.site.id,
                say(f"carrier.{told.carrier.value}"),
                str(told.year),
                say(f"model.{_CODES[fitted.kind]}"),
                fitted.n,
            )
            told_by = (fitted.r2, fitted.cv_rmse_pct, fitted.nmbe_pct, told.within_limits)
            sums = (saving.intervals, saving.adjusted_baseline_kwh, saving.metered_kwh, saving.saving_kwh, saving.saving_pct)
            rows.append((*head, *told_by, *sums, saving.uncertainty_kwh))
    if not rows:
        return None
    columns = (
        Column("site", say("column.site"), CellKind.NAME),
        Column("carrier", say("column.carrier"), CellKind.NAME),
        Column("baseline_year", say("column.baseline_year")),
        Column("model", say("column.model")),
        Column("days_fitted", say("column.days_fitted"), CellKind.NUMBER),
        Column("r2", say("column.r2"), CellKind.NUMBER, "", 3),
        Column("cv_rmse_pct", say("column.cv_rmse"), CellKind.PERCENT, "%", 1),
        Column("nmbe_pct", say("column.nmbe"), CellKind.PERCENT, "%", 1),
        Column("within_limits", say("column.within_limits"), CellKind.FLAG),
        Column("days", say("column.days"), CellKind.NUMBER),
        kwh_column("adjusted_baseline"),
        kwh_column("used"),
        kwh_column("saving"),
        Column("saving_pct", say("column.saving"), CellKind.PERCENT, "%", 1),
        kwh_column("uncertainty"),
    )
    return Table("baseline", say("table.baseline"), columns, tuple(rows), note=say("note.baseline"))


_CODES = {"mean": "mean", "3P-heating": "heating", "3P-cooling": "cooling", "5P": "both"}


def baseline_days(inputs: Sequence[SiteInputs]) -> Attachment | None:
    """What the baselines are fitted to and compared with, day by day, so that others can do it again."""
    rows: list[tuple[Cell, ...]] = []
    for one in inputs:
        if one.baseline is None:
            continue
        for carrier in carriers_of(one.site):
            days: dict[date, float] = daily_energy(one.baseline, carrier) | daily_energy(one.ledger, carrier)
            rows += [(one.site.id, carrier.value, day, one.outdoor_days.get(day), kwh) for day, kwh in sorted(days.items())]
    if not rows:
        return None
    columns = (
        Column("site", say("column.site"), CellKind.NAME),
        Column("carrier", say("column.carrier"), CellKind.NAME),
        Column("day", say("column.day"), CellKind.DAY),
        Column("outdoor_c", say("column.outdoor"), CellKind.NUMBER, "°C", 2),
        kwh_column("energy", 3),
    )
    return Attachment("baseline_days", Table("baseline_days", say("table.baseline_days"), columns, tuple(rows)))
