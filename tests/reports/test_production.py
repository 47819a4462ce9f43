"""The production's statement: the meters of its stages in its windows, the sun in them, and a form for its carbon account."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from premises.booking import Booking, DayKind
from premises.site import Site
from premises.time import Interval
from reports.content import Report, Standing
from reports.inputs import Fuel, Supplements
from reports.kinds import ReportRefusedError, make
from tests.reports.flat import FlatStore, Gap, booking, gathered
from tests.reports.meters import small_site

DAYS = (date(2026, 5, 4), date(2026, 5, 8))
FLAT = {"grid/energy": 2.0, "grid/energy_export": 0.5, "pv/energy": 1.0, "rig/energy": 0.5, "gas/energy": 1.0}
SUN = 0.5 / 2.5  # self-consumed of the load, in every quarter hour


def statement(
    bookings: list[Booking], *, name: str = "Film", gaps: list[Gap] | None = None, papers: Supplements | None = None
) -> Report:
    inputs = gathered(
        "production", small_site(), FlatStore(FLAT, gaps or []), *DAYS, bookings=bookings, supplements=papers, only=name
    )
    (report,) = make("production", inputs)
    return report


def film(start: str, end: str, kind: DayKind = DayKind.SHOOT, *, name: str = "Film", watts: float = 0.0) -> Booking:
    return booking("small", "stage-1", f"2026-05-{start}", f"2026-05-{end}", kind=kind, production=name, watts=watts)


WEEK = [film("04T06:00", "04T16:00", DayKind.BUILD), film("05T06:00", "05T18:00"), film("06T06:00", "06T12:00", DayKind.STRIKE)]


def test_what_it_used_by_hand() -> None:
    figures = statement(WEEK).figures()
    assert figures["small.film.energy"].value == pytest.approx((10 + 12 + 6) * 4 * 0.5)
    assert figures["small.film.own_sun"].value == pytest.approx(56.0 * SUN)
    assert figures["small.film.per_stage_day"].value == pytest.approx(56.0 / 3)
    assert figures["small.film.per_hour"].value == pytest.approx(2.0)
    assert figures["small.film.scope2_location"].value == pytest.approx(56.0 * (1 - SUN) * 0.0519)
    covered = 0.25  # of the contract, by guarantees of origin
    assert figures["small.film.scope2_market"].value == pytest.approx(56.0 * (1 - SUN) * 0.0519 * (1 - covered))
    assert figures["small.film.price"].value == pytest.approx(56.0 * (1 - SUN) * 0.20)  # all of it by day, local time
    assert figures["small.film.energy"].completeness == 1.0


def test_preparation_shoot_and_strike_are_told_apart() -> None:
    table = statement(WEEK).tables()["stage_days"]
    told = {row[1].code: (row[2], row[3]) for row in table.rows}  # type: ignore[union-attr]
    assert told == {
        "day_kind.build": (1, Decimal("20.0")),
        "day_kind.shoot": (1, Decimal("24.0")),
        "day_kind.strike": (1, Decimal("12.0")),
    }
    assert table.total is not None
    assert table.total[3] == Decimal("56.0")


def test_two_productions_at_once_share_by_declared_lamp_power() -> None:
    both = [film("05T06:00", "05T18:00", watts=3000.0), film("05T06:00", "05T12:00", name="Other", watts=1000.0)]
    assert statement(both).figures()["small.film.energy"].value == pytest.approx(24 * 0.5 * 0.75 + 24 * 0.5)
    assert statement(both, name="Other").figures()["small.other.energy"].value == pytest.approx(24 * 0.5 * 0.25)
    undeclared = [replace(one, rig_power_w={}) for one in both]
    assert statement(undeclared).figures()["small.film.energy"].value == pytest.approx(24 * 0.5 * 0.5 + 24 * 0.5)


def test_standby_and_other_days_are_not_its_own() -> None:
    assert statement([film("05T06:00", "05T18:00")]).figures()["small.film.energy"].value == pytest.approx(24.0)


def test_a_gap_is_said_and_no_zero() -> None:
    ten = datetime(2026, 5, 5, 10, tzinfo=UTC)
    report = statement([film("05T06:00", "05T18:00")], gaps=[("rig/energy", Interval(ten, ten + timedelta(hours=3)))])
    energy = report.figures()["small.film.energy"]
    assert energy.value == pytest.approx(18.0)
    assert energy.completeness == pytest.approx(0.75)
    assert "production.gaps" in str(report.sections)


def test_a_stage_without_a_meter_is_named_and_not_told_as_zero() -> None:
    site = small_site()
    bare = replace(site, meters=tuple(replace(m, zones=()) for m in site.meters))
    inputs = gathered("production", bare, FlatStore(FLAT), *DAYS, bookings=WEEK)
    (report,) = make("production", inputs)
    assert report.figures()["small.film.energy"].value is None
    assert report.machine["electricity_kwh"] is None
    assert "production.unmetered" in str(report.sections)


def test_a_program_reads_the_same() -> None:
    papers = Supplements(fuels=(Fuel(date(2026, 5, 5), "non_road_diesel", 40.0, "litre", 392.4, "slip 3", "Film"),))
    report = statement(WEEK, papers=papers)
    told = json.loads(json.dumps(report.machine))
    assert told["schema"] == report.machine_schema == "greenroom/production-account/1"
    assert told["electricity_kwh"] == pytest.approx(56.0)
    assert told["scope2_location_kgco2e"] == pytest.approx(56.0 * (1 - SUN) * 0.0519)
    assert [use["kwh"] for use in told["uses"]] == pytest.approx([20.0, 24.0, 12.0])
    assert told["generator_fuels"][0]["quantity"] == 40.0
    assert told["stage_days"] == {"build": 1, "shoot": 1, "strike": 1}
    assert len(told["bookings"]) == 3


def test_the_sun_by_hour_and_the_rest_make_the_whole() -> None:
    (chart,) = [b for s in statement(WEEK).sections if s.id == "hours" for b in s.blocks]
    rest, sun = (series.values for series in chart.series)  # type: ignore[union-attr]
    assert sum(value or 0 for value in (*rest, *sun)) == pytest.approx(56.0)
    assert rest[3] == 0.0
    assert sun[9] == pytest.approx(3 * 4 * 0.5 * SUN)  # 09:00 local is 07:00 UTC: all three days


def test_an_energy_without_factor_is_refused_for_the_carbon_account() -> None:
    site: Site = replace(small_site(), country="US")
    (report,) = make("production", gathered("production", site, FlatStore(FLAT), *DAYS, bookings=WEEK))
    assert report.standing is Standing.REFUSED
    assert report.machine["scope2_location_kgco2e"] is None
    assert report.machine["electricity_kwh"] == pytest.approx(56.0)


def test_an_unknown_production_is_told_which_there_are() -> None:
    with pytest.raises(ReportRefusedError, match="Film"):
        statement(WEEK, name="Nobody")
