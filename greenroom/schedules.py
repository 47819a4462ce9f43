"""Pushing schedules to the devices that keep them, seldom enough for their batteries and memories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from ingest.decoded import Understood
from ingest.schedule_bus import Publishes, ScheduleBus
from ingest.schedules import Told, takes_schedules
from premises.command import CommandStatus
from premises.ports import Alarms, CommandLog
from premises.reading import RawMessage
from premises.schedule import DeviceSchedule, ScheduleStep
from premises.site import Device, Site
from premises.time import zone_named

log = structlog.get_logger(__name__)
AT_MOST_EVERY = timedelta(hours=1)
RENEW_AFTER = timedelta(hours=12)
SOON = timedelta(hours=24)
"""What changes within this is told within the hour; what lies further ahead is told twice a day."""
ANYWAY = timedelta(hours=24)
"""Told again although nothing changes, so that a device always has a day ahead of it at least."""


@dataclass(frozen=True, slots=True)
class _Pushed:
    at: datetime
    told: Told


class SchedulePusher:
    """Knows what each device was told, and when it is to be told anew. After a restart every device is told once more."""

    def __init__(self, connection: Publishes, commands: CommandLog | None = None, alarms: Alarms | None = None) -> None:
        self._bus = ScheduleBus(connection, commands, alarms)
        self._pushed: dict[tuple[str, str], _Pushed] = {}

    def run(self, site: Site, schedules: Sequence[DeviceSchedule], now: datetime) -> int:
        """Tell each device that takes schedules what is new to it; how many were told. A broker that is away is tried again."""
        by_point: Mapping[str, DeviceSchedule] = {schedule.point: schedule for schedule in schedules}
        count = 0
        keeping = [device for device in site.devices if takes_schedules(device)]
        self._bus.keep(site.id, frozenset(device.id for device in keeping), now)
        for device in keeping:
            told = [(p, by_point[p.id]) for p in site.points if p.device == device.id and p.writable and p.id in by_point]
            if told and self._due(site.id, device, told, now):
                count += self._push(site, device, told, now)
        return count

    def tick(self, now: datetime) -> None:
        """See to what was told and is not confirmed yet."""
        self._bus.tick(now)

    def listen(self, message: RawMessage, understood: Understood) -> None:
        """For the decoder: what devices tell of their schedules."""
        self._bus.listen(message, understood)

    def statuses(self, site: str) -> Mapping[str, CommandStatus]:
        """By point: how its schedule stands."""
        return self._bus.statuses(site)

    def _due(self, site: str, device: Device, told: Told, now: datetime) -> bool:
        before = self._pushed.get((site, device.id))
        if before is None or now < before.at:
            return True
        age = now - before.at
        if not AT_MOST_EVERY <= age < ANYWAY:
            return age >= ANYWAY
        horizon = now + (SOON if age < RENEW_AFTER else timedelta(days=30))
        return [_ahead(s, now, horizon) for _, s in before.told] != [_ahead(s, now, horizon) for _, s in told]

    def _push(self, site: Site, device: Device, told: Told, now: datetime) -> bool:
        zone = zone_named(device.timezone) if device.timezone else site.zoneinfo
        if not self._bus.send(site.id, device, told, zone, now):
            return False
        log.info("schedule pushed", device=device.id, why=told[0][1].reason.text("en"))
        self._pushed[(site.id, device.id)] = _Pushed(now, told)
        return True


def _ahead(schedule: DeviceSchedule, now: datetime, horizon: datetime) -> tuple[object, ...]:
    """The value now and the changes until the horizon, but not the end, which moves on with every plan."""
    past = [step for step in schedule.steps if step.at <= now]
    value = past[-1].value if past else None
    coming: list[ScheduleStep] = [step for step in schedule.steps if now < step.at < min(horizon, schedule.until)]
    return (value, *coming)
