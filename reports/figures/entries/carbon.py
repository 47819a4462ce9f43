"""Entries: greenhouse gas by scope, primary and final energy, gas net and gross, factors of the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from reports.figures.exact import Amount, FigureInputError, Number, fraction, known, total
from reports.figures.form import Figure, Input, Kind, Output, amount

_GHG = "GHG Protocol Scope 2 Guidance (2015); factors as given or of the register"
_GAP = "sums of what is known, completeness beside them; exports and self-consumption are subtracted from nothing"
_KG = "kgCO2e"
_EXAMPLE_FACTOR = {"country": "FR", "carrier": "electricity", "scope": "location", "year": 2024}
_UNKNOWN = "nothing is known of"
_NO_PRIMARY = f"{_UNKNOWN} the electricity, or of a fuel"


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
    """Scopes 1 and 2 (both methods) with totals; avoided and exported apart; None where nothing is known of what it needs."""
    burnt = _scope1(gas_gross_kwh, fuel_net_kwh, net_per_gross, fuel_factor, fuels)
    taken, contracted, sent = known(import_kwh), known(contractual_kwh), known(exported_kwh)
    used = _self_consumed(generation_kwh, sent, self_consumed_kwh)
    residual = location_factor if residual_factor is None else residual_factor
    location = _times(taken, location_factor)
    market = _market(taken, contracted, residual, contractual_factor)
    return {
        "total_location_kg": _told(_plus(burnt, location)),
        "total_market_kg": _told(_plus(burnt, market)),
        "scope1_kg": _told(burnt),
        "scope2_location_kg": _told(location),
        "scope2_market_kg": _told(market),
        "avoided_kg": _told(_times(used, location_factor)),
        "exported_kg": _told(_times(sent, location_factor)),
        "self_consumed_kwh": _told(used),
        "load_kwh": _told(_plus(taken, used)),
    }


def _self_consumed(generation_kwh: Amount | None, sent: Fraction | None, self_consumed_kwh: Amount | None) -> Fraction | None:
    """As given, else generation - export; 0 without a plant."""
    if self_consumed_kwh is not None:
        return known(self_consumed_kwh)
    generated = Fraction(0) if generation_kwh is None else known(generation_kwh)
    if generation_kwh is None or generated is None or sent is None:
        return generated if generation_kwh is None else None
    if sent > generated:
        raise FigureInputError("exported_kwh is above generation_kwh; check both registers")
    return generated - sent


def _market(
    taken: Fraction | None, contracted: Fraction | None, residual_factor: Number, contractual_factor: Number
) -> Fraction | None:
    """(import - contractual) x residual mix + contractual x its own factor."""
    if taken is None or contracted is None:
        return None
    if contracted > taken:
        raise FigureInputError(
            f"contracts cover {float(contracted):g} kWh, more than the {float(taken):g} kWh imported; give at most the import"
        )
    return (taken - contracted) * fraction(residual_factor) + contracted * fraction(contractual_factor)


def _times(kwh: Fraction | None, factor: Number) -> Fraction | None:
    return None if kwh is None else kwh * fraction(factor)


def _plus(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one + other


def _told(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _scope1(
    gas_gross_kwh: Amount | None,
    fuel_net_kwh: Amount | None,
    net_per_gross: Number,
    fuel_factor: Number | None,
    fuels: Sequence[Mapping[str, Any]] | None,
) -> Fraction | None:
    if gas_gross_kwh is not None and fuel_net_kwh is not None:
        raise FigureInputError("give gas_gross_kwh (as billed) or fuel_net_kwh, not both; several fuels go into fuels")
    net = _net(fuel_net_kwh, gas_gross_kwh, net_per_gross)
    if net != 0 and fuel_factor is None:
        raise FigureInputError("a fuel is given without fuel_factor; give kgCO2e per kWh of net calorific value")
    burnt = _times(net, fuel_factor or 0)
    for row in fuels or ():
        if (row["net_kwh"] is None) == (row["gross_kwh"] is None):
            raise FigureInputError(f"fuel {row['carrier']!r} needs either net_kwh or gross_kwh")
        burnt = _plus(burnt, _times(_net(row["net_kwh"], row["gross_kwh"], row["net_per_gross"]), row["factor"]))
    return burnt


def _net(net_kwh: Amount | None, gross_kwh: Amount | None, net_per_gross: Number) -> Fraction | None:
    """Net calorific value of a fuel as given, or from gross; 0 without a fuel, None where nothing is known of it."""
    if gross_kwh is not None:
        return _times(known(gross_kwh), net_per_gross)
    return Fraction(0) if net_kwh is None else known(net_kwh)


def scope_1(**given: Any) -> float | None:
    """Fuel in net calorific value x its direct factor."""
    return _told(_scope1(**given))


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


def scope_2_market(
    import_kwh: Amount, contractual_kwh: Amount, residual_factor: Number, contractual_factor: Number
) -> float | None:
    """(import - contractual) x residual mix + contractual x its own factor."""
    return _told(_market(known(import_kwh), known(contractual_kwh), residual_factor, contractual_factor))


def apart(energy_kwh: Amount, location_factor: Number) -> float | None:
    """Energy x location-based factor, stated apart."""
    return _told(_times(known(energy_kwh), location_factor))


def primary_of(
    electricity_import_kwh: Amount,
    electricity_factor: Number,
    gas_gross_kwh: Amount | None,
    fuel_net_kwh: Amount | None,
    net_per_gross: Number,
    fuel_factor: Number,
) -> dict[str, float | None]:
    """kWh and MWh of primary energy."""
    fuel = _scope1(gas_gross_kwh, fuel_net_kwh, net_per_gross, fuel_factor, None)
    kwh = _plus(_times(known(electricity_import_kwh), electricity_factor), fuel)
    return {"primary_kwh": _told(kwh), "primary_mwh": _told(_times(kwh, Fraction(1, 1000)))}


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
            Output("total_location_kg", _KG, "scope 1 + scope 2 location-based", f"{_UNKNOWN} the import, or of a fuel"),
            Output("total_market_kg", _KG, "scope 1 + scope 2 market-based", f"{_UNKNOWN} the import, the contracts, or a fuel"),
            Output("scope1_kg", _KG, missing=f"{_UNKNOWN} a fuel"),
            Output("scope2_location_kg", _KG, missing=f"{_UNKNOWN} the import"),
            Output("scope2_market_kg", _KG, missing=f"{_UNKNOWN} the import, or of the contracts"),
            Output("avoided_kg", _KG, "by self-consumption, apart", f"{_UNKNOWN} what was self-consumed"),
            Output("exported_kg", _KG, "apart, never subtracted", f"{_UNKNOWN} the export"),
            Output("self_consumed_kwh", "kWh", missing=f"{_UNKNOWN} the generation, or of the export"),
            Output("load_kwh", "kWh", "import + self-consumed", f"{_UNKNOWN} the import, or of what was self-consumed"),
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
        (Output("scope1_kg", _KG, missing=f"{_UNKNOWN} a fuel"),),
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
        ("import_kwh",),
    ),
    Figure(
        "scope-2-market",
        "Emissions of imported electricity by contracts and residual mix",
        scope_2_market,
        (_IMPORT, *_CONTRACT, _factor("residual_factor", required=True)),
        (Output("scope2_market_kg", _KG, missing=f"{_UNKNOWN} the import, or of the contracts"),),
        _GHG,
        _GAP,
        {"import_kwh": 100000, "contractual_kwh": 20000, "residual_factor": 0.06},
    ),
    Figure(
        "avoided-emissions",
        "Avoided by self-consumed solar energy: stated apart",
        lambda self_consumed_kwh, location_factor: apart(self_consumed_kwh, location_factor),
        (amount("self_consumed_kwh", required=True), _LOCATION),
        (Output("avoided_kg", _KG, missing=f"{_UNKNOWN} what was self-consumed"),),
        "rule of this software: self-consumed x location-based factor",
        _GAP,
        {"self_consumed_kwh": [120, 340], "location_factor": 0.05},
    ),
    Figure(
        "exported-emissions",
        "Avoided for others by exported solar energy: stated apart, never subtracted",
        lambda exported_kwh, location_factor: apart(exported_kwh, location_factor),
        (amount("exported_kwh", required=True), _LOCATION),
        (Output("exported_kg", _KG, missing=f"{_UNKNOWN} the export"),),
        "rule of this software: exported x location-based factor",
        _GAP,
        {"exported_kwh": 5000, "location_factor": 0.05},
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
        (Output("primary_kwh", "kWh", missing=_NO_PRIMARY), Output("primary_mwh", "MWh", missing=_NO_PRIMARY)),
        "arrêté du 10 avril 2020, annexe VII (2.3, fuels 1); arrêté du 13 août 2025 (1.9, DPE)",
        _GAP,
        {"electricity_import_kwh": 100000, "electricity_factor": 2.3, "gas_gross_kwh": 50000},
    ),
)
