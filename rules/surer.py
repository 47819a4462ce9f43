"""What would make a booking surer to be ready: heating earlier, a lower wish, a later call, a sensor, a learned lead."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from statistics import NormalDist

from premises.booking import Booking
from premises.plan import Readiness, ReadyBy, Rung
from premises.reason import Reason
from premises.time import SLOT, floor_to
from rules.chance import MAE_TO_DEVIATION, MODEL_LEAD_ERROR, PRIOR_ERROR_K, TABLE_ERROR
from rules.learning import LEAST_WARM_UPS
from rules.simple_plan import Outlook
from rules.wording import wall

Ask = Callable[[Outlook, Booking], tuple[ReadyBy, ...]]
SURE = 0.95
EARLIER = timedelta(hours=1)
LOWER_K = 1.0
WORTH = 0.03
"""A chance that rises by less is not told."""


def surer(outlook: Outlook, booking: Booking, answers: Sequence[ReadyBy], ask: Ask) -> tuple[ReadyBy, ...]:
    """The answers with `surer`, where they are not sure: each way with the chance it gives and what it takes."""
    unsure = [a for a in answers if a.wanted_c is not None and not _sure(a)]
    if not unsure or booking.wrap_at <= outlook.now:
        return tuple(answers)
    others: dict[str, dict[str, ReadyBy]] = {}
    if any(a.readiness is Readiness.READY and _room(outlook, a) for a in unsure):
        others["earlier"] = _asked(outlook, replace(booking, call=booking.call_at - EARLIER), ask)
    wished = {a.wanted_c for a in unsure if a.readiness is not Readiness.UNKNOWN}
    if wished:
        lower = max(value for value in wished if value is not None) - LOWER_K
        others["lower"] = _asked(outlook, replace(booking, comfort_c=lower), ask)
    return tuple(replace(a, surer=tuple(_ways(outlook, a, others))) if a in unsure else a for a in answers)


def _sure(answer: ReadyBy) -> bool:
    return answer.readiness is Readiness.READY and answer.probability is not None and answer.probability >= SURE


def _room(outlook: Outlook, answer: ReadyBy) -> bool:
    return answer.heat_from is not None and answer.heat_from - outlook.now >= EARLIER


def _asked(outlook: Outlook, booking: Booking, ask: Ask) -> dict[str, ReadyBy]:
    return {answer.zone: answer for answer in ask(outlook, booking)}


def _ways(outlook: Outlook, answer: ReadyBy, others: dict[str, dict[str, ReadyBy]]) -> Iterator[Reason]:
    if answer.readiness is Readiness.UNKNOWN:
        yield Reason("surer_sensor")
        return
    now, tz, chance = outlook.now, outlook.site.zoneinfo, answer.probability or 0.0
    earlier = others.get("earlier", {}).get(answer.zone)
    if earlier is not None and answer.readiness is Readiness.READY and answer.heat_from is not None:
        better = _with_head_start(outlook, answer)
        if better - chance >= WORTH:
            start = wall(answer.heat_from - EARLIER, now, tz)
            more = max(0.0, earlier.energy_kwh - answer.energy_kwh)
            yield Reason("surer_earlier", {"start": start, "chance": 100 * better, "more": more})
    lower = others.get("lower", {}).get(answer.zone)
    if lower is not None and lower.wanted_c is not None and answer.wanted_c is not None and lower.wanted_c < answer.wanted_c:
        better = lower.probability or 0.0
        if lower.ready_at is not None and (better - chance >= WORTH or answer.ready_at is None or lower.ready_at < answer.ready_at):
            less = max(0.0, answer.energy_kwh - lower.energy_kwh)
            ready = wall(lower.ready_at, now, tz)
            yield Reason("surer_lower", {"target": lower.wanted_c, "ready": ready, "chance": 100 * better, "less": less})
    if answer.readiness is Readiness.LATE and answer.ready_at is not None:
        yield Reason("surer_call", {"call": wall(_safe_call(outlook, answer), now, tz)})
    if answer.rung is Rung.TABLE:
        yield Reason("surer_learned", {"count": float(LEAST_WARM_UPS)})


def _with_head_start(outlook: Outlook, answer: ReadyBy) -> float:
    """The chance with an hour more: as many deviations further as the hour gives, of the lead's error or of the model's."""
    chance = min(0.999, max(0.001, answer.probability or 0.5))
    zone = outlook.site.zone(answer.zone)
    model = outlook.model(zone)
    if answer.rung is Rung.OPTIMISED:
        target = answer.wanted_c or 0.0
        outside = outlook.weather(answer.heat_from or outlook.now)
        hold = max(0.0, model.heat_for(target, target, outside, target))
        gained = max(0.0, zone.emitter_power_w - hold) * model.heat * (EARLIER / SLOT) / max(0.05, model.error_k or PRIOR_ERROR_K)
    else:
        lead_h = max(0.5, ((answer.ready_at or outlook.now) - (answer.heat_from or outlook.now)) / timedelta(hours=1))
        learned = outlook.leads.get(answer.zone)
        deviation = TABLE_ERROR * lead_h
        if learned is not None:
            deviation = MODEL_LEAD_ERROR * lead_h if learned.warm is not None else MAE_TO_DEVIATION * learned.error_h
        gained = (EARLIER / timedelta(hours=1)) / max(0.1, deviation)
    return min(0.99, NormalDist().cdf(NormalDist().inv_cdf(chance) + gained))


def _safe_call(outlook: Outlook, answer: ReadyBy) -> datetime:
    """A call that is met with a quarter hour to spare, on a quarter hour."""
    ready = answer.ready_at or outlook.now
    return floor_to(ready + 2 * SLOT - timedelta(seconds=1), SLOT)
