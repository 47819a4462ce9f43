"""What energy cost: by band of the tariff, power, standing charges, taxes; to the cent, and the lines add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from reports.figures.exact import FigureInputError, Number, fraction
from reports.figures.shares import rounded, rounded_parts


@dataclass(frozen=True, slots=True)
class Cost:
    """lines: amount by name, to the cent, adding up to `net` (before value added tax); gross = net + tax."""

    energy_kwh: dict[str, float]
    lines: dict[str, Decimal]
    energy: Decimal
    power: Decimal
    standing: Decimal
    taxes: Decimal
    export: Decimal
    net: Decimal
    value_added_tax: Decimal
    gross: Decimal
    missing: int


def energy_by_band(energy_kwh: Sequence[Number | None], bands: Sequence[str]) -> tuple[dict[str, Fraction], int]:
    """Sums by band of intervals that each lie in one band, and how many intervals have no reading."""
    if len(energy_kwh) != len(bands):
        raise FigureInputError(f"{len(energy_kwh)} intervals of energy but {len(bands)} band names; give one band per interval")
    sums = {band: Fraction(0) for band in bands}
    for kwh, band in zip(energy_kwh, bands, strict=True):
        if kwh is not None:
            sums[band] += fraction(kwh)
    return sums, sum(kwh is None for kwh in energy_kwh)


def cost_time_of_use(
    *,
    energy_kwh: Mapping[str, Number],
    prices: Mapping[str, Number],
    power_kva: Number = 0,
    price_per_kva_month: Number = 0,
    standing_per_month: Number = 0,
    months: Number = 1,
    taxes_per_kwh: Number = 0,
    export_kwh: Number = 0,
    export_price: Number = 0,
    value_added_tax_pct: Number = 0,
    reduced_tax_pct: Number | None = None,
    missing: int = 0,
    decimals: int = 2,
) -> Cost:
    """Cost of a period. Prices per kWh as billed (for gas: of gross calorific value), before value added tax.

    reduced_tax_pct: rate on power and standing charges, where it differs. Export is a credit without tax. Nothing is rounded
    before the lines; they follow largest remainder, so that they add up. Raises FigureInputError for a band without price.
    """
    without = sorted(set(energy_kwh) - set(prices))
    if without:
        raise FigureInputError(f"no price of band {', '.join(map(repr, without))}; prices are given of {', '.join(sorted(prices))}")
    used = {band: fraction(kwh) for band, kwh in energy_kwh.items()}
    parts = {f"energy, {band}": kwh * fraction(prices[band]) for band, kwh in used.items()}
    rest = {
        "power": fraction(power_kva) * fraction(price_per_kva_month) * fraction(months),
        "standing charge": fraction(standing_per_month) * fraction(months),
        "taxes per kWh": sum(used.values(), Fraction(0)) * fraction(taxes_per_kwh),
        "export": -fraction(export_kwh) * fraction(export_price),
    }
    energy = sum(parts.values(), Fraction(0))
    fixed = rest["power"] + rest["standing charge"]
    full = fraction(value_added_tax_pct)
    low = full if reduced_tax_pct is None else fraction(reduced_tax_pct)
    tax = rounded((energy + rest["taxes per kWh"]) * full / 100 + fixed * low / 100, decimals)
    lines, net = rounded_parts(parts | {name: amount for name, amount in rest.items() if amount}, decimals)
    nothing = Decimal(0).scaleb(-decimals)
    return Cost(
        energy_kwh={band: float(kwh) for band, kwh in used.items()},
        lines=lines,
        energy=sum((lines[name] for name in parts), nothing),
        power=lines.get("power", nothing),
        standing=lines.get("standing charge", nothing),
        taxes=lines.get("taxes per kWh", nothing),
        export=lines.get("export", nothing),
        net=net,
        value_added_tax=tax,
        gross=net + tax,
        missing=missing,
    )
