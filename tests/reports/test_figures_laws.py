"""What must hold of the figures for any numbers: sums, order, gaps; and examples that can be done by hand."""

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.figures.allocation import Window, allocated_by_windows, meter_balance, solar_shares
from reports.figures.battery import solar_balance_battery
from reports.figures.exact import FigureInputError, fraction, total
from reports.figures.operat import Part, cabs, climate_zone, crelat, rating
from reports.figures.performance import per_kind, saving_against, seasonal_performance, standby
from reports.figures.quality import Swap, completeness, counter_difference, day_estimate
from reports.figures.shares import rounded, rounded_parts
from reports.figures.solar import solar_balance, solar_balance_metered
from reports.figures.weather import climate_adjustment_metered, degree_days

energies = st.floats(0, 1e6).map(lambda value: round(value, 3))
perhaps = st.one_of(st.none(), energies)
gappy = st.lists(perhaps, min_size=1, max_size=40)


@settings(deadline=None)
@given(st.lists(st.tuples(perhaps, perhaps), min_size=1, max_size=40), st.randoms())
def test_the_order_of_intervals_does_not_matter_and_the_balance_closes(
    rows: list[tuple[float | None, float | None]], any_order: Random
) -> None:
    balance = solar_balance([p for p, _ in rows], [load for _, load in rows])
    any_order.shuffle(rows)
    assert solar_balance([p for p, _ in rows], [load for _, load in rows]) == balance
    assert balance.import_kwh + balance.generation_kwh == pytest.approx(balance.load_kwh + balance.export_kwh)
    for rate in (balance.self_consumption_pct, balance.self_sufficiency_pct):
        assert rate is None or 0 <= rate <= 100


@settings(deadline=None)
@given(gappy)
def test_a_gap_is_no_zero_and_sums_are_exact(values: list[float | None]) -> None:
    known = [value for value in values if value is not None]
    assert total(values) == total(known) == sum((fraction(value) for value in known), Fraction(0))
    assert total(list(reversed(values))) == total(values)


@settings(deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=3), st.decimals(-1000, 1000, places=5), min_size=1, max_size=12))
def test_lines_of_either_sign_add_up_to_the_rounded_total(parts: dict[str, Decimal]) -> None:
    lines, whole = rounded_parts(parts)
    assert sum(lines.values()) == whole == rounded(sum((Fraction(part) for part in parts.values()), Fraction(0)), 2)
    assert all(abs(lines[name] - part) < Decimal("0.01") for name, part in parts.items())


@st.composite
def booked_days(draw: st.DrawFn) -> tuple[list[float | None], list[Window]]:
    energy = draw(gappy)
    quarters = st.integers(0, 4 * len(energy))
    edges = draw(st.lists(st.tuples(quarters, quarters), max_size=6))
    windows = [
        Window(f"P{number % 3}", Fraction(min(pair), 4), Fraction(max(pair), 4), Fraction(1 + number))
        for number, pair in enumerate(edges)
        if pair[0] != pair[1]
    ]
    return energy, windows


@settings(deadline=None)
@given(booked_days())
def test_what_is_booked_and_standby_are_all_that_is_known(day: tuple[list[float | None], list[Window]]) -> None:
    energy, windows = day
    exact = allocated_by_windows(energy, windows)
    told = [kwh for kwh in (exact.standby_kwh, *exact.by_booking_kwh.values()) if kwh is not None]
    assert sum(map(float, told)) == pytest.approx(float(total(energy)))
    shown = allocated_by_windows(energy, windows, 1)
    parts = [Decimal(kwh) for kwh in (shown.standby_kwh, *shown.by_booking_kwh.values()) if kwh is not None]
    assert sum(parts, Decimal(0)) == shown.total_kwh == rounded(total(energy), 1)
    assert allocated_by_windows(energy, list(reversed(windows))).by_booking_kwh == exact.by_booking_kwh


def test_an_interval_booked_in_part_is_split_by_time_and_overlaps_by_load() -> None:
    shared = allocated_by_windows(
        [12, None, 12], [Window("A", Fraction(0), Fraction(1, 2)), Window("B", Fraction(1, 4), Fraction(3), Fraction(3))]
    )
    assert shared.by_booking_kwh == {"A": 3.75, "B": 20.25}
    assert (shared.standby_kwh, shared.total_kwh, shared.missing) == (0, 24, 1)
    for start, end in ((2, 1), (0, 4), (-1, 1)):
        with pytest.raises(FigureInputError, match="from must be before to"):
            allocated_by_windows([1, 2, 3], [Window("A", Fraction(start), Fraction(end))])


