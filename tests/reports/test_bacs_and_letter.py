"""Evidence for the BACS decree, the studio pack and the monthly letter: from what was decided, found and metered."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from premises.booking import BookingKey, DayKind
from premises.decision import ZoneDecision, ZoneState
from premises.losses import Loss, LossKind
from premises.plan import Rung
from premises.quantities import QUANTITIES
from premises.reason import Reason
from premises.reporting import BacsClass, BacsFunction, BacsName
from premises.site import Plant, PlantKind, Point, Site
from premises.tariff import Carrier
from premises.time import Interval
from reports.bacs.assessment import assessed, building_class
from reports.content import Points, Report
from reports.inputs import Inputs
from reports.kinds import make
from reports.letter.readiness import readiness_of
from tests.reports.flat import FlatStore, booking, gathered
from tests.reports.meters import small_site

MAY = (date(2026, 5, 1), date(2026, 5, 31))
FLAT = {"grid/energy": 2.0, "grid/energy_export": 0.5, "pv/energy": 1.0, "rig/energy": 0.5, "gas/energy": 1.0}
CALL = datetime(2026, 5, 5, 6, tzinfo=UTC)
SHOOT = booking("small", "stage-1", "2026-05-05T06:00", "2026-05-05T18:00", production="Film")


def heated(site: Site | None = None) -> Site:
    site = site or small_site()
    boiler = Plant("boiler", "Boiler", PlantKind.BOILER, Carrier.GAS, 320_000.0, meter="gas")
    zone = replace(site.zones[0], heating_plant="boiler")
    points = tuple(
        Point(f"stage-1/{name}", "small", "stage-1", QUANTITIES[name], "valve", zone="stage-1", writable=writable)
        for name, writable in (("setpoint_temperature", True), ("occupancy", False))
    )
    return replace(site, zones=(zone,), plants=(boiler,), points=(*site.points, *points))


def decided(
    at: datetime, state: ZoneState, air_c: float | None, wanted_c: float | None = 20.0, rung: Rung | None = None
) -> ZoneDecision:
    reason = Reason("ready")
    return ZoneDecision("stage-1", at, state, wanted_c, None, reason, Reason("light_off"), BookingKey("test", "x"), rung, air_c)


def loss(kwh: float | None, *, closed: bool = False) -> Loss:
    since = datetime(2026, 5, 10, tzinfo=UTC)
    end = since + timedelta(days=2)
    ended = end if closed else None
    return Loss(f"loss-{kwh}", "small", LossKind.HEAT_UNBOOKED, "stage-1", since, end, kwh, end, "stage-1", 2, ended)


def with_books(kind: str, decisions: tuple[ZoneDecision, ...], losses: tuple[Loss, ...] = (), site: Site | None = None) -> Inputs:
    inputs = gathered(kind, site or heated(), FlatStore(FLAT), *MAY, bookings=[SHOOT])
    (one,) = inputs.sites
    return replace(inputs, sites=(replace(one, decisions=decisions, losses=losses),))


def test_a_class_is_claimed_only_with_the_decisions_that_prove_it() -> None:
    none = {told.function: told for told in assessed(with_books("bacs", ()).sites[0])}
    assert none[BacsName.INTERMITTENCE].proven is None
    table = with_books("bacs", (decided(CALL, ZoneState.SET_BACK, 15.0),)).sites[0]
    assert {t.function: t.proven for t in assessed(table)}[BacsName.INTERMITTENCE] is BacsClass.C
    learned = with_books("bacs", (decided(CALL, ZoneState.PRE_HEATING, 15.0, rung=Rung.LEARNED),)).sites[0]
    assert {t.function: t.proven for t in assessed(learned)}[BacsName.INTERMITTENCE] is BacsClass.B
    planned = with_books("bacs", (decided(CALL, ZoneState.PRE_HEATING, 15.0, rung=Rung.OPTIMISED),)).sites[0]
    assert {t.function: t.proven for t in assessed(planned)}[BacsName.INTERMITTENCE] is BacsClass.A


def test_the_building_has_its_lowest_class_and_none_while_something_is_unproven() -> None:
    one = with_books("bacs", (decided(CALL, ZoneState.PRE_HEATING, 15.0, rung=Rung.OPTIMISED),), (loss(40.0),)).sites[0]
    found = assessed(one)
    assert building_class(found) is BacsClass.D  # the distribution's temperature is not set by demand here
    assert building_class(assessed(with_books("bacs", ()).sites[0])) is None


def test_what_a_paper_states_is_printed_and_raises_nothing() -> None:
    site = replace(heated(), bacs=(BacsFunction(BacsName.HEAT_DISTRIBUTION, BacsClass.A, document="note"),))
    told = {t.function: t for t in assessed(with_books("bacs", (), site=site).sites[0])}[BacsName.HEAT_DISTRIBUTION]
    assert (told.stated, told.proven) == (BacsClass.A, BacsClass.D)
    absent = replace(heated(), bacs=(BacsFunction(BacsName.HEAT_DISTRIBUTION, present=False),))
    assert not {t.function: t for t in assessed(with_books("bacs", (), site=absent).sites[0])}[BacsName.HEAT_DISTRIBUTION].present


def test_hours_by_functional_zone_are_told_whole_or_not_at_all() -> None:
    ten = datetime(2026, 5, 5, 10, tzinfo=UTC)
    gap = [("rig/energy", Interval(ten, ten + timedelta(minutes=15)))]
    (report,) = make("bacs", gathered("bacs", heated(), FlatStore(FLAT, gap), *MAY))
    table = next(a.table for a in report.attachments if a.id == "hourly_small")
    place = [column.id for column in table.columns].index("stage-1.rig.rig_kwh")
    assert len(table.rows) == 31 * 24
    by_hour = {row[0]: row[place] for row in table.rows}
    assert by_hour[ten] is None
    assert by_hour[ten + timedelta(hours=1)] == 2.0


def test_losses_and_months_are_listed() -> None:
    (report,) = make("bacs", with_books("bacs", (), (loss(40.0), loss(None, closed=True))))
    rows = report.tables()["losses_small"].rows
    assert [(row[2], row[4], row[6] is None) for row in rows] == [("Stage 1", 40.0, True), ("Stage 1", None, False)]
    assert report.tables()["monthly_small"].rows
    assert "bacs.duty_now" in str(report.sections[0])  # 320 kW


@pytest.mark.parametrize(
    ("told", "ready"),
    [
        ([(CALL, ZoneState.OCCUPIED, 19.6)], True),
        ([(CALL, ZoneState.OCCUPIED, 19.4)], False),
        ([(CALL - timedelta(hours=1), ZoneState.READY, 20.0)], True),
        ([(CALL - timedelta(hours=2), ZoneState.PRE_HEATING, 16.0)], False),
        ([(CALL - timedelta(hours=9), ZoneState.SET_BACK, 20.0)], None),
        ([(CALL, ZoneState.OCCUPIED, None)], None),
        ([], None),
    ],
)
def test_ready_means_warm_when_people_came(told: list[tuple[datetime, ZoneState, float | None]], ready: bool | None) -> None:
    decisions = tuple(decided(*one) for one in told)
    (found,) = readiness_of(with_books("letter", decisions).sites[0])
    assert found.ready is ready


def letter(decisions: tuple[ZoneDecision, ...], losses: tuple[Loss, ...] = ()) -> Report:
    (report,) = make("letter", with_books("letter", decisions, losses))
    return report


def items(report: Report) -> list[str]:
    blocks = [block for section in report.sections if section.id == "to_do" for block in section.blocks]
    return [text.code for block in blocks if isinstance(block, Points) for text in block.items]  # type: ignore[union-attr]


def test_the_letter_says_what_to_do_the_most_useful_first() -> None:
    late = (decided(CALL, ZoneState.OCCUPIED, 17.0),)
    assert items(letter(late, (loss(5.0), loss(90.0), loss(70.0, closed=True)))) == [
        "advice.loss",
        "advice.loss",
        "advice.late",
        "advice.standby_of",
    ]
    assert "letter.not_ready" in str(letter(late).sections)
    assert "letter.all_ready" in str(letter((decided(CALL, ZoneState.OCCUPIED, 20.0),)).sections)


def test_standby_of_a_stage_is_what_it_used_unbooked() -> None:
    (row,) = letter(()).tables()["standby"].rows
    booked = 12 * 4 * 0.5
    assert row[1] == pytest.approx(31 * 96 * 0.5 - booked)


def test_the_studio_pack_tells_stages_by_kind_of_day_and_lines_by_production() -> None:
    (report,) = make("studio-pack", with_books("studio-pack", ()))
    (stage,) = report.tables()["stage_days_small"].rows
    assert (stage[1].code, stage[2], stage[3], stage[4]) == (f"day_kind.{DayKind.SHOOT.value}", 1, 24.0, 24.0)  # type: ignore[union-attr]
    (line,) = report.tables()["cnc"].rows
    assert (line[1], line[4]) == ("Film", 24.0)
    assert line[7] is None  # no fuel was put in: not 0 litres
    assert report.figures()["small.sub_metered"].value == pytest.approx(100 * 0.5 / 2.5)
