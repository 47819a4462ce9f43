"""What is programmed on a device, as it tells it, beside what was sent to it: so that a schedule is known to be there.

How each family is asked, and answers:

- Zigbee2MQTT: `weekly_schedule` and `programming_operation_mode` are read by a message to `<device>/get`; the state then tells
  `weekly_schedule` as `{days, transitions: [{time, heating_setpoint}]}`, one group of days in each message (converters
  `thermostat_weekly_schedule`, `thermostat_programming_operation_mode` of zigbee-herdsman-converters), some as a text by day.
- Shelly: `Schedule.List` tells all jobs with timespec and calls; the answer comes on `<src>/rpc`, where src is what the request
  named (Shelly API, "Schedule" and "RPC channels: MQTT").
- Tasmota: `Timers` without a payload tells all sixteen, in one message of `stat/…/RESULT`, or in four of older firmware; a timer
  that is set is told at once (`CmndTimers` and `PrepShowTimer` of xdrv_09_timers.ino).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from ingest.decoded import Outgoing
from premises.reading import RawMessage
from premises.site import Device

Programme = Mapping[str, str]
"""What is programmed, by its place on the device: a day of the week, a timer, a job."""

MODE, OFF, ON = "mode", "off", "on"
_PAYLOAD_MOST = 64 * 1024
_TIMER = re.compile(r"Timers?\d{1,2}")


@dataclass(frozen=True, slots=True)
class Told:
    """An answer. whole: it tells all there is; else what it does not tell is as it was."""

    entries: dict[str, str]
    whole: bool = False


def sent_by(device: Device, messages: Sequence[Outgoing]) -> Programme:
    """What the device should have programmed when it has taken these messages."""
    found: dict[str, str] = {}
    for message in messages:
        found |= dict(FORMS[device.family].sent(message.topic, _object(message.payload) or {"": message.payload.decode()}))
    return found


def questions(device: Device, messages: Sequence[Outgoing]) -> tuple[Outgoing, ...]:
    """What asks the device for its programme. messages: those that wrote it, for their topics."""
    return FORMS[device.family].ask(device, messages)


def told_by(device: Device, message: RawMessage) -> Told | None:
    """What a message of the device tells of its programme, None where it tells nothing of it. Never raises for what it holds."""
    if len(message.payload) > _PAYLOAD_MOST:
        return None
    fields = _object(message.payload)
    if fields is None:
        return None
    try:
        return FORMS[device.family].told(fields)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
        return None  # not such an answer as is documented: as good as none


def difference(sent: Programme, told: Programme, *, whole: bool) -> str:
    """The first place that differs, in words of the device; "" where the device has what it was sent."""
    for place, value in sent.items():
        if place == MODE and place not in told:
            continue  # few tell it unasked
        if told.get(place, OFF) != value:
            return f"{place}: {told.get(place, 'nothing')}, not {value}"
    more = sorted(set(told) - set(sent)) if whole else []
    return f"{more[0]}: {told[more[0]]}, not asked for" if more else ""


def _object(payload: bytes) -> dict[str, Any] | None:
    try:
        told = orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None
    return told if isinstance(told, dict) else None


# --- Zigbee2MQTT ---


def _week_sent(_topic: str, fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "programming_operation_mode" in fields:
        yield MODE, str(fields["programming_operation_mode"])
    if isinstance(fields.get("weekly_schedule"), dict):
        yield from _week(fields["weekly_schedule"]).items()


def _week_told(fields: Mapping[str, Any]) -> Told | None:
    week = fields.get("weekly_schedule")
    found = _week(week) if isinstance(week, dict) else {}
    if found and "programming_operation_mode" in fields:
        found[MODE] = str(fields["programming_operation_mode"])
    return Told(found) if found else None


def _week(week: Mapping[str, Any]) -> dict[str, str]:
    """By day, in the words of a request (dayofweek, transitionTime, heatSetpoint) or of an answer, or a text by day."""
    days = week.get("days", week.get("dayofweek"))
    if days is None:
        return {day: _changes(_of_text(text)) for day, text in week.items() if isinstance(text, str)}
    names = [one["day"] if isinstance(one, dict) else one for one in ([days] if isinstance(days, str) else days)]
    changes = [
        (_minute(one.get("time", one.get("transitionTime"))), float(one.get("heating_setpoint", one.get("heatSetpoint"))))
        for one in week["transitions"]
    ]
    return {str(name).lower(): _changes(changes) for name in names}


def _of_text(text: str) -> Iterator[tuple[int, float]]:
    for part in text.split():
        time, _, setpoint = part.partition("/")
        yield _minute(time), float(setpoint)


def _changes(changes: Iterable[tuple[int, float]]) -> str:
    """Valves keep half degrees."""
    return ", ".join(f"{minute // 60:02d}:{minute % 60:02d} {round(2 * c) / 2:.1f}" for minute, c in sorted(changes))


def _minute(time: Any) -> int:
    """Minutes after midnight: 390, "06:30" or {"hour": 6, "minute": 30}."""
    if isinstance(time, dict):
        return 60 * int(time["hour"]) + int(time["minute"])
    if isinstance(time, str) and ":" in time:
        hours, _, minutes = time.partition(":")
        return 60 * int(hours) + int(minutes)
    return int(time)


def _ask_week(device: Device, _messages: Sequence[Outgoing]) -> tuple[Outgoing, ...]:
    return (Outgoing(f"{device.topic}/get", orjson.dumps({"weekly_schedule": "", "programming_operation_mode": ""})),)


# --- Shelly ---


def _jobs_sent(_topic: str, fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if fields.get("method") == "Schedule.Create":
        yield _job(fields["params"]), ON


def _jobs_told(fields: Mapping[str, Any]) -> Told | None:
    result = fields.get("result")
    if not isinstance(result, dict) or not isinstance(result.get("jobs"), list):
        return None
    return Told({_job(job): ON for job in result["jobs"] if job.get("enable", True)}, whole=True)


def _job(job: Mapping[str, Any]) -> str:
    calls = "; ".join(f"{str(call['method']).lower()} {_plain(call.get('params') or {})}" for call in job["calls"])
    return f"{' '.join(str(job['timespec']).split())} {calls}"


def _plain(value: Any) -> str:
    """The same text for the same value, however its keys are ordered and its numbers are written."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_plain(kept)}" for key, kept in sorted(value.items())) + "}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}"
    return str(value).lower()


