"""Entries: energy and emissions by factors of the register, gas net and gross, and the register itself."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from reports.factors import Factor, FactorRegister
from reports.factors.naming import CARRIER_NAMES, factor_named
from reports.figures.carbon import net_from_gross
from reports.figures.exact import Amount, FigureInputError, Number, fraction, total
from reports.figures.form import Figure, Input, Kind, Output, amount, table

_EXAMPLE_FACTOR = {"country": "FR", "carrier": "electricity", "scope": "location", "year": 2024}
_KG = "kgCO2e"
_GAP = "the sum of what is known, completeness beside it; nothing where nothing is known"


def final_energy(quantities: Mapping[str, Number | None], factors: Any, country: str, year: int | None) -> dict[str, Any]:
    """OPERAT's final energy from native units: electricity kWh, gas kWh gross, fuels kg or litres, networks kWh."""
    return _by_factor(quantities, factors, country, year, "final_energy_conversion_OPERAT")


def operat_emissions(energy_net_kwh: Mapping[str, Number | None], factors: Any, country: str, year: int | None) -> dict[str, Any]:
    """Emissions of the attestation: kWh of final energy x the regulatory factors."""
    return _by_factor(energy_net_kwh, factors, country, year, "regulatory_OPERAT")


def _by_factor(quantities: Mapping[str, Number | None], given: Any, country: str, year: int | None, scope: str) -> dict[str, Any]:
    """Each quantity x its factor: the one given, else the register's of that country and year."""
    own = given if isinstance(given, Mapping) else {} if given is None else dict.fromkeys(quantities, given)
    if odd := sorted(set(own) - set(quantities)):
        raise FigureInputError(f"a factor of {', '.join(odd)}, of which no quantity is given")
    asked = [carrier for carrier in quantities if carrier not in own]
    if asked and year is None:
        raise FigureInputError(f"give year, for the register's factor of {', '.join(asked)}, or factors of them")
    used: dict[str, Factor] = {
        carrier: factor_named({"country": country, "carrier": carrier, "scope": scope, "year": year}) for carrier in asked
    }
    values = {**own} | {carrier: factor.value for carrier, factor in used.items()}
    parts = {
        name: None if quantity is None else fraction(quantity) * fraction(values[name]) for name, quantity in quantities.items()
    }
    known = [part for part in parts.values() if part is not None]
    return {
        "total": float(sum(known, Fraction(0))) if known or not quantities else None,
        "by_carrier": {name: None if part is None else float(part) for name, part in parts.items()},
        "factors": {
            name: {"value": f.value, "unit": f.unit, "identity": f.identity, "source": f.source} for name, f in used.items()
        },
        "provisional": [name for name, factor in used.items() if factor.provisional],
    }


def gas_net(gross_kwh: Amount, net_per_gross: Number) -> float:
    """kWh gross (PCS, as billed) to kWh net (PCI)."""
    return net_from_gross(total(gross_kwh), net_per_gross)


def gas_gross(net_kwh: Amount, net_per_gross: Number) -> float:
    """kWh net (PCI) to kWh gross (PCS)."""
    return float(total(net_kwh) / fraction(net_per_gross))


def factor_of(country: str, carrier: str, scope: str, year: int) -> Factor:
    """The register's factor, or a refusal."""
    return factor_named({"country": country, "carrier": carrier, "scope": scope, "year": year})


_NET = Input(
    "net_per_gross", "kWh net/kWh gross", Kind.FACTOR, "0.90 in the OPERAT declaration", default=0.9, above=0, low=0, high=1
)
_FACTORS = Input("factors", "", Kind.FACTOR_OR_TABLE, "by carrier, instead of the register's (also where it has none)", low=0)
_YEAR = Input("year", "", Kind.WHOLE, "of the register's factors", low=1990, high=2100)
_COUNTRY = Input("country", "", Kind.TEXT, "ISO 3166 code", default="FR")
_REGISTER_RESULT = (
    Output("by_carrier", ""),
    Output("factors", ""),
    Output("provisional", "", "carriers whose factor is of an earlier year"),
)

FIGURES = (
    Figure(
        "operat-emissions",
        "Emissions as in the attestation of the tertiary decree (annexe VII)",
        operat_emissions,
        (table("energy_net_kwh", about="by carrier, final energy (net calorific value)", required=True), _FACTORS, _COUNTRY, _YEAR),
        (Output("total", _KG, missing="nothing is known"), *_REGISTER_RESULT),
        "arrêté du 10 avril 2020 (NOR LOGL2005904A), annexe VII, table VII-2",
        "a carrier that is null is left out of the sum and stays null beside it",
        {"energy_net_kwh": {"electricity": 80000, "gas": 30000}, "year": 2025},
    ),
    Figure(
        "final-energy",
        "Final energy by the conversion of the OPERAT declaration",
        final_energy,
        (
            table("quantities", "native unit", "by carrier: kWh, gas kWh gross, kg, litres, stere", required=True),
            _FACTORS,
            _COUNTRY,
            _YEAR,
        ),
        (Output("total", "kWh", missing="nothing is known"), *_REGISTER_RESULT),
        "arrêté du 10 avril 2020 (NOR LOGL2005904A), annexe I",
        "a carrier that is null is left out of the sum and stays null beside it",
        {"quantities": {"electricity": 90000, "gas": 50000, "heat_network": 20000, "heating_oil": 300}, "year": 2025},
    ),
    Figure(
        "gas-net",
        "Gas as billed (gross calorific value) in net calorific value",
        gas_net,
        (amount("gross_kwh", required=True), _NET),
        (Output("net_kwh", "kWh net"),),
        "arrêté du 10 avril 2020, annexe I: 0.90",
        _GAP,
        {"gross_kwh": 50000},
        ("gross_kwh",),
    ),
    Figure(
        "gas-gross",
        "Gas in net calorific value as it is billed (gross)",
        gas_gross,
        (amount("net_kwh", required=True), _NET),
        (Output("gross_kwh", "kWh gross"),),
        "arrêté du 10 avril 2020, annexe I: 0.90",
        _GAP,
        {"net_kwh": 45000},
        ("net_kwh",),
    ),
    Figure(
        "factor",
        "A factor of the register with its source; provisional where only an earlier year has one, else refused",
        factor_of,
        (
            Input("country", "", Kind.TEXT, "ISO 3166 code", required=True),
            Input("carrier", "", Kind.TEXT, f"of the register; also {', '.join(CARRIER_NAMES)}", required=True),
            Input("scope", "", Kind.TEXT, ", ".join(sorted({f.scope for f in FactorRegister().all()})), required=True),
            Input("year", "", Kind.WHOLE, required=True, low=1990, high=2100),
        ),
        (
            Output("value", "as `unit` says"),
            Output("unit", ""),
            Output("identity", ""),
            Output("provisional", "", "of an earlier year than asked for"),
            Output("year", "", missing="holds for any year"),
            Output("publisher", ""),
            Output("version", ""),
            Output("source", ""),
            Output("note", "", "found, second-hand or recalled"),
        ),
        "the register that ships with this software, each row with its source",
        "never a later year for an earlier one; nothing is guessed",
        _EXAMPLE_FACTOR,
    ),
)
