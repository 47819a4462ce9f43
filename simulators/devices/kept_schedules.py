"""Programmes that devices keep and carry out by themselves: the week of a thermostat, the jobs of a Shelly.

The week after the Zigbee Cluster Library (Thermostat cluster: Set, Get and Clear Weekly Schedule) as Zigbee2MQTT tells it; jobs
after "Schedule" of the Shelly technical documentation: at most twenty, cron expressions with seconds first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS_BY_BIT = ("sunday", *_DAYS[:6])
_MOST_JOBS, _MOST_CALLS, _MOST_TRANSITIONS = 20, 5, 10
_LONGEST = timedelta(days=1)
_SCHEDULE = "schedule"


@dataclass(slots=True)
class KeptWeek:
    """Minutes after local midnight and setpoints in °C by day; carried out while the mode says so."""

    days: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    mode: str = "setpoint"
    _carried: datetime | None = None

    def obey(self, told: Mapping[str, Any]) -> bool:
        """Take what a `set` message tells of the programme; whether it told anything of it."""
        if "clear_weekly_schedule" in told:
            self.days.clear()
        if "programming_operation_mode" in told:
            self.mode = str(told["programming_operation_mode"])
        week = told.get("weekly_schedule")
        if isinstance(week, dict):
            changes = [(int(one["transitionTime"]), float(one["heatSetpoint"])) for one in week["transitions"]]
            if 0 < len(changes) <= _MOST_TRANSITIONS:
                self.days |= {day: sorted(changes) for day in week["dayofweek"] if day in _DAYS}
        return bool(told.keys() & {"clear_weekly_schedule", "programming_operation_mode", "weekly_schedule"})

    def groups(self) -> Iterator[dict[str, Any]]:
        """What it answers when it is asked: one response for each group of days with the same changes."""
        left = [day for day in _DAYS_BY_BIT if day in self.days]
        while left:
            same = [day for day in left if self.days[day] == self.days[left[0]]]
            changes = [{"time": minute, "heating_setpoint": setpoint} for minute, setpoint in self.days[left[0]]]
            yield {"days": same, "transitions": changes}
            left = [day for day in left if day not in same]

    def due(self, now: datetime, zone: ZoneInfo) -> float | None:
        """The setpoint of the newest change since it was last asked, None where there was none."""
        since, self._carried = self._carried, now
        if self.mode != _SCHEDULE or since is None or not timedelta(0) < now - since:
            return None
        found = None
        for at in _minutes(max(since, now - _LONGEST), now):
            local = at.astimezone(zone)
            changes = dict(self.days.get(_DAYS[local.weekday()], ()))
            found = changes.get(60 * local.hour + local.minute, found)
        return found


@dataclass(slots=True)
class KeptJobs:
    """Jobs by id, in the order in which they were made."""

    jobs: dict[int, dict[str, Any]] = field(default_factory=dict)
    revision: int = 0
    _next: int = 1
    _carried: datetime | None = None

    def answer(self, method: str, params: Mapping[str, Any]) -> dict[str, Any] | None:
        """The result of a `Schedule` method; None where the device refuses it or has no such method."""
        name = method.partition(".")[2]
        if name == "List":
            return {"jobs": [{"id": number, **job} for number, job in self.jobs.items()], "rev": self.revision}
        if name == "DeleteAll":
            self.jobs.clear()
        elif name == "Delete" and params.get("id") in self.jobs:
            del self.jobs[params["id"]]
        elif name == "Create" and len(self.jobs) < _MOST_JOBS and 0 < len(params.get("calls") or ()) <= _MOST_CALLS:
            self.jobs[self._next] = {
                "enable": bool(params.get("enable", True)),
                "timespec": str(params["timespec"]),
                "calls": params["calls"],
            }
            self._next += 1
            self.revision += 1
            return {"id": self._next - 1, "rev": self.revision}
        else:
            return None
        self.revision += 1
        return {"rev": self.revision}

    def due(self, now: datetime, zone: ZoneInfo) -> list[dict[str, Any]]:
        """Calls of the jobs whose minute came since it was last asked, in order."""
        since, self._carried = self._carried, now
        if since is None or not timedelta(0) < now - since:
            return []
        jobs = [job for job in self.jobs.values() if job["enable"]]
        minutes = _minutes(max(since, now - _LONGEST), now) if jobs else ()
        return [call for at in minutes for job in jobs if _fires(job["timespec"], at.astimezone(zone)) for call in job["calls"]]


def _minutes(after: datetime, until: datetime) -> Iterator[datetime]:
    """Full minutes after the one and up to the other."""
    at = after.replace(second=0, microsecond=0) + timedelta(minutes=1)
    while at <= until:
        yield at
        at += timedelta(minutes=1)


def _fires(timespec: str, local: datetime) -> bool:
    """Whether a job of that cron expression (seconds, minutes, hours, day, month, weekday) runs within that minute."""
    _, minute, hour, day, month, weekday = timespec.split()
    names = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
    told = ((minute, local.minute), (hour, local.hour), (day, local.day), (month, local.month))
    today = {"*", names[local.isoweekday() % 7], str(local.isoweekday() % 7)}
    return all(spec == "*" or int(spec) == value for spec, value in told) and not today.isdisjoint(weekday.split(","))
