"""Sites, zones and points as they are told."""

from __future__ import annotations

from pydantic import BaseModel, Field

from gateway.shapes.booking import Told
from premises.booking import DayKind
from premises.decision import ZoneState
from premises.plan import Rung
from premises.reading import Flag, Quality


class SiteDocument(BaseModel):
    id: str
    name: str
    timezone: str
    country: str
    languages: list[str]
    currency: str
    floor_area_m2: float
    zones: list[str] = Field(description="ids of the zones that this key sees")


class SiteList(BaseModel):
    items: list[SiteDocument]


class NextBooking(BaseModel):
    """The booking that is on, or comes next. Source, id and title are null where the key may not see them."""

    source: str | None
    id: str | None
    title: str | None
    day_kind: DayKind
    start: str
    call: str
    wrap: str
    end: str


class DecisionDocument(BaseModel):
    """What the rules decided at the last tick, and why."""

    at: str
    state: ZoneState
    wanted_c: float | None = Field(description="heating setpoint in force; null: no heat wanted but the frost guard")
    light_pct: float | None
    why: Told = Field(description="the reason of the heat")
    light_why: Told
    booking: str | None = Field(description="source/id of the booking that it is for, where the key may see it")
    rung: Rung | None


class ZoneDocument(BaseModel):
    id: str
    site: str
    name: str
    use: str
    area_m2: float
    bookable: bool
    air_c: float | None = Field(description="newest measured air temperature; null where none is fresh")
    air_at: str | None
    decision: DecisionDocument | None
    next_booking: NextBooking | None


class ZoneList(BaseModel):
    items: list[ZoneDocument]


class PointDocument(BaseModel):
    id: str
    site: str
    zone: str
    subject: str
    quantity: str
    unit: str
    counter: bool
    writable: bool
    device: str


class PointList(BaseModel):
    items: list[PointDocument]


class ReadingDocument(BaseModel):
    point: str
    time: str
    value: float | bool | str
    unit: str
    quality: Quality
    flags: list[Flag]
    fresh: bool = Field(description="false where it is stale, of unknown age, or its device is away")


class LatestReadings(BaseModel):
    site: str
    now: str
    items: list[ReadingDocument]


class DeviceDocument(BaseModel):
    id: str
    site: str
    name: str
    family: str
    zone: str
    last_seen: str | None
    expected_every_s: float | None = Field(description="null: it reports on change only, and is never stale by age")
    stale: bool | None = Field(description="null where it was never seen since the start")


class DeviceList(BaseModel):
    items: list[DeviceDocument]
