"""A site's building as physics: weather and people in, temperatures and meters out, minute by minute. No device, no message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from premises.booking import Booking, DayKind
from premises.errors import UnknownNameError
from premises.site import Plant, PlantKind, Site
from premises.tariff import Carrier
from premises.time import EPOCH, local_midnight, utc
from simulators.air import Air
from simulators.day import Day, DayMaker
from simulators.emitters import Emitters
from simulators.envelope import envelope_of
from simulators.lamps import Lamps
from simulators.loads import USE, USES
from simulators.metering import MeterTree
from simulators.noise import MINUTES_A_DAY, Array, Flags
from simulators.plants import COLD_WATER_C, PlantModel, Water, model_of
from simulators.registers import Registers
from simulators.valves import Valves
from simulators.weather import Place, minute_number
from simulators.zones import STEP_S, Zones, door_w_k, leakage_w_k

_HOURS = STEP_S / 3600
_COOLING_FROM_C = COLD_WATER_C  # a room setpoint below this is one for heating, and says nothing about when to cool
_DEAD_BAND_K = 3.0  # between a cooling setpoint and heating, where both are there
_AIR_W_H_M3_K = 0.335
_WINDOWS_OPEN_C, _WINDOWS_PER_H = 25.0, 1.5  # people open windows above this; air changes that it gives


class Building:
    """The physics of a site from `start` on, in steps of one minute.

    Setpoints, supply temperatures and light are set from outside; until they are, valves hold each zone's set-back and plants
    follow a heating curve of their own. All state is in the open for tests and benches; `truth` sums it up.
    """

    def __init__(self, site: Site, seed: int, bookings: Sequence[Booking], start: datetime) -> None:
        self.site = site
        self.seed = seed
        self.minute = minute_number(utc(start))
        self.place = Place(site.latitude, site.longitude, site.altitude_m)
        self.days = DayMaker(site, seed, bookings, self.place)
        self.index = {zone.id: row for row, zone in enumerate(site.zones)}
        count = len(site.zones)
        envelope = envelope_of(site, seed)
        outdoor = float(self.days.of(self.minute // MINUTES_A_DAY).weather.outdoor_c.mean())
        start_c = np.array([max(zone.setback_c + 1.5, outdoor + 2.0) for zone in site.zones])
        self.zones = Zones(envelope, start_c, self.place.mean_c)
        self.emitters = Emitters(site)
        self.valves, self.valve_of_device = self._fit_valves()
        self.lamps = Lamps(site)
        self.air = Air(envelope.volume_m3, outdoor)
        self.plants: dict[str, PlantModel] = {plant.id: model_of(plant, self._emitter_supply(plant)) for plant in site.plants}
        self._models = list(self.plants.values())
        self.relay = np.ones(count, dtype=bool)
        rows = {plant.id: row for row, plant in enumerate(site.plants)}
        self._heating_plant = np.array([rows.get(zone.heating_plant or "", -1) for zone in site.zones])
        self._cooling_plant = np.array([rows.get(zone.cooling_plant or "", -1) for zone in site.zones])
        self.cool_default_c = np.array([zone.cool_setback_c for zone in site.zones])
        self.meters = MeterTree(site)
        self.registers = Registers(seed, frozenset(f"{meter.id}/energy_export" for meter in site.meters if meter.role == "grid"))
        self.mean_outdoor_c = outdoor
        self._begin_counting(count)

    def _begin_counting(self, count: int) -> None:
        """Energies since the start, and the powers of the last minute; by zone where nothing else is said."""
        self.used_kwh = np.zeros((len(USES), count))
        self.plant_kwh = np.zeros((len(self.plants), 3))  # heat, final energy of its carrier, pump electricity
        self.plant_electricity_kwh = np.zeros((len(self.plants), 2))  # for heating and for cooling, with pumps
        self.heat_kwh, self.cold_kwh = np.zeros(count), np.zeros(count)
        self.pv_kwh = np.zeros(len(self.site.pv_strings))
        self.pv_w, self.pv_dc_w = np.zeros(len(self.site.pv_strings)), np.zeros(len(self.site.pv_strings))
        self.loads_w = np.zeros((len(USES), count))
        self.given_w, self.drawn_w = np.zeros(count), np.zeros(count)  # by emitters to the zones, from the water
        self.exchanged_w, self.room_w, self.solar_w = np.zeros(count), np.zeros(count), np.zeros(count)
        self.opening = np.zeros(count)

    # --- what can be set -------------------------------------------------------------------------------------------

    def set_setpoint(self, zone_id: str, setpoint_c: float, device: str | None = None) -> None:
        """Room setpoint of all valves of a zone, or of one device's. Bounded to 4 to 35 °C as valves do."""
        bounded = min(max(setpoint_c, 4.0), 35.0)
        if device is not None and device in self.valve_of_device:
            self.valves.setpoint_c[self.valve_of_device[device]] = bounded
            return
        self.valves.setpoint_c[self.valves.zone == self.row(zone_id)] = bounded

    def set_supply(self, plant_id: str, supply_c: float | None) -> None:
        """Supply setpoint of a plant; below 22 °C a reversible one makes cold.

        None: on its own again, by a heating curve; a reversible plant then cools when the last day was warm.
        """
        self.plant_model(plant_id).told_supply_c = supply_c

    def set_plant_on(self, plant_id: str, on: bool) -> None:
        self.plant_model(plant_id).enabled = on

    def switch(self, subject: str, on: bool) -> bool:
        """A relay that switches a plant, or the electric heaters of a zone. Whether it was on."""
        if subject in self.plants:
            was, self.plants[subject].enabled = self.plants[subject].enabled, on
            return was
        if subject in self.index:
            row = self.index[subject]
            was, self.relay[row] = bool(self.relay[row]), on
            return was
        return False

    def set_light(self, zone_id: str, level_pct: float) -> None:
        """Level of all lamps of a zone, in %."""
        self.lamps.set_zone(self.row(zone_id), level_pct)

    def set_bookings(self, bookings: Sequence[Booking]) -> None:
        """People come by these bookings from the next minute on."""
        self.days.replace_bookings(bookings)

    # --- what can be asked -----------------------------------------------------------------------------------------

    def row(self, zone_id: str) -> int:
        """Place of a zone in all arrays. Raises UnknownNameError."""
        self.site.zone(zone_id)
        return self.index[zone_id]

    def plant_model(self, plant_id: str) -> PlantModel:
        """Raises UnknownNameError."""
        if plant_id not in self.plants:
            raise UnknownNameError(f"site {self.site.id} has no plant {plant_id!r}; it has {', '.join(self.plants)}")
        return self.plants[plant_id]

    @property
    def now(self) -> datetime:
        return EPOCH + timedelta(minutes=self.minute)

    @property
    def today(self) -> Day:
        return self.days.of(self.minute // MINUTES_A_DAY)

    def air_c(self, zone_id: str) -> float:
        return float(self.zones.air_c[self.row(zone_id)])

    @property
    def outdoor_c(self) -> float:
        return float(self.today.weather.outdoor_c[self.minute % MINUTES_A_DAY])

    def people(self, row: int) -> float:
        """Heads in a zone now."""
        return float(self.today.use.people[self.minute % MINUTES_A_DAY, row])

    def door_open(self, row: int) -> float:
        """Share of this minute that the zone's loading door stands open."""
        return float(self.today.use.door[self.minute % MINUTES_A_DAY, row])

    def solar_w_m2(self, row: int) -> float:
        """Sun through the windows per floor area."""
        return float(self.today.solar_w[self.minute % MINUTES_A_DAY, row]) / self.site.zones[row].area_m2

    def supply_of(self, row: int) -> float:
        """Temperature of the water that the zone's plant supplies, the room's own where it has none."""
        plant = self.site.zones[row].heating_plant
        return self.plants[plant].supply_c if plant in self.plants else float(self.zones.air_c[row])

    def produced_today_kwh(self) -> Array:
        """What each string has yielded since local midnight, also before the simulation began; (strings,)."""
        midnight = minute_number(local_midnight(self.now.astimezone(self.site.zoneinfo).date(), self.site.zoneinfo))
        total = np.zeros(len(self.site.pv_strings))
        for minute in range(midnight, self.minute):
            total += self.days.of(minute // MINUTES_A_DAY).sun.ac_w[minute % MINUTES_A_DAY] * (_HOURS / 1000)
        return total

    def heating_kwh(self) -> dict[Carrier, float]:
        """Final energy of heating since the start by carrier: plants, heaters, pumps. Cold is left out."""
        total: dict[Carrier, float] = {Carrier.ELECTRICITY: float(self.used_kwh[USE["heating"]].sum())}
        for row, plant in enumerate(self.site.plants):
            total[Carrier.ELECTRICITY] += float(self.plant_electricity_kwh[row, 0])
            if plant.carrier is not Carrier.ELECTRICITY:
                total[plant.carrier] = total.get(plant.carrier, 0.0) + float(self.plant_kwh[row, 1])
        return total

    # --- a minute --------------------------------------------------------------------------------------------------

    def advance(self, until: datetime) -> None:
        """Go on to the last whole minute not after `until`; the past is left alone."""
        for _ in range(minute_number(utc(until)) - self.minute):
            self._step()

    def _step(self) -> None:
        day = self.days.of(self.minute // MINUTES_A_DAY)
        now = self.minute % MINUTES_A_DAY
        outdoor = float(day.weather.outdoor_c[now])
        self.mean_outdoor_c += (outdoor - self.mean_outdoor_c) / 1440
        air = self.zones.air_c
        self.loads_w[:] = day.loads_w[now]
        people = day.use.people[now]
        self.loads_w[USE["lighting"]] = self.lamps.power_w(people)

        cooling = self._turn_plants(air)
        given = self._emit(air, cooling)
        warmer = air - outdoor
        leak = leakage_w_k(self.zones.envelope, float(day.weather.wind_m_s[now]), warmer)
        door = door_w_k(day.use.door[now], warmer)
        leak = leak + self._open_windows_w_k(people, air, warmer)
        fresh = day.fans_m3_h[now]
        self.exchanged_w = -(leak + door + _AIR_W_H_M3_K * day.unrecovered * fresh) * warmer
        self.room_w = day.room_heat_w[now] + self.loads_w[USE["lighting"]]
        solar = day.solar_w[now]
        emitters = self.emitters
        self.zones.step(
            outdoor,
            self.exchanged_w + self.room_w + given * emitters.to_air + 0.2 * solar,
            0.8 * solar + given * emitters.to_surface,
            given * emitters.to_deep,
        )
        self.solar_w = solar
        changed_m3_h = (leak + door) / _AIR_W_H_M3_K + fresh
        self.air.step(changed_m3_h, people, outdoor, float(day.weather.humidity_pct[now]), self.zones.air_c)
        self._run_plants(outdoor, float(day.weather.humidity_pct[now]))
        self._count(day, now)
        self.minute += 1

    def _open_windows_w_k(self, people: Array, air: Array, warmer: Array) -> Array:
        """People in a warm room open its windows while it is cooler outside; heat that this carries per K."""
        envelope = self.zones.envelope
        opened = (people > 0) & (air > _WINDOWS_OPEN_C) & (warmer > 0) & (envelope.window_m2 > 0)
        return np.where(opened, _WINDOWS_PER_H * envelope.volume_m3 * _AIR_W_H_M3_K, 0.0)

    def _turn_plants(self, air: Array) -> Flags:
        """Which way reversible plants work now; zones in cooling as booleans, shape (zones,).

        Where cold comes from a plant of its own, a room cools when it is near its cooling setpoint.
        """
        flags = np.zeros(len(self._models) + 1, dtype=bool)
        for row, model in enumerate(self._models):
            if model.plant.kind is PlantKind.HEAT_PUMP and model.plant.cool_power_w > 0:
                warm = self.mean_outdoor_c > (16.0 if model.cooling else 17.5)
                model.cooling = warm if model.told_supply_c is None else model.told_supply_c < COLD_WATER_C
            flags[row] = model.cooling
        setpoints = np.full(len(air), np.nan)
        setpoints[self.valves.zone] = self.valves.setpoint_c
        self._cool_c = np.where(setpoints >= _COOLING_FROM_C, setpoints, self.cool_default_c)
        apart = self._cooling_plant != self._heating_plant
        cooled: Flags = flags[self._cooling_plant] & (self._cooling_plant >= 0) & (~apart | (air > self._cool_c - 0.5))
        self._lower_heat_k = np.where(apart & (self._cooling_plant >= 0) & (setpoints >= _COOLING_FROM_C), -_DEAD_BAND_K, 0.0)
        return cooled

    def _emit(self, air: Array, cooling: Flags) -> Array:
        """Valves and emitters for one minute; heat given to the zones in W."""
        supplies = np.array([model.supply_c for model in self._models] + [20.0])
        served = np.where(cooling, self._cooling_plant, self._heating_plant)
        turned = np.array([model.cooling for model in self._models] + [False])[served] & ~cooling
        pumped = np.array([model.pumping for model in self._models] + [False])[served] & ~turned
        self._served = np.where(turned, -1, served)  # a zone that only heats does not call a plant that cools
        felt = np.where(cooling, air, air - self._lower_heat_k + 0.012 * (self.emitters.water_c - air))
        self.opening = self.valves.step(felt, cooling, self._cool_c, self.relay)  # valves know nothing of plants and pumps
        flowing = np.where(pumped | self.emitters.electric, self.opening, 0.0)
        self.given_w, self.drawn_w = self.emitters.step(supplies[served], flowing, air, self.zones.deep_c)
        return self.given_w

    def _run_plants(self, outdoor: float, humidity: float) -> None:
        wet = np.where(self.emitters.electric, 0.0, self.drawn_w)
        served = np.where(self._served < 0, len(self._models), self._served)
        drawn = np.bincount(served, weights=wet, minlength=len(self._models) + 1)
        calling = np.bincount(served, weights=self.opening > 0.05, minlength=len(self._models) + 1) > 0
        for row, model in enumerate(self._models):
            model.step(Water(float(drawn[row]), outdoor, humidity, model.wanted_supply_c(outdoor), bool(calling[row])))

    def _count(self, day: Day, now: int) -> None:
        electric = self.emitters.electric
        self.loads_w[USE["heating"]] = np.where(electric, self.emitters.power_w * self.opening, 0.0)
        plants_w = np.zeros((len(self._models), 2))
        for row, model in enumerate(self._models):
            by_carrier = model.final_w if model.plant.carrier is Carrier.ELECTRICITY else 0.0
            plants_w[row, 1 if model.cooling else 0] = by_carrier + model.pump_w
            self.plant_kwh[row] += (
                max(model.heat_w, 0.0) * _HOURS / 1000,
                model.final_w * _HOURS / 1000,
                model.pump_w * _HOURS / 1000,
            )
        self.pv_w, self.pv_dc_w = day.sun.ac_w[now], day.sun.dc_w[now]
        self.meters.step(self.loads_w, plants_w, self.pv_w, _HOURS)
        self.plant_electricity_kwh += plants_w * (_HOURS / 1000)
        self.used_kwh += self.loads_w * (_HOURS / 1000)
        self.heat_kwh += np.maximum(self.given_w, 0.0) * (_HOURS / 1000)
        self.cold_kwh += np.maximum(-self.given_w, 0.0) * (_HOURS / 1000)
        self.pv_kwh += self.pv_w * (_HOURS / 1000)

    # --- making it -------------------------------------------------------------------------------------------------

    def _fit_valves(self) -> tuple[Valves, dict[str, int]]:
        """A valve for each device that takes a zone's setpoint; a plain thermostat in heated zones that have none."""
        rows: list[int] = []
        setpoints: list[float] = []
        by_device: dict[str, int] = {}
        for point in self.site.points:
            if point.quantity.name == "setpoint_temperature" and point.zone in self.index and point.device not in by_device:
                by_device[point.device] = len(rows)
                rows.append(self.index[point.zone])
                setpoints.append(self.site.zone(point.zone).setback_c)
        for zone in self.site.zones:
            if self.index[zone.id] not in rows:
                rows.append(self.index[zone.id])
                setpoints.append((zone.comfort_on(DayKind.WORK).heat_c or zone.setback_c) - 1.0)
        return Valves(rows, setpoints, len(self.site.zones)), by_device

    def _emitter_supply(self, plant: Plant) -> float:
        """The hottest water that any emitter of the plant was sized for."""
        asked = [zone.emitter_supply_c for zone in self.site.zones if zone.heating_plant == plant.id]
        return min(max(asked, default=45.0), plant.supply_max_c)
