"""A booking as a booking system sends it, and as the gateway answers it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from gateway.shapes.text import Long, Name, Number, Short, WireTime
from premises.booking import BookingStatus, DayKind, Floor, LampType
from premises.plan import Readiness, Rung
from premises.ports import PutOutcome

Power = Annotated[float, Number, Field(ge=0, le=5e6, allow_inf_nan=False)]
Whole = Annotated[int, Number]
DecimalNumber = Annotated[float, Number]

BOOKING_EXAMPLE: dict[str, Any] = {
    "site": "la-kolok",
    "zones": ["stage-1"],
    "start": "2026-03-02T06:00:00+01:00",
    "end": "2026-03-02T20:00:00+01:00",
    "call": "2026-03-02T07:00:00+01:00",
    "wrap": "2026-03-02T19:00:00+01:00",
    "status": "confirmed",
    "day_kind": "shoot",
    "title": "The Long Winter, day 4",
    "people": 45,
    "rig_power_w": {"led": 18000, "tungsten": 4000},
    "production": "the-long-winter",
    "timezone": "Europe/Paris",
    "sequence": 3,
}


class BookingDocument(BaseModel):
    """A claim on zones: the whole booking, which replaces what was stored under its source and id.

    `start` to `end` is what is held; people are there from `call` to `wrap` (unset: the ends of the hold), which must lie
    within it, as `turn_over` and `doors` do. `sequence` (or `version`) is the source's own version number: one older than
    the stored one is refused.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [BOOKING_EXAMPLE]})

    site: Name | None = Field(default=None, description="may be left out where there is one site only")
    zones: list[Name] = Field(min_length=1, max_length=50, description="ids of zones, see /v1/zones")
    start: WireTime = Field(description="start of what is held")
    end: WireTime = Field(description="end of what is held, not part of it")
    call: WireTime | None = Field(default=None, description="when people arrive: the zone is ready by then")
    turn_over: WireTime | None = Field(default=None, description="when the cameras first turn")
    doors: WireTime | None = Field(default=None, description="when an audience is let in")
    wrap: WireTime | None = Field(default=None, description="when people go")
    status: BookingStatus = BookingStatus.CONFIRMED
    day_kind: DayKind = DayKind.SHOOT
    title: Short = ""
    people: Whole | None = Field(default=None, ge=0, le=100_000)
    rig_power_w: dict[LampType, Power] = Field(default_factory=dict, description="lamp power in W by type")
    comfort_c: DecimalNumber | None = Field(
        default=None, ge=5, le=35, allow_inf_nan=False, description="wished air temperature, °C"
    )
    floor: Floor | None = Field(default=None, description="who cannot be cold: a miss of the zone's floor is an alarm")
    tenant: Name | None = None
    production: Short | None = None
    timezone: Short | None = Field(default=None, description="IANA zone that the booking was made in; kept beside the instants")
    sequence: Whole | None = Field(default=None, ge=0, le=2**53, description="the source's version of this booking")
    version: Whole | None = Field(default=None, ge=0, le=2**53, description="another name for `sequence`")
    notes: Long = ""


class Warned(BaseModel):
    """Something that was taken but that somebody should know. `code` is stable."""

    code: str = Field(examples=["overlap"])
    detail: str = Field(examples=["stage-1 is also held by cinema-diary/4711 from 2026-03-02T05:00:00Z to 2026-03-02T12:00:00Z"])
    pointer: str | None = None


class Told(BaseModel):
    """A reason: a stable code with its values, and the words in the language asked for."""

    code: str
    text: str
    values: dict[str, float | str] = Field(default_factory=dict)


class LowHigh(BaseModel):
    """About nine in ten outcomes lie between low and high."""

    low: float
    high: float


class LaterDocument(BaseModel):
    """What the answer would be if the booking were confirmed only at `at`."""

    at: str
    readiness: Readiness
    ready_at: str | None
    energy_kwh: float
    cost: float
    carbon_kg: float
    probability: float | None


class ReadyByDocument(BaseModel):
    """Will the zone be ready, from when, and at what cost? Energy is final energy at the meter for pre-heat and booking."""

    zone: str
    readiness: Readiness
    ready: bool = Field(description="whether the zone is, or will be, ready at the call")
    due_at: str
    ready_at: str | None
    heat_from: str | None
    wanted_c: float | None
    energy_kwh: float
    cost: float
    carbon_kg: float
    currency: str
    rung: Rung = Field(description="how the answer was found: optimised, learned, table or comfort")
    probability: float | None = Field(description="that it is ready at the call, 0 to 1; null where not known")
    reasons: list[Told]
    conflicts: list[Told]
    energy_kwh_range: LowHigh | None = Field(default=None, description="of energy_kwh; null where not known")
    cost_range: LowHigh | None = None
    carbon_kg_range: LowHigh | None = None
    confirm_by: str | None = Field(
        default=None, description="confirmed until then it is still ready at the call; null where confirmed, or too late already"
    )
    later: list[LaterDocument] = Field(default_factory=list, description="what confirming later comes to")
    surer: list[Told] = Field(default_factory=list, description="what would make it surer, with numbers")


class LocalTimes(BaseModel):
    """The same instants as wall time with offset, in the booking's zone, else the site's."""

    zone: str
    start: str
    end: str
    call: str
    wrap: str


class BookingAnswer(BaseModel):
    """A stored booking. `booking` can be sent back as it is; `version` counts the stored changes, as the ETag does."""

    source: str
    id: str
    booking: dict[str, Any] = Field(description="the booking, in the shape in which it is put")
    local: LocalTimes
    version: int | None
    revision: int | None
    etag: str | None
    created_at: str | None
    updated_at: str | None


class BookingWithPlan(BookingAnswer):
    """A booking with its plan: one ready-by answer for each of its zones that is heated."""

    outcome: PutOutcome | None = Field(default=None, description="what the request did; null for a read or a dry run")
    dry_run: bool = False
    ready_by: list[ReadyByDocument]
    warnings: list[Warned] = Field(default_factory=list)


class BookingPage(BaseModel):
    """One page of a list. `next` is the cursor of the following page, null on the last; `Link` holds the same."""

    items: list[BookingAnswer]
    next: str | None


class ChangePage(BaseModel):
    """Changes in the order in which they happened; cancelled bookings are there as tombstones. Go on from `next`."""

    items: list[BookingAnswer]
    next: str = Field(description="cursor to ask for what changes after this page; also on the last page")
    more: bool


class VersionList(BaseModel):
    """Every stored version of one booking, oldest first."""

    items: list[BookingAnswer]
