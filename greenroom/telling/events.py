"""What happened, for annotations: changed reasons, overrides, alarms, clock changes, configuration, people's corrections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from dashboards.words import Words
from premises.booking import Override
from premises.corrections import Correction
from premises.decision import ZoneDecision
from premises.ports import Alarm
from premises.site import Site
from premises.sitefile.compare import SiteChanges
from premises.told import EVENT, Told

LONGEST = 500
SETTLE = timedelta(minutes=5)
"""A zone tells of at most one changed reason in this time."""


def event(kind: str, at: datetime, title: str, text: str, zone: str = "", subject: str = "", **more: float | str) -> Told:
    """One event; until_us 0: it is of an instant, or goes on."""
    fields: dict[str, float | str] = {"title": title[:LONGEST], "text": text[:LONGEST], "until_us": 0.0, "state": "", **more}
    return Told(EVENT, at, fields, {"kind": kind, "zone": zone, "subject": subject})


class ReasonTeller:
    """Tells of a zone's state or reason when it becomes another one; changed numbers within a reason are no event."""

    def __init__(self, site: Site, say: Words) -> None:
        self._site, self._say = site, say
        self._last: dict[str, tuple[datetime, str, str]] = {}

    def tell(self, decisions: Iterable[ZoneDecision], now: datetime) -> list[Told]:
        lines = []
        for decision in decisions:
            before = self._last.get(decision.zone)
            is_so = (decision.state.value, decision.heat_reason.code)
            if before is not None and (before[1:] == is_so or now - before[0] < SETTLE):
                continue
            self._last[decision.zone] = (now, *is_so)
            if before is not None:
                title = f"{self._site.zone(decision.zone).name}: {self._say(f'state.{decision.state.value}')}"
                text = decision.heat_reason.text(self._say.language)
                lines.append(event("reason", now, title, text, decision.zone, state=decision.state.value))
        return lines


def override_event(site: Site, override: Override, say: Words) -> Told:
    """From its start to its end, be it by expiry or by hand."""
    name = next((zone.name for zone in site.zones if zone.id == override.zone), override.zone)
    value = "" if override.value is None else f" {override.value:g}"
    until = override.ended_at or override.until
    text = " · ".join(part for part in (override.by, override.reason) if part)
    title = f"{say('event.override')} {name}: {say(f'event.override_{override.kind.value}')}{value}"
    return event("override", override.since, title, text, override.zone, override.id, until_us=micros(until))


def alarm_event(site: Site, alarm: Alarm, say: Words) -> Told:
    """From raised to cleared; one that stands has no end yet."""
    text = alarm.text.get(say.language) or alarm.text.get("en") or next(iter(alarm.text.values()), alarm.cause)
    state = "cleared" if alarm.cleared_at else "acknowledged" if alarm.acknowledged_at else "raised"
    zone = alarm.subject if any(zone.id == alarm.subject for zone in site.zones) else ""
    subject = f"{alarm.cause}/{alarm.subject}"
    until = 0.0 if alarm.cleared_at is None else micros(alarm.cleared_at)
    return event(
        "alarm", alarm.raised_at, f"{say('event.alarm')}: {alarm.subject}", text, zone, subject, until_us=until, state=state
    )


def correction_event(correction: Correction, say: Words) -> Told:
    """A person's correction, such as an exchanged meter."""
    title = f"{say(f'event.correction_{correction.kind.value}')}: {correction.subject}"
    text = " · ".join(part for part in (correction.reason, correction.by, correction.document) if part)
    until = 0.0 if correction.until is None else micros(correction.until)
    state = "" if correction.stands else "withdrawn"
    return event("correction", correction.since, title, text, subject=correction.id, until_us=until, state=state)


def configuration_event(changes: SiteChanges, now: datetime, say: Words) -> Told:
    """What a changed site file changed, by kind and id."""
    parts = [f"{say('event.configuration_site')}: {', '.join(sorted(changes.site))}"] if changes.site else []
    for kind, change in changes.parts.items():
        signed = [*(f"+{name}" for name in change.added), *(f"-{name}" for name in change.removed)]
        parts.append(f"{kind}: {', '.join([*signed, *(one.id for one in change.changed)])}")
    return event("configuration", now, say("event.configuration"), "; ".join(parts), subject="site")


def clock_events(site: Site, now: datetime, say: Words) -> list[Told]:
    """The site's clock changes of the year before and the year to come."""
    return [
        event("clock", at, say("event.clock"), say("event.clock_about", hours=f"{shift / timedelta(hours=1):+g}"))
        for at, shift in clock_changes(site, now - timedelta(days=366), now + timedelta(days=366))
    ]


def clock_changes(site: Site, start: datetime, end: datetime) -> Sequence[tuple[datetime, timedelta]]:
    """(instant, shift of the wall clock) of each change in the span, found to the minute by halving."""
    found, at = [], start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while at < end:
        later = at + timedelta(days=1)
        before, after = _offset(site, at), _offset(site, later)
        if before != after:
            low, high = at, later
            while high - low > timedelta(minutes=1):
                middle = low + (high - low) // 2
                low, high = (middle, high) if _offset(site, middle) == before else (low, middle)
            found.append((high.replace(second=0, microsecond=0), after - before))
        at = later
    return found


def _offset(site: Site, instant: datetime) -> timedelta:
    return instant.astimezone(site.zoneinfo).utcoffset() or timedelta(0)


def micros(instant: datetime) -> float:
    return float(round(instant.timestamp() * 1e6))
