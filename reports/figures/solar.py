"""Figures of a photovoltaic plant on a site: self-consumption and self-sufficiency, interval by interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from reports.figures.exact import Amount, Number, fraction, ratio, total
from reports.figures.exact import FigureInputError as FigureInputError


@dataclass(frozen=True, slots=True)
class SolarBalance:
    """Sums in kWh over the intervals in which generation and load are both known; rates in percent, None where not available.

    known: share of the intervals that counted (0 to 1).
    """

    generation_kwh: float
    load_kwh: float
    self_consumed_kwh: float
    import_kwh: float
    export_kwh: float
    self_consumption_pct: float | None
    self_sufficiency_pct: float | None
    annual_balance_pct: float | None
    known: float


def percent(part: Number | None, whole: Number | None) -> float | None:
    """100 x part / whole; None where whole is 0 or either is not known."""
    return ratio(part, whole, 100)


def solar_balance(generation_kwh: Sequence[Number | None], load_kwh: Sequence[Number | None]) -> SolarBalance:
    """Balance from generation and load by interval: self-consumed = min(generation, load) of each interval.

    Both sequences cover the same intervals, the finest common ones: the coarser they are, the higher the result. An interval in
    which either is None (missing) does not count at all. No battery. Raises FigureInputError for unequal lengths or energy below 0.
    """
    if len(generation_kwh) != len(load_kwh):
        raise FigureInputError(
            f"{len(generation_kwh)} intervals of generation but {len(load_kwh)} of load; give the same intervals"
        )
    pairs = [(p, load) for p, load in zip(generation_kwh, load_kwh, strict=True) if p is not None and load is not None]
    if any(p < 0 or load < 0 for p, load in pairs):
        raise FigureInputError("an energy below 0; generation and load are gross and never negative")
    generation, load = total([p for p, _ in pairs]), total([load for _, load in pairs])
    used = total([min(p, load) for p, load in pairs])
    return _balance(generation, load, used, len(pairs), len(generation_kwh))


def solar_balance_metered(
    generation_kwh: Sequence[Number | None], import_kwh: Sequence[Number | None], export_kwh: Sequence[Number | None]
) -> SolarBalance:
    """Balance from the three gross registers: self-consumed = generation - export, load = import + generation - export.

    Import and export are never netted. An interval in which any is None does not count. Where the export register ran ahead of
    the production meter within an interval (clock jitter), the sums still balance. Raises FigureInputError as `solar_balance`.
    """
    if not len(generation_kwh) == len(import_kwh) == len(export_kwh):
        raise FigureInputError("generation, import and export must cover the same intervals")
    rows = [
        (p, i, e)
        for p, i, e in zip(generation_kwh, import_kwh, export_kwh, strict=True)
        if p is not None and i is not None and e is not None
    ]
    if any(value < 0 for row in rows for value in row):
        raise FigureInputError("an energy below 0; registers are gross and never negative")
    generation, taken, sent = (total([row[k] for row in rows]) for k in range(3))
    used = max(Fraction(0), generation - sent)
    return _balance(generation, taken + used, used, len(rows), len(generation_kwh), taken, sent)


def _balance(
    generation: Fraction,
    load: Fraction,
    used: Fraction,
    known: int,
    of: int,
    taken: Fraction | None = None,
    sent: Fraction | None = None,
) -> SolarBalance:
    return SolarBalance(
        generation_kwh=float(generation),
        load_kwh=float(load),
        self_consumed_kwh=float(used),
        import_kwh=float(load - used if taken is None else taken),
        export_kwh=float(generation - used if sent is None else sent),
        self_consumption_pct=percent(used, generation),
        self_sufficiency_pct=percent(used, load),
        annual_balance_pct=percent(generation, load),
        known=known / of if of else 0.0,
    )


def specific_yield(generation_kwh: Amount, peak_power_kw: Number) -> float | None:
    """kWh per kWp: final yield Y_f of IEC 61724-1."""
    return ratio(total(generation_kwh), peak_power_kw) if peak_power_kw > 0 else None


def performance_ratio(generation_kwh: Amount, peak_power_kw: Number, irradiation_kwh_m2: Amount) -> float | None:
    """PR = Y_f / Y_r of IEC 61724-1; irradiation in the plane of the array, kWh/m²; the reference irradiance is 1 kW/m².

    Where both are lists of the same intervals, an interval in which either is missing counts in neither.
    """
    if isinstance(generation_kwh, Sequence) and isinstance(irradiation_kwh_m2, Sequence):
        if len(generation_kwh) != len(irradiation_kwh_m2):
            raise FigureInputError(f"{len(generation_kwh)} intervals of generation but {len(irradiation_kwh_m2)} of irradiation")
        pairs = [(p, h) for p, h in zip(generation_kwh, irradiation_kwh_m2, strict=True) if p is not None and h is not None]
        generation_kwh, irradiation_kwh_m2 = [p for p, _ in pairs], [h for _, h in pairs]
    if peak_power_kw <= 0:
        return None
    return ratio(total(generation_kwh), fraction(peak_power_kw) * total(irradiation_kwh_m2))
