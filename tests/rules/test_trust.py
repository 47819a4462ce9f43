"""Whom the solver believes: a zone's model after two good nights, one after the other, or at once on ten days and more."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from premises.time import SLOT, Interval
from rules.claims import schedule
from rules.engine import Engine, Seen
from rules.free_run import DAY
from rules.lp_task import Solution, Task
from rules.optimise import optimised_plan
from rules.trace import Record, ZoneSample
from tests.rules.studio import Story, booked, stage, studio
from tests.rules.test_learned_model import a_record

BOOKING = booked("2026-02-09 08:00", "2026-02-09 18:00")


@pytest.fixture
def story() -> Story:
    return Story(studio(stage()), "2026-02-09 00:00")


def lived_through(engine: Engine, record: Record, first: int, last: int) -> None:
    """Days of the record pass, and the night after the last is learned from."""
    for slot in range(first * DAY, last * DAY):
        sample = ZoneSample(record.air[slot], record.wanted[slot], record.heat[slot], record.gains[slot])
        engine.trace.note(record.start + slot * SLOT, record.outdoor[slot], record.sun[slot], {"stage": sample})
    engine.trace.note(record.start + last * DAY * SLOT, None, None, {})
    engine.learn()


def solved(story: Story) -> list[str]:
    """The zones that the solver is asked to plan."""
    now = story.clock.now()
    asked: list[str] = []

    def solve(task: Task) -> Solution | None:
        asked.extend(zone.id for zone in task.zones)
        return None

    claims = schedule(story.site, [BOOKING], Interval(now, now + timedelta(days=2)))
    optimised_plan(story.runner.engine.outlook(now, Seen(dict(story.live.values), claims)), solve)
    return asked


def test_one_good_night_is_luck_two_are_trusted(story: Story) -> None:
    engine, record = story.runner.engine, a_record(14)
    lived_through(engine, record, 0, 7)
    assert (engine.distrusted, engine.promising) == ({"stage"}, {"stage"})
    assert solved(story) == []
    lived_through(engine, record, 7, 8)
    assert engine.distrusted == set()
    assert solved(story) == ["stage"]


def test_a_bad_night_between_begins_the_count_anew(story: Story) -> None:
    engine, record = story.runner.engine, a_record(14)
    lived_through(engine, record, 0, 7)
    wild = a_record(14)
    wild.air[7 * DAY : 8 * DAY] += np.random.default_rng(3).normal(0, 6, DAY)  # somebody warmed the sensor
    lived_through(engine, wild, 7, 8)
    assert (engine.distrusted, engine.promising) == ({"stage"}, set())
    assert solved(story) == []


def test_on_ten_days_one_good_night_is_enough(story: Story) -> None:
    engine = story.runner.engine
    lived_through(engine, a_record(12), 0, 12)
    assert engine.distrusted == set()
    assert solved(story) == ["stage"]


def test_a_model_that_errs_by_a_kelvin_and_more_plans_nothing_however_long_it_is_known(story: Story) -> None:
    engine, record = story.runner.engine, a_record(14)
    record.air[:] += np.repeat(np.random.default_rng(5).normal(0, 4, 14 * 4), DAY // 4)
    lived_through(engine, record, 0, 12)
    assert engine.distrusted == {"stage"}
    assert solved(story) == []