def test_a_remainder_is_shown_whatever_it_is() -> None:
    assert meter_balance(100, {"a": 60, "b": 50}).remainder_kwh == -10
    assert meter_balance(100, {"a": 60, "b": None}).remainder_kwh is None
    assert meter_balance(0, {}).remainder_pct is None


@settings(deadline=None)
@given(st.lists(st.tuples(energies, energies, energies), min_size=1, max_size=20))
def test_no_taker_gets_more_sun_than_it_uses(rows: list[tuple[float, float, float]]) -> None:
    shares = solar_shares([row[0] for row in rows], {"A": [row[1] for row in rows], "B": [row[2] for row in rows]})
    assert shares.shared_kwh + shares.surplus_kwh == pytest.approx(sum(row[0] for row in rows))
    assert sum(shares.by_taker_kwh.values()) == pytest.approx(shares.shared_kwh)
    assert shares.by_taker_kwh["A"] <= sum(row[1] for row in rows) * (1 + 1e-9)


def test_a_battery_gives_back_what_it_was_charged_with() -> None:
    sunny = solar_balance_battery([10, 0], [0, 0], [2, 0], [5, 0], [0, 5])
    assert (sunny.load_kwh, sunny.self_consumed_kwh, sunny.self_sufficiency_pct) == (8, 8, 100)
    from_grid = solar_balance_battery([0, 0], [9, 0], [0, 0], [5, 0], [0, 5])
    assert (from_grid.load_kwh, from_grid.self_consumed_kwh, from_grid.self_sufficiency_pct) == (9, 0, 0)
    without = solar_balance_battery([10, 3], [1, 2], [4, 1], [0, 0], [0, 0])
    assert without == solar_balance_metered([10, 3], [1, 2], [4, 1])
    with pytest.raises(FigureInputError, match="the load would be"):
        solar_balance_battery([0], [1], [0], [2], [0])


temperatures = st.floats(-30, 45).map(lambda value: round(value, 1))


@settings(deadline=None)
@given(st.lists(st.tuples(temperatures, temperatures), min_size=1, max_size=30))
def test_degree_days_add_up_over_days_and_mirror_about_the_base(days: list[tuple[float, float]]) -> None:
    lows, highs = [min(day) for day in days], [max(day) for day in days]
    whole, parts = degree_days(lows, highs), [degree_days([low], [high]) for low, high in zip(lows, highs, strict=True)]
    assert whole.heating == pytest.approx(sum(part.heating for part in parts))
    mirrored = degree_days([36 - high for high in highs], [36 - low for low in lows])
    assert mirrored.heating == pytest.approx(whole.cooling)
    assert mirrored.cooling == pytest.approx(whole.heating)


def test_the_same_weather_adjusts_nothing() -> None:
    assert climate_adjustment_metered(1234.5, 2000, 2000) == 0
    assert climate_adjustment_metered(100, 0, 2) == -50


def test_a_day_is_estimated_only_where_half_of_it_is_known() -> None:
    half = day_estimate([3.0] * 12 + [None] * 12)
    assert (half.kwh, half.estimated_kwh, half.estimated) == (72, 36, True)
    assert day_estimate([3.0] * 11 + [None] * 13).kwh is None
    assert day_estimate([1.0] * 12, 25).kwh is None  # 12 of 25 hours are under half
    assert day_estimate([1.0] * 13, 25).kwh == 25
    whole = day_estimate([1.0] * 23)
    assert (whole.kwh, whole.estimated) == (23, False)
    assert completeness([1, None, None, 2, None], 7).longest_gap == 3


def test_a_counter_that_resets_rolls_over_jitters_or_is_changed() -> None:
    assert counter_difference([100, 150, 20, 30]).energy_kwh == 80
    rolled = counter_difference([9_990, 5], rolls_over_at=10_000)
    assert (rolled.energy_kwh, rolled.roll_overs, rolled.resets) == (15, 1, 0)
    reset = counter_difference([4_000, 5], rolls_over_at=10_000)
    assert (reset.energy_kwh, reset.roll_overs, reset.resets) == (5, 0, 1)
    assert counter_difference([100, 99.9, 101], jitter_kwh=0.5).energy_kwh == pytest.approx(1.1)
    changed = counter_difference([500, 512, 3, 9], swaps={2: Swap(2, 515, 1)})
    assert (changed.energy_kwh, changed.swaps, changed.resets) == (23, 1, 0)
    gap = counter_difference([10, None, 16, 17])
    assert (gap.energy_kwh, gap.by_interval) == (7, (None, None, 1.0))
    assert counter_difference([None, 4]).energy_kwh is None
    with pytest.raises(FigureInputError, match="rolls over at 100"):
        counter_difference([99, 100], rolls_over_at=100)


