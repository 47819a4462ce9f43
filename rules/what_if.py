"""What if: the plan under another tariff, setpoint, booking or weather, beside the plan as things stand. Nothing is commanded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from premises.booking import Booking, BookingStatus
from premises.plan import Plan
from premises.tariff import Tariff
from premises.time import Interval
from rules.claims import Claim, Schedule, schedule
from rules.engine import Optimiser
from rules.simple_plan import Outlook, simple_plan


@dataclass(frozen=True, slots=True)
class Change:
    """What is different. tariffs: in place of those of their carrier; bookings: added as if confirmed, or in place of their key;

    cancelled: keys of bookings as text; setpoint_k: added to every heating target; outdoor_k: added to the weather.
    """

    tariffs: tuple[Tariff, ...] = ()
    bookings: tuple[Booking, ...] = ()
    cancelled: frozenset[str] = frozenset()
    setpoint_k: float = 0.0
    outdoor_k: float = 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """The plan as things stand and the plan after the change."""

    before: Plan
    after: Plan

    @property
    def energy_kwh(self) -> float:
        """More final energy (less, where negative)."""
        return self.after.energy_kwh - self.before.energy_kwh

    @property
    def cost(self) -> float:
        return self.after.cost - self.before.cost

    @property
    def carbon_kg(self) -> float:
        return self.after.carbon_kg - self.before.carbon_kg


def what_if(outlook: Outlook, change: Change, optimiser: Optimiser | None = None) -> Comparison:
    """Both plans, by linear programme where the models are learned, else by leads."""
    return Comparison(_plan(outlook, optimiser), _plan(changed(outlook, change), optimiser))


def _plan(outlook: Outlook, optimiser: Optimiser | None) -> Plan:
    found = optimiser(outlook) if optimiser is not None else None
    return simple_plan(outlook) if found is None else found


def changed(outlook: Outlook, change: Change) -> Outlook:
    """The outlook after the change."""
    carriers = {tariff.carrier for tariff in change.tariffs}
    tariffs = (*change.tariffs, *(t for t in outlook.site.tariffs if t.carrier not in carriers))
    forecast = replace(outlook.forecast, outdoor_c=tuple(value + change.outdoor_k for value in outlook.forecast.outdoor_c))
    return replace(outlook, site=replace(outlook.site, tariffs=tariffs), forecast=forecast, schedule=_claims(outlook, change))


def _claims(outlook: Outlook, change: Change) -> Schedule:
    confirmed = [replace(b, status=BookingStatus.CONFIRMED) for b in change.bookings]
    window = Interval(outlook.now - timedelta(days=2), outlook.now + timedelta(days=10))
    added = schedule(outlook.site, confirmed, window)
    gone = {b.key for b in change.bookings}

    def kept(claims: Iterable[Claim]) -> list[Claim]:
        return [c for c in claims if c.booking is None or (c.booking not in gone and str(c.booking) not in change.cancelled)]

    found: dict[str, tuple[Claim, ...]] = {}
    for zone, claims in outlook.schedule.items():
        mine = [c for c in added[zone] if c.booking in gone]
        shifted = [_shifted(c, change.setpoint_k) for c in (*kept(claims), *mine)]
        found[zone] = tuple(sorted(shifted, key=lambda c: (c.start, c.end, c.name)))
    return found


def _shifted(claim: Claim, by_k: float) -> Claim:
    if by_k == 0.0 or claim.comfort.heat_c is None:
        return claim
    return replace(claim, comfort=replace(claim.comfort, heat_c=claim.comfort.heat_c + by_k))
