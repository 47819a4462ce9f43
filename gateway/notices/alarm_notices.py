"""The notices of alarms: one for all of a cause that are told at once, made for what each recipient may see of them."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.notices.alarm_course import Turn, follows_from
from gateway.notices.routing import Recipient, posted
from gateway.notices.words import MESSAGES, Explained, cause_key, explain, name_of, say, span, zones_of
from premises.alarming import cause_named
from premises.notice import Notice, NoticeKind, Posting, Urgency
from premises.ports import Alarm
from premises.site import Site
from premises.time import format_instant

LINES_MOST = 10


@dataclass(frozen=True, slots=True)
class AlarmNotices:
    """Makes the postings of turns. standing: all alarms of the site that stand; names how many follow from a root."""

    site: Site
    standing: Sequence[Alarm]
    recipients: Sequence[Recipient]
    now: datetime

    def postings(self, turns: Iterable[Turn]) -> list[Posting]:
        """One notice for each cause, kind and audience."""
        groups: dict[tuple[str, NoticeKind, int, bool], list[Turn]] = defaultdict(list)
        for turn in turns:
            groups[turn.alarm.cause, turn.kind, turn.step, turn.again].append(turn)
        return [posting for group in groups.values() for posting in self._of_group(group)]

    def _of_group(self, group: Sequence[Turn]) -> list[Posting]:
        first = group[0]
        audiences: dict[tuple[str, ...], list[Recipient]] = defaultdict(list)
        for recipient in self.recipients:
            if not _concerned(recipient, first):
                continue
            seen = tuple(turn.alarm.id for turn in group if self._wants(recipient, turn))
            if seen:
                audiences[seen].append(recipient)
        found: list[Posting] = []
        for seen, audience in audiences.items():
            notice = self.notice([turn for turn in group if turn.alarm.id in seen])
            found += posted(notice, audience, self.now, self.site.zoneinfo)
        return found

    def _wants(self, recipient: Recipient, turn: Turn) -> bool:
        cause = cause_named(turn.alarm.cause)
        return recipient.wants(turn.kind, cause.urgency, zones_of(self.site, turn.alarm.subject), cause.name)

    def notice(self, group: Sequence[Turn]) -> Notice:
        """The notice of alarms of one cause that are told together."""
        first = group[0]
        alarms = [turn.alarm for turn in group]
        told = hashlib.sha256("\n".join([first.kind.value, first.state, *sorted(alarm.id for alarm in alarms)]).encode())
        urgency = cause_named(first.alarm.cause).urgency
        zones = [zones_of(self.site, alarm.subject) for alarm in alarms]
        return Notice(
            id=f"msg_{told.hexdigest()[:32]}",
            kind=first.kind,
            site=self.site.id,
            subject=first.alarm.subject if len(alarms) == 1 else self.site.id,
            at=self.now,
            urgency=Urgency.INFO if first.kind is NoticeKind.ALARM_CLEARED else urgency,
            title={language: self._title(group, language) for language in MESSAGES.languages()},
            text={language: self._text(group, language) for language in MESSAGES.languages()},
            data={
                "cause": first.alarm.cause,
                "thread": f"alarm-{min(alarm.id for alarm in alarms)}",
                "alarms": [_plain(alarm) for alarm in alarms],
            },
            zones=frozenset().union(*zones) if all(zones) else frozenset(),
        )

    def _title(self, group: Sequence[Turn], language: str) -> str:
        first = group[0].alarm
        if len(group) == 1:
            words = say(language, cause_key(first.cause, "title"), subject=name_of(self.site, first.subject), cause=first.cause)
        else:
            words = say(language, cause_key(first.cause, "titles"), count=len(group), cause=first.cause)
        kind = group[0].kind
        if kind is NoticeKind.ALARM_ESCALATED:
            words = say(language, "alarm.escalated", title=words)
        elif kind is NoticeKind.ALARM_CLEARED:
            words = say(language, "alarm.cleared", title=words)
        elif group[0].again:
            words = say(language, "alarm.again", title=words)
        return f"{self.site.name}: {words}"

    def _text(self, group: Sequence[Turn], language: str) -> str:
        told = [explain(turn.alarm, self.site, language, self.now) for turn in group]
        lines = [told[0].what, told[0].since] if len(group) == 1 else _list(told, language)
        if group[0].kind is NoticeKind.ALARM_ESCALATED:
            oldest = min(turn.alarm.raised_at for turn in group)
            lines.append(say(language, "alarm.unacknowledged", span=span(self.now - oldest)))
        if group[0].kind is not NoticeKind.ALARM_CLEARED:
            lines += [told[0].does, told[0].can, self._further(group, language)]
        return "\n".join(line for line in lines if line)

    def _further(self, group: Sequence[Turn], language: str) -> str:
        """How many alarms follow from these and stay untold."""
        roots = [turn.alarm for turn in group]
        count = sum(follows_from(self.site, alarm, roots) is not None for alarm in self.standing if alarm not in roots)
        if count == 0:
            return ""
        return say(language, "alarm.further_one" if count == 1 else "alarm.further", count=count)


def _concerned(recipient: Recipient, turn: Turn) -> bool:
    """Told at once are those of step 1; an escalation is for its step alone; the end is for all who were told."""
    if turn.kind is NoticeKind.ALARM_ESCALATED:
        return recipient.step in (0, turn.step)
    return recipient.step <= turn.step


def _list(told: Sequence[Explained], language: str) -> list[str]:
    lines = [f"• {one.what} {one.since}" for one in told[:LINES_MOST]]
    if len(told) > LINES_MOST:
        lines.append(say(language, "alarm.more", count=len(told) - LINES_MOST))
    return lines


def _plain(alarm: Alarm) -> Mapping[str, object]:
    def when(at: datetime | None) -> str | None:
        return None if at is None else format_instant(at)

    return {
        "id": alarm.id,
        "cause": alarm.cause,
        "subject": alarm.subject,
        "raised_at": when(alarm.raised_at),
        "cleared_at": when(alarm.cleared_at),
        "acknowledged_at": when(alarm.acknowledged_at),
        "text": dict(alarm.text),
    }
