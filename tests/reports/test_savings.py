"""Savings and performance in reports: a year that uses exactly 10 kWh a degree, so that each can be done by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from premises.booking import DayKind
from premises.columns import EnergyColumns
from premises.ports import Bucket, Resolution
from premises.quantities import QUANTITIES
from premises.site import Comfort, Plant, PlantKind, Point, Site
from premises.tariff import Carrier
from premises.time import EPOCH, SLOT, Interval, local_midnight, slots
from reports.content import Paragraph, Report, Say, Section
from reports.figures.performance import seasonal_performance
from reports.kinds import make
from tests.reports.flat import FlatStore, Gap, gathered
from tests.reports.meters import small_site

MARCH = (date(2026, 3, 1), date(2026, 3, 31))
PER_DEGREE, BASE = 10.0, 40.0
FLAT = {"grid/energy": 1.0, "grid/energy_export": 0.0, "pv/energy": 0.0, "rig/energy": 0.25, "pump-supply/energy": 0.25}


def outdoor_c(day: date) -> float:
    """From -4 to 20 °C over the year."""
    return 8.0 - 12.0 * float(np.cos(2 * np.pi * day.timetuple().tm_yday / 365))


def gas_kwh(day: date) -> float:
    """Of a day of 2025 and before: 40 kWh and 10 for each degree below 15 °C. In 2026 all of it a quarter less."""
    whole = BASE + PER_DEGREE * max(0.0, 15.0 - outdoor_c(day))
    return whole * (0.75 if day.year >= 2026 else 1.0)


class Weathered(FlatStore):
    """Gas by the weather; rooms at 14 °C; heat three times what the pump takes. since: nothing is known before."""

    def __init__(self, gaps: Sequence[Gap] = (), since: date = date(2024, 1, 1), inside_c: float = 14.0) -> None:
        super().__init__(FLAT, gaps)
        self._since = local_midnight(since, small_site().zoneinfo)
        self._inside_c = inside_c

    def energy_columns(
        self, site: str, points: Sequence[str], interval: Interval, resolution: Resolution
    ) -> Mapping[str, EnergyColumns]:
        found = dict(super().energy_columns(site, points, interval, resolution))
        starts = list(slots(interval))
        stamps = np.array([(start - EPOCH) // timedelta(microseconds=1) for start in starts], np.int64)
        early = np.array([start < self._since for start in starts])
        zone = small_site().zoneinfo
        for name in points:
            amount, known = np.asarray(found[name].amount).copy(), np.asarray(found[name].completeness).copy()
            if name == "gas/energy":
                dates = [start.astimezone(zone).date() for start in starts]
                amount = np.array([gas_kwh(day) / _quarters(day) for day in dates]) + 0 * amount
            if name == "pump/heat_energy":
                amount = amount * 0 + 0.75
            amount[early], known[early] = np.nan, 0.0
            found[name] = EnergyColumns(stamps.data, amount.data, (0 * known).data, known.data)
        return found

    def series(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[Bucket]:
        if resolution is not Resolution.DAY:
            return super().series(site, point, interval, resolution)
        zone, found, start = small_site().zoneinfo, [], interval.start
        while start < interval.end:
            day = start.astimezone(zone).date()
            value = outdoor_c(day) if point.startswith("outdoor") else self._inside_c
            found.append(Bucket(start, start + timedelta(days=1), value, value, value, value, 24, 1.0))
            start += timedelta(days=1)
        return [bucket for bucket in found if bucket.start >= self._since]


def _quarters(day: date) -> int:
    clock_changes = {date(2025, 3, 30): 92, date(2025, 10, 26): 100, date(2026, 3, 29): 92, date(2026, 10, 25): 100}
    return clock_changes.get(day, 96)


def heated_site() -> Site:
    """Stage 1 at 20 °C when used, by the gas boiler; a heat pump with its own meter and heat counter beside."""
    site = small_site()
    zone = replace(site.zones[0], heating_plant="boiler", comfort={DayKind.WORK: Comfort(20.0)})
    rig = next(meter for meter in site.meters if meter.id == "rig")
    plants = (
        Plant("boiler", "Boiler", PlantKind.BOILER, Carrier.GAS, 100_000.0, meter="gas"),
        Plant("pump", "Pump", PlantKind.HEAT_PUMP, Carrier.ELECTRICITY, 10_000.0, meter="pump-supply"),
    )
    told = (("pump-supply", "energy"), ("pump", "heat_energy"), ("outdoor", "outdoor_temperature"), ("stage-1", "air_temperature"))
    points = tuple(Point(f"{subject}/{name}", "small", subject, QUANTITIES[name], "x") for subject, name in told)
    return replace(
        site,
        zones=(zone,),
        plants=plants,
        meters=(*site.meters, replace(rig, id="pump-supply", name="Pump", use="heating", zones=())),
        points=(*site.points, *points),
    )


def letter(store: FlatStore, site: Site | None = None) -> Report:
    (report,) = make("letter", gathered("letter", site or heated_site(), store, *MARCH))
    return report


def words(section: Section) -> list[Say]:
    return [block.text for block in section.blocks if isinstance(block, Paragraph) and isinstance(block.text, Say)]


def lacking(report: Report) -> Say:
    """Why it tells no saving."""
    (savings,) = [section for section in report.sections if section.id == "savings"]
    (told,) = [text for text in words(savings) if text.code == "note.no_saving"]
    why = dict(told.values)["why"]
    assert isinstance(why, Say)
    return why


def whole_march() -> float:
    """What March of 2026 would have used as 2025 was run."""
    return sum(gas_kwh(date(2026, 3, day)) for day in range(1, 32)) / 0.75


def test_a_quarter_less_than_the_baseline_at_the_same_weather_is_a_saving_of_a_quarter() -> None:
    figures = letter(Weathered()).figures()
    saving, uncertain = figures["small.baseline_saving.gas"], figures["small.saving_uncertainty.gas"]
    assert saving.value == pytest.approx(whole_march() / 4, rel=1e-6)
    assert uncertain.value == pytest.approx(0.0, abs=1e-3), "the year lies on the model"
    short_day = 4 * 1.0
    assert figures["small.baseline_saving.electricity"].value == pytest.approx(short_day), "an hour of the 29th was not there"


def test_the_model_is_named_with_its_statistics() -> None:
    table = letter(Weathered()).tables()["baseline"]
    (gas,) = [dict(zip([c.id for c in table.columns], row, strict=True)) for row in table.rows if "gas" in str(row[1])]
    assert (gas["baseline_year"], gas["days_fitted"], gas["days"]) == ("2025", 365, 31)
    assert gas["model"] == Say("model.heating")
    assert gas["r2"] == pytest.approx(1.0)
    assert gas["cv_rmse_pct"] == pytest.approx(0.0, abs=1e-6)
    assert gas["within_limits"] is True
    assert gas["saving_pct"] == pytest.approx(25.0)


def test_the_days_behind_it_are_attached_so_that_others_can_fit_them_again() -> None:
    attached = next(one.table for one in letter(Weathered()).attachments if one.id == "baseline_days")
    gas = {row[2]: row[3:] for row in attached.rows if row[1] == "gas"}
    assert len(gas) == 365 + 31
    assert list(gas[date(2025, 3, 30)]) == [pytest.approx(outdoor_c(date(2025, 3, 30))), pytest.approx(gas_kwh(date(2025, 3, 30)))]


def test_a_year_too_short_for_a_baseline_is_said_in_words() -> None:
    short = letter(Weathered(since=date(2025, 4, 1)))
    why = lacking(short)
    assert (why.code, dict(why.values)["days"]) == ("why.baseline_short", "275")
    assert "small.baseline_saving.gas" not in short.figures()
    assert "baseline" not in short.tables()


def test_without_any_year_before_there_is_no_baseline() -> None:
    first = letter(Weathered(since=date(2026, 1, 1)))
    assert lacking(first).code == "why.no_baseline"
    assert [attached.id for attached in first.attachments] == ["meter_rows", "temperature_days"]


def test_a_day_with_a_gap_is_in_neither_sum() -> None:
    gone = Interval(datetime(2026, 3, 10, 10, tzinfo=UTC), datetime(2026, 3, 10, 10, 15, tzinfo=UTC))
    found = letter(Weathered([("gas/energy", gone)])).figures()["small.baseline_saving.gas"]
    assert found.value == pytest.approx((whole_march() - gas_kwh(date(2026, 3, 10)) / 0.75) / 4, rel=1e-6)


def test_always_on_heating_would_have_lost_heat_at_comfort_all_day() -> None:
    """Rooms at 14 °C, comfort 20 °C: energy x (20 - out) / (14 - out); days under 2 K of difference tell nothing."""
    figures = letter(Weathered()).figures()
    days = [date(2026, 3, day) for day in range(1, 32)]
    heating = {day: gas_kwh(day) + _quarters(day) * 0.25 for day in days}
    told = [day for day in days if 14.0 - outdoor_c(day) >= 2.0]
    extra = sum(heating[day] * 6.0 / (14.0 - outdoor_c(day)) for day in told)
    whole = sum(heating[day] for day in told) + extra
    assert figures["small.always_on_saving"].value == pytest.approx(extra)
    assert figures["small.always_on_saving_pct"].value == pytest.approx(100 * extra / whole)


def test_rooms_kept_at_comfort_all_day_save_nothing() -> None:
    assert letter(Weathered(inside_c=21.0)).figures()["small.always_on_saving"].value == pytest.approx(0.0)


@pytest.mark.parametrize("kind", ["month", "letter", "studio-pack"])
def test_the_seasonal_performance_of_a_heat_pump_is_told_and_of_a_boiler_without_heat_counter_said_why_not(kind: str) -> None:
    (report,) = make(kind, gathered(kind, heated_site(), Weathered(), *MARCH))
    figures = report.figures()
    assert figures["small.seasonal_performance.pump"].value == pytest.approx(3.0)
    boiler = figures["small.seasonal_performance.boiler"]
    assert isinstance(boiler.why, Say)
    assert (boiler.value, boiler.why.code) == (None, "why.heat_not_metered")
    (row,) = report.tables()["performance"].rows
    quarters = 31 * 96 - 4
    assert list(row[3:]) == pytest.approx([quarters * 0.75, quarters * 0.25, 3.0, 100.0])


def test_a_quarter_hour_without_heat_or_energy_is_in_neither_sum_as_the_calculator_has_it() -> None:
    night = Interval(datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC))
    (row,) = letter(Weathered([("pump-supply/energy", night)])).tables()["performance"].rows
    quarters = 31 * 96 - 4
    by_hand = seasonal_performance([0.75] * quarters, [None] * 96 + [0.25] * (quarters - 96))
    assert list(row[3:6]) == pytest.approx([by_hand.heat_kwh, by_hand.electricity_kwh, by_hand.factor])


def test_a_plant_whose_meter_serves_another_too_has_no_performance_of_its_own() -> None:
    site = heated_site()
    twin = replace(site.plants[1], id="twin", name="Twin")
    figure = letter(Weathered(), replace(site, plants=(*site.plants, twin))).figures()["small.seasonal_performance.pump"]
    assert isinstance(figure.why, Say)
    assert (figure.value, figure.why.code) == (None, "why.meter_shared")


def test_the_funders_report_tells_savings_with_method_and_uncertainty() -> None:
    (report,) = make("funder", gathered("funder", heated_site(), Weathered(), date(2026, 1, 1), date(2026, 12, 31)))
    (savings,) = [section for section in report.sections if section.id == "savings"]
    assert words(savings)[0].code == "note.saving_method"
    assert {"small.baseline_saving.gas", "small.saving_uncertainty.gas", "small.always_on_saving"} <= set(report.figures())
    whole = sum(gas_kwh(date(2026, 1, 1) + timedelta(days=day)) for day in range(365)) / 0.75
    assert report.figures()["small.baseline_saving.gas"].value == pytest.approx(whole / 4, rel=1e-6)


def test_the_panels_performance_ratio_is_said_in_words_to_need_irradiation() -> None:
    (report,) = make("month", gathered("month", heated_site(), Weathered(), *MARCH))
    ratio = report.figures()["small.performance_ratio"]
    assert (ratio.value, ratio.why) == (None, Say("why.no_plane_irradiation"))


def cells(report: Report) -> dict[str, tuple[object, ...]]:
    return {row[0].code: row[1:] for row in report.tables()["year_before"].rows if isinstance(row[0], Say)}


def test_the_letter_stands_beside_the_same_month_of_the_year_before() -> None:
    rows = cells(letter(Weathered()))
    before = sum(gas_kwh(date(2025, 3, day)) for day in range(1, 32))
    assert rows["carrier.gas"][:3] == (pytest.approx(whole_march() * 0.75), pytest.approx(before), pytest.approx(-25.0))
    assert rows["figure.load"][2] == pytest.approx(0.0)
    assert rows["carrier.gas"][3:5] == (None, None), "only heating is adjusted"


def test_heating_of_the_year_before_is_put_at_this_months_degree_days() -> None:
    class Colder(Weathered):
        """4 to 8 °C in 2025 (12 degree-days a day), 0 to 4 °C in 2026 (16)."""

        def series(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[Bucket]:
            found = super().series(site, point, interval, resolution)
            if resolution is Resolution.DAY or interval.start.year == 2025:
                return found
            return [replace(one, low=0.0, high=4.0) for one in found]

    report = letter(Colder())
    heating = cells(report)["use.heating"]
    before = sum(gas_kwh(date(2025, 3, day)) + _quarters(day=date(2025, 3, day)) * 0.25 for day in range(1, 32))
    now = sum(gas_kwh(date(2026, 3, day)) + _quarters(day=date(2026, 3, day)) * 0.25 for day in range(1, 32))
    assert heating[3:5] == (pytest.approx(before * 16 / 12), pytest.approx(100 * (now / (before * 16 / 12) - 1)))
    (section,) = [section for section in report.sections if section.id == "year_before"]
    (told,) = words(section)
    assert [getattr(value, "value", None) for _, value in told.values] == [pytest.approx(16 * 31), pytest.approx(12 * 31)]


def test_months_that_are_not_whole_are_not_compared() -> None:
    gone = Interval(datetime(2025, 3, 3, tzinfo=UTC), datetime(2025, 3, 9, tzinfo=UTC))
    rows = cells(letter(Weathered([("gas/energy", gone)])))
    assert rows["carrier.gas"][1] is not None
    assert (rows["carrier.gas"][2], rows["use.heating"][3], rows["use.heating"][4]) == (None, None, None)


def test_a_first_year_has_nothing_to_stand_beside() -> None:
    report = letter(Weathered(since=date(2026, 1, 1)))
    (section,) = [section for section in report.sections if section.id == "year_before"]
    assert [text.code for text in words(section)] == ["letter.no_year_before"]


def test_quarter_hours_are_those_of_the_clock() -> None:
    assert sum(_quarters(date(2026, 3, day)) for day in range(1, 32)) == (31 * timedelta(days=1) - timedelta(hours=1)) / SLOT
