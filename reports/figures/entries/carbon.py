"""Entries: greenhouse gas by scope, primary and final energy, gas net and gross, factors of the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from reports.factors import Factor, FactorRegister
from reports.factors.naming import CARRIER_NAMES, factor_named
from reports.figures.carbon import CarbonStatement, carbon_statement, net_from_gross
from reports.figures.exact import Amount, FigureInputError, Number, fraction, total
from reports.figures.form import Figure, Input, Kind, Output, amount, table

_GHG = "GHG Protocol Scope 2 Guidance (2015); factors as given or of the register"
_GAP = "sums of what is known, completeness beside them; exports and self-consumption are subtracted from nothing"
_KG = "kgCO2e"
_EXAMPLE_FACTOR = {"country": "FR", "carrier": "electricity", "scope": "location", "year": 2024}


def _factor(name: str, unit: str = "kgCO2e/kWh", about: str = "", **more: Any) -> Input:
    return Input(name, unit, Kind.FACTOR, about, low=0, **more)


def carbon_of(
    import_kwh: Amount,
    location_factor: Number,
    residual_factor: Number | None,
    contractual_kwh: Amount,
    contractual_factor: Number,
    gas_gross_kwh: Amount | None,
    fuel_net_kwh: Amount | None,
    net_per_gross: Number,
    fuel_factor: Number | None,
    fuels: Sequence[Mapping[str, Any]] | None,
    generation_kwh: Amount | None,
    exported_kwh: Amount,
    self_consumed_kwh: Amount | None,
) -> dict[str, Any]:
    """Scopes 1 and 2 (both methods) with totals; avoided and exported apart."""
    burnt = _scope1(gas_gross_kwh, fuel_net_kwh, net_per_gross, fuel_factor, fuels)
    if self_consumed_kwh is None:
        used = Fraction(0) if generation_kwh is None else total(generation_kwh) - total(exported_kwh)
        if used < 0:
            raise FigureInputError("exported_kwh is above generation_kwh; check both registers")
    else:
        used = total(self_consumed_kwh)
    statement: CarbonStatement = carbon_statement(
        import_kwh=total(import_kwh),
        location_factor=location_factor,
        fuel_net_kwh=burnt,
        fuel_factor=1,
        contractual_kwh=total(contractual_kwh),
        contractual_factor=contractual_factor,
        residual_factor=residual_factor,
        self_consumed_kwh=used,
        exported_kwh=total(exported_kwh),
    )
    location = fraction(location_factor) * total(import_kwh)
    return {
        "total_location_kg": float(burnt + location),
        "total_market_kg": float(burnt + fraction(statement.scope2_market_kg)),
        "scope1_kg": statement.scope1_kg,
        "scope2_location_kg": statement.scope2_location_kg,
        "scope2_market_kg": statement.scope2_market_kg,
        "avoided_kg": statement.avoided_kg,
        "exported_kg": statement.exported_kg,
        "self_consumed_kwh": float(used),
        "load_kwh": float(total(import_kwh) + used),
    }


def _scope1(
    gas_gross_kwh: Amount | None,
    fuel_net_kwh: Amount | None,
    net_per_gross: Number,
    fuel_factor: Number | None,
    fuels: Sequence[Mapping[str, Any]] | None,
) -> Fraction:
    net = Fraction(0)
    if gas_gross_kwh is not None and fuel_net_kwh is not None:
        raise FigureInputError("give gas_gross_kwh (as billed) or fuel_net_kwh, not both; several fuels go into fuels")
    if gas_gross_kwh is not None:
        net = total(gas_gross_kwh) * fraction(net_per_gross)
    elif fuel_net_kwh is not None:
        net = total(fuel_net_kwh)
    if net and fuel_factor is None:
        raise FigureInputError("a fuel is given without fuel_factor; give kgCO2e per kWh of net calorific value")
    burnt = net * fraction(fuel_factor or 0)
    for row in fuels or ():
        if (row["net_kwh"] is None) == (row["gross_kwh"] is None):
            raise FigureInputError(f"fuel {row['carrier']!r} needs either net_kwh or gross_kwh")
        kwh = total(row["gross_kwh"]) * fraction(row["net_per_gross"]) if row["net_kwh"] is None else total(row["net_kwh"])
        burnt += kwh * fraction(row["factor"])
    return burnt


def scope_1(**given: Any) -> float:
    """Fuel in net calorific value x its direct factor."""
    return float(_scope1(**given))


def scope_2_location(import_kwh: Any, location_factor: Any) -> float:
    """Import x average factor of the year; both by year where the period covers several."""
    if not isinstance(import_kwh, Mapping):
        if isinstance(location_factor, Mapping):
            raise FigureInputError("factors by year need import_kwh by year too, like {'2023': …}")
        return float(total(import_kwh) * fraction(location_factor))
    by_year = location_factor if isinstance(location_factor, Mapping) else {}
    without = sorted(set(import_kwh) - set(by_year))
    if without:
        raise FigureInputError(f"no factor of {', '.join(without)}; each year has its own, never an average")
    return float(sum((fraction(kwh) * fraction(by_year[year]) for year, kwh in import_kwh.items() if kwh is not None), Fraction(0)))


def scope_2_market(import_kwh: Amount, contractual_kwh: Amount, residual_factor: Number, contractual_factor: Number) -> float:
    """(import - contractual) x residual mix + contractual x its own factor."""
    given = carbon_statement(
        import_kwh=total(import_kwh),
        location_factor=0,
        contractual_kwh=total(contractual_kwh),
        contractual_factor=contractual_factor,
        residual_factor=residual_factor,
    )
    return given.scope2_market_kg


def apart(energy_kwh: Amount, location_factor: Number) -> float:
    """Energy x location-based factor, stated apart."""
    return float(total(energy_kwh) * fraction(location_factor))


def primary_of(
    electricity_import_kwh: Amount,
    electricity_factor: Number,
    gas_gross_kwh: Amount | None,
    fuel_net_kwh: Amount | None,
    net_per_gross: Number,
    fuel_factor: Number,
) -> dict[str, float]:
    """kWh and MWh of primary energy."""
    fuel = _scope1(gas_gross_kwh, fuel_net_kwh, net_per_gross, fuel_factor, None)
    kwh = total(electricity_import_kwh) * fraction(electricity_factor) + fuel
    return {"primary_kwh": float(kwh), "primary_mwh": float(kwh / 1000)}


def final_energy(quantities: Mapping[str, Number | None], country: str, year: int) -> dict[str, Any]:
    """OPERAT's final energy from native units: electricity kWh, gas kWh gross, fuels kg or litres, networks kWh."""
    return _by_register(quantities, country, year, "final_energy_conversion_OPERAT")


