"""The open loop: drive the rules against any building model. Measurements and forecasts in, setpoints and supply temperatures out.

It has no MQTT, no store, no clock but the instants that it is given. `describe` makes a site of zones and plants without devices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from premises.booking import Booking, Override
from premises.plan import Plan, ReadyBy
from premises.ports import LiveValue
from premises.quantities import QUANTITIES
from premises.reading import Reading, Value
from premises.reason import Reason
from premises.site import Plant, Point, Site, Zone
from premises.tariff import Carrier, Tariff
from premises.time import Interval
from rules.claims import Schedule, schedule
from rules.described import looked_through, named
from rules.engine import Engine, Optimiser, Seen
from rules.optimiser import LinearOptimiser
from rules.snapshot import Decision, Forecast
from rules.told import aware, known, plausible, sound, timed

LEARN_AT = time(3, 30)
REPLAN_EVERY = timedelta(minutes=15)
BEHIND, AHEAD = timedelta(days=2), timedelta(days=10)
DEVICE = "model"
WEIGHTS = {"cost": 1.0, "energy": 2.0}
"""What a plan weighs where nothing else is told: both, so that few dear kilowatt hours are not replaced by many cheap ones."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the building model tells at an instant; leave out what it does not know.

    air_c: by zone; heat_w: heat given by zone, where metered; demand_pct: valve opening by zone; occupied, closed: by zone,
    of presence sensors and loading doors; gains_w: electricity of lamps and machines that stays in the zone as heat;
    supply_c, plant_heat_w: by plant; outdoor_c in °C; sun_w_m2 horizontal. None, NaN and what cannot be true count as left out.
    points: by id of a point, for sites that have points of their own, such as meters; they come before what is told by name.
    """

    air_c: Mapping[str, float]
    outdoor_c: float | None = None
    sun_w_m2: float | None = None
    heat_w: Mapping[str, float] = field(default_factory=dict)
    demand_pct: Mapping[str, float] = field(default_factory=dict)
    occupied: Mapping[str, bool] = field(default_factory=dict)
    closed: Mapping[str, bool] = field(default_factory=dict)
    gains_w: Mapping[str, float] = field(default_factory=dict)
    supply_c: Mapping[str, float] = field(default_factory=dict)
    plant_heat_w: Mapping[str, float] = field(default_factory=dict)
    points: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settings:
    """What the building is to be set to: setpoints and light by zone, supply temperature and on/off by plant; and why.

    cooling: zones that are to be cooled to their setpoint rather than heated to it.
    """

    setpoint_c: Mapping[str, float]
    supply_c: Mapping[str, float]
    plant_on: Mapping[str, bool]
    light_pct: Mapping[str, float]
    reasons: Mapping[str, Reason]
    decision: Decision
    cooling: Mapping[str, bool] = field(default_factory=dict)


def describe(
    zones: Sequence[Zone],
    plants: Sequence[Plant],
    *,
    timezone: str = "UTC",
    tariffs: Sequence[Tariff] = (),
    latitude: float = 48.8,
    longitude: float = 2.3,
    currency: str = "EUR",
    weights: Mapping[str, float] | None = None,
) -> Site:
    """A site of these zones and plants with the points that the rules read and write, and no devices.

    Raises FaultsError that tells all that is wrong with them.
    """
    looked_through(zones, plants, timezone)
    zones = [_sized(zone, zones, plants) for zone in zones]
    points = [_point("weather", "outdoor_temperature"), _point("weather", "irradiance")]
    for zone in zones:
        points += [
            _point(zone.id, name, zone.id) for name in ("air_temperature", "heating_demand", "heat_power", "occupancy", "contact")
        ]
        points += [_point(zone.id, name, zone.id, writable=True) for name in ("setpoint_temperature", "brightness")]
    for plant in plants:
        points += [_point(plant.id, name) for name in ("supply_temperature", "heat_power")]
        points += [_point(plant.id, name, writable=True) for name in ("supply_setpoint", "heatpump_on")]
    area = sum(zone.area_m2 for zone in zones)
    return Site(
        id="open-loop", name="", timezone=timezone, country="", latitude=latitude, longitude=longitude, altitude_m=0.0,
        languages=("en",), currency=currency, owner="", floor_area_m2=area, energy_area_m2=area, zones=tuple(zones), devices=(),
        points=tuple(points), plants=tuple(plants), tariffs=tuple(tariffs), weights=dict(weights or WEIGHTS),
    )  # fmt: skip


def _sized(zone: Zone, zones: Sequence[Zone], plants: Sequence[Plant]) -> Zone:
    """A heated zone of which no emitter's power is told gets its part of the plant's by volume."""
    plant = next((p for p in plants if p.id == zone.heating_plant), None)
    if plant is None or zone.emitter_power_w > 0:
        return zone
    served = sum(z.volume_m3 for z in zones if z.heating_plant == plant.id)
    return replace(zone, emitter_power_w=plant.heat_power_w * zone.volume_m3 / max(1.0, served))


def _point(subject: str, quantity: str, zone: str = "", *, writable: bool = False) -> Point:
    return Point(f"{subject}/{quantity}", "open-loop", subject, QUANTITIES[quantity], DEVICE, zone=zone, writable=writable)


class OpenLoop:
    """The rules around a building model. Call `step` with growing instants, every minute to every quarter hour.

    It plans every quarter hour and learns every night by itself. `book` replaces the bookings at any time.
    """

    def __init__(
        self,
        site: Site,
        bookings: Iterable[Booking] = (),
        *,
        carbon_kg_per_kwh: Callable[[Carrier, datetime], float] = lambda _carrier, _at: 0.0,
        optimiser: Optimiser | None = None,
        replan_every: timedelta = REPLAN_EVERY,
        leads_only: bool = False,
    ) -> None:
        """optimiser: None takes the project's own; leads_only: plan without any, by learned leads.

        Raises NaiveTimeError for bookings whose times have no offset, UnknownNameError for those of zones that are not there.
        """
        self.site = site
        self._replan_every = replan_every
        self.engine = Engine(site, carbon_kg_per_kwh, None if leads_only else optimiser or LinearOptimiser())
        self.bookings: tuple[Booking, ...] = named(timed(bookings), site.zones)
        self.overrides: tuple[Override, ...] = ()
        self._latest: dict[str, LiveValue] = {}
        self._claims: tuple[datetime, Schedule] | None = None
        self._changed = True
        self._learned_on: object = None
        self._last: Seen | None = None

    def book(self, bookings: Iterable[Booking]) -> None:
        """From the next step on these bookings hold. Raises NaiveTimeError and UnknownNameError, as when the loop is made."""
        self.bookings = named(timed(bookings), self.site.zones)
        self._claims, self._changed = None, True

    def step(self, now: datetime, measured: Measured, forecast: Forecast | None = None) -> Settings:
        """What to set from `now` on. Raises NaiveTimeError where `now` has no offset; nothing else is refused."""
        now, forecast = aware(now, "now"), sound(forecast)
        self._show_all(now, measured)
        if forecast is not None and forecast.pv_w and not forecast.base_w:
            forecast = replace(forecast, base_w=(0.0,))  # all that the sun gives is left over, where no load is told
        seen = Seen(dict(self._latest), self._schedule(now), self.overrides, None, forecast)
        self._last = seen
        self._learn(now)
        plan = self.engine.plan
        if plan is None or self._changed or not timedelta(0) <= now - plan.made_at < self._replan_every:
            self.engine.replan(now, seen)
            self._changed = False
        decision = self.engine.tick(now, seen)
        for command in decision.commands:
            self._show(command.point, command.value, now)
        return self._settings(decision)

    def plan(self) -> Plan | None:
        """The plan in force."""
        return self.engine.plan

    def ready_by(self, now: datetime, booking: Booking) -> tuple[ReadyBy, ...]:
        """The ready-by answer for a booking or a would-be one, on what the last step was told."""
        seen = self._last or Seen({}, self._schedule(now))
        return self.engine.ready_by(now, seen, booking, self.bookings)

    def _schedule(self, now: datetime) -> Schedule:
        if self._claims is None or not timedelta(0) <= now - self._claims[0] < timedelta(hours=1):
            self._claims = now, schedule(self.site, self.bookings, Interval(now - BEHIND, now + AHEAD))
        return self._claims[1]

    def _learn(self, now: datetime) -> None:
        local = now.astimezone(self.site.zoneinfo)
        if self._learned_on is None:
            self._learned_on = local.date()
        if local.time() >= LEARN_AT and local.date() != self._learned_on:
            self._learned_on = local.date()
            self.engine.learn()

    def _show(self, point: str, value: Value, now: datetime) -> None:
        self._latest[point] = LiveValue(Reading(point, now, value, now), known=True)

    def _show_all(self, now: datetime, measured: Measured) -> None:
        """What is told now is known; what was told before and is left out now is not known any more."""
        told: dict[str, Value] = {}
        for name, said in (("outdoor_temperature", measured.outdoor_c), ("irradiance", measured.sun_w_m2)):
            if (weather := plausible(name, said)) is not None:
                told[f"weather/{name}"] = weather
        columns: tuple[tuple[str, Mapping[str, float] | Mapping[str, bool]], ...] = (
            ("air_temperature", measured.air_c),
            ("heat_power", measured.heat_w),
            ("heating_demand", measured.demand_pct),
            ("occupancy", measured.occupied),
            ("contact", measured.closed),
            ("power", measured.gains_w),
            ("supply_temperature", measured.supply_c),
            ("heat_power", measured.plant_heat_w),
        )
        for name, values in columns:
            told |= {f"{subject}/{name}": value for subject, value in known(name, values).items()}
        quantities = {point.id: point.quantity.name for point in self.site.points} if measured.points else {}
        for point, value in measured.points.items():
            if point in quantities and (sure := plausible(quantities[point], value)) is not None:
                told[point] = sure
        read = {point.id for point in self.site.points if not point.writable}
        for point in read & self._latest.keys() - told.keys():
            self._latest[point] = LiveValue(self._latest[point].reading, known=False)
        for point, value in told.items():
            self._show(point, value, now)

    def _settings(self, decision: Decision) -> Settings:
        def shown(quantity: str) -> dict[str, Value]:
            found = {p.subject: self._latest.get(p.id) for p in self.site.points if p.writable and p.quantity.name == quantity}
            return {subject: live.reading.value for subject, live in found.items() if live is not None}

        return Settings(
            setpoint_c={zone: float(value) for zone, value in shown("setpoint_temperature").items()},
            supply_c={plant: float(value) for plant, value in shown("supply_setpoint").items()},
            plant_on={plant: bool(value) for plant, value in shown("heatpump_on").items()},
            light_pct={zone: float(value) for zone, value in shown("brightness").items()},
            reasons={told.zone: told.heat_reason for told in decision.zones},
            decision=decision,
            cooling={told.zone: told.cool_c is not None for told in decision.zones},
        )
