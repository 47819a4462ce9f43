"""Schedules as devices of several families keep them: they go on by them when server or broker are away.

A device takes schedules where its options say `schedule: on`: what was programmed on it before is replaced. Wall times are those of
the device's zone. What it keeps is read back (`ingest.schedule_readback`) unless they say `schedule: blind`. Families and forms:

- Zigbee2MQTT: the week of a thermostat (`weekly_schedule`), at most ten changes a day; days after the schedule's end rest.
- Shelly, second generation and later: jobs of `Schedule.Create` on exact dates, at most twenty; the last one rests.
- Tasmota: timers of a relay, at most sixteen, each of which fires once; the last one rests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import orjson

from ingest.decoded import Outgoing
from ingest.encode import for_device
from ingest.families.family import CannotActError, Family
from ingest.families.memory import Memory
from ingest.families.shelly_gen2 import answers_to
from premises.reading import Value
from premises.schedule import DeviceSchedule, ScheduleStep
from premises.site import Device, Point

OPTION, ON, BLIND = "schedule", frozenset({"on", "yes", "true"}), "blind"
WEEK_STEPS_MOST, JOBS_MOST, TIMERS_MOST = 10, 20, 16
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Told = Sequence[tuple[Point, DeviceSchedule]]
Write = Callable[[Family, Device, Told, ZoneInfo, Memory], list[Outgoing]]


def takes_schedules(device: Device) -> bool:
    """Whether the family can, and the site file allows it for this device."""
    return device.family in FORMS and device.options.get(OPTION, "").casefold() in {*ON, BLIND}


def tells_schedules(device: Device) -> bool:
    """Whether the device is asked what it keeps; where the option says `blind` it is known not to answer."""
    return takes_schedules(device) and device.options.get(OPTION, "").casefold() != BLIND


def encode_schedules(family: Family, device: Device, told: Told, zone: ZoneInfo, memory: Memory) -> tuple[Outgoing, ...]:
    """The messages that give the device these schedules of its points, in order. Raises CannotActError.

    Where a lamp has both a brightness and a switch, the brightness alone is scheduled: it switches as well.
    """
    if device.family not in FORMS:
        raise CannotActError(f"devices of family {device.family} take no schedules; {', '.join(sorted(FORMS))} do")
    dimmed = {point.channel for point, _ in told if point.quantity.name == "brightness"}
    chosen = [(p, s) for p, s in told if not (p.quantity.name == "switch_state" and p.channel in dimmed)]
    return tuple(FORMS[device.family](family, device, chosen, zone, memory))


def _week(family: Family, device: Device, told: Told, zone: ZoneInfo, _memory: Memory) -> list[Outgoing]:
    """Zigbee2MQTT: cleared, written day by day, switched on."""
    topic = f"{device.topic}/set"
    found = [Outgoing(topic, orjson.dumps({"clear_weekly_schedule": ""}))]
    for point, schedule in told:
        if point.quantity.name != "setpoint_temperature":
            raise CannotActError(f"{point.id}: only thermostats of {family.name} keep a week")
        found += [
            Outgoing(topic, orjson.dumps({"weekly_schedule": {"dayofweek": names, "transitions": transitions}}))
            for names, transitions in _days(point, schedule, zone)
        ]
    return [*found, Outgoing(topic, orjson.dumps({"programming_operation_mode": "schedule"}))]


def _days(point: Point, schedule: DeviceSchedule, zone: ZoneInfo) -> list[tuple[list[str], list[dict[str, float]]]]:
    """The days that the schedule touches with their changes from midnight on, then all other days of the week at rest."""
    first, last = schedule.made_at.astimezone(zone).date(), schedule.until.astimezone(zone).date()
    steps = [*schedule.steps, ScheduleStep(schedule.until, schedule.rest)]
    found, value, covered = [], schedule.steps[0].value if schedule.steps else schedule.rest, set()
    day = first
    while day <= last:
        changes = _news(_wall(steps, day, zone), value)
        kept = DeviceSchedule(
            schedule.point, (ScheduleStep(schedule.made_at, value), *(s for _, s in changes)), schedule.made_at, schedule.until,
            schedule.rest, schedule.reason,
        ).fewer(WEEK_STEPS_MOST)  # fmt: skip
        minutes = {id(step): minute for minute, step in changes}
        found.append(([DAYS[day.weekday()]], [_transition(point, minutes.get(id(s), 0), s.value) for s in kept.steps]))
        covered.add(day.weekday())
        value = changes[-1][1].value if changes else value
        day += timedelta(days=1)
    rest = [DAYS[number] for number in range(7) if number not in covered]
    return [*found, (rest, [_transition(point, 0, schedule.rest)])]


def _wall(steps: Iterable[ScheduleStep], day: date, zone: ZoneInfo) -> list[tuple[int, ScheduleStep]]:
    """Steps of a local day by minutes after midnight; of two at the same wall time, as in autumn, the later one holds."""
    found: dict[int, ScheduleStep] = {}
    for step in steps:
        local = step.at.astimezone(zone)
        if local.date() == day and (local.hour or local.minute):
            found[60 * local.hour + local.minute] = step
        elif local.date() == day:
            found[0] = step
    return sorted(found.items())


def _news(changes: list[tuple[int, ScheduleStep]], value: Value) -> list[tuple[int, ScheduleStep]]:
    """Without the steps that only say what holds already."""
    found = []
    for minute, step in changes:
        if step.value != value:
            found.append((minute, step))
            value = step.value
    return found


def _transition(point: Point, minute: int, value: Value) -> dict[str, float]:
    number = for_device(point, value)
    if isinstance(number, str):
        raise CannotActError(f"{point.id} cannot be scheduled with a text")
    return {"transitionTime": minute, "heatSetpoint": float(number)}


def _jobs(family: Family, device: Device, told: Told, zone: ZoneInfo, memory: Memory) -> list[Outgoing]:
    """Shelly: all jobs deleted, then one for each change on its date, with the call that a command would make."""
    topic, source = f"{device.topic}/rpc", answers_to(device)
    found = [Outgoing(topic, orjson.dumps({"id": 1, "src": source, "method": "Schedule.DeleteAll"}))]
    share = max(1, JOBS_MOST // max(1, len(told)) - 1)
    for point, schedule in told:
        steps = [s for s in schedule.steps if s.at > schedule.made_at]
        few = DeviceSchedule(point.id, tuple(steps), schedule.made_at, schedule.until, schedule.rest, schedule.reason).fewer(share)
        for step in (*few.steps, ScheduleStep(schedule.until, schedule.rest)):
            local = step.at.astimezone(zone)
            call = orjson.loads(family.encode(device, point, for_device(point, step.value), memory)[0].payload)
            job = {
                "enable": True,
                "timespec": f"0 {local.minute} {local.hour} {local.day} {local.month} *",
                "calls": [{"method": call["method"], "params": call["params"]}],
            }
            found.append(Outgoing(topic, orjson.dumps({"id": 1, "src": source, "method": "Schedule.Create", "params": job})))
    return found


def _timers(family: Family, device: Device, told: Told, zone: ZoneInfo, memory: Memory) -> list[Outgoing]:
    """Tasmota: each change once, on its weekday; the timers left over are disarmed, so that nothing old fires."""
    timers: list[tuple[datetime, dict[str, object]]] = []
    if not told:
        return []
    share = max(1, TIMERS_MOST // max(1, len(told)) - 1)
    for point, schedule in told:
        if point.quantity.name != "switch_state":
            raise CannotActError(f"{point.id}: timers of {device.family} switch relays, nothing else")
        output = int(point.channel.removeprefix("POWER") or 1)
        steps = [s for s in schedule.steps if s.at > schedule.made_at]
        few = DeviceSchedule(point.id, tuple(steps), schedule.made_at, schedule.until, schedule.rest, schedule.reason).fewer(share)
        for step in (*few.steps, ScheduleStep(schedule.until, schedule.rest)):
            local = step.at.astimezone(zone)
            days = "".join("1" if (local.isoweekday() % 7) == place else "0" for place in range(7))  # Sunday first
            timer: dict[str, object] = {
                "Enable": 1, "Mode": 0, "Time": f"{local:%H:%M}", "Window": 0, "Days": days, "Repeat": 0, "Output": output,
                "Action": int(bool(for_device(point, step.value))),
            }  # fmt: skip
            timers.append((step.at, timer))
    command = family.encode(device, told[0][0], True, memory)[0].topic.rpartition("/")[0]
    ordered = [timer for _, timer in sorted(timers, key=lambda pair: pair[0])]
    found = [Outgoing(f"{command}/Timer{n}", orjson.dumps(timer)) for n, timer in enumerate(ordered, start=1)]
    off = orjson.dumps({"Enable": 0})
    found += [Outgoing(f"{command}/Timer{n}", off) for n in range(len(ordered) + 1, TIMERS_MOST + 1)]
    return [*found, Outgoing(f"{command}/Timers", b"1")]


FORMS: dict[str, Write] = {"zigbee2mqtt": _week, "shelly_gen2": _jobs, "tasmota": _timers}
"""By family. A further one is one function and one line here."""
