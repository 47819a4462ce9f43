"""The month's report from meters whose energy is known: every figure can be done by hand."""

import csv
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from premises.site import Meter
from premises.tariff import Carrier
from premises.time import Interval, local_month, parse_instant
from reports.factors import Factor, FactorMissingError, FactorRegister
from reports.monthly import make_report
from reports.monthly.figures import month_figures
from reports.monthly.ledger import read_ledger
from tests.reports.meters import KnownEnergy, Quarter, point, small_site

SITE = small_site()
OCTOBER = local_month(2026, 10, SITE.zoneinfo)
AFTER = parse_instant("2026-11-03T08:00:00Z")
SUNNY_NOON = parse_instant("2026-10-10T10:00:00Z")
STEADY: dict[str, Quarter] = {
    "grid/energy": (1.0, 0.0, 1.0),
    "grid/energy_export": (0.0, 0.0, 1.0),
    "pv/energy": (0.0, 0.0, 1.0),
    "rig/energy": (0.25, 0.0, 1.0),
    "gas/energy": (2.0, 0.0, 1.0),
}
QUARTERS = 31 * 96 + 4  # October has the day of 25 hours


def sunny_store() -> KnownEnergy:
    return KnownEnergy({"pv/energy": {SUNNY_NOON: (10.0, 0.0, 1.0)}, "grid/energy_export": {SUNNY_NOON: (4.0, 0.0, 1.0)}}, STEADY)


def test_october_has_an_hour_more_and_the_sums_say_so() -> None:
    figures = month_figures(read_ledger(SITE, sunny_store(), OCTOBER, AFTER))
    grid = next(line for line in figures.lines if line.meter == "grid" and line.register == "energy")
    assert grid.kwh == QUARTERS
    assert grid.completeness == 1
    longest = figures.days[(figures.days["meter"] == "grid") & (figures.days["register"] == "energy")]
    assert longest.set_index("day")["kwh"].to_dict()[datetime(2026, 10, 25).date()] == 100  # noqa: DTZ001 - a local day


def test_self_consumption_counts_import_and_export_of_the_same_quarter_hour() -> None:
    solar = month_figures(read_ledger(SITE, sunny_store(), OCTOBER, AFTER)).solar
    assert solar is not None
    assert (solar.generation_kwh, solar.export_kwh, solar.self_consumed_kwh) == (10, 4, 6)
    assert solar.load_kwh == QUARTERS + 6
    assert solar.self_consumption_pct == pytest.approx(60)


def test_cost_follows_the_local_clock_also_over_the_clock_change() -> None:
    figures = month_figures(read_ledger(SITE, sunny_store(), OCTOBER, AFTER))
    amounts = {line.name: line.amount for line in figures.costs if line.carrier == "electricity"}
    night = 31 * 24 + 4  # quarter hours before six, on the 25th four more
    assert amounts["night"] == (Decimal(night) * Decimal("0.10")).quantize(Decimal("0.01"))
    assert amounts["day"] == (Decimal(31 * 72) * Decimal("0.20")).quantize(Decimal("0.01"))
    assert amounts["export"] == Decimal("-0.20")
    assert amounts["standing charge"] == Decimal("12.00")
    assert amounts["power, 36 kVA"] == Decimal("54.00")


def test_gas_is_billed_gross_and_counted_net() -> None:
    carbon = month_figures(read_ledger(SITE, sunny_store(), OCTOBER, AFTER)).carbon
    assert carbon is not None
    assert carbon.scope1_kg == pytest.approx(2 * QUARTERS * 0.9 * 0.227)
    assert carbon.scope2_location_kg == pytest.approx(QUARTERS * 0.0519)
    assert carbon.scope2_market_kg == pytest.approx(QUARTERS * 0.75 * 0.0519)


def test_a_missing_day_is_neither_zero_nor_invented() -> None:
    gap = Interval(parse_instant("2026-10-05T22:00:00Z"), parse_instant("2026-10-06T22:00:00Z"))
    missing: Quarter = (None, 0.0, 0.0)
    hole = {gap.start + index * timedelta(minutes=15): missing for index in range(96)}
    figures = month_figures(read_ledger(SITE, KnownEnergy({"rig/energy": hole}, STEADY), OCTOBER, AFTER))
    rig = next(line for line in figures.lines if line.meter == "rig")
    assert rig.kwh == pytest.approx((QUARTERS - 96) * 0.25)
    assert rig.completeness == pytest.approx(1 - 96 / QUARTERS)
    day = figures.days[(figures.days["meter"] == "rig") & (figures.days["kwh"].isna())]
    assert [str(value) for value in day["day"]] == ["2026-10-06"]


