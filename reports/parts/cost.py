"""What the energy cost: by band of the tariff in local time, with power, standing charges and what was sent out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

from premises.site import Meter
from premises.tariff import Contract, Tariff
from premises.time import following_month
from reports.content import Cell, CellKind, Column, Section, Table, Text, say
from reports.figures.shares import rounded_parts
from reports.inputs import SiteInputs
from reports.ledger import EXPORT, IMPORT, Ledger
from reports.ledger.sums import local_index, local_months, meters
from reports.parts.figure import kwh_column


@dataclass(frozen=True, slots=True)
class CostLine:
    """A line of the bill. kwh None: a standing charge; amount is exact, rounded only where lines are shown together.

    tariff and band: of energy by the tariff's hours, its id and the number of its band.
    """

    meter: str
    label: Text
    kwh: float | None
    price: Decimal
    amount: Decimal
    currency: str
    tariff: str = ""
    band: int | None = None


def band_numbers(tariff: Tariff, ledger: Ledger) -> np.ndarray:
    """Index of the band that holds in each quarter hour, by local time: on the night of the clock change too."""
    local = local_index(ledger)
    weekday, month = local.day_of_week.to_numpy() + 1, local.month.to_numpy()
    minute = (local.hour * 60 + local.minute).to_numpy()
    chosen = np.full(len(local), len(tariff.bands) - 1)
    for number in reversed(range(len(tariff.bands))):
        band = tariff.bands[number]
        start, end = band.start.hour * 60 + band.start.minute, band.end.hour * 60 + band.end.minute or 24 * 60
        inside = np.ones(len(local), bool)
        if band.start != band.end:
            inside = (minute >= start) & (minute < end) if start < end else (minute >= start) | (minute < end)
        days = np.isin(weekday, list(band.weekdays)) & np.isin(month, list(band.months))
        chosen[inside & days] = number
    return chosen


def _contract_of(one: SiteInputs, tariff: Tariff, meter: Meter) -> Contract | None:
    return next((c for c in one.site.contracts if c.meter == meter.id and c.tariff == tariff.id), None)


def _in_force(one: SiteInputs, contract: Contract | None) -> np.ndarray:
    """Quarter hours in which the contract runs; all of them where there is none (the tariff is the site's only word)."""
    local = local_index(one.ledger)
    if contract is None:
        return np.ones(len(local), bool)
    first = pd.Timestamp(contract.since).tz_localize(one.site.timezone)
    running = np.asarray(local >= first)
    if contract.until is not None:
        running &= np.asarray(local < pd.Timestamp(contract.until).tz_localize(one.site.timezone))
    return running


def cost_lines(one: SiteInputs) -> list[CostLine]:
    """All lines of the period's past part. A quarter hour that is not known is not billed; completeness stands elsewhere."""
    lines: list[CostLine] = []
    for tariff in one.site.tariffs:
        for meter in meters(one.site, "grid", tariff.carrier):
            contract = _contract_of(one, tariff, meter)
            if contract is None and len([t for t in one.site.tariffs if t.carrier is tariff.carrier]) > 1:
                continue
            lines += _lines(one, tariff, meter, contract)
    return lines


def _lines(one: SiteInputs, tariff: Tariff, meter: Meter, contract: Contract | None) -> list[CostLine]:
    ledger, currency = one.ledger, tariff.currency
    running = _in_force(one, contract)
    lines: list[CostLine] = []
    if ledger.has(meter.id):
        kwh = np.where(running, ledger.arrays(meter.id, IMPORT)[0], np.nan)
        chosen, known = band_numbers(tariff, ledger), ~np.isnan(kwh)
        for number, band in enumerate(tariff.bands):
            used = float(kwh[known & (chosen == number)].sum())
            if used:
                amount = Decimal(repr(used)) * band.price
                lines.append(CostLine(meter.id, band.name, used, band.price, amount, currency, tariff.id, number))
    if ledger.has(meter.id, EXPORT) and tariff.export_price:
        sent = float(np.nansum(np.where(running, ledger.arrays(meter.id, EXPORT)[0], np.nan)))
        amount = Decimal(repr(sent)) * -tariff.export_price
        lines.append(CostLine(meter.id, say("cost.export"), sent, -tariff.export_price, amount, currency))
    months = Decimal(_months_running(one, contract))
    if tariff.fixed_per_month and months:
        amount = tariff.fixed_per_month * months
        lines.append(CostLine(meter.id, say("cost.standing", count=int(months)), None, tariff.fixed_per_month, amount, currency))
    if contract and contract.power_kva and tariff.per_kva_month and months:
        price = tariff.per_kva_month * Decimal(str(contract.power_kva))
        power = say("cost.power", kva=f"{contract.power_kva:g}", count=int(months))
        lines.append(CostLine(meter.id, power, None, price, price * months, currency))
    return lines


def slots_of(one: SiteInputs, line: CostLine) -> np.ndarray | None:
    """The quarter hours that a line is for, true or false; None of a line without hours (standing charge, power, export)."""
    if line.band is None:
        return None
    tariff = next(tariff for tariff in one.site.tariffs if tariff.id == line.tariff)
    inside: np.ndarray = band_numbers(tariff, one.ledger) == line.band
    meter = next(meter for meter in one.site.meters if meter.id == line.meter)
    inside &= _in_force(one, _contract_of(one, tariff, meter))
    return inside


def _months_running(one: SiteInputs, contract: Contract | None) -> int:
    """Local months of the past part in which the contract runs, begun ones counted whole."""
    months = [month for month, _ in local_months(one.ledger)]
    if contract is None:
        return len(months)
    ends = [following_month(month) for month in months]
    return sum(
        contract.since < end and (contract.until is None or contract.until > month) for month, end in zip(months, ends, strict=True)
    )


def cost_section(inputs: Sequence[SiteInputs]) -> Section | None:
    """Lines that add up to the total to the cent; None where no site has a tariff."""
    rows: list[tuple[Cell, ...]] = []
    tables: list[Table] = []
    columns = (
        Column("meter", say("column.meter"), CellKind.NAME),
        Column("line", say("column.line"), CellKind.NAME),
        kwh_column("energy", 1),
        Column("price", say("column.price"), CellKind.MONEY, "", 4),
        Column("amount", say("column.amount"), CellKind.MONEY, "", 2),
    )
    for one in inputs:
        lines = cost_lines(one)
        if not lines:
            continue
        shown, whole = rounded_parts({f"{number:04}": line.amount for number, line in enumerate(lines)}, 2)
        rows = [(line.meter, line.label, line.kwh, line.price, shown[f"{n:04}"]) for n, line in enumerate(lines)]
        total = (None, say("cell.total"), None, None, whole)
        title = say("table.cost", site=one.site.name, currency=lines[0].currency)
        tables.append(Table(f"cost_{one.site.id}", title, columns, tuple(rows), total, say("note.cost")))
    return Section("cost", say("section.cost"), tuple(tables)) if tables else None
