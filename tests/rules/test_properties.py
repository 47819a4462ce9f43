"""What holds whatever is booked, measured and wished."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from premises.booking import Booking, BookingStatus, DayKind, Override, OverrideKind
from premises.ports import LiveValue
from premises.reading import Reading, Value
from premises.reason import REASONS, Reason
from premises.time import Interval
from rules.answer import answered, asking
from rules.claims import schedule
from rules.decide import decide
from rules.layout import layout_of
from rules.lp_solve import Solver
from rules.optimise import optimised_plan
from rules.projection import ZoneStart
from rules.simple_plan import Outlook, simple_plan
from rules.snapshot import Forecast, Memory, Snapshot
from rules.thermal import ZoneModel
from tests.rules.studio import at, booked, make_up, office, stage, studio

SITE = studio(stage(), make_up(), office())
LAYOUT = layout_of(SITE)
NOON = at("2026-01-20 12:00")

ANY_STATUS = st.sampled_from(BookingStatus)
minutes = st.integers(-1500, 1500)
temperatures = st.one_of(st.none(), st.floats(-5, 35))


@st.composite
def bookings(draw: st.DrawFn, statuses: st.SearchStrategy[BookingStatus] = ANY_STATUS) -> list[Booking]:
    found = []
    for index in range(draw(st.integers(0, 4))):
        call = NOON + timedelta(minutes=draw(minutes))
        wrap = call + timedelta(minutes=draw(st.integers(0, 900)))
        booking = booked(
            "2026-01-20 00:00", "2026-01-20 01:00", name=str(index), kind=draw(st.sampled_from(DayKind)), status=draw(statuses)
        )
        found.append(replace(booking, held=Interval(call, wrap + timedelta(1)), call=call, wrap=wrap))
    return found


@st.composite
def overrides(draw: st.DrawFn) -> tuple[Override, ...]:
    kinds = draw(st.lists(st.sampled_from(OverrideKind), max_size=3))
    return tuple(
        Override(
            str(index), "studio", "stage", kind, draw(st.floats(0, 30)),
            NOON + timedelta(minutes=draw(minutes)), NOON + timedelta(1, draw(st.integers(1, 90000))), "somebody",
        )
        for index, kind in enumerate(kinds)
    )  # fmt: skip


def snapshot(
    found: list[Booking],
    wishes: tuple[Override, ...],
    air: float | None,
    outdoor: float | None,
    now: datetime = NOON,
    present: bool = False,
) -> Snapshot:
    latest: dict[str, LiveValue] = {}

    def show(point: str, value: Value) -> None:
        latest[point] = LiveValue(Reading(point, now, value, now), known=True)

    if air is not None:
        show("stage/air_temperature", air)
    show("stage/occupancy", present)
    claims = schedule(SITE, found, Interval(now - timedelta(2), now + timedelta(10)))
    return Snapshot(now, SITE, LAYOUT, claims, wishes, latest, outdoor, memory=Memory())


@given(bookings(), overrides(), temperatures, temperatures)
def test_the_same_snapshot_has_the_same_answer(
    found: list[Booking], wishes: tuple[Override, ...], air: float | None, outdoor: float | None
) -> None:
    assert decide(snapshot(found, wishes, air, outdoor)) == decide(snapshot(found, wishes, air, outdoor))


@given(bookings(), overrides(), temperatures, temperatures)
def test_frost_always_wins(found: list[Booking], wishes: tuple[Override, ...], air: float | None, outdoor: float | None) -> None:
    decision = decide(snapshot(found, wishes, air, outdoor))
    for zone in decision.zones:
        assert zone.wanted_c is not None
        assert zone.wanted_c >= SITE.zone(zone.zone).frost_c
    for command in decision.commands:
        if "setpoint_temperature" in command.point:
            assert float(command.value) >= 7.0


@given(bookings(st.sampled_from([BookingStatus.OPTION, BookingStatus.HOLD, BookingStatus.CANCELLED])), temperatures, temperatures)
def test_never_heat_for_an_option(found: list[Booking], air: float | None, outdoor: float | None) -> None:
    with_them = decide(snapshot(found, (), air, outdoor))
    without = decide(snapshot([], (), air, outdoor))
    assert [(z.state, z.wanted_c, z.light_pct) for z in with_them.zones] == [
        (z.state, z.wanted_c, z.light_pct) for z in without.zones
    ]
    assert [(c.point, c.value) for c in with_them.commands] == [(c.point, c.value) for c in without.commands]


@settings(max_examples=200)
@given(bookings(), overrides(), st.integers(-1400, 1400), st.booleans())
def test_never_dark_on_people(found: list[Booking], wishes: tuple[Override, ...], minute: int, present: bool) -> None:
    now = NOON + timedelta(minutes=minute)
    decision = next(z for z in decide(snapshot(found, wishes, 18.0, 3.0, now, present)).zones if z.zone == "stage")
    margin = SITE.zone("stage").light_margin
    people = present or any(b.acts and b.call_at <= now < b.wrap_at + margin for b in found)
    if people:
        assert decision.light_pct is not None
        assert decision.light_pct >= 10.0


@given(bookings(), overrides(), temperatures, temperatures)
def test_the_plant_stays_within_its_limits(
    found: list[Booking], wishes: tuple[Override, ...], air: float | None, outdoor: float | None
) -> None:
    for command in decide(snapshot(found, wishes, air, outdoor)).commands:
        if command.point == "heat-pump/supply_setpoint":
            assert 25.0 <= float(command.value) <= 55.0


PLAIN = frozenset(
    ["unheated", "light_none", "light_off", "plant_off", "plant_min_rest", "answer_unheated", "answer_not_acted", "surer_sensor"]
)
"""Reasons that have nothing to count."""
DOTTED = re.compile(r"\d\.\d")
CODE = re.compile(r"[a-z]+_[a-z]|[{}]|\?\?|nan|None|-0[.,]0\b|inf\b")
LONGEST = 210


def said(reason: Reason) -> None:
    """In every language: short, with its numbers as that language writes them, and nothing of a program in it."""
    for language in REASONS.languages():
        text = reason.text(language)
        assert 0 < len(text) <= LONGEST
        assert not CODE.search(text), text
        assert reason.code in PLAIN or any(letter.isdigit() for letter in text), text
        assert language == "en" or not DOTTED.search(text), text


@given(bookings(), overrides(), temperatures, temperatures)
def test_every_decision_can_be_said(
    found: list[Booking], wishes: tuple[Override, ...], air: float | None, outdoor: float | None
) -> None:
    decision = decide(snapshot(found, wishes, air, outdoor))
    for zone in decision.zones:
        said(zone.heat_reason)
        said(zone.light_reason)
    for command in decision.commands:
        said(command.reason)
    for alarm in decision.alarms:
        if alarm.cause not in ("sensor_lost",):
            said(alarm.reason)


@st.composite
def outlooks(draw: st.DrawFn) -> tuple[Outlook, list[Booking]]:
    """A zone with a learned model or without, known or not, in some weather, with or without sun, by one price or two."""
    found = draw(bookings())
    now = NOON + timedelta(minutes=draw(minutes))
    outdoor, air = draw(st.floats(-15, 25)), draw(st.floats(5, 24))
    pv = tuple(draw(st.floats(0, 80000)) if 36 <= k % 96 < 60 else 0.0 for k in range(4)) * 48 if draw(st.booleans()) else ()
    claims = schedule(SITE, found, Interval(now - timedelta(2), now + timedelta(10)))
    model = ZoneModel(0.04, 0.012, 1.6e-5, 1.5e-5, 32.0, learned=True, error_k=draw(st.floats(0.05, 2)))
    starts = {zone.id: ZoneStart(air, air, None) for zone in SITE.zones if draw(st.booleans())}
    models = {zone.id: model for zone in SITE.zones if draw(st.booleans())}
    forecast = Forecast(now, now, (outdoor,) * 240, pv_w=pv, base_w=(0.0,) * 240 if pv else ())
    return Outlook(SITE, now, claims, starts, forecast, lambda _c, _t: 0.05, models=models), found


@pytest.mark.slow
@settings(max_examples=15)
@given(outlooks())
def test_every_slot_of_a_plan_can_be_said(drawn: tuple[Outlook, list[Booking]]) -> None:
    view, _ = drawn
    for plan in (simple_plan(view), optimised_plan(view, Solver().solve)):
        for reason in {slot.reason.text("en"): slot.reason for zone in plan.zones for slot in zone.slots}.values() if plan else ():
            said(reason)


@pytest.mark.slow
@settings(max_examples=15)
@given(outlooks(), st.booleans())
def test_every_answer_can_be_said(drawn: tuple[Outlook, list[Booking]], solved: bool) -> None:
    view, found = drawn
    for booking in found[:1]:
        for answer in answered(view, booking, asking(found, simple_plan(view), Solver().solve if solved else None)):
            for reason in (*answer.reasons, *answer.conflicts, *answer.surer):
                said(reason)
