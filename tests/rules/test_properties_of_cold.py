"""What holds of cold whatever is booked, measured and wished."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from premises.booking import Booking, BookingStatus, DayKind
from premises.decision import ZoneState
from premises.ports import LiveValue
from premises.reading import Reading
from premises.site import Emitter
from premises.time import Interval
from rules.claims import schedule
from rules.cooling import TURN_REST
from rules.decide import decide
from rules.layout import layout_of
from rules.snapshot import Memory, Snapshot
from tests.rules.studio import at, booked, hall, stage, studio

SITE = studio(hall(), stage(id="ceilings", cooling_plant="heat-pump", comfort=hall().comfort, emitter=Emitter.RADIANT_PANEL))
LAYOUT = layout_of(SITE)
NOON = at("2026-07-20 12:00")
STEP = timedelta(minutes=5)
URGENT = (ZoneState.FROST_GUARD, ZoneState.OVERRIDDEN)
airs = st.lists(st.tuples(st.floats(14, 34), st.floats(14, 34)), min_size=1, max_size=10)


@st.composite
def bookings(draw: st.DrawFn, statuses: st.SearchStrategy[BookingStatus]) -> list[Booking]:
    found = []
    for index in range(draw(st.integers(1, 4))):
        call = NOON + timedelta(minutes=draw(st.integers(-400, 400)))
        wrap = call + timedelta(minutes=draw(st.integers(10, 600)))
        booking = booked(
            "2026-07-20 00:00", "2026-07-20 01:00", draw(st.sampled_from(["hall", "ceilings"])), name=str(index),
            kind=DayKind.AUDIENCE, status=draw(statuses),
        )  # fmt: skip
        found.append(replace(booking, held=Interval(call, wrap + timedelta(1)), call=call, wrap=wrap))
    return found


def run(booked_in: list[Booking], course: list[tuple[float, float]], outdoor: float = 30.0) -> list[Memory]:
    """Two hours of ticks; each pair of temperatures holds until the next. The memory after each tick."""
    memory, found = Memory(), []
    claims = schedule(SITE, booked_in, Interval(NOON - timedelta(days=1), NOON + timedelta(days=2)))
    for step in range(24):
        now = NOON + step * STEP
        pair = course[step * len(course) // 24]
        told = {"hall/air_temperature": pair[0], "ceilings/air_temperature": pair[1], "weather/outdoor_temperature": outdoor}
        latest = {point: LiveValue(Reading(point, now, value, now), known=True) for point, value in told.items()}
        decision = decide(
            Snapshot(now=now, site=SITE, layout=LAYOUT, schedule=claims, latest=latest, outdoor_c=outdoor, memory=memory)
        )
        memory = decision.memory
        found.append(memory)
        for zone in decision.zones:
            if zone.cool_c is not None:
                assert zone.air_c is not None
                assert zone.air_c > (zone.wanted_c or 0.0)
                assert zone.state not in URGENT
        supply = memory.plants["heat-pump"]
        if supply.on and supply.way == "cold" and supply.supply_c is not None:
            plant = SITE.plants[0]
            assert plant.cool_supply_min_c <= supply.supply_c <= 26.0
        elif supply.on and supply.way == "heat" and supply.supply_c is not None:
            assert supply.supply_c <= SITE.plants[0].supply_max_c
    return found


@given(bookings(st.sampled_from([BookingStatus.OPTION, BookingStatus.HOLD, BookingStatus.CANCELLED])), airs)
@settings(max_examples=40, deadline=None)
def test_nobody_is_cooled_for_what_is_not_confirmed(undecided: list[Booking], course: list[tuple[float, float]]) -> None:
    """Whatever is only an option changes nothing that is done."""
    with_them, without = run(undecided, course), run([], course)
    assert [memory.plants for memory in with_them] == [memory.plants for memory in without]
    assert [memory.zones["hall"].cooling for memory in with_them] == [memory.zones["hall"].cooling for memory in without]


@given(bookings(st.just(BookingStatus.CONFIRMED)), airs)
@settings(max_examples=60, deadline=None)
def test_no_zone_and_no_plant_turns_within_its_rest(confirmed: list[Booking], course: list[tuple[float, float]]) -> None:
    """Between heat and cold in one zone, and hot and cold water in one plant, lies half an hour at least."""
    heated: dict[str, int] = {}
    cooled: dict[str, int] = {}
    water: dict[str, int] = {}
    for step, memory in enumerate(run(confirmed, course)):
        now = NOON + step * STEP
        for name, zone in memory.zones.items():
            if zone.heated_at == now:
                heated[name] = step
                assert name not in cooled or (step - cooled[name]) * STEP >= TURN_REST
            if zone.cooled_at == now:
                cooled[name] = step
                assert name not in heated or (step - heated[name]) * STEP >= TURN_REST
        plant = memory.plants["heat-pump"]
        if plant.on and plant.way:
            other = "cold" if plant.way == "heat" else "heat"
            assert other not in water or (step - water[other]) * STEP >= TURN_REST
            water[plant.way] = step


@given(bookings(st.just(BookingStatus.CONFIRMED)), airs)
@settings(max_examples=20, deadline=None)
def test_the_same_course_is_decided_the_same_way_twice(confirmed: list[Booking], course: list[tuple[float, float]]) -> None:
    assert run(confirmed, course) == run(confirmed, course)
