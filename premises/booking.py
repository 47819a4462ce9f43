"""Bookings: a claim on zones, as studios make them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from premises.time import Interval


class BookingStatus(StrEnum):
    """Only confirmed bookings act; options and holds are planned and priced."""

    OPTION = "option"
    HOLD = "hold"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class DayKind(StrEnum):
    """What kind of day it is for the zone: each has its own comfort, light and gains."""

    BUILD = "build"
    PRE_LIGHT = "pre_light"
    SHOOT = "shoot"
    REHEARSAL = "rehearsal"
    AUDIENCE = "audience"
    STRIKE = "strike"
    MAINTENANCE = "maintenance"
    DARK = "dark"  # held, nobody in
    WORK = "work"  # offices, edit and mix rooms, restaurant: ordinary use


class Floor(StrEnum):
    """People or animals that cannot be cold: a miss of the zone's floor temperature is an alarm."""

    CHILDREN = "children"
    ANIMALS = "animals"


class LampType(StrEnum):
    TUNGSTEN = "tungsten"
    HMI = "hmi"
    LED = "led"
    FLUORESCENT = "fluorescent"


@dataclass(frozen=True, slots=True)
class BookingKey:
    """Name of a booking: the system it comes from and its id there."""

    source: str
    id: str

    def __str__(self) -> str:
        return f"{self.source}/{self.id}"


@dataclass(frozen=True, slots=True)
class Booking:
    """A claim on zones.

    held: the span that is reserved (often 00:00 to 24:00). call: when people arrive; wrap: when they go; doors: when an
    audience is let in; turn_over: when the cameras first turn. Unset, call and wrap are the ends of the hold. Instants are UTC;
    `timezone` and `local_call` keep the wall time it was booked in, so that a change of clock law moves it right.
    rig_power_w: lamp power by type; comfort_c: wished air temperature, None for the zone's own; sequence: version of the source.
    """

    key: BookingKey
    site: str
    zones: tuple[str, ...]
    held: Interval
    status: BookingStatus = BookingStatus.CONFIRMED
    day_kind: DayKind = DayKind.SHOOT
    title: str = ""
    call: datetime | None = None
    turn_over: datetime | None = None
    doors: datetime | None = None
    wrap: datetime | None = None
    people: int | None = None
    rig_power_w: Mapping[LampType, float] = field(default_factory=dict)
    comfort_c: float | None = None
    floor: Floor | None = None
    tenant: str | None = None
    production: str | None = None
    timezone: str | None = None
    sequence: int | None = None
    notes: str = ""

    @property
    def call_at(self) -> datetime:
        """When people arrive: the call, else the start of the hold."""
        return self.call or self.held.start

    @property
    def wrap_at(self) -> datetime:
        """When people go: the wrap, else the end of the hold."""
        return self.wrap or self.held.end

    @property
    def occupied(self) -> Interval:
        """From call to wrap: when comfort and light are due."""
        return Interval(self.call_at, max(self.call_at, self.wrap_at))

    @property
    def acts(self) -> bool:
        """Whether commands may be sent for it."""
        return self.status is BookingStatus.CONFIRMED and self.day_kind is not DayKind.DARK


@dataclass(frozen=True, slots=True)
class StoredBooking:
    """A booking as the book keeps it: `version` counts every stored change of this key from 1; `updated_at` is UTC.

    `revision` is the place in the book's change feed: grows with every change of any booking.
    """

    booking: Booking
    version: int
    revision: int
    created_at: datetime
    updated_at: datetime


class OverrideKind(StrEnum):
    TEMPERATURE = "temperature"  # hold the zone at value °C
    OFF = "off"  # no heat but the frost guard
    HUSH = "hush"  # fans and plant kept quiet
    LIGHT = "light"  # light level in %


@dataclass(frozen=True, slots=True)
class Override:
    """A person's wish for a zone, with expiry. Outranks bookings, is outranked by the frost guard."""

    id: str
    site: str
    zone: str
    kind: OverrideKind
    value: float | None
    since: datetime
    until: datetime
    by: str
    reason: str = ""
    ended_at: datetime | None = None

    def active_at(self, instant: datetime) -> bool:
        return self.since <= instant < self.until and (self.ended_at is None or instant < self.ended_at)
