"""The decision log: every tick can be decided again from what is kept, and comes to the same to the bit."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from premises.booking import BookingStatus, Floor, LampType, OverrideKind
from premises.site import Cluster
from premises.sitefile import example, example_names, load_premises
from rules.decision_log import DecisionRecorder, replayed
from rules.optimiser import LinearOptimiser
from rules.snapshot import LearnedLead
from rules.snapshot_text import RecordError, decoded, encoded, text_of, value_of
from rules.thermal import ZoneModel
from rules.warm_time import WarmTime
from tests.rules.studio import Story, at, booked, hall, make_up, office, override, stage, studio

MODEL = ZoneModel(0.04, 0.012, 1.6e-5, 1.5e-5, 32.0, learned=True, error_k=0.3)


def a_day() -> list[str]:
    """The log of a day with pre-heat, presence, an override, a lost sensor, a moved call, an option, a plan."""
    story = Story(studio(stage(), make_up(), office(), hall()), "2026-01-20 04:00")
    story.runner.engine.optimiser = LinearOptimiser()
    story.runner.engine.models["stage"] = MODEL
    shoot = booked(
        "2026-01-20 12:00", "2026-01-20 20:00", people=30, rig_power_w={LampType.TUNGSTEN: 40000.0}, floor=Floor.CHILDREN
    )
    story.book_in(shoot, booked("2026-01-21 08:00", "2026-01-21 12:00", name="maybe", status=BookingStatus.OPTION))
    recorder, lines = DecisionRecorder(), []
    for step in range(60):
        now = at("2026-01-20 04:00") + step * timedelta(minutes=20)
        if step == 10:
            story.overrides.put(override("hall", OverrideKind.TEMPERATURE, 18.0, "2026-01-20 07:00", "2026-01-20 09:00"))
        if step == 20:
            story.live.show("stage/occupancy", True, now)
        if step == 30:
            story.live.lose("make-up/air_temperature")
        if step == 35:
            story.book_in(replace(shoot, call=at("2026-01-20 16:00")))
        story.clock.set(now)
        story.measure(outdoor=3.0 + step / 50, stage=min(20.2, 14.0 + step / 5))
        story.runner.diary.refresh(now)
        if step % 6 == 0 or step == 35:
            story.runner.replan(now)
        engine = story.runner.engine
        snapshot = engine.snapshot(now, story.runner._seen(now))
        decision = story.runner.tick(now)
        lines += recorder.lines(snapshot, decision)
    return lines


@pytest.fixture(scope="module")
def log() -> list[str]:
    return a_day()


def test_every_tick_of_a_day_comes_to_the_same_again(log: list[str]) -> None:
    again = list(replayed(log))
    assert len(again) == 60
    assert all(tick.same for tick in again)
    assert any(zone.state.value == "pre_heating" for tick in again for zone in tick.decision.zones)


def test_what_was_not_decided_so_is_found(log: list[str]) -> None:
    tampered = [line.replace("14.2", "19.9") for line in log]
    assert not all(tick.same for tick in replayed(tampered))


def test_parts_are_kept_once(log: list[str]) -> None:
    plans = [line for line in log if line.startswith('["p"') and '"Plan"' in line[:60]]
    assert 1 < len(plans) < 60
    assert len(log) < 60 * 9
    ticks = [json.loads(line) for line in log if line.startswith('["t"')]
    assert len(ticks) == 60


def test_a_new_stretch_can_be_read_by_itself(log: list[str]) -> None:
    assert len(list(replayed([*log, '["start"]', *log]))) == 120
    with pytest.raises(RecordError, match="lost its beginning"):
        list(replayed(log[-1:]))


def test_values_come_back_as_they_were() -> None:
    site = studio(stage(), office())
    lead = LearnedLead(0.1, 0.2, 0.3, 4, 0.5, 0.6, 0.1, WarmTime(stage(), MODEL, 6e4, 55.0))
    for value in (
        site,
        lead,
        booked("2026-01-20 12:00", "2026-01-20 20:00"),
        0.1 + 0.2,
        timedelta(microseconds=7),
        frozenset({1, 2}),
    ):
        assert value_of(text_of(value)) == value


@pytest.mark.parametrize(
    "plain", [["o", "Path", "x"], ["o", "Zone"], ["x"], [], ["e", "DayKind", "party"], ["o", "Reason", "a", {}, 1, 2]]
)
def test_a_text_cannot_make_anything_else(plain: list[object]) -> None:
    with pytest.raises(RecordError):
        decoded(plain)
    with pytest.raises(RecordError):
        encoded(object())


@pytest.mark.parametrize("name", example_names())
def test_every_example_can_be_kept_and_comes_back(name: str) -> None:
    """What a site file may say grows; the log must be able to hold all of it."""
    premises = load_premises(example(name))
    for site in premises.sites if isinstance(premises, Cluster) else (premises,):
        assert decoded(json.loads(json.dumps(encoded(site)))) == site
