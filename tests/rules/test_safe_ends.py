"""Every stated safe end as a table of instants: what is lost, what happens meanwhile, and what follows when it is back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from premises.booking import OverrideKind
from premises.command import Priority
from premises.errors import StoreUnavailableError
from premises.plan import Rung
from premises.reading import Reading
from rules.optimiser import LinearOptimiser
from tests.rules.studio import Story, at, booked, office, override, stage, studio
from tests.rules.test_optimised_plan import MODEL


def away(*_told: object, **_more: object) -> None:
    raise StoreUnavailableError("the book is locked")


def planned_evening() -> Story:
    """A stage whose model is learned, planned for a call at eight in the evening."""
    story = Story(studio(stage()), "2026-01-20 08:00")
    story.book_in(booked("2026-01-20 19:00", "2026-01-20 23:00"))
    story.runner.engine.models = {"stage": MODEL}
    story.runner.use(LinearOptimiser())
    return story


# --- process death ---


def test_a_restart_in_the_middle_of_a_planned_pre_heat_goes_on_with_plan_and_latch() -> None:
    """The new process knows no model yet: without the plan of before it would wait for the table's lead, an hour later."""
    story = planned_evening()
    story.runner.replan(at("2026-01-20 08:00"))
    begun = None
    for minute in range(0, 11 * 60, 5):
        moment = at("2026-01-20 08:00") + timedelta(minutes=minute)
        if moment.minute % 15 == 0:
            story.clock.set(moment)
            story.runner.replan(moment)
        decision = story.zone(f"{moment:%Y-%m-%d %H:%M}")
        if decision.state.value == "pre_heating":
            begun = moment + timedelta(minutes=5)
            break
    assert begun is not None
    before = story.zone(f"{begun:%Y-%m-%d %H:%M}")
    assert before.rung is Rung.OPTIMISED
    story.runner = story.new_runner()
    assert story.runner.engine.models == {}
    after = story.zone(f"{begun + timedelta(minutes=1):%Y-%m-%d %H:%M}")
    assert (after.state, after.rung, after.wanted_c) == (before.state, Rung.OPTIMISED, before.wanted_c)
    latch = story.runner.memory.zones["stage"].latch
    assert latch is not None
    assert latch.target_c == 20.0
    late = story.zone(f"{begun + timedelta(hours=2, minutes=5):%Y-%m-%d %H:%M}")  # nobody plans: the old plan is old
    assert (late.state.value, late.wanted_c) == ("pre_heating", 20.0)


def test_a_plan_that_is_too_old_is_not_taken_up() -> None:
    story = planned_evening()
    story.runner.replan(at("2026-01-20 08:00"))
    story.tick("2026-01-20 08:00")
    story.runner = story.new_runner()
    story.tick("2026-01-20 10:01")
    assert story.runner.plan is None


def test_what_people_wished_and_what_was_alarmed_outlives_the_process() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.overrides.put(override("stage", OverrideKind.TEMPERATURE, 17.0, "2026-01-20 06:00", "2026-01-20 09:00"))
    story.live.lose("stage/air_temperature")
    assert story.zone("2026-01-20 06:00").wanted_c == 17.0
    assert [alarm.cause for alarm in story.alarms.active("studio")] == ["sensor_lost"]
    story.runner = story.new_runner()
    story.measure(stage=15.0)
    assert story.zone("2026-01-20 06:10").wanted_c == 17.0
    assert story.alarms.active("studio") == []  # raised by the process before, cleared by this one
    assert story.zone("2026-01-20 09:00").wanted_c == 12.0


def test_minimum_rest_outlives_the_process() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.tick("2026-01-20 06:00")
    point = "heat-pump/heatpump_on"
    for minute, on in ((30, True), (40, True), (55, False), (58, False)):
        told = at(f"2026-01-20 06:{minute}")
        story.store.write("studio", [Reading(point, told, on, told)])
    story.live.show(point, False, at("2026-01-20 06:58"))
    story.book_in(booked("2026-01-20 08:00", "2026-01-20 12:00"))
    story.runner = story.new_runner()
    rows = []
    for clock in ("06:59", "07:04", "07:05"):
        story.tick(f"2026-01-20 {clock}")
        rows.append((clock, story.live.values[point].reading.value))
    assert rows == [("06:59", False), ("07:04", False), ("07:05", True)]


def test_started_while_the_book_is_away_it_takes_up_the_pre_heat_when_it_is_back() -> None:
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.book_in(booked("2026-01-20 12:00", "2026-01-20 18:00"))
    assert story.zone("2026-01-20 11:00").state.value == "pre_heating"
    latched = story.runner.memory.zones["stage"].latch
    story.runner, back = story.new_runner(), story.decisions.current
    story.decisions.current = away  # type: ignore[method-assign, assignment]
    assert story.zone("2026-01-20 11:05").state.value == "pre_heating"  # by its lead, which it still is time for
    story.decisions.current = back  # type: ignore[method-assign]
    story.tick("2026-01-20 11:06")
    now = story.runner.memory.zones["stage"].latch
    assert latched is not None
    assert now is not None
    assert now.claim == latched.claim
    assert story.runner.memory.zones["stage"].warm_at is not None


# --- books and store ---


