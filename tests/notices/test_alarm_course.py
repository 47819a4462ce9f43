"""What is told of an alarm, and when: one notice per cause and change of state, and no storms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import pytest

from gateway.notices.alarm_course import RAISED, Turn, topic, turns
from premises.alarming import CAUSES
from premises.notice import NoticeKind
from premises.ports import Alarm
from premises.site import Site
from tests.notices.premises_of_tests import DUTY, HEAD, HOUR, MINUTE, NIGHT, NOON, STAGES, alarm, studio

SITE = studio(DUTY, HEAD)


class Course:
    """Alarms over time, and what was told of them: what is told is remembered, as the outbox does it."""

    def __init__(self, site: Site = SITE, last_step: int = 2) -> None:
        self.site, self.last_step = site, last_step
        self.alarms: list[Alarm] = []
        self.told: dict[str, tuple[str, datetime]] = {}

    def at(self, now: datetime) -> list[tuple[str, str, str]]:
        found: Sequence[Turn] = turns(self.site, self.alarms, self.told, now, self.last_step)
        for turn in found:
            self.told[topic(turn.alarm)] = (turn.state, now)
        return sorted((turn.kind.value, turn.alarm.cause, turn.alarm.subject) for turn in found)

    def clear(self, one: Alarm, at: datetime) -> None:
        self.alarms = [replace(each, cleared_at=at) if each.id == one.id else each for each in self.alarms]


def test_an_alarm_is_told_once_after_a_short_while_and_its_end_once() -> None:
    course = Course()
    cold = alarm("not_ready", "stage-1")
    course.alarms = [cold]
    assert course.at(NOON + 59 * MINUTE / 60) == []
    assert course.at(NOON + MINUTE) == [("alarm.raised", "not_ready", "stage-1")]
    assert course.at(NOON + 2 * MINUTE) == []
    course.clear(cold, NOON + 10 * MINUTE)
    assert course.at(NOON + 10 * MINUTE) == []
    assert course.at(NOON + 11 * MINUTE) == [("alarm.cleared", "not_ready", "stage-1")]
    assert course.at(NOON + 12 * MINUTE) == []


def test_what_has_waited_already_is_told_at_once() -> None:
    course = Course()
    course.alarms = [alarm("broker_away"), alarm("not_ready", "stage-1")]
    assert course.at(NOON) == [("alarm.raised", "broker_away", "studio")]


def test_what_passes_by_itself_within_the_while_is_never_told() -> None:
    course = Course()
    course.alarms = [replace(alarm("command_failed", "stage-1-sensor"), cleared_at=NOON + MINUTE / 2)]
    assert course.at(NOON + 10 * MINUTE) == []


def test_alarms_of_one_cause_are_told_together() -> None:
    course = Course()
    course.alarms = [alarm("will_not_be_ready", stage, NOON + number * 20 * MINUTE / 60) for number, stage in enumerate(STAGES)]
    told = course.at(NOON + MINUTE)
    assert [subject for _, _, subject in told] == list(STAGES)


def test_when_the_broker_is_away_nothing_that_follows_is_told() -> None:
    course = Course()
    broker = alarm("broker_away")
    course.alarms = [broker]
    assert course.at(NOON + MINUTE) == [("alarm.raised", "broker_away", "studio")]
    course.alarms += [alarm("sensor_lost", stage, NOON + 15 * MINUTE) for stage in STAGES]
    course.alarms += [alarm("device_away", f"{stage}-sensor", NOON + 15 * MINUTE) for stage in STAGES]
    assert course.at(NOON + 30 * MINUTE) == [("alarm.escalated", "broker_away", "studio")]
    course.clear(broker, NOON + 31 * MINUTE)
    for follower in course.alarms[1:5]:
        course.clear(follower, NOON + 31 * MINUTE)
    assert course.at(NOON + 31 * MINUTE) == []
    stay = [("alarm.raised", "device_away", "stage-2-sensor"), ("alarm.raised", "device_away", "stage-3-sensor")]
    assert course.at(NOON + 32 * MINUTE) == [("alarm.cleared", "broker_away", "studio"), *stay]


def test_a_sensor_whose_device_is_away_is_told_as_the_device_and_only_of_its_own_zone() -> None:
    course = Course()
    course.alarms = [alarm("device_away", "stage-1-sensor"), alarm("sensor_lost", "stage-1"), alarm("sensor_lost", "stage-2")]
    assert course.at(NOON + MINUTE) == [
        ("alarm.raised", "device_away", "stage-1-sensor"),
        ("alarm.raised", "sensor_lost", "stage-2"),
    ]


def test_what_nobody_acknowledges_goes_to_the_next_person() -> None:
    course = Course(last_step=3)
    cold = alarm("not_ready", "stage-1")
    course.alarms = [cold]
    course.at(NOON + MINUTE)
    assert course.at(NOON + 20 * MINUTE) == []
    assert course.at(NOON + 21 * MINUTE) == [("alarm.escalated", "not_ready", "stage-1")]
    assert course.told[topic(cold)][0] == "escalated 2"
    assert course.at(NOON + 41 * MINUTE) == [("alarm.escalated", "not_ready", "stage-1")]
    assert course.at(NOON + 10 * HOUR) == []
    course.clear(cold, NOON + 10 * HOUR)
    [end] = turns(course.site, course.alarms, course.told, NOON + 11 * HOUR, 3)
    assert (end.kind, end.step) == (NoticeKind.ALARM_CLEARED, 3)


def test_acknowledged_is_not_escalated() -> None:
    course = Course()
    course.alarms = [replace(alarm("not_ready", "stage-1"), acknowledged_at=NOON + 5 * MINUTE, acknowledged_by="duty")]
    course.at(NOON + MINUTE)
    assert course.at(NOON + HOUR) == []


def test_shelved_is_quiet_until_then_and_told_again_if_it_still_stands() -> None:
    course = Course()
    cold = alarm("not_ready", "stage-1")
    course.alarms = [cold]
    course.at(NOON + MINUTE)
    until = NOON + 4 * HOUR
    course.alarms = [replace(cold, acknowledged_at=NOON + 5 * MINUTE, shelved_until=until)]
    assert course.at(until - MINUTE) == []
    assert course.at(until) == [("alarm.raised", "not_ready", "stage-1")]
    assert course.told[topic(cold)][0] == f"{RAISED} 2026-01-20T16:00:00Z"
    assert course.at(until + HOUR) == []


def test_in_quiet_hours_nobody_is_blamed_for_sleeping() -> None:
    late = NOON.replace(hour=22)
    course = Course(studio(DUTY, HEAD, quiet=NIGHT))
    course.alarms = [alarm("sensor_lost", "stage-1", late), alarm("not_ready", "stage-2", late)]
    course.at(late + MINUTE)
    assert course.at(late + HOUR) == [("alarm.escalated", "not_ready", "stage-2")], "what is urgent is escalated at night"
    morning = late.replace(day=21, hour=6)
    assert course.at(morning + 19 * MINUTE) == []
    assert course.at(morning + 20 * MINUTE) == [("alarm.escalated", "sensor_lost", "stage-1")]


def test_what_is_worth_knowing_only_is_never_escalated() -> None:
    course = Course()
    course.alarms = [alarm("efficiency_loss", "stage-1")]
    assert len(course.at(NOON + MINUTE)) == 1
    assert course.at(NOON + 10 * HOUR) == []


def test_what_comes_and_goes_is_told_less_often_each_time() -> None:
    course, told = Course(), 0
    for number in range(20):
        begin = NOON + number * 6 * MINUTE
        course.alarms.append(alarm("command_failed", "stage-1-sensor", begin, number))
        for minute in range(6):
            if minute == 3:
                course.clear(course.alarms[-1], begin + 3 * MINUTE)
            told += len(course.at(begin + minute * MINUTE))
    assert told == 2, "raised and cleared once; then it would have to stand longer"


@pytest.mark.parametrize("cause", CAUSES)
def test_every_root_is_a_cause_and_none_goes_in_a_circle(cause: str) -> None:
    roots = CAUSES[cause].roots
    assert roots <= set(CAUSES)
    assert not any(cause in CAUSES[root].roots for root in roots)
