"""Who is told of what, how, and when not: the `notify` section of a site file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from premises.notice import Urgency
from premises.time import utc

_MINUTE = timedelta(minutes=1)
_MINUTES_MOST = 26 * 60  # the longest day has 25 hours


class About(StrEnum):
    """What someone is told about."""

    ALARMS = "alarms"
    BOOKINGS = "bookings"
    REPORTS = "reports"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local wall time in which only what is urgent is told; over midnight where start is after end. Equal ends: never quiet."""

    start: time
    end: time

    def holds(self, local: time) -> bool:
        if self.start <= self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end

    def until(self, instant: datetime, zone: ZoneInfo) -> datetime:
        """The instant itself where it is not quiet, else the first minute after it that is not.

        Walks through real time and reads the wall clock at each minute, so that nights of 23 and 25 hours end when the clock
        on the wall says so.
        """
        at = utc(instant)
        if not self.holds(at.astimezone(zone).time()):
            return at
        at = at.replace(second=0, microsecond=0)
        for _ in range(_MINUTES_MOST):
            at += _MINUTE
            if not self.holds(at.astimezone(zone).time()):
                break
        return at


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone who is told. mail: address; push: topic at the push server; webhook: id of an address, which then is theirs alone.

    causes, zones: of alarms, empty for all; what concerns the whole site is told whatever the zones. least: nothing less
    urgent. step: 1 is told at once, 2 where nobody acknowledged in time, and so on. quiet: None takes the site's.
    """

    id: str
    name: str
    language: str
    mail: str = ""
    push: str = ""
    webhook: str = ""
    about: frozenset[About] = frozenset({About.ALARMS})
    causes: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    least: Urgency = Urgency.INFO
    step: int = 1
    quiet: QuietHours | None = None

    @property
    def channels(self) -> tuple[str, ...]:
        """As the outbox names them."""
        named = (("mail", self.mail), ("push", self.push), ("webhook", self.webhook))
        return tuple(f"{kind}:{where}" for kind, where in named if where)


@dataclass(frozen=True, slots=True)
class Notify:
    """Who is told, and the site's habits. escalate_after: without acknowledgement, to the next step; group_within: how long
    alarms of one cause are waited for, to be told together; ahead: how long before a call it is foreseen whether it is kept."""

    contacts: tuple[Contact, ...] = ()
    quiet: QuietHours | None = None
    escalate_after: timedelta = timedelta(minutes=20)
    group_within: timedelta = timedelta(minutes=1)
    ahead: timedelta = timedelta(hours=24)
