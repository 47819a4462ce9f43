"""Whether calls will be kept, hours ahead: from the ready-by answers of upcoming bookings to alarms and notices. Pure.

A forecast that trembles must not: what is new is told when two looks in a row say it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.notices.words import MESSAGES, name_of, say, span, wall
from premises.booking import Booking
from premises.notice import Notice, NoticeKind, Urgency
from premises.plan import Readiness, ReadyBy
from premises.site import Site
from premises.time import format_instant

LOOK_EVERY = timedelta(minutes=5)
LATE_AT_LEAST = timedelta(minutes=5)
"""A zone that is ready this little after its call is not worth waking anybody for."""


class Standing(StrEnum):
    """How a booking stands. EXPECTED: will be ready, nothing to tell yet."""

    EXPECTED = "expected"
    READY = "ready"
    LATE = "late"
    NOT_READY = "not_ready"


_KINDS = {
    Standing.EXPECTED: NoticeKind.READY,  # told only after it had been said otherwise
    Standing.READY: NoticeKind.READY,
    Standing.LATE: NoticeKind.LATE,
    Standing.NOT_READY: NoticeKind.NOT_READY,
}
_URGENCY = {Standing.LATE: Urgency.WARNING, Standing.NOT_READY: Urgency.WARNING}
_TITLES = {Standing.EXPECTED: "ready_again", Standing.READY: "ready_now", Standing.LATE: "late", Standing.NOT_READY: "not_ready"}


@dataclass(frozen=True, slots=True)
class Forecast:
    """A booking and the answers for its zones that are heated; none where nothing is known or nothing is to be heated."""

    booking: Booking
    answers: tuple[ReadyBy, ...] = field(default=())

    @property
    def topic(self) -> str:
        """Of this booking at this call: a call that is moved is told anew."""
        booking = self.booking
        told = f"{booking.site}\n{booking.key.source}\n{booking.key.id}\n{format_instant(booking.call_at)}"
        return f"booking/{hashlib.sha256(told.encode()).hexdigest()[:40]}"

    def standing(self, now: datetime) -> Standing | None:
        """None where it is not known, or nothing is to be heated."""
        known = [answer for answer in self.answers if answer.wanted_c is not None]
        if not known or any(answer.readiness is Readiness.UNKNOWN for answer in known):
            return None
        if any(answer.readiness is Readiness.NOT_READY for answer in known):
            return Standing.NOT_READY
        if any(is_late(answer) for answer in known):
            return Standing.LATE
        warm = all(answer.ready_at is not None and answer.ready_at <= now for answer in known)
        return Standing.READY if warm else Standing.EXPECTED


def is_late(answer: ReadyBy) -> bool:
    """Late by more than a person would care to know."""
    if answer.readiness is not Readiness.LATE or answer.ready_at is None:
        return False
    return answer.ready_at - answer.due_at > LATE_AT_LEAST


def to_tell(standing: Standing | None, told: str | None) -> Standing | None:
    """What is told of a booking, given what was told last; None: nothing. That all is well is told where it was not before."""
    if standing is None or standing == told:
        return None
    if standing is Standing.EXPECTED and told not in (Standing.LATE, Standing.NOT_READY):
        return None
    return standing


def misses(forecasts: Sequence[Forecast], now: datetime) -> Mapping[str, tuple[Booking, ReadyBy]]:
    """By zone: the first call to come that it will not keep."""
    found: dict[str, tuple[Booking, ReadyBy]] = {}
    for forecast in sorted(forecasts, key=lambda each: (each.booking.call_at, str(each.booking.key))):
        for answer in forecast.answers:
            missed = answer.readiness is Readiness.NOT_READY or is_late(answer)
            if missed and answer.due_at > now:
                found.setdefault(answer.zone, (forecast.booking, answer))
    return found


def alarm_text(site: Site, answer: ReadyBy, now: datetime) -> dict[str, str]:
    """What the alarm of a zone that will not be ready says, by language."""
    values = {"zone": name_of(site, answer.zone), "call": wall(answer.due_at, now, site.zoneinfo)}
    found: dict[str, str] = {}
    for language in MESSAGES.languages():
        reason = answer.reasons[0].text(language) if answer.reasons else ""
        if answer.readiness is Readiness.NOT_READY or answer.ready_at is None:
            found[language] = say(language, "foresight.never", reason=reason, **values).strip()
            continue
        told = values | {"ready": wall(answer.ready_at, now, site.zoneinfo), "late": span(answer.ready_at - answer.due_at)}
        found[language] = say(language, "foresight.late", reason=reason, **told).strip()
    return found


def booking_notice(site: Site, forecast: Forecast, standing: Standing, now: datetime) -> Notice:
    """The notice that a booking stands so now."""
    booking = forecast.booking
    told = hashlib.sha256(f"{forecast.topic}\n{standing}\n{format_instant(now)}".encode()).hexdigest()[:32]
    ready = max((answer.ready_at for answer in forecast.answers if answer.ready_at is not None), default=None)
    names = {
        "zones": ", ".join(name_of(site, answer.zone) for answer in forecast.answers),
        "call": wall(booking.call_at, now, site.zoneinfo),
        "ready": "?" if ready is None else wall(ready, now, site.zoneinfo),
    }
    return Notice(
        id=f"msg_{told}",
        kind=_KINDS[standing],
        site=site.id,
        subject=str(booking.key),
        at=now,
        urgency=_URGENCY.get(standing, Urgency.INFO),
        title={language: say(language, f"booking.{_TITLES[standing]}", **names) for language in MESSAGES.languages()},
        text={language: _text(site, forecast, language, names["call"]) for language in MESSAGES.languages()},
        data={
            "booking": {"source": booking.key.source, "id": booking.key.id, "call": format_instant(booking.call_at)},
            "standing": standing.value,
            "ready_now": standing is Standing.READY,
            "thread": forecast.topic.replace("/", "-"),
            "answers": [_plain(answer) for answer in forecast.answers],
        },
        zones=frozenset(booking.zones),
        tenant=booking.tenant,
    )


def _text(site: Site, forecast: Forecast, language: str, call: str) -> str:
    booking = forecast.booking
    lines = [say(language, "booking.what", title=booking.title or str(booking.key), call=call)]
    for answer in forecast.answers:
        reason = answer.reasons[0].text(language) if answer.reasons else answer.readiness.value
        lines.append(say(language, "booking.line", zone=name_of(site, answer.zone), reason=reason))
    return "\n".join(lines)


def _plain(answer: ReadyBy) -> dict[str, object]:
    return {
        "zone": answer.zone,
        "readiness": answer.readiness.value,
        "ready_at": None if answer.ready_at is None else format_instant(answer.ready_at),
        "probability": answer.probability,
    }
