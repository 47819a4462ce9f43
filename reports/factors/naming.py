"""Finds a factor by the names that people use; what is not known is refused with the nearest name."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache

from reports.factors.register import Factor, FactorMissingError, FactorRegister

CARRIER_NAMES = {
    "electricity_grid": "electricity",
    "electricity_residual_mix": "electricity",
    "natural_gas": "gas",
    "district_heat": "heat_network",
    "district_cooling": "cooling_network",
    "heating oil": "heating_oil",
}
SCOPE_NAMES = {
    "location_based": "location",
    "location-based": "location",
    "location_based_lca": "location",
    "scope2": "location",
    "scope2_location": "location",
    "residual_mix": "residual",
    "market_based": "residual",
    "market-based": "residual",
    "scope2_market": "residual",
    "scope_1": "scope1",
    "primary_energy": "primary",
    "final_energy": "final_energy_conversion_OPERAT",
}
_ASKED = ("country", "carrier", "scope", "year")


@cache
def _register() -> FactorRegister:
    return FactorRegister()


def factor_named(asked: Mapping[str, object]) -> Factor:
    """The factor of {country, carrier, scope, year}. Raises FactorMissingError that says what would be right."""
    odd = sorted(str(name) for name in asked if name not in _ASKED)
    absent = [name for name in _ASKED if asked.get(name) is None]
    if odd or absent:
        said = [f"unknown {', '.join(odd)}"] * bool(odd) + [f"missing {', '.join(absent)}"] * bool(absent)
        raise FactorMissingError(f"a factor is named by country, carrier, scope and year: {', '.join(said)}")
    year = asked["year"]
    if isinstance(year, bool) or not isinstance(year, int):
        raise FactorMissingError(f"the year {year!r} is no whole number; write it like 2024")
    country, carrier, scope = (str(asked[name]).strip() for name in _ASKED[:3])
    carrier, scope = CARRIER_NAMES.get(carrier, carrier), SCOPE_NAMES.get(scope, scope)
    register = _register()
    carriers = sorted({factor.carrier for factor in register.all()})
    scopes = sorted({factor.scope for factor in register.all() if factor.carrier == carrier})
    _known("carrier", carrier, carriers)
    _known("scope", scope, scopes, f" of {carrier}")
    return register.find(country.upper(), carrier, scope, year)


def _known(what: str, name: str, names: list[str], of: str = "") -> None:
    if name not in names:
        close = get_close_matches(name, names, 1, 0.6)
        right = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(names)}"
        raise FactorMissingError(f"no {what} {name!r}{of}; {right}")