def _ask_jobs(device: Device, messages: Sequence[Outgoing]) -> tuple[Outgoing, ...]:
    source = next((str(told["src"]) for m in messages if (told := _object(m.payload)) is not None and "src" in told), "")
    return (Outgoing(f"{device.topic}/rpc", orjson.dumps({"id": 1, "src": source, "method": "Schedule.List"})),)


# --- Tasmota ---


def _timers_sent(topic: str, fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    place = topic.rpartition("/")[2]
    yield place, _timer(fields) if _TIMER.fullmatch(place) else OFF if fields.get("") in ("0", "OFF") else ON


def _timers_told(fields: Mapping[str, Any]) -> Told | None:
    found: dict[str, str] = {}
    for key, told in fields.items():
        if key == "Timers" and isinstance(told, str):
            found[key] = told.lower()
        elif key.startswith("Timers") and isinstance(told, dict):  # four at a time, of older firmware
            found |= {place: _timer(timer) for place, timer in told.items()}
        elif _TIMER.fullmatch(key) and isinstance(told, dict):
            found[key] = _timer(told)
    return Told(found) if found else None


def _timer(timer: Mapping[str, Any]) -> str:
    """Older firmware says Arm for Enable; days are told as digits, or as letters and dashes."""
    if not int(timer.get("Enable", timer.get("Arm", 0))):
        return OFF
    days = "".join("0" if sign in "0-" else "1" for sign in str(timer["Days"]))
    again = "weekly" if int(timer.get("Repeat", 0)) else "once"
    mode = "" if not int(timer.get("Mode", 0)) else f" mode {timer['Mode']}"
    return f"{timer['Time']} {days} {again} output {timer.get('Output', 1)} action {timer['Action']}{mode}"


def _ask_timers(_device: Device, messages: Sequence[Outgoing]) -> tuple[Outgoing, ...]:
    command = messages[-1].topic.rpartition("/")[0]
    return (Outgoing(f"{command}/Timers", b""),)


@dataclass(frozen=True, slots=True)
class Form:
    """How one family is asked and understood."""

    ask: Callable[[Device, Sequence[Outgoing]], tuple[Outgoing, ...]]
    sent: Callable[[str, Mapping[str, Any]], Iterator[tuple[str, str]]]
    told: Callable[[Mapping[str, Any]], Told | None]


FORMS: dict[str, Form] = {
    "zigbee2mqtt": Form(_ask_week, _week_sent, _week_told),
    "shelly_gen2": Form(_ask_jobs, _jobs_sent, _jobs_told),
    "tasmota": Form(_ask_timers, _timers_sent, _timers_told),
}
