"""Where each point of the site file finds its value in the building, in the unit of its quantity."""

from __future__ import annotations

from collections.abc import Callable

from premises.site import Point
from premises.tariff import Carrier
from simulators.building import Building
from simulators.metering import PHASE_SHARES, PHASES
from simulators.noise import MINUTES_A_DAY
from simulators.plants import HeatPump

Gauge = Callable[[], float]

_GAS_KWH_M3 = 11.2  # gross calorific value of natural gas H, where the site file tells none
_WALL_SHARE = 0.06  # a sensor on a wall feels the wall a little


class Gauges:
    """Finds the gauge of any point. Points that the physics knows nothing of (noise, smoke) have none."""

    def __init__(self, building: Building) -> None:
        self.building = building
        self._day_started: dict[str, tuple[int, float]] = {}
        self._produced_before = building.produced_today_kwh()

    def of(self, point: Point) -> Gauge | None:
        """A function that reads the point's present value, None where nothing in the building tells it."""
        building, site = self.building, self.building.site
        gauge: Gauge | None = None
        if point.zone and point.subject == point.zone:
            gauge = self._of_zone(point)
        if gauge is None and point.subject in building.plants:
            gauge = self._of_plant(point)
        if gauge is None and point.subject in {meter.id for meter in site.meters}:
            gauge = self._of_meter(point)
        if gauge is None and point.subject in {string.id for string in site.pv_strings}:
            gauge = self._of_string(point)
        if gauge is None and not point.zone:
            gauge = self._of_weather(point)
        if gauge is not None and point.quantity.counter:
            gauge = self._shown(gauge, f"{point.subject}/{point.quantity.name}")
        return self._signed(gauge, point) if gauge is not None else None

    def _shown(self, gauge: Gauge, key: str) -> Gauge:
        """A counter shows what it showed at the start, too."""
        registers = self.building.registers
        return lambda: registers.show(key, gauge())

    @staticmethod
    def _signed(gauge: Gauge, point: Point) -> Gauge:
        """The site file turns the message's value round where the device counts the other way: so must the device."""
        return gauge if point.sign == 1 else lambda: -gauge()

    def _of_zone(self, point: Point) -> Gauge | None:
        b = self.building
        row = b.index[point.zone]
        valve = b.valve_of_device.get(point.device)
        group = b.lamps.group.get((point.device, point.channel))
        name = point.quantity.name
        if name == "setpoint_temperature" and valve is not None:
            return lambda: float(b.valves.setpoint_c[valve])
        if name in ("heating_demand", "valve_position") and valve is not None:
            return lambda: 100 * float(b.valves.opening[valve])
        if name == "brightness" and group is not None:
            return lambda: float(b.lamps.level_pct[group]) if b.lamps.on[group] else 0.0
        if name == "switch_state" and group is not None:
            return lambda: float(b.lamps.on[group])
        plain: dict[str, Gauge] = {
            "air_temperature": lambda: float((1 - _WALL_SHARE) * b.zones.air_c[row] + _WALL_SHARE * b.zones.surface_c[row]),
            "temperature": lambda: float(b.zones.air_c[row]),
            "mass_temperature": lambda: float(b.zones.surface_c[row]),
            "slab_temperature": lambda: float(b.zones.deep_c[row]),
            "humidity": lambda: float(b.air.humidity_pct[row]),
            "co2": lambda: float(b.air.co2_ppm[row]),
            "occupancy": lambda: float(b.people(row) > 0),
            "contact": lambda: float(b.door_open(row) == 0),
            "illuminance": lambda: 4.5 * float(b.lamps.level_of_zone_pct()[row]) + b.solar_w_m2(row) * 1.2,
            "heating_demand": lambda: 100 * float(b.opening[row]),
            "valve_position": lambda: 100 * float(b.opening[row]),
            "heating_active": lambda: float(b.opening[row] > 0.05),
            "switch_state": lambda: float(b.relay[row]),
            "supply_temperature": lambda: b.supply_of(row),
            "heat_power": lambda: float(b.given_w[row]),
            "heat_energy": lambda: float(b.heat_kwh[row]),
            "power": lambda: float(b.loads_w[:, row].sum()),
            "energy": lambda: float(b.used_kwh[:, row].sum()),
        }
        return plain.get(name)

    def _of_plant(self, point: Point) -> Gauge | None:
        b = self.building
        plant = b.plants[point.subject]
        row = list(b.plants).index(point.subject)
        plain: dict[str, Gauge] = {
            "supply_temperature": lambda: plant.supply_c,
            "water_temperature": lambda: plant.supply_c,
            "return_temperature": lambda: plant.return_c,
            "supply_setpoint": lambda: plant.target_c,
            "outdoor_temperature": lambda: b.outdoor_c,
            "heatpump_on": lambda: float(plant.enabled),
            "switch_state": lambda: float(plant.enabled),
            "heating_active": lambda: float(plant.running),
            "flow": lambda: plant.flow_l_min,
            "compressor_frequency": lambda: plant.compressor_hz if isinstance(plant, HeatPump) else 0.0,
            "heat_power": lambda: max(plant.heat_w, 0.0),
            "power": lambda: plant.final_w if plant.plant.carrier is Carrier.ELECTRICITY else plant.pump_w,
            "heat_energy": lambda: float(b.plant_kwh[row, 0]),
            "energy": lambda: float(b.plant_kwh[row, 1 if plant.plant.carrier is Carrier.ELECTRICITY else 2]),
            "gas_volume": lambda: float(b.plant_kwh[row, 1]) / _GAS_KWH_M3,
        }
        return plain.get(point.quantity.name)

    def _of_meter(self, point: Point) -> Gauge | None:
        b = self.building
        meter = next(meter for meter in b.site.meters if meter.id == point.subject)
        row = b.meters.index.get(meter.id)
        name = point.quantity.name
        if row is None:
            return self._of_fuel_meter(point)
        power = self._of_phase(point, row)
        produced = float(self._produced_before.sum()) if meter.role == "production" else 0.0
        plain: dict[str, Gauge] = {
            "power": power,
            "energy": lambda: float(b.meters.import_kwh[row]),
            "energy_export": lambda: float(b.meters.export_kwh[row]),
            "energy_today": lambda: self._today(meter.id, float(b.meters.import_kwh[row]), produced),
            "voltage": lambda: 232.4,
            "current": lambda: abs(power()) / 0.94 / 232.4,
            "power_factor": lambda: 0.94,
            "frequency": lambda: 50.0,
        }
        return plain.get(name)

    def _of_phase(self, point: Point, row: int) -> Gauge:
        phase = point.channel.rpartition("/")[2]
        share = float(PHASE_SHARES[PHASES.index(phase)]) if phase in PHASES else 1.0
        return lambda: share * float(self.building.meters.power_w[row])

    def _of_fuel_meter(self, point: Point) -> Gauge | None:
        """Gas, heat and other meters: the plants that name them, else all of that carrier; heat of the zones where it has any."""
        b = self.building
        meter = next(meter for meter in b.site.meters if meter.id == point.subject)
        named = [place for place, plant in enumerate(b.site.plants) if plant.meter == meter.id]
        rows = named or [place for place, plant in enumerate(b.site.plants) if plant.carrier is meter.carrier]
        zones = [b.index[zone] for zone in meter.zones if zone in b.index]
        models = [b.plants[b.site.plants[row].id] for row in rows]
        by_zones = bool(zones) and meter.role == "sub"

        def energy() -> float:
            return float(b.heat_kwh[zones].sum()) if by_zones else float(b.plant_kwh[rows, 1].sum())

        def power() -> float:
            return float(b.given_w[zones].clip(0).sum()) if by_zones else sum(model.final_w for model in models)

        calorific = meter.kwh_per_m3 or _GAS_KWH_M3
        plain: dict[str, Gauge] = {
            "gas_volume": lambda: energy() / calorific,
            "heat_energy": energy,
            "energy": energy,
            "heat_power": power,
            "power": power,
            "supply_temperature": lambda: models[0].supply_c if models else 20.0,
            "return_temperature": lambda: models[0].return_c if models else 20.0,
            "flow": lambda: sum(model.flow_l_min for model in models),
        }
        return plain.get(point.quantity.name)

    def _of_string(self, point: Point) -> Gauge | None:
        b = self.building
        row = [string.id for string in b.site.pv_strings].index(point.subject)
        watts = (lambda: float(b.pv_dc_w[row])) if point.channel.startswith("dc") else (lambda: float(b.pv_w[row]))
        plain: dict[str, Gauge] = {
            "power": watts,
            "energy": lambda: float(b.pv_kwh[row]),
            "energy_today": lambda: self._today(point.subject, float(b.pv_kwh[row]), float(self._produced_before[row])),
        }
        return plain.get(point.quantity.name)

    def _of_weather(self, point: Point) -> Gauge | None:
        b = self.building
        plain: dict[str, Gauge] = {
            "outdoor_temperature": lambda: b.outdoor_c,
            "air_temperature": lambda: b.outdoor_c,
            "temperature": lambda: b.outdoor_c,
            "humidity": lambda: float(b.today.weather.humidity_pct[b.minute % MINUTES_A_DAY]),
            "wind_speed": lambda: float(b.today.weather.wind_m_s[b.minute % MINUTES_A_DAY]),
            "irradiance": lambda: float(b.today.weather.sky.global_w_m2[b.minute % MINUTES_A_DAY]),
            "illuminance": lambda: 115 * float(b.today.weather.sky.global_w_m2[b.minute % MINUTES_A_DAY]),
            "pressure": lambda: 1013.0 - b.place.altitude_m / 8.3,
        }
        return plain.get(point.quantity.name)

    def _today(self, subject: str, total: float, before: float = 0.0) -> float:
        """What a total grew by since local midnight; `before`: what had come that day when the simulation began."""
        date = self.building.now.astimezone(self.building.site.zoneinfo).date().toordinal()
        day, start = self._day_started.get(subject, (date, total - before))
        if day != date:
            start = total
        self._day_started[subject] = (date, start)
        return total - start