def test_with_all_books_away_heat_goes_on_and_the_alarm_is_raised_when_they_are_back() -> None:
    story = Story(studio(office()), "2026-01-20 06:00")
    story.overrides.put(override("office", OverrideKind.TEMPERATURE, 18.0, "2026-01-20 06:00", "2026-01-20 07:30"))
    assert story.zone("2026-01-20 06:00", "office").wanted_c == 18.0
    kept = {}
    calls = [(story.book, "find"), (story.overrides, "active"), (story.decisions, "save")]
    for book, name in [*calls, (story.alarms, "raise_"), (story.plans, "save")]:
        kept[id(book), name] = (book, name, getattr(book, name))
        setattr(book, name, away)
    rows = []
    for clock, air in (("07:00", 15.0), ("07:29", 15.0), ("07:31", 15.0), ("08:00", 16.0), ("18:01", 20.0)):
        story.clock.set(at(f"2026-01-20 {clock}"))
        story.measure(office=air)
        rows.append((clock, next(d.wanted_c for d in story.tick(f"2026-01-20 {clock}").zones)))
    assert rows == [("07:00", 18.0), ("07:29", 18.0), ("07:31", 20.0), ("08:00", 20.0), ("18:01", 15.0)]  # the override ran out
    story.runner.replan(at("2026-01-20 18:01"))
    assert story.runner.plan is not None
    story.live.lose("office/air_temperature")
    story.tick("2026-01-20 18:02")
    assert story.alarms.kept == {}
    for book, name, method in kept.values():
        setattr(book, name, method)
    story.tick("2026-01-20 18:03")
    assert [alarm.cause for alarm in story.alarms.active("studio")] == ["sensor_lost"]


# --- the clock ---


@pytest.mark.parametrize("back", [timedelta(hours=6), timedelta(days=3), timedelta(minutes=4)])
def test_a_clock_set_back_holds_no_plant_off_for_hours(back: timedelta) -> None:
    """Off at midnight, set back at one minute past, and frost in the hall: ten minutes of rest, not six hours and ten."""
    story = Story(studio(stage()), "2026-01-20 23:00")
    point = "heat-pump/heatpump_on"
    story.measure(stage=14.0)
    story.live.show("stage/heating_demand.valve-1", 60.0, at("2026-01-20 23:00"))
    story.tick("2026-01-20 23:00")
    story.live.show("stage/heating_demand.valve-1", 0.0, at("2026-01-21 00:00"))
    story.tick("2026-01-21 00:00")
    assert story.live.values[point].reading.value is False
    moment = at("2026-01-21 00:01") - back
    story.measure(stage=6.5)
    seen = []
    for minute in range(12):
        story.tick(f"{moment + timedelta(minutes=minute):%Y-%m-%d %H:%M}")
        seen.append(story.live.values[point].reading.value)
    assert seen == [False] * 10 + [True] * 2 if back != timedelta(minutes=4) else seen[-1] is True


def test_a_clock_that_jumps_ahead_and_is_put_right_leaves_no_trace() -> None:
    """A day ahead for a minute, as of a broken time server: what was due then is let go, what is due now is as before."""
    story = Story(studio(stage()), "2026-01-20 06:00")
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 12:00"), booked("2026-01-21 09:00", "2026-01-21 12:00", name="tomorrow"))
    story.run("2026-01-20", [("08:00", 16.0, "pre_heating", 20.0, 0.0)])
    assert story.zone("2026-01-21 10:00").state.value == "occupied"
    story.run(
        "2026-01-20",
        [
            ("08:02", 16.1, "pre_heating", 20.0, 0.0),
            ("09:00", 19.9, "occupied", 20.0, 40.0),
            ("12:00", None, "set_back", 12.0, 40.0),
        ],
    )
    memory = story.runner.memory
    assert memory.zones["stage"].warm_at is not None
    assert memory.zones["stage"].warm_at <= at("2026-01-20 12:00")
    assert all(plant.since is None or plant.since <= at("2026-01-20 12:00") for plant in memory.plants.values())


# --- frost and plants ---


def test_frost_at_night_waits_for_the_plants_minimum_rest_and_not_longer() -> None:
    story = Story(studio(stage(setback_c=7.0)), "2026-01-20 20:00")
    point = "heat-pump/heatpump_on"
    story.book_in(booked("2026-01-20 12:00", "2026-01-20 20:30"))
    story.measure(stage=19.0, outdoor=-8.0)
    story.tick("2026-01-20 20:00")
    assert story.live.values[point].reading.value is True
    story.measure(stage=20.9)
    story.tick("2026-01-20 20:30")
    assert story.live.values[point].reading.value is False
    story.measure(stage=7.2)  # the big door, in a storm
    rows = []
    for clock in ("20:31", "20:39", "20:40"):
        decision = story.zone(f"2026-01-20 {clock}")
        rows.append((clock, decision.state.value, decision.wanted_c, story.live.values[point].reading.value))
    assert rows == [
        ("20:31", "frost_guard", 8.0, False),
        ("20:39", "frost_guard", 8.0, False),
        ("20:40", "frost_guard", 8.0, True),
    ]
    on = next(c for c in story.bus.sent if c.point == point)
    assert on.priority is Priority.SAFETY


# --- the solver ---


def test_a_solver_that_dies_or_hangs_costs_no_heat() -> None:
    """Planned by solver in the morning; then it is gone: two hours later the lead takes over, and the call is met by it."""
    story = planned_evening()
    assert story.runner.replan(at("2026-01-20 08:00")).zones[0].rung is Rung.OPTIMISED

    def dead(_outlook: object) -> None:
        raise RuntimeError("the solver's process is gone")

    story.runner.use(dead)
    plan = story.runner.replan(at("2026-01-20 08:15"))
    assert plan.zones[0].rung is Rung.TABLE
    assert story.zone("2026-01-20 12:00").state.value == "set_back"
    story.runner.use(lambda _outlook: None)  # it hangs: no answer in time
    assert story.runner.replan(at("2026-01-20 12:00")).zones[0].rung is Rung.TABLE
    decision = story.zone("2026-01-20 17:50")
    assert (decision.state.value, decision.wanted_c) == ("pre_heating", 20.0)
