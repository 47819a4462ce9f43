"""Series, energy, plan, commands, overrides, alarms, quarantine and health as they are told."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from gateway.shapes.booking import Told
from gateway.shapes.text import Long, Name, Number, WireTime
from premises.booking import OverrideKind
from premises.command import CommandState
from premises.plan import Rung
from premises.ports import Resolution


class Window(BaseModel):
    """One window `[start, end)`. mean is time-weighted; a gap has count 0 and null values, never zero."""

    start: str
    end: str
    mean: float | None
    low: float | None
    high: float | None
    last: float | None
    count: int
    completeness: float
    text: str | None = None


class SeriesDocument(BaseModel):
    site: str
    point: str
    unit: str
    resolution: Resolution
    start: str
    end: str
    windows: list[Window]
    truncated: bool = Field(default=False, description="raw readings only: there are more, follow `Link`")


class EnergyWindow(BaseModel):
    """kwh: measured and estimated together, null where nothing is known; estimated_kwh: the part of it filled over a gap."""

    start: str
    end: str
    kwh: float | None
    estimated_kwh: float
    completeness: float


class EnergyOfPoint(BaseModel):
    point: str
    subject: str
    kwh: float | None = Field(description="of all windows that are known; null where none is")
    estimated_kwh: float
    completeness: float
    windows: list[EnergyWindow]


class EnergyDocument(BaseModel):
    site: str
    resolution: Resolution
    start: str
    end: str
    items: list[EnergyOfPoint]


class SlotDocument(BaseModel):
    start: str
    setpoint_c: float | None
    cool_setpoint_c: float | None
    air_c: float | None
    heat_w: float
    light_pct: float
    why: Told


class ZonePlanDocument(BaseModel):
    zone: str
    rung: Rung
    slots: list[SlotDocument]


class PlanDocument(BaseModel):
    """The newest plan. Totals are of the whole site: null for a key that sees some zones only."""

    site: str
    made_at: str
    start: str
    end: str
    energy_kwh: float | None
    cost: float | None
    carbon_kg: float | None
    currency: str
    zones: list[ZonePlanDocument]


class CommandDocument(BaseModel):
    id: str
    point: str
    value: float | bool | str
    unit: str
    priority: str
    why: Told
    state: CommandState
    issued_at: str
    expires_at: str
    at: str
    attempts: int
    read_back: float | bool | str | None


class CommandList(BaseModel):
    items: list[CommandDocument]


class OverrideRequest(BaseModel):
    """A person's wish for a zone: `temperature` needs value in °C, `light` in %; `off` and `hush` take none.

    It ends at `until`, or after `minutes`: one of the two is needed, for what nobody ends stays for ever.
    """

    model_config = ConfigDict(extra="forbid")

    site: Name | None = None
    zone: Name
    kind: OverrideKind
    value: Annotated[float, Number] | None = Field(default=None, allow_inf_nan=False)
    until: WireTime | None = None
    minutes: Annotated[int, Number] | None = Field(default=None, ge=1, le=525_600)
    reason: Long = ""


class OverrideDocument(BaseModel):
    id: str
    site: str
    zone: str
    kind: OverrideKind
    value: float | None
    since: str
    until: str
    by: str
    reason: str
    ended_at: str | None
    active: bool


class OverrideList(BaseModel):
    items: list[OverrideDocument]


class AlarmDocument(BaseModel):
    id: str
    site: str
    cause: str
    subject: str
    raised_at: str
    text: str
    cleared_at: str | None
    acknowledged_at: str | None
    acknowledged_by: str
    shelved_until: str | None
    escalated_at: str | None


class ShelveRequest(BaseModel):
    """For how long to keep quiet about an alarm."""

    model_config = ConfigDict(extra="forbid", strict=True)

    minutes: int = Field(ge=1, le=43_200, examples=[120])


class AlarmList(BaseModel):
    items: list[AlarmDocument]


class QuarantinedDocument(BaseModel):
    """A message that could not be taken, whole: `payload` where it is UTF-8 text, else `payload_b64`."""

    id: int
    at: str
    topic: str
    family: str | None
    reason: str
    payload: str | None
    payload_b64: str | None


class QuarantinedDetails(BaseModel):
    """All that is known of a message, escaped."""

    details: dict[str, str | int | bool | None]


class RetryDocument(BaseModel):
    """Whether it is stored now, and why not."""

    stored: bool
    reason: str


class QuarantinePage(BaseModel):
    items: list[QuarantinedDocument]
    next: str | None


class CheckDocument(BaseModel):
    name: str
    ok: bool
    detail: str


class IntakeDocument(BaseModel):
    """received = stored + journalled + quarantined + ignored + in_flight, in messages."""

    received: int
    stored: int
    journalled: int
    quarantined: int
    ignored: int
    in_flight: int
    balanced: bool
    readings_stored: int
    rate_per_s: float
    oldest_unsent_s: float
    connected: bool


class HealthDocument(BaseModel):
    status: str = Field(description="ok, or degraded where a check fails or the messages do not add up")
    version: str
    now: str
    started_at: str
    intake: IntakeDocument | None = Field(description="null where the intake cannot be asked")
    checks: list[CheckDocument]


class AuditDocument(BaseModel):
    at: str
    who: str
    action: str
    subject: str
    detail: str


class AuditList(BaseModel):
    items: list[AuditDocument]
