"""What the rules decided for a zone at the last tick, for people to see: the state, the wish and the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from premises.booking import BookingKey
from premises.plan import Rung
from premises.reason import Reason


class ZoneState(StrEnum):
    """What the zone is in. Pre-heating is told apart from holding comfort."""

    OCCUPIED = "occupied"
    PRE_HEATING = "pre_heating"
    PRE_COOLING = "pre_cooling"
    READY = "ready"  # warm, waiting for the call
    SET_BACK = "set_back"
    FROST_GUARD = "frost_guard"
    OVERRIDDEN = "overridden"
    SENSOR_LOST = "sensor_lost"
    UNCONTROLLED = "uncontrolled"


@dataclass(frozen=True, slots=True)
class ZoneDecision:
    """wanted_c: heating setpoint in force (None: no heat wanted); light_pct: level wanted (None: light not controlled)."""

    zone: str
    at: datetime
    state: ZoneState
    wanted_c: float | None
    light_pct: float | None
    heat_reason: Reason
    light_reason: Reason
    booking: BookingKey | None = None
    rung: Rung | None = None
    air_c: float | None = None
    cool_c: float | None = None  # cooling setpoint in force while the zone is cooled
