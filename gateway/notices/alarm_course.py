"""The course of alarms: what is to be told of each now, from what stands and what was told before. Pure.

One notice per cause and change of state, and no storms: alarms that follow from another that stands are not told one by one,
alarms of one cause are told together, and one that comes and goes is told less often each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.notices.words import zones_of
from premises.alarming import cause_named
from premises.notice import NoticeKind, Urgency
from premises.ports import Alarm
from premises.site import Site
from premises.time import format_instant

RAISED, ESCALATED, CLEARED = "raised", "escalated", "cleared"
PATIENCE_MOST = timedelta(hours=1)
RESTLESS_OVER = timedelta(hours=6)
"""An alarm that came back within this is waited for longer, each time."""

Told = Mapping[str, tuple[str, datetime]]


@dataclass(frozen=True, slots=True)
class Turn:
    """What is to be told of an alarm. state: what is remembered as told; step: who is told, up to that step (only that step
    where it is escalated); again: it was told before, and still stands after it was shelved."""

    alarm: Alarm
    kind: NoticeKind
    state: str
    step: int = 1
    again: bool = False


def topic(alarm: Alarm) -> str:
    return f"alarm/{alarm.id}"


def follows_from(site: Site, alarm: Alarm, standing: Iterable[Alarm]) -> Alarm | None:
    """The standing alarm that explains this one, None where none does."""
    roots = cause_named(alarm.cause).roots
    zones = zones_of(site, alarm.subject)
    for root in standing:
        if root.cause in roots and root.id != alarm.id:
            reach = zones_of(site, root.subject)
            if not reach or not zones or reach & zones:
                return root
    return None


def turns(site: Site, alarms: Sequence[Alarm], told: Told, now: datetime, last_step: int) -> list[Turn]:
    """What is to be told now. alarms: those that stand and the newest that were cleared; last_step: of the escalation."""
    standing = [alarm for alarm in alarms if alarm.cleared_at is None]
    found: list[Turn] = []
    untold: dict[str, list[Alarm]] = {}
    due: set[str] = set()
    for alarm in standing:
        if alarm.shelved_until is not None and now < alarm.shelved_until:
            continue
        if topic(alarm) not in told:
            if follows_from(site, alarm, standing) is None:
                untold.setdefault(alarm.cause, []).append(alarm)
                if now - _since(site, alarm, alarms) >= _patience(site, alarm, alarms, told):
                    due.add(alarm.cause)
            continue
        found += _further(site, alarm, told[topic(alarm)], now, last_step)
    for cause in sorted(due):
        found += [Turn(one, NoticeKind.ALARM_RAISED, RAISED) for one in untold[cause] if _together(site, one, alarms, told, now)]
    found += [_cleared(alarm, told) for alarm in alarms if _is_over(site, alarm, told, now)]
    return found


def _since(site: Site, alarm: Alarm, alarms: Iterable[Alarm]) -> datetime:
    """Since when it stands by itself: what followed from a root is given time to go away with it."""
    gone = [root.cleared_at for root in alarms if root.cleared_at is not None and _explained(site, alarm, root)]
    return max([alarm.raised_at, *gone])


def _explained(site: Site, alarm: Alarm, root: Alarm) -> bool:
    return follows_from(site, alarm, [root]) is not None and root.cleared_at is not None and root.cleared_at >= alarm.raised_at


def _times_told(alarm: Alarm, alarms: Iterable[Alarm], told: Told) -> int:
    """How often the same was told of late: it comes and goes."""
    same = [one for one in alarms if one.id != alarm.id and (one.cause, one.subject) == (alarm.cause, alarm.subject)]
    return sum(topic(one) in told and alarm.raised_at - one.raised_at < RESTLESS_OVER for one in same)


def _patience(site: Site, alarm: Alarm, alarms: Iterable[Alarm], told: Told) -> timedelta:
    times = min(_times_told(alarm, alarms, told), 10)
    if not times and cause_named(alarm.cause).alone:
        return timedelta(0)
    factor: int = 2 ** (times + 2) if times else 1
    return min(site.notify.group_within * factor, PATIENCE_MOST)


def _together(site: Site, alarm: Alarm, alarms: Iterable[Alarm], told: Told, now: datetime) -> bool:
    """Told with another of its cause, though its own time has not come; but not where it comes and goes."""
    return not _times_told(alarm, alarms, told) or now - alarm.raised_at >= _patience(site, alarm, alarms, told)


def _further(site: Site, alarm: Alarm, before: tuple[str, datetime], now: datetime, last_step: int) -> list[Turn]:
    """An alarm that was told: told again after it was shelved, or to the next step."""
    state, at = before
    if alarm.shelved_until is not None and at < alarm.shelved_until:
        return [Turn(alarm, NoticeKind.ALARM_RAISED, f"{RAISED} {format_instant(alarm.shelved_until)}", again=True)]
    urgency = cause_named(alarm.cause).urgency
    if urgency is Urgency.INFO or alarm.acknowledged_at is not None:
        return []
    step = step_of(state) + 1
    quiet = site.notify.quiet
    heard = at if quiet is None or urgency is Urgency.URGENT else quiet.until(at, site.zoneinfo)
    if step > last_step or now - heard < site.notify.escalate_after:
        return []
    return [Turn(alarm, NoticeKind.ALARM_ESCALATED, f"{ESCALATED} {step}", step)]


def step_of(state: str) -> int:
    """Up to which step it was told."""
    name, _, number = state.partition(" ")
    return int(number) if name == ESCALATED else 1


def _is_over(site: Site, alarm: Alarm, told: Told, now: datetime) -> bool:
    known = told.get(topic(alarm))
    if alarm.cleared_at is None or known is None or known[0].startswith(CLEARED):
        return False
    return now - alarm.cleared_at >= site.notify.group_within


def _cleared(alarm: Alarm, told: Told) -> Turn:
    return Turn(alarm, NoticeKind.ALARM_CLEARED, CLEARED, step_of(told[topic(alarm)][0]))
