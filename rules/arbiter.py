"""Who wins: proposals with priorities and bounds settled into one value per point, in one table.

| priority | who | what |
| --- | --- | --- |
| safety | frost guard, way-light | low bounds that nobody may undercut |
| safety | the supply contract, where it is exceeded | a high bound, below which frost guard still holds |
| override | a person, with expiry | a value |
| booking | claims of confirmed bookings, opening hours, followers | a value |
| saving | set-back, stop before wrap | a value |
| solar | heat shifted into the sun | a value |

The value of the greatest priority wins, within one priority the greater value (more warmth, more light). Then bounds clamp it:
a bound holds against every value of its own or a lesser priority; where bounds cross, the greater priority wins, then the low.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from premises.command import Priority, Proposal
from premises.reason import Reason

READY_BAND_K = 0.3
"""A zone counts as warm within this of its target."""
RELEASE_BAND_K = 0.5
"""Hysteresis of guards: let go this far beyond the limit."""
LEAD_MARGIN = timedelta(minutes=15)
"""Added to every lead until a conformal margin is learned."""
SUPPLY_HYSTERESIS_K = 2.5
"""The supply temperature is left alone below this change."""
WAY_LIGHT_PCT = 10.0
"""Light that people always have to find their way."""
SETPOINT_LIFE = timedelta(minutes=30)
LIGHT_LIFE = timedelta(minutes=15)
RETRY_AFTER = timedelta(minutes=15)
"""A command that was given up is tried anew after this."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of the proposals for one point: value, whose reason it carries, and which proposal won."""

    value: float
    priority: Priority
    reason: Reason
    winner: Proposal


def settle(proposals: Sequence[Proposal]) -> Settled | None:
    """Settle the proposals of one numeric point; None where nobody wishes a value."""
    wishes = [p for p in proposals if p.value is not None]
    if not wishes:
        return None
    best = max(wishes, key=lambda p: (p.priority, float(p.value or 0.0)))
    settled = Settled(float(best.value or 0.0), best.priority, best.reason, best)
    for priority in sorted({p.priority for p in proposals if p.priority >= settled.priority}):
        bounds = [p for p in proposals if p.priority is priority]
        for bound in bounds:
            if bound.high is not None and settled.value > bound.high:
                settled = Settled(bound.high, bound.priority, bound.reason, bound)
        for bound in bounds:
            if bound.low is not None and settled.value < bound.low:
                settled = Settled(bound.low, bound.priority, bound.reason, bound)
    return settled
