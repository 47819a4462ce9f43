"""Bookings with their ready-by answers, and how each zone stands towards its next one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from premises.booking import Booking, BookingStatus
from premises.decision import ZoneDecision, ZoneState
from premises.plan import Readiness, ReadyBy
from premises.site import Site
from premises.told import BOOKING, GONE, READY, Told

LOOK_BACK = timedelta(days=2)
AHEAD = timedelta(hours=48)
"""How far ahead a booking's answer is asked for: tonight and tomorrow, and the morning after."""
KEEP = timedelta(days=7)
RISK = {Readiness.READY: 0.0, Readiness.UNKNOWN: 1.0, Readiness.LATE: 2.0, Readiness.NOT_READY: 3.0}
NO_CALL = -1.0
"""Risk of a zone that nobody is due in: it is neither ready nor late, and below every threshold."""
_Line = tuple[str, str, datetime]
_Fields = Mapping[str, float | str]


@dataclass(frozen=True, slots=True)
class Known:
    """A booking and its answers by zone; none where it lies too far ahead or no zone of it is heated."""

    booking: Booking
    answers: Mapping[str, ReadyBy]


class BookingTeller:
    """Tells one site's bookings. A booking that moves leaves a line that says so where it was."""

    def __init__(self, site: Site, language: str) -> None:
        self._site = site
        self._language = language
        self._told: dict[_Line, _Fields] = {}

    def tell(self, known: Sequence[Known], now: datetime, before: Iterable[Booking] = ()) -> list[Told]:
        """Lines that differ from what was told. before: earlier versions of these bookings, for what was told before a restart."""
        lines = {
            (zone, str(one.booking.key), one.booking.call_at): fields_of(self._site, one, zone, self._language)
            for one in known
            for zone in one.booking.zones
        }
        moved = {(zone, str(old.key), old.call_at) for old in before for zone in old.zones} | self._told.keys()
        present = {str(one.booking.key) for one in known}
        for line in moved - lines.keys():
            # a booking that is over slides out of what is looked at; one that is nearer and not found is in the book no more
            if line[1] in present or line[2] > now - LOOK_BACK:
                lines[line] = gone(*line).fields
        changed = {line: fields for line, fields in lines.items() if self._told.get(line) != fields}
        self._told = {line: fields for line, fields in {**self._told, **lines}.items() if line[2] > now - KEEP}
        return [Told(BOOKING, line[2], fields, {"zone": line[0], "booking": line[1]}) for line, fields in changed.items()]


def gone(zone: str, booking: str, call: datetime) -> Told:
    """Says that this booking of the zone is not at that call, or not at all, any more."""
    return Told(BOOKING, call, {"status": GONE, "until_us": _micros(call)}, {"zone": zone, "booking": booking})


def fields_of(site: Site, known: Known, zone: str, language: str) -> _Fields:
    """What a row of the board shows of one zone of a booking; texts are empty and numbers left out where there is no answer."""
    booking, answer = known.booking, known.answers.get(zone)
    fields: dict[str, float | str] = {
        "title": booking.title or str(booking.key),
        "kind": booking.day_kind.value,
        "status": booking.status.value,
        "local_call": local(booking.call_at, site.zoneinfo),
        "local_wrap": local(booking.wrap_at, site.zoneinfo),
        "until_us": _micros(booking.wrap_at),
        "readiness": "" if answer is None else answer.readiness.value,
        "local_ready": "" if answer is None else local(answer.ready_at, site.zoneinfo),
        "local_heat_from": "" if answer is None else local(answer.heat_from, site.zoneinfo),
        "reason": ""
        if answer is None
        else "; ".join(reason.text(language) for reason in (*answer.reasons, *answer.conflicts))[:1000],
    }
    if answer is None:
        return fields
    numbers = {
        "wanted_c": answer.wanted_c,
        "energy_kwh": round(answer.energy_kwh, 1),
        "cost": round(answer.cost, 2),
        "confidence_pct": confidence(answer),
        "spare_min": spare_min(answer),
    }
    return fields | {name: float(value) for name, value in numbers.items() if value is not None}


def standing(
    site: Site, known: Sequence[Known], decisions: Sequence[ZoneDecision], mass_c: Mapping[str, float], now: datetime
) -> list[Told]:
    """How each heated zone stands now: the risk of its next call, what it lacks while occupied, how far it is from frost."""
    decided = {decision.zone: decision for decision in decisions}
    lines = []
    for zone in site.zones:
        if zone.heating_plant is None and zone.cooling_plant is None:
            continue
        answer = _next(known, zone.id, now)
        decision = decided.get(zone.id)
        fields: dict[str, float | None] = {"risk": NO_CALL, "short_k": 0.0, "mass_c": mass_c.get(zone.id)}
        if answer is not None:
            fields |= {
                "risk": RISK[answer.readiness],
                "spare_min": spare_min(answer),
                "hours_to_call": (answer.due_at - now) / timedelta(hours=1),
                "confidence_pct": confidence(answer),
            }
        if decision is not None and decision.air_c is not None:
            fields["frost_margin_k"] = decision.air_c - zone.frost_c
            if decision.state is ZoneState.OCCUPIED and decision.wanted_c is not None:
                fields["short_k"] = max(0.0, decision.wanted_c - decision.air_c)
        lines.append(Told(READY, now, {name: value for name, value in fields.items() if value is not None}, {"zone": zone.id}))
    return lines


def confidence(answer: ReadyBy) -> float | None:
    """Probability of being ready at call in %; None where nothing was learned yet."""
    return None if answer.probability is None else round(100.0 * answer.probability, 1)


def spare_min(answer: ReadyBy) -> float | None:
    """Minutes between ready and call; negative: too late."""
    return None if answer.ready_at is None else round((answer.due_at - answer.ready_at) / timedelta(minutes=1), 1)


def local(instant: datetime | None, zone: ZoneInfo) -> str:
    """Wall time at the site, which sorts as text."""
    return "" if instant is None else f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"


def _next(known: Sequence[Known], zone: str, now: datetime) -> ReadyBy | None:
    """The answer of the zone's next call that acts."""
    acting = (one for one in known if one.booking.acts and one.booking.status is BookingStatus.CONFIRMED)
    coming = [one.answers[zone] for one in acting if zone in one.answers and one.answers[zone].due_at > now]
    return min(coming, key=lambda answer: answer.due_at, default=None)


def _micros(instant: datetime) -> float:
    return float(round(instant.timestamp() * 1e6))
