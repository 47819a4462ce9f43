"""Setpoint trim: valves with a proportional band hold a room a little below their setpoint; what is missing is added slowly."""

from __future__ import annotations

from datetime import datetime

from premises.decision import ZoneState
from rules.claims import Claim
from rules.snapshot import ZoneMemory

GAIN_PER_MIN = 0.03
"""K of trim per K of sag and minute: a sag of 0.3 K is met by half a degree in an hour."""
LEAST_K, MOST_K = -0.2, 1.0
NEAR_K = 1.0
"""Further away than this it is a pre-heat or a fault, and nothing for a trim."""
HELD = frozenset({ZoneState.OCCUPIED, ZoneState.READY})
APPLIED = HELD | {ZoneState.PRE_HEATING}
"""Where the trim is added to the setpoint."""


def applied(trim_k: float, state: ZoneState, now: datetime, claim: Claim | None) -> float:
    """What is added to the setpoint now. Before the call nothing is taken away: people are not in yet to make up for it."""
    if state not in APPLIED:
        return 0.0
    ahead = claim is not None and now < claim.start
    return max(0.0, trim_k) if ahead else trim_k


def trim(memory: ZoneMemory, state: ZoneState, wanted_c: float, air_c: float | None, now: datetime) -> float:
    """The trim from now on, in K: it follows the sag while the zone is held at comfort, and is kept until it is so again."""
    if state not in HELD or air_c is None or memory.trimmed_at is None or abs(wanted_c - air_c) > NEAR_K:
        return memory.trim_k
    minutes = min(15.0, max(0.0, (now - memory.trimmed_at).total_seconds() / 60))
    return min(MOST_K, max(LEAST_K, memory.trim_k + GAIN_PER_MIN * minutes * (wanted_c - air_c)))
