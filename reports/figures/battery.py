"""Solar balance of a site with a battery: a discharge keeps the origin of its charge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from reports.figures.exact import FigureInputError, Number, fraction
from reports.figures.solar import SolarBalance, percent


@dataclass(slots=True)
class _Store:
    """What lies in the battery by origin, before losses; what it held at the start is of unknown origin and counts as grid."""

    solar: Fraction = Fraction(0)
    grid: Fraction = Fraction(0)

    def discharge(self, kwh: Fraction) -> Fraction:
        """Takes kwh out in proportion of the contents; returns the solar part."""
        content = self.solar + self.grid
        if content == 0:
            return Fraction(0)
        part = min(kwh, content) * self.solar / content
        self.grid -= min(kwh, content) - part
        self.solar -= part
        return part


def solar_balance_battery(
    generation_kwh: Sequence[Number | None],
    import_kwh: Sequence[Number | None],
    export_kwh: Sequence[Number | None],
    charge_kwh: Sequence[Number | None],
    discharge_kwh: Sequence[Number | None],
) -> SolarBalance:
    """Load = import + generation - export + discharge - charge; the sun serves the load first, then the battery, then export.

    Charge that the sun does not cover is grid charge, and its discharge is no self-consumption. An interval in which any is None
    does not count. Exact arithmetic. Raises FigureInputError for unequal lengths, energy below 0 or a load below 0.
    """
    columns = (generation_kwh, import_kwh, export_kwh, charge_kwh, discharge_kwh)
    if len({len(column) for column in columns}) > 1:
        raise FigureInputError("generation, import, export, charge and discharge must cover the same intervals")
    sums = dict.fromkeys(("generation", "load", "used", "import", "export"), Fraction(0))
    store, known = _Store(), 0
    for index, row in enumerate(zip(*columns, strict=True), 1):
        values = [fraction(value) for value in row if value is not None]
        if len(values) < len(columns):
            continue
        if min(values) < 0:
            raise FigureInputError(f"interval {index}: an energy below 0; registers are gross and never negative")
        generated, taken, sent, charged, given = values
        load = taken + generated - sent + given - charged
        if load < 0:
            raise FigureInputError(f"interval {index}: the load would be {float(load):g} kWh; check the five registers")
        kept = max(Fraction(0), generated - sent)
        direct = min(kept, load)
        from_sun = min(charged, kept - direct)
        used = direct + min(store.discharge(given), load - direct)
        store.solar, store.grid = store.solar + from_sun, store.grid + charged - from_sun
        for name, value in zip(sums, (generated, load, used, taken, sent), strict=True):
            sums[name] += value
        known += 1
    return SolarBalance(
        generation_kwh=float(sums["generation"]),
        load_kwh=float(sums["load"]),
        self_consumed_kwh=float(sums["used"]),
        import_kwh=float(sums["import"]),
        export_kwh=float(sums["export"]),
        self_consumption_pct=percent(sums["used"], sums["generation"]),
        self_sufficiency_pct=percent(sums["used"], sums["load"]),
        annual_balance_pct=percent(sums["generation"], sums["load"]),
        known=known / len(generation_kwh) if generation_kwh else 0.0,
    )
