"""The register of factors: every row can be told from every other, says how well it is known, and keeps to its scope."""

import re

import pytest

from reports.factors import FactorMissingError, FactorRegister
from reports.factors.naming import factor_named

REGISTER = FactorRegister()


def test_every_factor_is_told_by_country_carrier_scope_and_year() -> None:
    keys = [(f.country, f.carrier, f.scope, f.year) for f in REGISTER.all()]
    assert len(keys) == len(set(keys))
    for country, carrier, scope, year in keys:
        found = REGISTER.find(country, carrier, scope, year or 2024)
        assert (found.country, found.year, found.provisional) == (country, year, False)


def test_every_factor_says_its_source_and_how_well_it_is_known() -> None:
    for factor in REGISTER.all():
        assert factor.source, factor.identity
        assert factor.publisher, factor.identity
        assert factor.version, factor.identity
        assert re.match(r"(found|recalled)\b", factor.note), f"{factor.identity}: {factor.note}"
        assert factor.value >= 0
        assert "kWh" in factor.unit


def test_gas_of_gross_and_of_net_calorific_value_are_not_mixed() -> None:
    for factor in REGISTER.all():
        if factor.scope in ("scope1", "regulatory_OPERAT", "life_cycle_net") and factor.carrier != "electricity":
            assert factor.unit.endswith("PCI")
    assert REGISTER.find("FR", "gas", "life_cycle_gross", 2022).unit.endswith("PCS")


def test_a_regulatory_factor_is_no_factor_of_an_inventory() -> None:
    assert factor_named({"country": "FR", "carrier": "electricity", "scope": "regulatory_OPERAT", "year": 2025}).value == 0.064
    assert factor_named({"country": "FR", "carrier": "electricity", "scope": "location", "year": 2025}).value == 0.0519
    with pytest.raises(FactorMissingError, match="no production_intensity factor"):
        factor_named({"country": "BE", "carrier": "electricity", "scope": "production_intensity", "year": 2024})


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"country": "FR", "carrier": "gas", "scope": "scope1"}, "missing year"),
        ({"country": "FR", "carrier": "gas", "scope": "scope1", "year": "2025"}, "no whole number"),
        ({"country": "FR", "carrier": "gaz", "scope": "scope1", "year": 2025}, "did you mean 'gas'"),
        ({"country": "FR", "carrier": "gas", "scope": "scope1", "year": 2025, "mix": 1}, "unknown mix"),
        ({"country": "FR", "carrier": "gas", "scope": "scope1", "year": 2024}, None),
    ],
)
def test_what_is_not_in_the_register_is_refused(asked: dict[str, object], reason: str | None) -> None:
    if reason is None:  # no French factor of 2024: the one that holds for no year after it falls back on none of another country
        with pytest.raises(FactorMissingError, match="load one with its source"):
            factor_named(asked)
        return
    with pytest.raises(FactorMissingError, match=reason):
        factor_named(asked)
