"""A shooting day to tell the tests with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from premises.booking import Booking, BookingKey, DayKind, Floor, LampType
from premises.command import Command, CommandState, CommandStatus, Priority
from premises.decision import ZoneDecision, ZoneState
from premises.plan import Plan, PlanSlot, Rung, ZonePlan
from premises.reason import Reason
from premises.time import SLOT, Interval

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SITE = "la-kolok"


def shoot(booking_id: str = "4711", **changes: Any) -> Booking:
    """A shooting day with everything on it that a booking can have."""
    booking = Booking(
        key=BookingKey("scheduler", booking_id),
        site=SITE,
        zones=("stage-1", "make-up-1"),
        held=Interval(NOON, NOON + 12 * HOUR),
        day_kind=DayKind.SHOOT,
        title="Épisode 4 — l’aube",
        call=NOON + 2 * HOUR,
        turn_over=NOON + 3 * HOUR,
        wrap=NOON + 10 * HOUR,
        people=42,
        rig_power_w={LampType.TUNGSTEN: 24_000.0, LampType.LED: 3_500.0},
        comfort_c=20.5,
        floor=Floor.CHILDREN,
        tenant="Les Films du Canal",
        production="L’Aube",
        timezone="Europe/Paris",
        sequence=3,
    )
    return replace(booking, **changes)


def decided(zone: str = "stage-1", at: datetime = NOON, **changes: Any) -> ZoneDecision:
    told = ZoneDecision(
        zone=zone,
        at=at,
        state=ZoneState.PRE_HEATING,
        wanted_c=20.0,
        light_pct=None,
        heat_reason=Reason("pre_heating", {"call": "15:00", "air_c": 14.2}),
        light_reason=Reason("light_off"),
        booking=BookingKey("scheduler", "4711"),
        rung=Rung.TABLE,
        air_c=14.2,
    )
    return replace(told, **changes)


def planned(made_at: datetime = NOON, cost: float = 12.5, slots: int = 4) -> Plan:
    span = Interval(NOON, NOON + slots * SLOT)
    row = tuple(
        PlanSlot(NOON + n * SLOT, 20.0 if n else None, 14.0 + n, 18_000.0, 0.0, Reason("pre_heating", {"call": "15:00"}))
        for n in range(slots)
    )
    return Plan(SITE, made_at, span, (ZonePlan("stage-1", Rung.LEARNED, row),), 61.5, cost, 3.1, "EUR")


def sent(number: int, state: CommandState = CommandState.SENT, point: str = "stage-1/setpoint_temperature") -> CommandStatus:
    at = NOON + number * timedelta(minutes=1)
    reason = Reason("pre_heating", {"call": "15:00", "air_c": 14.2})
    command = Command(f"c{number}", SITE, point, 20.0, Priority.BOOKING, reason, at, at + HOUR)
    return CommandStatus(command, state, at, attempts=1, read_back=None)
