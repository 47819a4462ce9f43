"""What a heating rule answers: a proposal for the zone's wish, and what the zone is in if that proposal wins."""

from __future__ import annotations

from dataclasses import dataclass

from premises.command import Priority, Proposal
from premises.decision import ZoneState
from premises.plan import Rung
from premises.reason import Reason
from premises.site import Zone
from rules.claims import Claim
from rules.snapshot import Latch


@dataclass(frozen=True, slots=True)
class HeatWish:
    """claim: the claim it serves; latch: the pre-heat to remember; warm: the zone is heated for comfort by this wish.

    behind: all the heat that there is, whatever the plan says: else the call is missed.
    """

    proposal: Proposal
    state: ZoneState
    claim: Claim | None = None
    rung: Rung | None = None
    latch: Latch | None = None
    warm: bool = False
    behind: bool = False


def heat_point(zone: Zone) -> str:
    """Name under which the wishes for a zone's heating meet."""
    return f"{zone.id}/wanted_temperature"


def wish(zone: Zone, priority: Priority, value: float, reason: Reason) -> Proposal:
    """A heating target in °C."""
    return Proposal(heat_point(zone), priority, reason, value=value)
