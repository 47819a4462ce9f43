"""Pushing schedules to the devices that keep them, seldom enough for their batteries and memories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from ingest.decoded import Outgoing
from ingest.families.family import CannotActError
from ingest.families.memory import Memory
from ingest.families.registry import FAMILIES
from ingest.schedules import Told, encode_schedules, takes_schedules
from premises.errors import RetryableError, UnitError
from premises.schedule import DeviceSchedule, ScheduleStep
from premises.site import Device, Site
from premises.time import zone_named

log = structlog.get_logger(__name__)
AT_MOST_EVERY = timedelta(hours=1)
RENEW_AFTER = timedelta(hours=12)
SOON = timedelta(hours=24)
"""What changes within this is told within the hour; what lies further ahead is told twice a day."""


class Publishes(Protocol):
    def publish(self, topic: str, payload: bytes, retain: bool = False) -> object: ...


@dataclass(frozen=True, slots=True)
class _Pushed:
    at: datetime
    told: Told


class SchedulePusher:
    """Knows what each device was told. After a restart every device is told once more."""

    def __init__(self, connection: Publishes) -> None:
        self._connection = connection
        self._pushed: dict[tuple[str, str], _Pushed] = {}
        self._memory = Memory(limit=1000)

    def run(self, site: Site, schedules: Sequence[DeviceSchedule], now: datetime) -> int:
        """Tell each device that takes schedules what is new to it; how many were told. A broker that is away is tried again."""
        by_point: Mapping[str, DeviceSchedule] = {schedule.point: schedule for schedule in schedules}
        count = 0
        for device in site.devices:
            if not takes_schedules(device):
                continue
            told = [(p, by_point[p.id]) for p in site.points if p.device == device.id and p.writable and p.id in by_point]
            if told and self._due(site.id, device, told, now):
                count += self._push(site, device, told, now)
        return count

    def _due(self, site: str, device: Device, told: Told, now: datetime) -> bool:
        before = self._pushed.get((site, device.id))
        if before is None or now < before.at:
            return True
        age = now - before.at
        if age < AT_MOST_EVERY:
            return False
        horizon = now + (SOON if age < RENEW_AFTER else timedelta(days=30))
        return [_ahead(s, now, horizon) for _, s in before.told] != [_ahead(s, now, horizon) for _, s in told]

    def _push(self, site: Site, device: Device, told: Told, now: datetime) -> bool:
        zone = zone_named(device.timezone) if device.timezone else site.zoneinfo
        try:
            messages: Sequence[Outgoing] = encode_schedules(FAMILIES[device.family], device, told, zone, self._memory)
            for message in messages:
                self._connection.publish(message.topic, message.payload, message.retain)
        except RetryableError as error:
            log.warning("a schedule waits for the broker", device=device.id, why=str(error))
            return False
        except (CannotActError, UnitError) as error:
            log.error("a device cannot take its schedule", device=device.id, why=str(error))
        else:
            log.info("schedule pushed", device=device.id, why=told[0][1].reason.text("en"))
        self._pushed[(site.id, device.id)] = _Pushed(now, told)
        return True


def _ahead(schedule: DeviceSchedule, now: datetime, horizon: datetime) -> tuple[object, ...]:
    """The value now and the changes until the horizon, but not the end, which moves on with every plan."""
    past = [step for step in schedule.steps if step.at <= now]
    value = past[-1].value if past else None
    coming: list[ScheduleStep] = [step for step in schedule.steps if now < step.at < min(horizon, schedule.until)]
    return (value, *coming)