def test_a_month_that_is_not_over_expects_nothing_of_its_future() -> None:
    ledger = read_ledger(SITE, sunny_store(), OCTOBER, parse_instant("2026-10-02T22:00:00Z"))
    grid = next(line for line in month_figures(ledger).lines if line.meter == "grid")
    assert grid.kwh == 2 * 96
    assert grid.completeness == 1


def test_without_a_factor_carbon_is_refused_with_the_reason() -> None:
    class Nothing(FactorRegister):
        def __init__(self) -> None:
            self._factors = ()

    figures = month_figures(read_ledger(SITE, sunny_store(), OCTOBER, AFTER), Nothing())
    assert figures.carbon is None
    assert any("no location factor of electricity for FR in 2026" in why for why in figures.refused)


def test_a_factor_of_an_earlier_year_is_provisional_and_of_a_later_year_never_used() -> None:
    register = FactorRegister()
    assert register.find("FR", "electricity", "location", 2022).provisional is False
    assert register.find("FR", "electricity", "location", 2026).provisional is True
    with pytest.raises(FactorMissingError):
        register.find("FR", "electricity", "location", 2019)
    own = Factor("FR", "heat_network", "scope2", 2026, 0.1, "kgCO2e/kWh", "The network", "2026", "annexe 7")
    assert FactorRegister((own,)).find("FR", "heat_network", "scope2", 2026) == own


def test_the_report_is_written_in_the_sites_languages_and_the_same_twice(tmp_path: Path) -> None:
    first = make_report(SITE, sunny_store(), 2026, 10, tmp_path / "a", AFTER)
    second = make_report(SITE, sunny_store(), 2026, 10, tmp_path / "b", AFTER)
    assert [path.name for path in first] == [
        "small-2026-10-quarter-hours.csv",
        "small-2026-10-totals.csv",
        "small-2026-10.en.html",
        "small-2026-10.fr.html",
    ]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    page = (tmp_path / "a" / "small-2026-10.fr.html").read_text(encoding="utf-8")
    assert "Small &amp; Co. &lt;studio&gt;" in page
    assert "42,86" in page  # 300 of 700, decimal comma
    assert "provisoire" in page
    assert "Cofinancé" in page
    assert "http" not in page.replace("http-equiv", "")
    with (tmp_path / "a" / "small-2026-10-totals.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["figure"]: row["value"] for row in rows}["self_consumption"] == "60.000"
    with (tmp_path / "a" / "small-2026-10-quarter-hours.csv").open(encoding="utf-8") as lines:
        assert sum(1 for _ in lines) == 1 + 5 * QUARTERS


def test_gas_counted_in_cubic_metres_needs_the_bills_calorific_value() -> None:
    counter = replace(SITE, points=(*SITE.points[:-1], point("gas", "gas_volume")))
    told = {**STEADY, "gas/gas_volume": (0.5, 0.0, 1.0)}
    without = month_figures(read_ledger(counter, KnownEnergy({}, told), OCTOBER, AFTER))
    assert not any(line.meter == "gas" for line in without.lines)
    assert any("kwh_per_m3" in why for why in without.refused)
    meters = tuple(replace(meter, kwh_per_m3=11.2) if meter.id == "gas" else meter for meter in SITE.meters)
    with_value = month_figures(read_ledger(replace(counter, meters=meters), KnownEnergy({}, told), OCTOBER, AFTER))
    assert next(line.kwh for line in with_value.lines if line.meter == "gas") == pytest.approx(QUARTERS * 0.5 * 11.2)


def test_heat_that_is_bought_needs_the_networks_own_factor() -> None:
    meter = Meter("gas", "Heat network", Carrier.HEAT_NETWORK, role="grid", use="heating")
    bought = replace(SITE, meters=(*SITE.meters[:-1], meter), points=(*SITE.points[:-1], point("gas", "heat_energy")))
    figures = month_figures(read_ledger(bought, KnownEnergy({}, {**STEADY, "gas/heat_energy": (2.0, 0.0, 1.0)}), OCTOBER, AFTER))
    assert next(line.register for line in figures.lines if line.meter == "gas") == "energy"
    assert any("scope2 factor of heat_network for FR" in why for why in figures.refused)
