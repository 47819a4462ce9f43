"""Plans: what each zone will do, slot by slot, and what it will cost; and the ready-by answer of a booking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from premises.booking import BookingKey
from premises.reason import Reason
from premises.time import Interval


class Rung(StrEnum):
    """The rung of the ladder that a plan or a lead stands on, best first."""

    OPTIMISED = "optimised"
    LEARNED = "learned"
    TABLE = "table"
    COMFORT = "comfort"


@dataclass(frozen=True, slots=True)
class PlanSlot:
    """One quarter hour of one zone. setpoint_c: None means no heat wanted but the frost guard; heat_w: mean thermal power."""

    start: datetime
    setpoint_c: float | None
    air_c: float | None
    heat_w: float
    light_pct: float
    reason: Reason
    cool_setpoint_c: float | None = None


@dataclass(frozen=True, slots=True)
class ZonePlan:
    zone: str
    rung: Rung
    slots: tuple[PlanSlot, ...]

    def at(self, instant: datetime) -> PlanSlot | None:
        """The slot that holds the instant, None outside the horizon."""
        for slot in reversed(self.slots):
            if slot.start <= instant:
                return slot
        return None


@dataclass(frozen=True, slots=True)
class Plan:
    """What every zone of a site will do over the horizon. Energies are final energy at the meter.

    supply_c: by plant, the supply temperature of each slot (None: nothing asked); empty where supply is not planned.
    """

    site: str
    made_at: datetime
    horizon: Interval
    zones: tuple[ZonePlan, ...]
    energy_kwh: float
    cost: float
    carbon_kg: float
    currency: str
    supply_c: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)

    def zone(self, zone_id: str) -> ZonePlan | None:
        return next((plan for plan in self.zones if plan.zone == zone_id), None)


class Readiness(StrEnum):
    READY = "ready"  # is at comfort now, or will be at call
    LATE = "late"  # will be ready, but after call
    NOT_READY = "not_ready"  # cannot be made ready within the booking
    UNKNOWN = "unknown"  # too little is known (dead sensor, no plan)


@dataclass(frozen=True, slots=True)
class Later:
    """What the answer would be if the booking were confirmed only at that instant, and nothing heated for it before."""

    at: datetime
    readiness: Readiness
    ready_at: datetime | None
    energy_kwh: float
    cost: float
    carbon_kg: float
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class ReadyBy:
    """Will it be ready, from when, and at what cost? One per zone of a booking.

    due_at: the call; ready_at: when comfort is reached; heat_from: when heating starts; temperatures in °C; energy is
    final energy for the pre-heat and the booking; probability: that it is ready at call, None where not known.
    low and high: about nine in ten outcomes lie between them (weather and model off by what they are usually off by).
    confirm_by: the last instant at which a confirmation still has it ready at call, None where it is confirmed or too late already;
    later: what confirming later comes to; surer: what would make it surer, with numbers.
    """

    booking: BookingKey
    zone: str
    readiness: Readiness
    due_at: datetime
    ready_at: datetime | None
    heat_from: datetime | None
    wanted_c: float | None
    energy_kwh: float
    cost: float
    carbon_kg: float
    currency: str
    rung: Rung
    reasons: tuple[Reason, ...]
    conflicts: tuple[Reason, ...] = ()
    probability: float | None = None
    energy_low_kwh: float | None = None
    energy_high_kwh: float | None = None
    cost_low: float | None = None
    cost_high: float | None = None
    carbon_low_kg: float | None = None
    carbon_high_kg: float | None = None
    confirm_by: datetime | None = None
    later: tuple[Later, ...] = ()
    surer: tuple[Reason, ...] = ()
