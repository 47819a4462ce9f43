"""The frozen picture that one tick decides from, and what it decides: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from premises.booking import BookingKey, Override
from premises.command import Command, CommandStatus
from premises.decision import ZoneDecision
from premises.plan import Plan, Rung
from premises.ports import LiveValue
from premises.reason import Reason
from premises.site import Site, Zone
from premises.time import SLOT
from rules.claims import Claim, Schedule
from rules.layout import Layout, ZonePoints
from rules.thermal import ZoneModel
from rules.warm_time import WarmTime

PACE_MOST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Forecast:
    """Weather by slot from `start`: outdoor_c in °C, sun_w_m2 horizontal irradiance, pv_w power of all strings.

    base_w: electric load of the site without heating and cooling; PV above it is surplus. phases_w: the same by phase.

    The last value holds after the end: a forecast that is too short must not leave a plan without weather.
    """

    made_at: datetime
    start: datetime
    outdoor_c: tuple[float, ...]
    sun_w_m2: tuple[float, ...] = ()
    pv_w: tuple[float, ...] = ()
    base_w: tuple[float, ...] = ()
    phases_w: tuple[tuple[float, ...], ...] = ()

    def _at(self, values: tuple[float, ...], instant: datetime) -> float:
        index = int((instant - self.start) / SLOT)
        return values[min(max(index, 0), len(values) - 1)] if values else 0.0

    def outdoor_at(self, instant: datetime) -> float:
        return self._at(self.outdoor_c, instant)

    def sun_at(self, instant: datetime) -> float:
        return self._at(self.sun_w_m2, instant)

    def pv_at(self, instant: datetime) -> float:
        return self._at(self.pv_w, instant)

    def base_at(self, instant: datetime) -> float:
        return self._at(self.base_w, instant)

    def phase_at(self, phase: int, instant: datetime, phases: int = 3) -> float:
        """Load in W of one phase of so many: its own where it is told, else its even part of the whole."""
        if len(self.phases_w) == phases:
            return self._at(self.phases_w[phase - 1], instant)
        return self.base_at(instant) / phases

    def surplus_at(self, instant: datetime) -> float:
        """PV power in W that nothing else takes; none where the load is not told."""
        return max(0.0, self.pv_at(instant) - self._at(self.base_w, instant)) if self.base_w else 0.0


@dataclass(frozen=True, slots=True)
class LearnedLead:
    """Hours to warm up: h1 dT + h2 dT (target - outdoor) + h3 hours since heat, fitted on the zone's own warm-ups.

    count: warm-ups it was fitted on; error_h: mean absolute error on warm-ups left out; table_error_h: that of the table.
    margin_h: what nearly all warm-ups took at most beyond it. warm: the time at full power by a model that is trusted, which then
    stands in for the three terms.
    """

    h1: float
    h2: float
    h3: float
    count: int
    error_h: float
    table_error_h: float
    margin_h: float = 0.0
    warm: WarmTime | None = None


@dataclass(frozen=True, slots=True)
class Latch:
    """A pre-heat that was started: it goes on until the call, unless its claim goes away or is overtaken.

    ready: has been warm; raised: valves were seen to throttle while the plan heats, so that their setpoint is raised.
    from_c: air at its start; hours_per_k: what a kelvin took until it was warm; rests: it was warm long before the call, and rests.
    """

    claim: str
    booking: BookingKey | None
    since: datetime
    target_c: float
    lead: timedelta
    rung: Rung
    reason: Reason
    ready: bool = False
    raised: bool = False
    from_c: float | None = None
    hours_per_k: float | None = None
    rests: bool = False


@dataclass(frozen=True, slots=True)
class ZoneMemory:
    """What a zone carries from one tick to the next.

    warm_at: when it was last heated for comfort (None: not known); cooling: cooling is running (hysteresis);
    light_pct: last light wish; hand_since: since when a light is on that the rules did not want; door_since: since when open;
    trim_k: what is added to valves' setpoints, as of trimmed_at; cool_trim_k: the same while they let cold in, None: not seen yet.
    cool_latch: name of the claim whose pre-cool has begun; cool_pace: what the table's leads of cold are multiplied by.
    heated_at, cooled_at: when it was last given either, where it can have both.
    """

    latch: Latch | None = None
    warm_at: datetime | None = None
    cooling: bool = False
    light_pct: float | None = None
    hand_since: datetime | None = None
    door_since: datetime | None = None
    trim_k: float = 0.0
    trimmed_at: datetime | None = None
    cool_trim_k: float | None = None
    cool_latch: str = ""
    cool_pace: float = 1.0
    heated_at: datetime | None = None
    cooled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlantMemory:
    """Since when the plant has been on or off (minimum run and rest), the supply temperature last wished, and given of it.

    way: "heat" or "cold", what it was last asked for, at way_at.
    """

    on: bool | None = None
    since: datetime | None = None
    supply_c: float | None = None
    given_c: float | None = None
    way: str = ""
    way_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shed:
    """A zone whose heat waits for room in the supply contract: kept at high_c at most; power_w: what it drew, on these phases."""

    zone: str
    since: datetime
    power_w: float
    phases: tuple[int, ...]
    high_c: float
    reason: Reason


@dataclass(frozen=True, slots=True)
class Memory:
    """Latch state of the whole site; empty after a first start. at: the last tick; every: how far apart the last two were.

    shed: zones that wait for room in the contract; eased_at: when the last of them was let in again.
    """

    zones: Mapping[str, ZoneMemory] = field(default_factory=dict)
    plants: Mapping[str, PlantMemory] = field(default_factory=dict)
    at: datetime | None = None
    every: timedelta = timedelta(minutes=1)
    shed: tuple[Shed, ...] = ()
    eased_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that a tick may know. outdoor_c None: not known; mass: °C of each zone's slow mass; plan None: none was made."""

    now: datetime
    site: Site
    layout: Layout
    schedule: Schedule
    overrides: tuple[Override, ...] = ()
    latest: Mapping[str, LiveValue] = field(default_factory=dict)
    outdoor_c: float | None = None
    forecast: Forecast | None = None
    pending: Mapping[str, CommandStatus] = field(default_factory=dict)
    leads: Mapping[str, LearnedLead] = field(default_factory=dict)
    models: Mapping[str, ZoneModel] = field(default_factory=dict)
    mass: Mapping[str, float] = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    plan: Plan | None = None

    @property
    def every(self) -> timedelta:
        """Until the next tick, by what lies between this one and the last: what is set now holds so long.

        A gap after an outage, or a clock that was set, tells nothing.
        """
        told = timedelta(0) if self.memory.at is None else self.now - self.memory.at
        return told if timedelta(0) < told <= PACE_MOST else self.memory.every

    def number(self, point: str) -> float | None:
        """The value of a numeric point, None where it is not known now."""
        live = self.latest.get(point)
        if live is None or not live.known or isinstance(live.reading.value, str):
            return None
        return float(live.reading.value)

    def middle(self, points: tuple[str, ...]) -> float | None:
        """The median of the known values among several points of the same thing, None where none is known."""
        if len(points) == 1:
            return self.number(points[0])
        known = [value for value in map(self.number, points) if value is not None]
        return median(known) if known else None


@dataclass(frozen=True, slots=True)
class ZoneView:
    """What a rule sees of one zone at one tick. air_c, outdoor_c None: not known."""

    snapshot: Snapshot
    zone: Zone
    points: ZonePoints
    claims: tuple[Claim, ...]
    memory: ZoneMemory
    air_c: float | None
    in_service: bool

    @property
    def now(self) -> datetime:
        return self.snapshot.now

    @property
    def outdoor_c(self) -> float | None:
        return self.snapshot.outdoor_c

    def overrides(self) -> list[Override]:
        """Overrides of this zone in force now, the newest last."""
        found = [o for o in self.snapshot.overrides if o.zone == self.zone.id and o.active_at(self.now)]
        return sorted(found, key=lambda o: (o.since, o.id))


@dataclass(frozen=True, slots=True)
class AlarmWish:
    """An alarm that is due as long as the cause lasts."""

    cause: str
    subject: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Decision:
    """What one tick comes to. The same snapshot gives the same decision, to the id of each command."""

    at: datetime
    commands: tuple[Command, ...]
    zones: tuple[ZoneDecision, ...]
    memory: Memory
    alarms: tuple[AlarmWish, ...] = ()
