"""Devices that have not been heard of: one alarm per device, none while the broker is away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from gateway.notices.words import MESSAGES, say, span, wall
from premises.alarming import DEVICE_AWAY
from premises.ports import Alarms, IntakeStatus
from premises.site import GREENROOM, Device, Site

PATIENCE = 4
"""So many times the span within which a device should tell something: one lost message is no alarm."""
PATIENCE_LEAST = timedelta(minutes=15)


class DeviceWatch:
    """Call `look` every few minutes. since: when this process began to listen."""

    def __init__(self, alarms: Alarms, since: datetime) -> None:
        self._alarms = alarms
        self._since = since

    def look(self, sites: Iterable[Site], status: IntakeStatus, now: datetime) -> None:
        """Raise for those that are away, clear for those that are back; leave all as it is while nothing can be heard."""
        if not status.connected:
            return
        for site in sites:
            standing = {alarm.subject for alarm in self._alarms.active(site.id) if alarm.cause == DEVICE_AWAY}
            for device in site.devices:
                if device.id == GREENROOM:
                    continue
                seen = status.last_seen.get(f"{site.id}/{device.id}") or status.last_seen.get(device.id)
                if is_away(device, seen, self._since, now):
                    self._alarms.raise_(site.id, DEVICE_AWAY, device.id, _text(site, device, seen or self._since, now), now)
                elif device.id in standing and seen is not None:
                    self._alarms.clear(site.id, DEVICE_AWAY, device.id, now)


def is_away(device: Device, seen: datetime | None, since: datetime, now: datetime) -> bool:
    """Whether it has been silent for too long. A device that tells of changes only is never away by age."""
    if device.expected_every is None:
        return False
    return now - (seen or since) > max(PATIENCE * device.expected_every, PATIENCE_LEAST)


def _text(site: Site, device: Device, seen: datetime, now: datetime) -> dict[str, str]:
    """The same text while it lasts: the instant of the last word, not how long ago that is."""
    values = {"device": device.name or device.id, "seen": wall(seen, now - timedelta(days=2), site.zoneinfo)}
    every = span(device.expected_every or timedelta(0))
    return {language: say(language, "device.silent", every=every, **values) for language in MESSAGES.languages()}
