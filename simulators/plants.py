"""Plants: what makes heat and cold, minute by minute, with a water buffer between plant and emitters."""

from __future__ import annotations

from dataclasses import dataclass

from premises.site import Plant, PlantKind
from simulators.heatpump_curves import capacity_share, cop, eer
from simulators.zones import STEP_S

COLD_WATER_C = 22.0
"""Water asked for below this is for cooling: no emitter heats with it."""
_BUFFER_J_K_PER_W = 60.0  # about 14 litres of water in buffer, pipes and emitters per kW
_CATCH_UP_S = 420.0  # in what time the control aims to bring the water to its setpoint
_WATER_J_L_K = 4186.0


@dataclass(slots=True)
class Water:
    """What a plant meets in one minute. drawn_w: taken by the emitters, negative in cooling."""

    drawn_w: float
    outdoor_c: float
    humidity_pct: float
    target_c: float
    calling: bool


class PlantModel:
    """State of a plant. heat_w: to the water, negative for cold; final_w: of its carrier; pump_w: electricity of its pump.

    All are means of the last minute. `cooling` says which way a reversible plant works.
    """

    minimum_share = 0.0
    start_below_k = 2.0
    stop_above_k = 3.0

    def __init__(self, plant: Plant, emitter_supply_c: float = 45.0, start_c: float = 25.0) -> None:
        self.plant = plant
        self.emitter_supply_c = emitter_supply_c
        self.told_supply_c: float | None = None
        self.supply_c = start_c
        self.return_c = start_c
        self.target_c = start_c
        self.heat_w = self.final_w = self.pump_w = 0.0
        self.running = False
        self.pumping = False
        self.enabled = True
        self.cooling = False
        self.minutes_in_state = 10_000
        self.starts = 0
        self._min_run = plant.min_run.total_seconds() / 60
        self._min_rest = plant.min_rest.total_seconds() / 60
        self._buffer_j_k = _BUFFER_J_K_PER_W * max(plant.heat_power_w, plant.cool_power_w, 1000.0)
        self._full_flow_l_min = max(plant.heat_power_w, plant.cool_power_w) / (_WATER_J_L_K * 5) * 60
        self.flow_l_min = 0.0
        self.lost_w = 0.0

    def wanted_supply_c(self, outdoor_c: float) -> float:
        """What it is told, else a heating curve: the emitters' own supply at -7 °C outside, 26 °C at 20 °C."""
        if self.cooling:
            told = self.told_supply_c
            return told if told is not None and told < COLD_WATER_C else self.plant.cool_supply_min_c + 3.0
        if self.told_supply_c is not None:
            return self.told_supply_c
        curve = 26.0 + (self.emitter_supply_c - 26.0) * (20.0 - outdoor_c) / 27.0
        return min(max(curve, 26.0), max(self.emitter_supply_c, 26.0))

    @property
    def stored_j(self) -> float:
        """Heat in the buffer above 0 °C, J."""
        return self._buffer_j_k * self.supply_c

    def capacity_w(self, water: Water) -> float:
        return self.plant.cool_power_w if self.cooling else self.plant.heat_power_w

    def final_for(self, heat_w: float, water: Water) -> float:
        """Final energy in W that makes `heat_w` (without sign)."""
        return heat_w / max(self.plant.efficiency, 0.05)

    def step(self, water: Water) -> None:
        """One minute: decide whether to run, how hard, and balance the buffer."""
        plant = self.plant
        low, high = (plant.cool_supply_min_c, COLD_WATER_C) if self.cooling else (20.0, plant.supply_max_c)
        self.target_c = min(max(water.target_c, low), high)
        self._switch(water)
        made = self._made(water) if self.running else 0.0
        self.final_w = self.final_for(made, water) if self.running else 0.0
        self.heat_w = self._delivered(made)
        lost = self._buffer_j_k / (60 * 3600.0) * (self.supply_c - 18.0)  # standing loss: 60 h
        self.supply_c += (self.heat_w - water.drawn_w - lost) * STEP_S / self._buffer_j_k
        self.lost_w = lost
        self.pumping = self.running or (self.enabled and water.calling)
        self.flow_l_min = self._full_flow_l_min if self.pumping else 0.0
        self.pump_w = 0.004 * max(plant.heat_power_w, plant.cool_power_w) if self.pumping else 0.0
        drop = self.heat_w * 60 / (_WATER_J_L_K * self.flow_l_min) if self.flow_l_min else 0.0
        self.return_c = self.supply_c - drop

    def _switch(self, water: Water) -> None:
        self.minutes_in_state += 1
        ahead = (self.supply_c - self.target_c) * (-1 if self.cooling else 1)
        wanted = self.enabled and water.calling
        ran = self.minutes_in_state >= self._min_run
        rested = self.minutes_in_state >= self._min_rest
        if self.running:
            if (ran and (not wanted or ahead > self.stop_above_k)) or ahead > 3 * self.stop_above_k:
                self.running, self.minutes_in_state = False, 0
        elif wanted and rested and ahead < -self.start_below_k:
            self.running, self.minutes_in_state = True, 0
            self.starts += 1

    def _made(self, water: Water) -> float:
        capacity = self.capacity_w(water)
        sign = -1 if self.cooling else 1
        wanted = sign * (water.drawn_w + self._buffer_j_k * (self.target_c - self.supply_c) / _CATCH_UP_S)
        return min(max(wanted, self.minimum_share * capacity), capacity)

    def _delivered(self, made: float) -> float:
        return -made if self.cooling else made


