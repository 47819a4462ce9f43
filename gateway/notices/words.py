"""What an alarm says in words: what happened, since when, what Greenroom does about it, what a person can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from premises.catalogue import FALLBACK, Catalogue
from premises.ports import Alarm
from premises.reason import REASONS
from premises.site import GREENROOM, Site
from premises.spoken import spoken

MESSAGES = Catalogue("gateway.notices")


@dataclass(frozen=True, slots=True)
class Explained:
    """An alarm in one language."""

    title: str
    what: str
    since: str
    does: str
    can: str

    def __str__(self) -> str:
        return "\n".join(line for line in (self.what, self.since, self.does, self.can) if line)


def say(language: str, key: str, /, **values: float | str) -> str:
    """A message of the catalogue; numbers and days as the language tells them, whole numbers whole."""
    told: Mapping[str, float | str] = {name: str(v) if isinstance(v, int) else v for name, v in values.items()}
    return MESSAGES.say(language, key, **spoken(REASONS, language, told))


def wall(instant: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Local wall time: `20:00` on the same local day as now, else `2026-01-21 20:00`, which `say` tells as the language does."""
    local = instant.astimezone(zone)
    return local.strftime("%H:%M" if local.date() == now.astimezone(zone).date() else "%Y-%m-%d %H:%M")


def span(length: timedelta) -> str:
    """`12 min`, `2 h 05`, `51 h`: the same in every language."""
    minutes = max(0, round(length.total_seconds() / 60))
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d}" if hours < 48 else f"{hours} h"


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in that language, else in English, else in any there is."""
    return texts.get(language) or texts.get(FALLBACK) or next(iter(texts.values()), "")


def name_of(site: Site, subject: str) -> str:
    """The name of what an alarm is about, as people call it: a zone, a device, a point of one, the site itself."""
    if subject in (site.id, GREENROOM):
        return site.name
    for zone in site.zones:
        if zone.id == subject:
            return zone.name
    for device in site.devices:
        if device.id == subject:
            return device.name or device.id
    return subject


def zones_of(site: Site, subject: str) -> frozenset[str]:
    """The zones that an alarm's subject lies in; none where it concerns the whole site."""
    if any(zone.id == subject for zone in site.zones):
        return frozenset({subject})
    for device in site.devices:
        if device.id == subject and device.zone:
            return frozenset({device.zone})
    return frozenset({point.zone for point in site.points if point.id == subject and point.zone})


def cause_key(cause: str, part: str) -> str:
    """Key of a cause's message; of the common one where the cause has none."""
    known = f"cause.{cause}.{part}"
    return known if known in MESSAGES.keys(FALLBACK) else f"cause.other.{part}"


def explain(alarm: Alarm, site: Site, language: str, now: datetime) -> Explained:
    """All that there is to say of an alarm, for a page, a mail or a program."""
    subject = name_of(site, alarm.subject)
    since = wall(alarm.raised_at, now, site.zoneinfo)
    over = alarm.cleared_at
    if over is None:
        course = say(language, "alarm.since", since=since, span=span(now - alarm.raised_at))
    else:
        course = say(language, "alarm.over", at=wall(over, now, site.zoneinfo), span=span(over - alarm.raised_at))
    does = say(language, cause_key(alarm.cause, "does"))
    can = say(language, cause_key(alarm.cause, "can"))
    return Explained(
        title=say(language, cause_key(alarm.cause, "title"), subject=subject, cause=alarm.cause),
        what=in_language(alarm.text, language),
        since=course,
        does=say(language, "alarm.does", does=does) if over is None else "",
        can=say(language, "alarm.can", can=can) if over is None else "",
    )
