"""Greenhouse gas by scope, and primary energy. Factors are given with the call: nothing is guessed here.

Sources: GHG Protocol Scope 2 Guidance (2015): location- and market-based side by side; exported energy is never subtracted.
"""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.exact import FigureInputError, Number, fraction


@dataclass(frozen=True, slots=True)
class CarbonStatement:
    """kg CO2e. avoided_kg and exported_kg stand apart and are subtracted from nothing."""

    scope1_kg: float
    scope2_location_kg: float
    scope2_market_kg: float
    avoided_kg: float
    exported_kg: float

    @property
    def total_location_kg(self) -> float:
        return self.scope1_kg + self.scope2_location_kg

    @property
    def total_market_kg(self) -> float:
        return self.scope1_kg + self.scope2_market_kg


def net_from_gross(gross_kwh: Number, ratio: Number = 0.90) -> float:
    """kWh of gross calorific value (PCS, as billed) in kWh of net calorific value (PCI). ratio: 0.90 in the OPERAT declaration."""
    return float(fraction(gross_kwh) * fraction(ratio))


def carbon_statement(
    *,
    import_kwh: Number,
    location_factor: Number,
    fuel_net_kwh: Number = 0.0,
    fuel_factor: Number = 0.0,
    contractual_kwh: Number = 0.0,
    contractual_factor: Number = 0.0,
    residual_factor: Number | None = None,
    self_consumed_kwh: Number = 0.0,
    exported_kwh: Number = 0.0,
) -> CarbonStatement:
    """Scopes 1 and 2 of a period. Factors in kg CO2e per kWh; fuel in net calorific value as its factor says.

    residual_factor None: the market-based result uses the location factor for what no contract covers.
    Raises FigureInputError where more is covered by contracts than was imported.
    """
    if contractual_kwh > import_kwh:
        raise FigureInputError(
            f"contracts cover {float(contractual_kwh):g} kWh, more than the {float(import_kwh):g} kWh imported; "
            "give at most the import"
        )
    taken, location, contracted = fraction(import_kwh), fraction(location_factor), fraction(contractual_kwh)
    residual = location if residual_factor is None else fraction(residual_factor)
    return CarbonStatement(
        scope1_kg=float(fraction(fuel_net_kwh) * fraction(fuel_factor)),
        scope2_location_kg=float(taken * location),
        scope2_market_kg=float((taken - contracted) * residual + contracted * fraction(contractual_factor)),
        avoided_kg=float(fraction(self_consumed_kwh) * location),
        exported_kg=float(fraction(exported_kwh) * location),
    )


def primary_energy(
    electricity_import_kwh: Number, electricity_factor: Number, fuel_net_kwh: Number = 0.0, fuel_factor: Number = 1.0
) -> float:
    """kWh of primary energy. One electricity factor must serve baseline and result alike.

    Name it in the report: 2.3 in OPERAT and RE2020, 1.9 in the DPE since 2026.
    """
    return float(fraction(electricity_import_kwh) * fraction(electricity_factor) + fraction(fuel_net_kwh) * fraction(fuel_factor))