class HeatPump(PlantModel):
    """Inverter heat pump on outdoor air: capacity and efficiency by outdoor and supply temperature, with defrosting."""

    minimum_share = 0.25

    def __init__(self, plant: Plant, emitter_supply_c: float = 45.0, start_c: float = 25.0) -> None:
        super().__init__(plant, emitter_supply_c, start_c)
        self.defrost_left_min = 0
        self.frost_min = 0

    @property
    def compressor_hz(self) -> float:
        """20 Hz at the least load, 90 Hz at full load."""
        if not self.running or self.final_w <= 0:
            return 0.0
        share = abs(self.heat_w) / max(self.plant.cool_power_w if self.cooling else self.plant.heat_power_w, 1.0)
        return min(20.0 + 70.0 * max(share - 0.25, 0.0) / 0.75, 95.0)

    def capacity_w(self, water: Water) -> float:
        if self.cooling:
            return self.plant.cool_power_w * min(max(1.0 - 0.012 * (water.outdoor_c - 35.0), 0.6), 1.15)
        return self.plant.heat_power_w * capacity_share(water.outdoor_c, self.supply_c)

    def final_for(self, heat_w: float, water: Water) -> float:
        if self.cooling:
            return heat_w / eer(self.plant, water.outdoor_c, self.supply_c)
        if self.defrost_left_min > 0:
            return 0.25 * self.plant.heat_power_w / 3.0
        load = heat_w / max(self.capacity_w(water), 1.0)
        return heat_w / cop(self.plant, water.outdoor_c, self.supply_c, load)

    def _made(self, water: Water) -> float:
        made = super()._made(water)
        return made if self.cooling else self._after_frost(made, water)

    def _after_frost(self, made: float, water: Water) -> float:
        """Between -8 and 5 °C in damp air the coil ices up within 50 minutes of running and takes 4 minutes to thaw."""
        if self.defrost_left_min > 0:
            self.defrost_left_min -= 1
            return -0.15 * self.plant.heat_power_w if self.defrost_left_min else made
        if -8.0 < water.outdoor_c < 5.0 and water.humidity_pct > 65.0:
            self.frost_min += 1
            if self.frost_min >= 50:
                self.frost_min, self.defrost_left_min = 0, 4
                return -0.15 * self.plant.heat_power_w
        return made


class Boiler(PlantModel):
    """Condensing boiler, gas or other fuel: efficiency on the gross calorific value falls as the return warms."""

    minimum_share = 0.2
    start_below_k = 4.0
    stop_above_k = 5.0

    def final_for(self, heat_w: float, water: Water) -> float:
        condensing = 0.06 * min(max((52.0 - self.return_c) / 25.0, -0.5), 1.0)
        return heat_w / max(min(self.plant.efficiency, 1.0) + condensing, 0.3)


class HeatExchanger(PlantModel):
    """Substation of a heat or cooling network: gives what is asked for, up to its power."""

    start_below_k = 0.2
    stop_above_k = 1.5

    def final_for(self, heat_w: float, water: Water) -> float:
        return heat_w / 0.985


class Chiller(HeatPump):
    """A machine that only cools."""


def model_of(plant: Plant, emitter_supply_c: float = 45.0) -> PlantModel:
    """The model for a plant's kind. emitter_supply_c: the water its emitters were sized for."""
    kinds: dict[PlantKind, type[PlantModel]] = {
        PlantKind.HEAT_PUMP: HeatPump,
        PlantKind.BOILER: Boiler,
        PlantKind.HEAT_NETWORK: HeatExchanger,
        PlantKind.CHILLER: Chiller,
    }
    model = kinds.get(plant.kind, PlantModel)(plant, emitter_supply_c)
    model.cooling = plant.kind is PlantKind.CHILLER
    return model
