"""What the page shows, frozen: without language, without markup, made from the ports by pure functions of this moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from premises.booking import Booking, Override
from premises.decision import ZoneState
from premises.plan import Readiness, ReadyBy
from premises.ports import Alarm, Check
from premises.reason import Reason


@dataclass(frozen=True, slots=True)
class Measured:
    """A value as it was measured last. known False: it may no longer be so (stale, device away, age unknown)."""

    value: float
    at: datetime
    known: bool


@dataclass(frozen=True, slots=True)
class ReadyLine:
    """One zone of one booking that is due: `running` once people were called."""

    zone: str
    zone_name: str
    booking: Booking
    answer: ReadyBy
    air_c: float | None
    running: bool


class Verdict(StrEnum):
    """The answer to the question of the first screen: the worst of all that is due."""

    READY = "ready"
    LATE = "late"
    NOT_READY = "not_ready"
    UNKNOWN = "unknown"
    NOTHING_DUE = "nothing_due"


_WORST_FIRST = (
    (Readiness.NOT_READY, Verdict.NOT_READY),
    (Readiness.LATE, Verdict.LATE),
    (Readiness.UNKNOWN, Verdict.UNKNOWN),
    (Readiness.READY, Verdict.READY),
)


@dataclass(frozen=True, slots=True)
class ZoneView:
    """One zone now. leading: a stage or auditorium, shown large. booked: the booking that runs now; following: the next one."""

    id: str
    name: str
    use: str
    leading: bool
    heated: bool
    air: Measured | None
    wanted_c: float | None
    planned_c: float | None
    setback_c: float
    state: ZoneState | None
    decided_at: datetime | None
    heat_reason: Reason | None
    light_reason: Reason | None
    light_pct: float | None
    light_measured: Measured | None
    heat_demand: Measured | None
    co2: Measured | None
    booked: Booking | None
    following: Booking | None
    ready: ReadyLine | None
    override: Override | None


@dataclass(frozen=True, slots=True)
class PowerView:
    """Electric power now, in W. grid_w: taken from the grid, negative while power is sent out; load_w: PV and grid together."""

    pv: Measured | None
    grid: Measured | None
    load_w: float | None
    pv_peak_w: float
    outdoor: Measured | None

    @property
    def known(self) -> bool:
        """Whether every power shown is of now."""
        return all(measured is None or measured.known for measured in (self.pv, self.grid))

    @property
    def self_share(self) -> float | None:
        """Share of the load that the sun carries now, 0 to 1."""
        if self.load_w is None or self.load_w <= 0 or self.pv is None or self.grid is None:
            return None
        return min(1.0, max(0.0, (self.load_w - max(0.0, self.grid.value)) / self.load_w))


@dataclass(frozen=True, slots=True)
class DeviceView:
    """A device and when it was last heard. silent: longer ago than it should be; None: it need not report."""

    id: str
    name: str
    family: str
    zone: str
    last_seen: datetime | None
    silent: bool | None


@dataclass(frozen=True, slots=True)
class HealthView:
    """The accounting identity of the intake, the checks, and when anything was last heard."""

    counts: Mapping[str, int]
    balanced: bool
    connected: bool
    rate_per_s: float
    oldest_unsent_s: float
    last_seen: datetime | None
    checks: tuple[Check, ...]
    devices: tuple[DeviceView, ...]

    @property
    def silent(self) -> tuple[DeviceView, ...]:
        return tuple(device for device in self.devices if device.silent)

    @property
    def ok(self) -> bool:
        return self.balanced and self.connected and all(check.ok for check in self.checks)


@dataclass(frozen=True, slots=True)
class Oldness:
    """Why what is shown may no longer be so; `since` None: it never was."""

    cause: str  # rules, broker, readings
    since: datetime | None


@dataclass(frozen=True, slots=True)
class PageView:
    """One picture of one site, shared by all who look."""

    site: str
    site_name: str
    timezone: str
    at: datetime
    number: int
    due: tuple[ReadyLine, ...]
    zones: tuple[ZoneView, ...]
    power: PowerView
    health: HealthView
    alarms: tuple[Alarm, ...]
    old: tuple[Oldness, ...]
    version: str
    zone_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """The worst answer of all that is due."""
        answers = {line.answer.readiness for line in self.due}
        return next((verdict for readiness, verdict in _WORST_FIRST if readiness in answers), Verdict.NOTHING_DUE)

    @property
    def troubled(self) -> tuple[ReadyLine, ...]:
        """Those that are not plainly ready, worst first."""
        order = [readiness for readiness, _ in _WORST_FIRST]
        lines = [line for line in self.due if line.answer.readiness is not Readiness.READY]
        return tuple(sorted(lines, key=lambda line: (order.index(line.answer.readiness), line.answer.due_at)))
