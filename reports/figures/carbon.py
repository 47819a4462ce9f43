"""Greenhouse gas by scope, and primary energy. Factors are given with the call: nothing is guessed here.

Sources: GHG Protocol Scope 2 Guidance (2015): location- and market-based side by side; exported energy is never subtracted.
"""

from __future__ import annotations

from dataclasses import dataclass

from reports.figures.solar import FigureInputError


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


def net_from_gross(gross_kwh: float, ratio: float = 0.90) -> float:
    """kWh of gross calorific value (PCS, as billed) in kWh of net calorific value (PCI). ratio: 0.90 in the OPERAT declaration."""
    return gross_kwh * ratio


def carbon_statement(
    *,
    import_kwh: float,
    location_factor: float,
    fuel_net_kwh: float = 0.0,
    fuel_factor: float = 0.0,
    contractual_kwh: float = 0.0,
    contractual_factor: float = 0.0,
    residual_factor: float | None = None,
    self_consumed_kwh: float = 0.0,
    exported_kwh: float = 0.0,
) -> CarbonStatement:
    """Scopes 1 and 2 of a period. Factors in kg CO2e per kWh; fuel in net calorific value as its factor says.

    residual_factor None: the market-based result uses the location factor for what no contract covers.
    Raises FigureInputError where more is covered by contracts than was imported.
    """
    if contractual_kwh > import_kwh:
        raise FigureInputError(f"contracts cover {contractual_kwh} kWh, more than the {import_kwh} kWh imported")
    residual = location_factor if residual_factor is None else residual_factor
    return CarbonStatement(
        scope1_kg=fuel_net_kwh * fuel_factor,
        scope2_location_kg=import_kwh * location_factor,
        scope2_market_kg=(import_kwh - contractual_kwh) * residual + contractual_kwh * contractual_factor,
        avoided_kg=self_consumed_kwh * location_factor,
        exported_kg=exported_kwh * location_factor,
    )


def primary_energy(
    electricity_import_kwh: float, electricity_factor: float, fuel_net_kwh: float = 0.0, fuel_factor: float = 1.0
) -> float:
    """kWh of primary energy. One electricity factor must serve baseline and result alike.

    Name it in the report: 2.3 in OPERAT and RE2020, 1.9 in the DPE since 2026.
    """
    return electricity_import_kwh * electricity_factor + fuel_net_kwh * fuel_factor
