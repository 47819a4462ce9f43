"""The whole answer to a booking: will it be ready, with ranges, what confirming later comes to, and what would make it surer.

Pure. Everything beside the plain answer is found by asking it again: in other weather, at a later instant, for another wish.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from premises.booking import Booking, BookingStatus
from premises.plan import Plan, Readiness, ReadyBy
from rules.chance import PRIOR_ERROR_K, around, weather_error_k
from rules.confirming import confirming
from rules.optimise import Solve
from rules.ready_by import ready_by
from rules.ready_cool import cooled
from rules.ready_plan import Probability, refined
from rules.simple_plan import Outlook
from rules.surer import surer
from rules.thermal import STEP_H, ZoneModel

Ask = Callable[[Outlook, Booking], tuple[ReadyBy, ...]]


@dataclass(frozen=True)
class Asking:
    """What all questions about one booking share. solve None: by leads alone."""

    others: tuple[Booking, ...]
    plan: Plan | None
    solve: Solve | None = None
    probability: Probability = lambda _spare: None

    def by_lead(self, outlook: Outlook, booking: Booking) -> tuple[ReadyBy, ...]:
        return cooled(outlook, booking, self._heated(outlook, booking))

    def _heated(self, outlook: Outlook, booking: Booking) -> tuple[ReadyBy, ...]:
        return ready_by(outlook, booking, self.others, self.plan)

    def best(self, outlook: Outlook, booking: Booking) -> tuple[ReadyBy, ...]:
        """By linear programme where the zone's model is learned, else by its lead."""
        answers = self._heated(outlook, booking)
        if self.solve is not None:
            answers = refined(outlook, booking, answers, self.plan, self.solve, self.probability)
        return cooled(outlook, booking, answers)


def answered(outlook: Outlook, booking: Booking, asking: Asking) -> tuple[ReadyBy, ...]:
    """One answer per heated or cooled zone of the booking. Raises UnknownNameError for a zone that is not there."""
    answers = asking.best(outlook, booking)
    if not answers or all(answer.energy_kwh <= 0.0 and answer.wanted_c is None for answer in answers):
        return answers
    answers = _ranges(outlook, booking, answers, asking.by_lead)
    if not _confirmed(outlook, booking):
        return confirming(outlook, booking, surer(outlook, booking, answers, asking.best), asking.best)
    if all(answer.readiness is Readiness.READY for answer in answers):
        return answers  # a page asks for all that stand, every minute
    return surer(outlook, booking, answers, asking.best)


def asking(
    others: Iterable[Booking], plan: Plan | None, solve: Solve | None = None, probability: Probability = lambda _spare: None
) -> Asking:
    """What is asked with: other bookings, the plan in force, a solver, and what promises came to."""
    kept = tuple(b for b in others if b.status is not BookingStatus.CANCELLED)
    return Asking(kept, plan, solve, probability)


def _confirmed(outlook: Outlook, booking: Booking) -> bool:
    """Whether the booking stands as it is asked for: then there is nothing left to confirm."""
    return booking.acts and any(
        claim.booking == booking.key and claim.acts and claim.start == booking.call_at and claim.end == booking.wrap_at
        for zone in booking.zones
        for claim in outlook.schedule.get(zone, ())
    )


def _ranges(outlook: Outlook, booking: Booking, answers: Sequence[ReadyBy], ask: Ask) -> tuple[ReadyBy, ...]:
    """Between what energy, cost and carbon lie: one weather error colder and warmer by the leads, and the model's own error."""
    ahead = max(timedelta(0), booking.call_at - outlook.now)
    told = outlook.forecast.made_at < outlook.now  # what is made of yesterday's course is made now
    error = weather_error_k(ahead, told=told)
    here, colder, warmer = ({answer.zone: answer for answer in ask(_shifted(outlook, by), booking)} for by in (0.0, -error, error))
    found = []
    for answer in answers:
        model = outlook.model(outlook.site.zone(answer.zone))
        middle, cold, warm = here[answer.zone].energy_kwh, colder[answer.zone].energy_kwh, warmer[answer.zone].energy_kwh
        up, down = (max(cold, warm) / middle, min(cold, warm) / middle) if middle > 0 else (1.0, 1.0)  # cold is dear in the heat
        stand = _stand(outlook, answer, model)
        energy, cost, carbon = (
            around(value, value * up, value * down, model, off)
            for value, off in zip((answer.energy_kwh, answer.cost, answer.carbon_kg), stand, strict=True)
        )
        found.append(
            replace(
                answer, energy_low_kwh=energy.low, energy_high_kwh=energy.high, cost_low=cost.low, cost_high=cost.high,
                carbon_low_kg=carbon.low, carbon_high_kg=carbon.high,
            )
        )  # fmt: skip
    return tuple(found)


def _stand(outlook: Outlook, answer: ReadyBy, model: ZoneModel) -> tuple[float, float, float]:
    """Final energy, cost and carbon by which it matters that the zone will not stand where its model has it by then."""
    zone = outlook.site.zone(answer.zone)
    if zone.heating_plant is None or answer.wanted_c is None:
        return 0.0, 0.0, 0.0
    plant = outlook.site.plant(zone.heating_plant)
    off_k = PRIOR_ERROR_K if model.error_k is None else model.error_k
    heat_kwh = off_k * STEP_H / model.heat / 1000.0
    kwh = heat_kwh / outlook.cop(plant, outlook.weather(answer.due_at), zone.emitter_supply_c)
    money, kilograms = outlook.rates(plant.carrier, answer.due_at)
    return kwh, kwh * money, kwh * kilograms


def _shifted(outlook: Outlook, by_k: float) -> Outlook:
    """The same in weather so much warmer."""
    if by_k == 0.0:
        return outlook
    forecast = replace(outlook.forecast, outdoor_c=tuple(value + by_k for value in outlook.forecast.outdoor_c))
    return replace(outlook, forecast=forecast)
