"""What devices answer when they are asked for their programme, in the forms of their firmware, beside what they were sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ingest.decode import decode_message
from ingest.decoded import Outcome, Outgoing
from ingest.families.memory import Memory
from ingest.families.registry import FAMILIES
from ingest.schedule_readback import Told, difference, questions, sent_by, told_by
from ingest.schedules import encode_schedules
from premises.reading import RawMessage
from premises.schedule import DeviceSchedule
from premises.site import Device, Point
from tests.ingest_families.test_schedules import EVENING, TUESDAY, device, point, schedule

PARIS = ZoneInfo("Europe/Paris")
HEATER = schedule(False, (TUESDAY, False), (TUESDAY + timedelta(hours=4), True), (TUESDAY + timedelta(hours=14), False))
VALVE, RELAY, SWITCH = device("zigbee2mqtt", "zigbee2mqtt/heat"), device("tasmota", "heater"), device("shelly_gen2", "shellypro1")


def messages(of: Device, *told: tuple[Point, DeviceSchedule]) -> tuple[Outgoing, ...]:
    return encode_schedules(FAMILIES[of.family], of, told, PARIS, Memory())


def heard(of: Device, body: Any, topic: str = "x") -> Told | None:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return told_by(of, RawMessage(topic, payload, datetime(2026, 1, 20, 12, tzinfo=UTC)))


def week(days: list[str], *changes: tuple[Any, float]) -> dict[str, Any]:
    return {"weekly_schedule": {"days": days, "transitions": [{"time": t, "heating_setpoint": c} for t, c in changes]}}


def test_the_week_of_a_thermostat_comes_in_groups_of_days() -> None:
    sent = sent_by(VALVE, messages(VALVE, (point("setpoint_temperature"), schedule(12.0, *EVENING))))
    assert sent["tuesday"] == "00:00 12.0, 16:15 20.0"
    assert sent["mode"] == "schedule"
    seen: dict[str, str] = {}
    for told in (
        week(["tuesday"], (0, 12.0), (975, 20.0)),
        week(["wednesday"], (0, 20.0), (120, 12.0)) | {"programming_operation_mode": "schedule"},
        week(["sunday", "monday", "thursday", "friday"], (0, 12.0)),
    ):
        answer = heard(VALVE, told | {"local_temperature": 18.2})
        assert answer is not None
        assert not answer.whole
        seen |= answer.entries
        assert difference(sent, seen, whole=False).startswith(("wednesday: nothing", "thursday: nothing", "saturday: nothing"))
    answer = heard(VALVE, week(["saturday"], (0, 12.0)))
    assert answer is not None
    assert difference(sent, seen | answer.entries, whole=False) == ""
    assert difference(sent, seen | answer.entries | {"mode": "setpoint"}, whole=False) == "mode: setpoint, not schedule"


@pytest.mark.parametrize(
    "told",
    [
        {"days": ["monday"], "transitions": [{"time": 390, "heating_setpoint": 20.0}]},
        {"days": [{"day": "Monday"}], "transitions": [{"time": "06:30", "heating_setpoint": 20}]},
        {"dayofweek": "monday", "transitions": [{"transitionTime": {"hour": 6, "minute": 30}, "heatSetpoint": 20.0}]},
        {"monday": "06:30/20"},
    ],
)
def test_a_week_is_told_in_more_than_one_way(told: dict[str, Any]) -> None:
    answer = heard(VALVE, {"weekly_schedule": told})
    assert answer is not None
    assert answer.entries == {"monday": "06:30 20.0"}


@pytest.mark.parametrize(
    ("body", "of"),
    [
        (b"", VALVE),
        (b"[1]", VALVE),
        (b"\xff", VALVE),
        ({"weekly_schedule": None}, VALVE),
        ({"weekly_schedule": {"days": 4}}, VALVE),
        ({"weekly_schedule": {"days": ["monday"], "transitions": [{"time": "soon"}]}}, VALVE),
        ({"result": {"jobs": [{"timespec": 1}]}}, SWITCH),
        ({"result": {"id": 3, "rev": 7}}, SWITCH),
        ({"Timer1": {"Enable": "?"}}, RELAY),
        ({"POWER": "ON"}, RELAY),
        (b" " * 70_000 + b"{}", RELAY),
    ],
)
def test_what_is_no_answer_is_taken_as_none(body: Any, of: Device) -> None:
    assert heard(of, body) is None


def jobs(body: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": 1, "src": "shellypro1", "dst": "shellypro1/greenroom", "result": {"jobs": body, "rev": 12}}


def test_the_jobs_of_a_shelly_are_all_or_none() -> None:
    written = messages(SWITCH, (point("switch_state", "switch:0"), HEATER))
    assert [json.loads(one.payload) for one in questions(SWITCH, written)] == [
        {"id": 1, "src": "shellypro1/greenroom", "method": "Schedule.List"}
    ]
    sent = sent_by(SWITCH, written)
    calls = [{"method": "Switch.Set", "params": {"on": on, "id": 0}} for on in (True, False, False)]
    kept = [
        {"id": 3 + n, "enable": True, "timespec": spec, "calls": [call]}
        for n, (spec, call) in enumerate(zip(("0 0 16 20 1 *", "0 0 2 21 1 *", "0 0 12 22 1 *"), calls, strict=True))
    ]
    answer = heard(SWITCH, jobs(kept))
    assert answer is not None
    assert answer.whole
    assert difference(sent, answer.entries, whole=True) == ""
    missing = heard(SWITCH, jobs(kept[1:]))
    assert missing is not None
    assert difference(sent, missing.entries, whole=True).startswith("0 0 16 20 1 * switch.set {id: 0, on: true}: nothing, not on")
    owner = {"id": 9, "enable": True, "timespec": "0 0 7 * * MON", "calls": calls[:1]}
    more = heard(SWITCH, jobs([*kept, owner]))
    assert more is not None
    assert difference(sent, more.entries, whole=True).startswith("0 0 7 * * MON")
    off = heard(SWITCH, jobs([*kept, owner | {"enable": False}]))
    assert off is not None
    assert difference(sent, off.entries, whole=True) == ""


def timer(enable: int, time: str, days: str, action: int, **more: Any) -> dict[str, Any]:
    told = {"Enable": enable, "Mode": 0, "Time": time, "Window": 0, "Days": days, "Repeat": 0, "Output": 1, "Action": action}
    return told | more


@pytest.mark.parametrize("letters", [False, True])
def test_the_timers_of_a_tasmota_in_one_message_or_in_four(letters: bool) -> None:
    sent = sent_by(RELAY, messages(RELAY, (point("switch_state"), HEATER)))
    assert sent["Timers"] == "on"
    days = ("--T----", "---W---", "----T--") if letters else ("0010000", "0001000", "0000100")
    kept = {
        "Timer1": timer(1, "16:00", days[0], 1),
        "Timer2": timer(1, "02:00", days[1], 0),
        "Timer3": timer(1, "12:00", days[2], 0),
    } | {f"Timer{n}": timer(0, "00:00", "0000000", 0) for n in range(4, 17)}
    whole = heard(RELAY, {"Timers": "ON"} | kept)
    assert whole is not None
    assert difference(sent, whole.entries, whole=False) == ""
    seen: dict[str, str] = {}
    for n in range(4):
        part = {f"Timer{m}": kept[f"Timer{m}"] for m in range(4 * n + 1, 4 * n + 5)}
        answer = heard(RELAY, {f"Timers{n + 1}": part})
        assert answer is not None
        seen |= answer.entries
    assert difference(sent, seen, whole=False) == "Timers: nothing, not on"
    assert difference(sent, seen | {"Timers": "on"}, whole=False) == ""
    kept["Timer2"]["Time"] = "03:00"
    other = heard(RELAY, {"Timers": "ON"} | kept)
    assert other is not None
    assert difference(sent, other.entries, whole=False) == (
        "Timer2: 03:00 0001000 once output 1 action 0, not 02:00 0001000 once output 1 action 0"
    )


def test_older_firmware_says_arm_for_enable() -> None:
    told = {"Arm": 1} | {key: value for key, value in timer(1, "16:00", "0010000", 1).items() if key != "Enable"}
    answer = heard(RELAY, {"Timer1": told})
    assert answer is not None
    assert answer.entries == {"Timer1": "16:00 0010000 once output 1 action 1"}


def test_how_devices_are_asked() -> None:
    valve = questions(VALVE, messages(VALVE, (point("setpoint_temperature"), schedule(12.0, *EVENING))))
    assert [(one.topic, json.loads(one.payload)) for one in valve] == [
        ("zigbee2mqtt/heat/get", {"weekly_schedule": "", "programming_operation_mode": ""})
    ]
    relay = questions(RELAY, messages(RELAY, (point("switch_state"), HEATER)))
    assert relay == (Outgoing("cmnd/heater/Timers", b""),)


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("stat/heater/RESULT", {"Timers": "ON", "Timer1": timer(1, "16:00", "0010000", 1)}),
        ("stat/heater/RESULT", {"Timers1": {"Timer1": timer(1, "16:00", "0010000", 1)}}),
        ("stat/heater/TIMERS", {"Timers1": {"Timer1": timer(1, "16:00", "0010000", 1)}}),
        ("stat/heater/TIMER1", {"Timer1": timer(0, "00:00", "0000000", 0)}),
    ],
)
def test_answers_of_a_tasmota_are_no_matter_for_the_quarantine(topic: str, body: dict[str, Any]) -> None:
    decoded = decode_message(
        RawMessage(topic, json.dumps(body).encode(), datetime(2026, 1, 20, 12, tzinfo=UTC)), Memory(), "tasmota"
    )
    assert decoded.outcome is not Outcome.QUARANTINED, decoded
