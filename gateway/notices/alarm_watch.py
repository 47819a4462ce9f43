"""Looks at the alarms of all sites and puts into the outbox what is to be told of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from gateway.notices.alarm_course import ESCALATED, topic, turns
from gateway.notices.alarm_notices import AlarmNotices
from gateway.notices.routing import Recipient, recipients_of
from premises.desks import WebhookBook
from premises.notice import NoticeDesk, Posting
from premises.ports import Alarm
from premises.site import Site

HISTORY_MOST = 500


class AlarmBook(Protocol):
    """What is asked of the book of alarms."""

    def active(self, site: str) -> list[Alarm]: ...

    def history(self, site: str, limit: int = 100) -> list[Alarm]: ...

    def escalate(self, alarm_id: str, at: datetime) -> Alarm | None: ...


class AlarmWatch:
    """Call `look` every half minute or so; each call finds out anew what is to be told, whatever was missed before."""

    def __init__(self, alarms: AlarmBook, desk: NoticeDesk, addresses: WebhookBook) -> None:
        self._alarms = alarms
        self._desk = desk
        self._addresses = addresses

    def look(self, sites: Iterable[Site], now: datetime) -> int:
        """How many alarms were told of, over all sites."""
        addresses = self._addresses.all()
        return sum(self._look(site, recipients_of(site, addresses), now) for site in sites)

    def _look(self, site: Site, recipients: tuple[Recipient, ...], now: datetime) -> int:
        if not recipients:
            return 0
        standing = self._alarms.active(site.id)
        alarms = [*standing, *(alarm for alarm in self._alarms.history(site.id, HISTORY_MOST) if alarm.cleared_at is not None)]
        told = self._desk.told(topic(alarm) for alarm in alarms)
        last_step = max(recipient.step for recipient in recipients)
        due = {topic(turn.alarm): turn for turn in turns(site, alarms, told, now, last_step)}
        notices = AlarmNotices(site, standing, recipients, now)

        def make(turned: frozenset[str]) -> list[Posting]:
            return notices.postings(due[name] for name in sorted(turned))

        turned = self._desk.turn({name: turn.state for name, turn in due.items()}, now, make)
        for name in turned:
            if due[name].state.startswith(ESCALATED):
                self._alarms.escalate(due[name].alarm.id, now)
        return len(turned)
