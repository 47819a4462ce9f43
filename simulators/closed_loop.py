"""A simulated building as a control problem, without MQTT: act, let time pass, observe. For benches of rules and plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from premises.booking import Booking
from premises.site import Site
from premises.tariff import Carrier
from premises.time import utc
from simulators.building import Building


@dataclass(frozen=True, slots=True)
class Action:
    """What is set; what is not named stays. setpoint_c, light_pct: by zone; supply_c, plant_on: by plant."""

    setpoint_c: Mapping[str, float] = field(default_factory=dict)
    supply_c: Mapping[str, float | None] = field(default_factory=dict)
    plant_on: Mapping[str, bool] = field(default_factory=dict)
    light_pct: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Observation:
    """What is seen at `now`, and what the step cost.

    air_c, opening (0 to 1): by zone; supply_c: by plant; heating_kwh: final energy of heating by carrier in the step;
    grid_kwh: electricity taken from the grid in the step; discomfort_k_h: by zone, kelvin hours below the comfort (or above
    the cooling limit) that was due to booked people in the step, air within 0.5 K is fine.
    """

    now: datetime
    outdoor_c: float
    irradiance_w_m2: float
    air_c: Mapping[str, float]
    opening: Mapping[str, float]
    supply_c: Mapping[str, float]
    heating_kwh: Mapping[Carrier, float]
    grid_kwh: float
    discomfort_k_h: Mapping[str, float]


class ClosedLoop:
    """A building that is acted on. `building` is there for what the observation leaves out."""

    tolerance_k = 0.5

    def __init__(self, site: Site, seed: int, bookings: Sequence[Booking], start: datetime) -> None:
        self.site = site
        self.seed = seed
        self.bookings = tuple(booking for booking in bookings if booking.acts and booking.site == site.id)
        self.building = self.reset(start)

    def reset(self, start: datetime) -> Building:
        """Begin anew at `start`, at set-back."""
        self.building = Building(self.site, self.seed, self.bookings, utc(start))
        return self.building

    def step(self, action: Action, pass_by: timedelta = timedelta(minutes=15)) -> Observation:
        """Act, then let whole minutes pass."""
        building = self.building
        self._act(action)
        heating, grid = building.heating_kwh(), self._grid_kwh()
        discomfort = np.zeros(len(self.site.zones))
        end = building.now + pass_by
        while building.now < end:
            building.advance(building.now + timedelta(minutes=1))
            discomfort += self._discomfort_k() / 60
        after = building.heating_kwh()
        sky = building.today.weather.sky.global_w_m2
        return Observation(
            now=building.now,
            outdoor_c=building.outdoor_c,
            irradiance_w_m2=float(sky[building.minute % len(sky)]),
            air_c=self._by_zone(building.zones.air_c),
            opening=self._by_zone(building.opening),
            supply_c={name: model.supply_c for name, model in building.plants.items()},
            heating_kwh={carrier: after[carrier] - heating[carrier] for carrier in after},
            grid_kwh=self._grid_kwh() - grid,
            discomfort_k_h=self._by_zone(discomfort),
        )

    def _act(self, action: Action) -> None:
        building = self.building
        for zone, setpoint in action.setpoint_c.items():
            building.set_setpoint(zone, setpoint)
        for plant, supply in action.supply_c.items():
            building.set_supply(plant, supply)
        for plant, on in action.plant_on.items():
            building.set_plant_on(plant, on)
        for zone, level in action.light_pct.items():
            building.set_light(zone, level)

    def _discomfort_k(self) -> np.ndarray:
        """How far each zone is now from what is due to booked people, beyond the tolerance."""
        building, far = self.building, np.zeros(len(self.site.zones))
        for booking in self.bookings:
            if building.now not in booking.occupied:
                continue
            for zone_id in booking.zones:
                if zone_id in building.index:
                    row = building.index[zone_id]
                    comfort = self.site.zones[row].comfort_on(booking.day_kind)
                    heat_c = booking.comfort_c if booking.comfort_c is not None else comfort.heat_c
                    air = float(building.zones.air_c[row])
                    below = heat_c - air - self.tolerance_k if heat_c is not None else 0.0
                    above = air - comfort.cool_c - self.tolerance_k if comfort.cool_c is not None else 0.0
                    far[row] = max(far[row], below, above)
        return far

    def _grid_kwh(self) -> float:
        meters = self.building.meters
        return float(sum(meters.import_kwh[row] for row, meter in enumerate(meters.meters) if meter.role == "grid"))

    def _by_zone(self, values: np.ndarray) -> dict[str, float]:
        return {zone.id: float(value) for zone, value in zip(self.site.zones, values, strict=True)}
