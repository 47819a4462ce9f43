"""Worked examples that can be done by hand, through the public functions; and what must hold for any numbers."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.figures.carbon import carbon_statement, net_from_gross, primary_energy
from reports.figures.shares import fraction, money_share, percent_of, rounded, shared_out
from reports.figures.solar import FigureInputError, performance_ratio, solar_balance, solar_balance_metered, specific_yield
from reports.figures.weather import climate_adjustment_metered, climate_adjustment_unmetered, degree_days, degree_days_day


def test_self_consumption_is_counted_hour_by_hour_not_netted_over_the_day() -> None:
    hours = solar_balance([0, 9, 15, 3], [8, 6, 5, 9])
    assert (hours.generation_kwh, hours.load_kwh, hours.self_consumed_kwh) == (27, 28, 14)
    assert (hours.import_kwh, hours.export_kwh) == (14, 13)
    assert hours.self_consumption_pct == pytest.approx(100 * 14 / 27)
    assert hours.self_sufficiency_pct == pytest.approx(50)
    netted = solar_balance([27], [28])
    assert netted.self_consumption_pct == 100  # the wrong answer that a coarse interval gives


def test_a_missing_hour_is_not_an_hour_without_sun() -> None:
    balance = solar_balance([4, None, 6], [2, 5, 3])
    assert balance.generation_kwh == 10
    assert balance.known == pytest.approx(2 / 3)


def test_without_generation_the_self_consumption_rate_is_not_available() -> None:
    balance = solar_balance([0, 0], [3, 4])
    assert balance.self_consumption_pct is None
    assert balance.self_sufficiency_pct == 0
    assert solar_balance([], []).self_sufficiency_pct is None


def test_import_and_export_in_the_same_hour_are_both_kept() -> None:
    balance = solar_balance_metered([10, 10], [2, 0], [5, 1])
    assert (balance.self_consumed_kwh, balance.load_kwh, balance.import_kwh, balance.export_kwh) == (14, 16, 2, 6)


def test_energies_below_zero_and_unequal_intervals_are_refused() -> None:
    with pytest.raises(FigureInputError, match="below 0"):
        solar_balance([-1], [2])
    with pytest.raises(FigureInputError, match="same intervals"):
        solar_balance([1, 2], [2])


def test_yield_and_performance_ratio_follow_the_standard() -> None:
    assert specific_yield(90_000, 100) == 900
    assert performance_ratio(90_000, 100, 1_125) == pytest.approx(0.8)
    assert performance_ratio(1, 0, 10) is None


def test_scopes_stand_apart_and_exports_are_never_subtracted() -> None:
    statement = carbon_statement(
        import_kwh=100_000,
        location_factor=0.05,
        fuel_net_kwh=net_from_gross(50_000),
        fuel_factor=0.2,
        contractual_kwh=40_000,
        residual_factor=0.06,
        self_consumed_kwh=20_000,
        exported_kwh=5_000,
    )
    assert statement.scope1_kg == pytest.approx(9_000)
    assert statement.scope2_location_kg == pytest.approx(5_000)
    assert statement.scope2_market_kg == pytest.approx(3_600)
    assert statement.total_location_kg == pytest.approx(14_000)
    assert statement.avoided_kg == pytest.approx(1_000)
    assert statement.exported_kg == pytest.approx(250)
    with pytest.raises(FigureInputError, match="more than"):
        carbon_statement(import_kwh=1, location_factor=1, contractual_kwh=2)


def test_primary_energy_names_its_factor() -> None:
    assert primary_energy(100_000, 2.3, 45_000) == pytest.approx(275_000)
    assert primary_energy(100_000, 1.9, 45_000) == pytest.approx(235_000)


def test_degree_days_of_a_cold_a_mixed_and_a_warm_day() -> None:
    assert degree_days_day(0, 8) == (14, 0)
    heating, cooling = degree_days_day(13, 23)
    assert heating == pytest.approx(5 * (0.08 + 0.42 * 0.5))
    assert cooling == pytest.approx(5 * (0.08 + 0.42 * 0.5))
    assert degree_days_day(20, 30) == (0, 7)
    assert degree_days_day(18, 18) == (0, 0)
    total = degree_days([0, None, 20], [8, 12, 30])
    assert (total.heating, total.cooling, total.days, total.missing) == (14, 7, 2, 1)
    with pytest.raises(FigureInputError, match="above its maximum"):
        degree_days_day(9, 8)


def test_weather_adjusts_heating_only() -> None:
    assert climate_adjustment_metered(100_000, 2_400, 2_000) == pytest.approx(20_000)
    assert climate_adjustment_metered(100_000, 0, 0) == 0
    assert climate_adjustment_unmetered(300_000, 0.000247, 2_400, 2_000) == pytest.approx(29_640)


def test_equal_keys_leave_the_odd_unit_to_the_first_name() -> None:
    assert shared_out(100, {"c": 1, "A": 1, "b": 1}) == {"c": Decimal("33.3"), "A": Decimal("33.4"), "b": Decimal("33.3")}
    assert shared_out("10.00", {"x": 1, "y": 1, "z": 1}, 2) == {"x": Decimal("3.34"), "y": Decimal("3.33"), "z": Decimal("3.33")}


def test_shares_that_nobody_agreed_to_are_refused() -> None:
    for weights in ({"a": 0, "b": 0}, {"a": -1, "b": 2}, {}):
        with pytest.raises(FigureInputError):
            shared_out(5, weights)
    assert shared_out(0, {}) == {}


def test_a_funders_share_of_a_claim_keeps_the_fraction() -> None:
    share = Fraction(3, 7)
    part, rest = money_share("1000.01", share)
    assert part == Decimal("428.58")
    assert part + rest == Decimal("1000.01")
    assert percent_of(share) == Decimal("42.86")


def test_halves_are_rounded_up_once() -> None:
    assert [rounded(value, 1) for value in ("0.05", "0.15", "-0.05", 2.25)] == [Decimal(t) for t in ("0.1", "0.2", "-0.1", "2.3")]
    assert fraction(0.1) == Fraction(1, 10)


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=6)


@given(st.decimals(0, 10**7, places=3), st.dictionaries(names, st.integers(0, 10**6), min_size=1, max_size=40), st.integers(0, 3))
def test_parts_add_up_exactly_and_the_order_of_names_does_not_matter(
    total: Decimal, weights: dict[str, int], decimals: int
) -> None:
    if not any(weights.values()):
        return
    parts = shared_out(total, weights, decimals)
    assert sum(parts.values()) == rounded(total, decimals)
    assert parts == shared_out(total, dict(reversed(weights.items())), decimals)
    unit = Decimal(1).scaleb(-decimals)
    for name, part in parts.items():
        exact = fraction(total) * weights[name] / sum(weights.values())
        assert abs(fraction(part) - exact) <= fraction(unit)
