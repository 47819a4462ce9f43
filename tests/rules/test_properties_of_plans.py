"""What holds of plans, answers and pushed schedules, whatever is booked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from premises.booking import Booking, BookingStatus, DayKind
from premises.plan import Readiness
from premises.time import Interval
from rules.answer import answered, asking
from rules.claims import schedule
from rules.daylight import sun_height
from rules.decide import decide
from rules.layout import layout_of
from rules.lp_solve import Solver
from rules.optimise import optimised_plan
from rules.projection import ZoneStart
from rules.pushed import device_schedules
from rules.simple_plan import Outlook, simple_plan
from rules.snapshot import Forecast, Snapshot
from rules.thermal import ZoneModel
from tests.rules.studio import at, booked, make_up, office, stage, studio

SITE = studio(stage(), make_up(follows=()), office(daylight=1.0), plant_power_w=45000)
LAYOUT = layout_of(SITE)
NOW = at("2026-01-20 00:00")
MODEL = ZoneModel(0.04, 0.012, 1.6e-5, 1.5e-5, 32.0, learned=True, error_k=0.3)
MODELS = {"stage": MODEL, "make-up": replace(MODEL, heat=2e-4, gain=2e-4), "office": replace(MODEL, heat=8e-5, gain=8e-5)}
ANY_STATUS = st.sampled_from(BookingStatus)
NOT_ACTING = st.sampled_from([BookingStatus.OPTION, BookingStatus.HOLD])


@st.composite
def a_booking(draw: st.DrawFn, statuses: st.SearchStrategy[BookingStatus] = ANY_STATUS) -> Booking:
    call = NOW + timedelta(minutes=15 * draw(st.integers(-8, 160)))
    wrap = call + timedelta(minutes=15 * draw(st.integers(1, 60)))
    zones = draw(st.sampled_from([("stage",), ("make-up",), ("stage", "make-up")]))
    base = booked("2026-01-20 00:00", "2026-01-20 01:00", *zones, name=str(draw(st.integers(0, 9))), status=draw(statuses))
    turn_over = draw(st.one_of(st.none(), st.just(call + (wrap - call) / 2)))
    kind = draw(st.sampled_from([DayKind.SHOOT, DayKind.BUILD, DayKind.REHEARSAL, DayKind.MAINTENANCE]))
    wish = draw(st.one_of(st.none(), st.floats(16, 24)))
    held = Interval(call - timedelta(hours=1), wrap + timedelta(hours=1))
    return replace(base, held=held, call=call, wrap=wrap, turn_over=turn_over, day_kind=kind, comfort_c=wish)


def outlook(found: list[Booking], outdoor: float, air: float, *, learned: bool = True) -> Outlook:
    claims = schedule(SITE, found, Interval(NOW - timedelta(2), NOW + timedelta(10)))
    starts = {zone: ZoneStart(air, air, None) for zone in MODELS}
    return Outlook(
        SITE, NOW, claims, starts, Forecast(NOW, NOW, (outdoor,) * 192), lambda _c, _t: 0.05, models=MODELS if learned else {}
    )


weathers, airs = st.floats(-12, 18), st.floats(8, 23)


@settings(max_examples=12, deadline=None)
@given(st.lists(a_booking(), max_size=3), weathers, airs)
def test_a_plan_is_never_outside_the_limits_of_plant_and_emitters(found: list[Booking], outdoor: float, air: float) -> None:
    plan = optimised_plan(outlook(found, outdoor, air), Solver().solve)
    assert plan is not None
    heat = {zone.zone: np.array([slot.heat_w for slot in zone.slots]) for zone in plan.zones}
    assert np.sum(list(heat.values()), axis=0).max() <= 45000 * 1.001
    for zone, course in heat.items():
        assert (course >= -1e-6).all()
        assert (course <= SITE.zone(zone).emitter_power_w * 1.001).all()
    water = [supply for course in plan.supply_c.values() for supply in course if supply is not None]
    assert max(water, default=0.0) <= 55.0


@settings(max_examples=12, deadline=None)
@given(a_booking(), weathers, airs, st.booleans())
def test_an_answer_holds_together(booking: Booking, outdoor: float, air: float, learned: bool) -> None:
    view = outlook([], outdoor, air, learned=learned)
    answers = answered(view, booking, asking([], None, Solver().solve if learned else None))
    again = answered(view, booking, asking([], None, Solver().solve if learned else None))
    assert answers == again  # the same question, the same answer
    for answer in answers:
        if answer.energy_low_kwh is not None and answer.energy_high_kwh is not None:
            assert 0 <= answer.energy_low_kwh <= answer.energy_kwh <= answer.energy_high_kwh
        if answer.probability is not None:
            assert 0.0 < answer.probability < 1.0
        if answer.readiness is Readiness.READY and answer.ready_at is not None:
            assert answer.ready_at <= max(answer.due_at, NOW)
        if answer.confirm_by is not None:
            assert NOW < answer.confirm_by < answer.due_at
            assert answer.later[0].readiness is Readiness.READY
        assert [later.at for later in answer.later] == sorted({later.at for later in answer.later})
        for reason in (*answer.reasons, *answer.surer, *answer.conflicts):
            assert all(reason.text(language) for language in ("en", "fr", "nl"))


@settings(max_examples=40, deadline=None)
@given(st.lists(a_booking(NOT_ACTING), max_size=3), weathers, airs)
def test_nothing_is_pushed_to_devices_for_an_option(found: list[Booking], outdoor: float, air: float) -> None:
    pushed = []
    for bookings in (found, []):
        view = outlook(bookings, outdoor, air, learned=False)
        schedules = device_schedules(SITE, LAYOUT, view.schedule, simple_plan(view), NOW)
        pushed.append([(s.point, s.steps, s.rest) for s in schedules])
    assert pushed[0] == pushed[1]


@settings(max_examples=60, deadline=None)
@given(st.lists(a_booking(), max_size=3), st.integers(0, 47), st.booleans())
def test_neither_daylight_nor_a_scene_makes_it_dark_on_people(found: list[Booking], hours: int, present: bool) -> None:
    now = NOW + timedelta(hours=hours, minutes=10)
    claims = schedule(SITE, found, Interval(now - timedelta(2), now + timedelta(2)))
    decision = decide(Snapshot(now, SITE, LAYOUT, claims, outdoor_c=3.0))
    for zone in decision.zones:
        if any(claim.acts and claim.start <= now < claim.end for claim in claims[zone.zone]):
            assert zone.light_pct is not None
            assert zone.light_pct >= 10.0


@given(st.datetimes(at("2026-01-01 00:00").replace(tzinfo=None), at("2026-12-31 00:00").replace(tzinfo=None)))
def test_the_sun_stays_between_the_tropics(moment: object) -> None:
    height = sun_height(SITE, moment.replace(tzinfo=NOW.tzinfo))  # type: ignore[attr-defined]
    assert -65.0 < height < 65.0
