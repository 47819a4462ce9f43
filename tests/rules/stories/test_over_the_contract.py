"""A phase draws more than the contract gives: heat waits where it is needed least, and comes back with the room for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from premises.booking import Floor, OverrideKind
from premises.command import Priority
from premises.site import Zone
from premises.time import SLOT
from tests.rules.stories.test_phases import EACH_W, contracted
from tests.rules.studio import Story, at, booked, override, stage, studio

NOON = "2026-01-20 12:00"


def zone(name: str, **more: object) -> Zone:
    return stage(id=name, name=name.title(), emitter_power_w=6000, **more)


def house(*zones: Zone, plant: tuple[int, ...] = (1, 2, 3)) -> Story:
    """Zones of 6 kW on one heat pump, on a contract of 9 kVA: 2.85 kW a phase."""
    base = contracted(plant=plant)
    site = studio(*zones)
    points = (*site.points, *(p for p in base.points if p.quantity.name == "power"))
    return Story(replace(site, meters=base.meters, contracts=base.contracts, points=points, plants=base.plants), NOON)


def draw(story: Story, l1: float, l2: float | None = None, l3: float | None = None, pump: float = 6000.0) -> None:
    """What the meters show at the next tick."""
    now = story.clock.now()
    each = (l1, l1 if l2 is None else l2, l1 if l3 is None else l3)
    for phase, watts in enumerate(each, start=1):
        story.live.show(f"grid/power.l{phase}", watts, now)
    story.live.show("grid/power", sum(each), now)
    story.live.show("heat-pump/power", pump, now)


def wanted(story: Story, when: str) -> dict[str, float | None]:
    return {decision.zone: decision.wanted_c for decision in story.tick(when).zones}


def alarms(story: Story) -> list[str]:
    return [alarm.cause for alarm in story.alarms.active("studio") if alarm.cause != "not_ready"]


def test_the_least_urgent_waits_and_comes_back_when_the_kettle_is_off() -> None:
    """One is in use, one is heated up for the evening. The evening waits; ten minutes later there is room again."""
    story = house(zone("now"), zone("tonight"))
    story.book_in(
        booked("2026-01-20 09:00", "2026-01-20 22:00", "now"), booked("2026-01-20 14:00", "2026-01-20 22:00", "tonight", name="b2")
    )
    story.measure(now=19.4, tonight=14.0)
    draw(story, 2500)
    assert wanted(story, "2026-01-20 12:00") == {"now": 20.0, "tonight": 20.0}
    assert alarms(story) == []
    draw(story, 3200, 2500, 2500)
    assert wanted(story, "2026-01-20 12:01") == {"now": 20.0, "tonight": 12.0}
    assert story.sent["tonight/setpoint_temperature.valve-1"] == 12.0
    shown = story.decisions.now["tonight"]
    assert shown.heat_reason.text("en") == "heat waits: phase L1 of the supply draws 3.2 of 2.9 kW"
    assert alarms(story) == ["power_over"]
    draw(story, 2000, pump=3000)
    assert wanted(story, "2026-01-20 12:05")["tonight"] == 12.0  # not before ten minutes
    draw(story, 1200, pump=1700)
    assert wanted(story, "2026-01-20 12:12") == {"now": 20.0, "tonight": 20.0}
    assert alarms(story) == []
    assert story.runner.memory.zones["tonight"].latch is not None  # its pre-heat was never forgotten


def test_no_more_waits_than_needed_and_what_was_let_go_gets_time_to_show() -> None:
    story = house(zone("one"), zone("two"), zone("three"))
    for n, name in enumerate(("one", "two", "three")):
        story.book_in(booked(f"2026-01-20 1{4 + n}:00", "2026-01-20 22:00", name, name=name))
    story.measure(one=14.0, two=14.0, three=14.0)
    draw(story, 2500)
    story.tick("2026-01-20 12:00")
    draw(story, EACH_W + 300)
    assert wanted(story, "2026-01-20 12:01") == {"one": 20.0, "two": 20.0, "three": 12.0}  # the latest call waits first
    draw(story, EACH_W + 300)
    assert wanted(story, "2026-01-20 12:02") == {"one": 20.0, "two": 20.0, "three": 12.0}  # its heat is on the way out
    draw(story, EACH_W + 300)
    assert wanted(story, "2026-01-20 12:05") == {"one": 20.0, "two": 12.0, "three": 12.0}  # it was not enough


def test_children_come_last_and_only_to_their_floor_at_first() -> None:
    story = house(zone("children", floor_c=18), zone("crew"))
    story.book_in(
        booked("2026-01-20 09:00", "2026-01-20 22:00", "children", floor=Floor.CHILDREN),
        booked("2026-01-20 09:00", "2026-01-20 22:00", "crew", name="b2"),
    )
    story.measure(children=19.0, crew=19.0)
    draw(story, EACH_W + 200)
    assert wanted(story, "2026-01-20 12:01") == {"children": 20.0, "crew": 12.0}
    draw(story, EACH_W + 200)
    assert wanted(story, "2026-01-20 12:05") == {"children": 18.0, "crew": 12.0}
    story.measure(children=17.4)
    draw(story, 600, pump=0.0)
    assert wanted(story, "2026-01-20 12:16")["children"] == 20.0  # the first to be let in again
    assert wanted(story, "2026-01-20 12:16")["crew"] == 12.0


def test_below_their_floor_children_are_kept_warm_as_long_as_anybody_else_is_heated() -> None:
    story = house(zone("children", floor_c=20), zone("crew"), zone("guests"))
    story.book_in(
        booked("2026-01-20 09:00", "2026-01-20 22:00", "children", floor=Floor.CHILDREN),
        booked("2026-01-20 09:00", "2026-01-20 22:00", "crew", name="b2"),
        booked("2026-01-20 09:00", "2026-01-20 22:00", "guests", name="b3"),
    )
    story.overrides.put(override("guests", OverrideKind.TEMPERATURE, 22.0, "2026-01-20 09:00", "2026-01-20 22:00"))
    story.measure(children=19.0, crew=19.0, guests=19.0)
    order = []
    for minute in range(1, 20, 4):
        draw(story, EACH_W + 200)
        now = wanted(story, f"2026-01-20 12:{minute:02d}")
        order += [name for name, value in now.items() if value == 12.0 and name not in order]
    assert order == ["crew", "guests", "children"]


def test_frost_is_never_let_go() -> None:
    story = house(zone("cold"))
    story.measure(cold=7.2)
    draw(story, 9000)
    decision = story.zone("2026-01-20 12:01", "cold")
    assert decision.wanted_c == 12.0
    story.measure(cold=9.0)
    story.tick("2026-01-20 12:05")
    story.measure(cold=7.2)
    draw(story, 9000)
    decision = story.zone("2026-01-20 12:20", "cold")
    assert (decision.state.value, decision.wanted_c) == ("frost_guard", 8.0)  # it waited at its frost limit, and is kept there
    assert next(c for c in story.bus.sent if c.point.startswith("cold/setpoint")).priority is Priority.SAFETY


@pytest.mark.parametrize(("over", "waits"), [(1, False), (3, True)])
def test_a_plant_that_sits_on_another_phase_has_nothing_to_do_with_it(over: int, waits: bool) -> None:
    story = house(zone("stage-1"), plant=(3,))
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 22:00", "stage-1"))
    story.measure(stage_1=19.0)
    l1, l2, l3 = (4000.0 if phase == over else 1000.0 for phase in (1, 2, 3))
    draw(story, l1, l2, l3, pump=1000.0)
    assert (wanted(story, "2026-01-20 12:01")["stage-1"] == 12.0) is waits
    assert alarms(story) == ["power_over"]


def test_who_became_more_urgent_changes_places_with_who_is_not() -> None:
    """A stage waits before its call. When people are in and it still waits, a store that is only kept at set-back makes room."""
    story = house(zone("stage-1"), zone("store", setback_c=15.0))
    story.book_in(booked("2026-01-20 13:00", "2026-01-20 22:00", "stage-1"))
    story.measure(stage_1=14.0, store=15.5)
    draw(story, 1000)
    story.tick("2026-01-20 12:00")
    draw(story, EACH_W + 200)
    assert wanted(story, "2026-01-20 12:30") == {"stage-1": 12.0, "store": 15.0}  # the store takes nothing yet
    story.measure(store=14.0)
    draw(story, EACH_W - 100)
    assert wanted(story, "2026-01-20 13:05") == {"stage-1": 12.0, "store": 7.0}
    assert story.decisions.now["store"].heat_reason.text("en").endswith("beside Stage-1, where it is needed more")
    draw(story, 200)
    assert wanted(story, "2026-01-20 13:10")["stage-1"] == 20.0


def test_without_its_meter_nobody_waits_for_ever() -> None:
    story = house(zone("stage-1"))
    story.book_in(booked("2026-01-20 09:00", "2026-01-20 22:00", "stage-1"))
    story.measure(stage_1=19.0)
    draw(story, EACH_W + 200)
    assert wanted(story, "2026-01-20 12:01")["stage-1"] == 12.0
    for point in ("grid/power", "grid/power.l1"):
        story.live.lose(point)
    assert wanted(story, "2026-01-20 12:06")["stage-1"] == 20.0
    assert alarms(story) == []


def test_the_load_of_each_phase_is_learned_for_tomorrow() -> None:
    story = house(zone("stage-1"))
    start = at("2026-01-19 00:00")
    for slot in range(97):
        story.clock.set(start + slot * SLOT)
        story.measure(outdoor=3.0)
        draw(story, 2000, 500, 500, pump=600)
        story.runner.tick(start + slot * SLOT)
    now = start + 97 * SLOT
    forecast = story.runner.engine.outlook(now, story.runner._seen(now)).forecast
    assert [forecast.phase_at(phase, now + timedelta(hours=5)) for phase in (1, 2, 3)] == pytest.approx([1800, 300, 300])
