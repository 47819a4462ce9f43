"""What each taker owes: imported energy at the price of the quarter hour in which it was used; what has no hour, by energy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from reports.content import Cell, CellKind, Column, Table, say
from reports.figures.shares import rounded_parts, shared_out
from reports.inputs import SiteInputs
from reports.parts.cost import CostLine, slots_of
from reports.parts.figure import kwh_column
from reports.parts.sharing import Sharing


@dataclass(frozen=True)
class Split:
    """One line of the bill: exact amount by taker, adding up to it; kwh: imported energy by taker, None of a line without hours."""

    line: CostLine
    amounts: Mapping[str, Fraction]
    kwh: Mapping[str, float] | None


def splits(one: SiteInputs, sharing: Sharing, lines: Sequence[CostLine], energy: Mapping[str, Decimal]) -> list[Split]:
    """Each line by what each took from the grid in its hours; own sun bears no price. energy: kWh in all, for what has no hours."""
    imported = {taker: np.maximum(0.0, sharing.of(taker)) * (1.0 - sharing.sun_part) for taker in energy}
    found = []
    for line in lines:
        inside = slots_of(one, line)
        taken = None if inside is None else {taker: float(np.nansum(kwh[inside])) for taker, kwh in imported.items()}
        if taken is not None and any(taken.values()):
            found.append(Split(line, _parts(line.amount, {name: Fraction(kwh) for name, kwh in taken.items()}), taken))
        else:
            found.append(Split(line, _parts(line.amount, {name: Fraction(kwh) for name, kwh in energy.items()}), None))
    return found


def _parts(amount: Decimal, weights: Mapping[str, Fraction]) -> dict[str, Fraction]:
    together = sum(weights.values(), Fraction(0))
    return {name: Fraction(amount) * weight / together if together else Fraction(0) for name, weight in weights.items()}


def owed(told: Sequence[Split], energy: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """To the cent, adding up to the bill (largest remainder); nothing where the bill is not above 0 or nobody used anything.

    Where a credit for export is above what some taker owes, all is shared by energy: nobody is paid for what others sent out.
    """
    whole = sum((split.line.amount for split in told), Decimal(0))
    if whole <= 0 or not any(energy.values()):
        return dict.fromkeys(energy, Decimal(0))
    exact = {taker: sum((split.amounts[taker] for split in told), Fraction(0)) for taker in energy}
    if min(exact.values()) < 0:
        return shared_out(Fraction(whole), energy, 2)
    return shared_out(Fraction(whole), exact, 2)


def periods_table(told: Sequence[Split], taker: str, amount: Decimal, currency: str) -> Table | None:
    """The taker's lines; those without hours, and cents of rounding, in one that makes them add up. None without a tariff."""
    timed = [split for split in told if split.kwh is not None]
    if not timed:
        return None
    shown, _ = rounded_parts({f"{number:04}": split.amounts[taker] for number, split in enumerate(timed)}, 2)
    rows: list[tuple[Cell, ...]] = [
        (split.line.label, (split.kwh or {})[taker], split.line.price, shown[f"{number:04}"]) for number, split in enumerate(timed)
    ]
    rest = amount - sum(shown.values(), Decimal(0))
    if rest:
        rows.append((say("cell.without_hours"), None, None, rest))
    columns = (
        Column("line", say("column.line"), CellKind.NAME),
        kwh_column("imported", 1),
        Column("price", say("column.price"), CellKind.MONEY, currency, 4),
        Column("amount", say("column.amount"), CellKind.MONEY, currency, 2),
    )
    return Table("periods", say("table.periods"), columns, tuple(rows), (say("cell.total"), None, None, amount))