def test_ratios_leave_out_what_is_known_on_one_side_only() -> None:
    season = seasonal_performance([30, None, 40], [10, 9, 10], [0.5, 1, 0.5])
    assert season.factor == pytest.approx(70 / 21)
    assert (season.by_interval[1], season.missing) == (None, 1)
    assert seasonal_performance(5, 0).factor is None
    kinds = per_kind({"prep": 100, "shoot": None}, {"prep": 4, "shoot": 2})
    assert (kinds.overall, kinds.by_kind) == (25, {"prep": 25, "shoot": None})
    with pytest.raises(FigureInputError, match="different kinds: strike"):
        per_kind({"prep": 1, "strike": 1}, {"prep": 1})
    idle = standby([1, None, 30, 2], [False, False, True, False], 30)
    assert (idle.standby_kwh, idle.mean_standby_kw, idle.missing) == (3, 3, 1)
    saved = saving_against([10, 10, 10], [4, None, 5])
    assert (saved.saving_kwh, saved.saving_pct, saved.missing) == (11, 55, 1)


@pytest.mark.parametrize(
    ("category", "zone", "standard"),
    [
        ("film_studio", "H1a", 87),
        ("film_studio", "H3", 70),
        ("tv_studio", "H1b", 119),
        ("tv_studio", "H2d", 120),
        ("animation_studio", "H1c", 104),
        ("administration", "H2a", 107),
        ("offices", "H2b", 100),
        ("audiovisual_default", "H2c", 76),
        ("auditorium", "H1c", 122),
        ("cinema_foyer", "H2d", 223),
        ("cinema_default", "H3", 178),
    ],
)
def test_a_building_of_standard_use_has_the_tables_value(category: str, zone: str, standard: int) -> None:
    assert cabs([Part(category)], zone).cabs == standard


def test_use_modulates_the_absolute_objective() -> None:
    longer = cabs([Part("film_studio", hours=7488, density=60)], "H1a")
    assert longer.cabs == pytest.approx(35 + 52 * 2 + 0.28 * 35)
    dense = cabs([Part("offices", workstation_m2=9, occupancy_pct=35)], "H1a")
    assert dense.cabs == 107  # twice the workstations, half of them taken
    fuller = cabs([Part("animation_studio", workstation_m2=10, hours=1560)], "H1a")
    assert fuller.use == pytest.approx(68 * 0.5 * (0.86 * 1.5 + 0.14) - 0.28 * 34 / 2)
    small = cabs([Part("auditorium", auditorium_m2=200)], "H1a")
    assert small.cabs == pytest.approx(77 + 1.05 * (41 - 8) + 0.15 * 26)
    assert cabs([Part("auditorium", auditorium_m2=501)], "H1a").cabs == 103
    mixed = cabs([Part("film_studio", 3000), Part("offices", 1000)], "H1a")
    assert mixed.cabs == (3 * 87 + 107) / 4
    for part in (Part("film_studio", workstation_m2=3), Part("barn"), Part("offices", 0)):
        with pytest.raises(FigureInputError):
            cabs([part], "H1a")
    assert climate_zone("93") == climate_zone("2") == "H1a"
    with pytest.raises(FigureInputError, match="give climate_zone"):
        climate_zone("13")


def test_relative_objectives_follow_activity_and_the_rating_its_line() -> None:
    assert crelat(200).crelat_2050 == 80
    assert crelat(200, 120, 100).crelat_2030 == 144
    with pytest.raises(FigureInputError, match="go together"):
        crelat(200, 120)

    def rated(consumption: float, justified: bool = False) -> str:
        return rating(consumption, 200, 100, year=2025, reference_year=2020, justified=justified).rating

    assert [rated(c) for c in (99, 120, 150, 165, 170, 201)] == ["3_leaves", "2_leaves", "1_leaf", "1_leaf", "orange", "grey"]
    assert rated(201, justified=True) == "orange"


@settings(deadline=None)
@given(st.permutations(range(12)))
def test_shares_of_the_sun_do_not_depend_on_the_order_of_hours(order: list[int]) -> None:
    sun, use = [float(h % 5) for h in range(12)], [float(h % 7) for h in range(12)]
    assert solar_balance([sun[i] for i in order], [use[i] for i in order]) == solar_balance(sun, use)