def operat_emissions(energy_net_kwh: Mapping[str, Number | None], country: str, year: int) -> dict[str, Any]:
    """Emissions of the attestation: kWh of final energy x the regulatory factors."""
    return _by_register(energy_net_kwh, country, year, "regulatory_OPERAT")


def _by_register(quantities: Mapping[str, Number | None], country: str, year: int, scope: str) -> dict[str, Any]:
    used: dict[str, Factor] = {
        carrier: factor_named({"country": country, "carrier": carrier, "scope": scope, "year": year}) for carrier in quantities
    }
    parts = {
        name: None if quantity is None else fraction(quantity) * fraction(used[name].value) for name, quantity in quantities.items()
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


_NET = _factor("net_per_gross", "kWh net/kWh gross", "0.90 in the OPERAT declaration", default=0.9, above=0, high=1)
_FUEL_COLUMNS = (
    Input("carrier", "", Kind.TEXT, required=True),
    amount("net_kwh", about="net calorific value"),
    amount("gross_kwh", about="gross calorific value, as billed"),
    _NET,
    _factor("factor", "kgCO2e/kWh net", required=True),
)
_FUEL = (
    amount("gas_gross_kwh", about="as billed, gross calorific value (PCS)"),
    amount("fuel_net_kwh", about="or net calorific value (PCI)"),
    _NET,
    _factor("fuel_factor", "kgCO2e/kWh net"),
    Input("fuels", "", Kind.ROWS, "several fuels", columns=_FUEL_COLUMNS),
)
_IMPORT = amount("import_kwh", about="from the grid, not the load", required=True)
_LOCATION = _factor("location_factor", about="average mix of the year", required=True)
_CONTRACT = (
    amount("contractual_kwh", about="covered by cancelled guarantees of origin or a contract", default=0),
    _factor("contractual_factor", default=0),
)
_YEAR = Input("year", "", Kind.WHOLE, required=True, low=1990, high=2100)
_COUNTRY = Input("country", "", Kind.TEXT, "ISO 3166 code", default="FR")
_REGISTER_RESULT = (
    Output("by_carrier", ""),
    Output("factors", ""),
    Output("provisional", "", "carriers whose factor is of an earlier year"),
)

FIGURES = (
    Figure(
        "carbon",
        "Greenhouse gas: scope 1, scope 2 location- and market-based; avoided and exported apart",
        carbon_of,
        (
            _IMPORT,
            _LOCATION,
            _factor("residual_factor", about="the location factor where not given"),
            *_CONTRACT,
            *_FUEL,
            amount("generation_kwh", about="of the site's own plant"),
            amount("exported_kwh", default=0),
            amount("self_consumed_kwh", about="generation - export where not given"),
        ),
        (
            Output("total_location_kg", _KG, "scope 1 + scope 2 location-based"),
            Output("total_market_kg", _KG, "scope 1 + scope 2 market-based"),
            Output("scope1_kg", _KG),
            Output("scope2_location_kg", _KG),
            Output("scope2_market_kg", _KG),
            Output("avoided_kg", _KG, "by self-consumption, apart"),
            Output("exported_kg", _KG, "apart, never subtracted"),
            Output("self_consumed_kwh", "kWh"),
            Output("load_kwh", "kWh", "import + self-consumed"),
        ),
        _GHG,
        _GAP,
        {
            "import_kwh": 100000,
            "location_factor": _EXAMPLE_FACTOR,
            "residual_factor": 0.06,
            "contractual_kwh": 20000,
            "gas_gross_kwh": 50000,
            "fuel_factor": 0.227,
            "generation_kwh": 30000,
            "exported_kwh": 4000,
        },
    ),
    Figure(
        "scope-1",
        "Direct emissions of fuels burnt on the site",
        scope_1,
        _FUEL,
        (Output("scope1_kg", _KG),),
        "GHG Protocol Corporate Standard; the factor says net or gross",
        _GAP,
        {"gas_gross_kwh": 50000, "fuel_factor": {"country": "FR", "carrier": "gas", "scope": "scope1", "year": 2025}},
    ),
    Figure(
        "scope-2-location",
        "Emissions of imported electricity by the average mix",
        scope_2_location,
        (
            Input("import_kwh", "kWh", Kind.AMOUNTS, "a total, or by year", required=True, low=0),
            Input("location_factor", "kgCO2e/kWh", Kind.FACTOR_OR_TABLE, "of the year, or by year", required=True, low=0),
        ),
        (Output("scope2_location_kg", _KG),),
        _GHG,
        _GAP,
        {"import_kwh": {"2023": 40000, "2024": 38000}, "location_factor": {"2023": 0.055, "2024": 0.05}},
    ),
    Figure(
        "scope-2-market",
        "Emissions of imported electricity by contracts and residual mix",
        scope_2_market,
        (_IMPORT, *_CONTRACT, _factor("residual_factor", required=True)),
        (Output("scope2_market_kg", _KG),),
        _GHG,
        _GAP,
        {"import_kwh": 100000, "contractual_kwh": 20000, "residual_factor": 0.06},
    ),
    Figure(
        "avoided-emissions",
        "Avoided by self-consumed solar energy: stated apart",
        lambda self_consumed_kwh, location_factor: apart(self_consumed_kwh, location_factor),
        (amount("self_consumed_kwh", required=True), _LOCATION),
        (Output("avoided_kg", _KG),),
        "rule of this software: self-consumed x location-based factor",
        _GAP,
        {"self_consumed_kwh": [120, 340], "location_factor": 0.05},
    ),
    Figure(
        "exported-emissions",
        "Avoided for others by exported solar energy: stated apart, never subtracted",
        lambda exported_kwh, location_factor: apart(exported_kwh, location_factor),
        (amount("exported_kwh", required=True), _LOCATION),
        (Output("exported_kg", _KG),),
        "rule of this software: exported x location-based factor",
        _GAP,
        {"exported_kwh": 5000, "location_factor": 0.05},
    ),
    Figure(
        "operat-emissions",
        "Emissions as in the attestation of the tertiary decree (annexe VII)",
        operat_emissions,
        (table("energy_net_kwh", about="by carrier, final energy (net calorific value)", required=True), _COUNTRY, _YEAR),
        (Output("total", _KG, missing="nothing is known"), *_REGISTER_RESULT),
        "arrêté du 10 avril 2020 (NOR LOGL2005904A), annexe VII, table VII-2",
        "a carrier that is null is left out of the sum and stays null beside it",
        {"energy_net_kwh": {"electricity": 80000, "gas": 30000}, "year": 2025},
    ),
    Figure(
        "primary-energy",
        "Primary energy with its factor named; one factor for baseline and result alike",
        primary_of,
        (
            amount("electricity_import_kwh", required=True),
            _factor("electricity_factor", "kWh primary/kWh", "2.3 OPERAT and RE2020, 1.9 DPE since 2026", required=True),
            *_FUEL[:3],
            _factor("fuel_factor", "kWh primary/kWh net", default=1),
        ),
        (Output("primary_kwh", "kWh"), Output("primary_mwh", "MWh")),
        "arrêté du 10 avril 2020, annexe VII (2.3, fuels 1); arrêté du 13 août 2025 (1.9, DPE)",
        _GAP,
        {"electricity_import_kwh": 100000, "electricity_factor": 2.3, "gas_gross_kwh": 50000},
    ),
    Figure(
        "final-energy",
        "Final energy by the conversion of the OPERAT declaration",
        final_energy,
        (table("quantities", "native unit", "by carrier: kWh, gas kWh gross, kg, litres, stere", required=True), _COUNTRY, _YEAR),
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
    ),
    Figure(
        "factor",
        "A factor of the register with its source; provisional where only an earlier year has one, else refused",
        factor_of,
        (
            Input("country", "", Kind.TEXT, "ISO 3166 code", required=True),
            Input("carrier", "", Kind.TEXT, f"of the register; also {', '.join(CARRIER_NAMES)}", required=True),
            Input("scope", "", Kind.TEXT, ", ".join(sorted({f.scope for f in FactorRegister().all()})), required=True),
            _YEAR,
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
