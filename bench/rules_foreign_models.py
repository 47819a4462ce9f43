"""Buildings of others: networks of resistances and capacities that share nothing with the rules' model or with the simulator.

Four of them: a two-zone office with fan coils on a boiler or on a heat pump, a slow slab with a heat pump, three halls of different
mass on one plant that is too small for all at once. Stepped by the minute; forms and numbers are this bench's own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from premises.booking import DayKind
from premises.site import Comfort, Emitter, Neighbour, Plant, PlantKind, Zone, ZoneUse
from premises.tariff import Carrier

MINUTE_S = 60.0


@dataclass(frozen=True)
class Room:
    """One zone as it is built: W/K, J/K, m² of glass; ua_w_k: of its emitter; lag_min: of its water.

    follows: how its setpoint is kept: "valve" (proportional), "thermostat" (on or off), "pi".
    """

    name: str
    air_j_k: float
    walls_j_k: float
    core_j_k: float
    to_walls_w_k: float
    to_core_w_k: float
    walls_out_w_k: float
    leak_w_k: float
    glass_m2: float
    ua_w_k: float
    exponent: float = 1.0
    lag_min: float = 6.0
    into_core: bool = False
    follows: str = "valve"


@dataclass(frozen=True)
class Machine:
    """What makes the heat. most_w at 0 °C outdoors; a heat pump gives less and worse when it is cold."""

    kind: str
    most_w: float
    share: float = 0.45

    def limit_w(self, outdoor: float) -> float:
        return self.most_w if self.kind == "boiler" else self.most_w * min(1.15, max(0.6, 1.0 + 0.02 * outdoor))

    def final_w(self, heat_w: float, supply: float, outdoor: float) -> float:
        if self.kind == "boiler":
            return heat_w / (0.98 - 0.0018 * max(0.0, supply - 30.0)) + 40.0 * (heat_w > 0)
        return heat_w / max(1.4, self.share * (supply + 273.15) / (supply - outdoor + 7.0))


@dataclass
class Building:
    """Rooms side by side on one machine, in °C. walls_between: (room, room, W/K). heeds_supply: whether water can be set."""

    rooms: Sequence[Room]
    machine: Machine
    walls_between: Sequence[tuple[int, int, float]] = ()
    start_c: float = 15.0
    heeds_supply: bool = True
    own_supply_c: float = 45.0
    final_kwh: float = 0.0
    heat_kwh: float = 0.0
    air: list[float] = field(init=False)
    walls: list[float] = field(init=False)
    core: list[float] = field(init=False)
    opening: list[float] = field(init=False)
    heat_w: list[float] = field(init=False)
    supply_c: float = 20.0
    _sum: list[float] = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.rooms)
        self.air, self.walls, self.core = ([self.start_c - less] * count for less in (0.0, 0.7, 0.4))
        self.opening, self.heat_w, self._sum = [0.0] * count, [0.0] * count, [0.0] * count

    def stored_kwh(self) -> float:
        """Heat in air, walls and cores over 0 °C."""
        rooms = zip(self.rooms, self.air, self.walls, self.core, strict=True)
        return sum(r.air_j_k * air + r.walls_j_k * walls + r.core_j_k * core for r, air, walls, core in rooms) / 3.6e6

    def minute(
        self, setpoints: Sequence[float], supply: float, on: bool, outdoor: float, sun: float, gains_w: Sequence[float]
    ) -> None:
        """Sixty seconds. setpoints, gains_w: by room; sun: horizontal W/m²."""
        supply = supply if self.heeds_supply else self.own_supply_c
        self.supply_c += ((supply if on else max(self.air)) - self.supply_c) / 4.0
        asked = [self._asked(place, setpoints[place], on) for place in range(len(self.rooms))]
        share = min(1.0, self.machine.limit_w(outdoor) / max(1.0, sum(asked)))
        for place, room in enumerate(self.rooms):
            self.heat_w[place] += (asked[place] * share - self.heat_w[place]) / room.lag_min
        between = [0.0] * len(self.rooms)
        for one, other, conductance in self.walls_between:
            flow = conductance * (self.air[other] - self.air[one])
            between[one] += flow
            between[other] -= flow
        for place, room in enumerate(self.rooms):
            self._warm(place, room, outdoor, sun, gains_w[place] + between[place])
        heat = sum(self.heat_w)
        self.heat_kwh += heat / 60e3
        self.final_kwh += self.machine.final_w(heat, self.supply_c, outdoor) / 60e3

    def _asked(self, place: int, setpoint: float, on: bool) -> float:
        room, air = self.rooms[place], self.air[place]
        short = setpoint - air
        if room.follows == "thermostat":
            self.opening[place] = 1.0 if short > 0.25 else 0.0 if short < -0.25 else self.opening[place]
        elif room.follows == "pi":
            if 0.0 < self.opening[place] < 1.0 or abs(short) < 1.0:
                self._sum[place] = min(1.0, max(0.0, self._sum[place] + short / 90.0))
            self.opening[place] = min(1.0, max(0.0, 0.7 * short + self._sum[place]))
        else:
            self.opening[place] = min(1.0, max(0.0, short / 0.8 + 0.5))
        excess = max(0.0, self.supply_c - (self.core[place] if room.into_core else air))
        at_design = 25.0 * (excess / 25.0) ** room.exponent
        return self.opening[place] * room.ua_w_k * at_design if on else 0.0

    def _warm(self, place: int, room: Room, outdoor: float, sun: float, gains_w: float) -> None:
        air, walls, core = self.air[place], self.walls[place], self.core[place]
        to_walls, to_core = room.to_walls_w_k * (walls - air), room.to_core_w_k * (core - air)
        leak = room.leak_w_k * (1.0 + 0.012 * abs(air - outdoor)) * (outdoor - air)
        solar = 0.5 * room.glass_m2 * sun
        direct = 0.0 if room.into_core else self.heat_w[place]
        self.air[place] += MINUTE_S * (leak + to_walls + to_core + direct + 0.4 * solar + gains_w) / room.air_j_k
        self.walls[place] += MINUTE_S * (room.walls_out_w_k * (outdoor - walls) - to_walls + 0.2 * solar) / room.walls_j_k
        under = room.to_core_w_k * 0.02 * (11.0 - core)
        self.core[place] += MINUTE_S * (self.heat_w[place] - direct + under - to_core + 0.4 * solar) / room.core_j_k


@dataclass(frozen=True)
class Weather:
    """Outdoor °C and sun in W/m² by hours since the start: days and nights, fronts that come and go, clouds. From a seed."""

    mean_c: float
    swing_k: float = 3.0
    fronts_k: float = 4.0
    peak_sun: float = 250.0
    seed: int = 1

    @lru_cache(maxsize=100_000)  # noqa: B019
    def outdoor(self, hours: float) -> float:
        one, two, three = (math.tau * ((self.seed * k * 0.618) % 1.0) for k in (1, 2, 3))
        fronts = math.sin(hours / 23.0 + one) + 0.7 * math.sin(hours / 41.0 + two) + 0.4 * math.sin(hours / 9.0 + three)
        return self.mean_c + self.swing_k * math.sin((hours - 9.0) / 24.0 * math.tau) + self.fronts_k * fronts / 1.6

    @lru_cache(maxsize=100_000)  # noqa: B019
    def sun(self, hours: float) -> float:
        height = math.sin((hours % 24.0 - 7.5) / 9.0 * math.pi) if 7.5 < hours % 24.0 < 16.5 else 0.0
        cloud = 0.5 + 0.5 * math.sin(hours / 17.0 + self.seed) * math.sin(hours / 31.0 + 2 * self.seed)
        return self.peak_sun * height * max(0.1, cloud)


def stages(
    rooms: Sequence[tuple[str, float, float]],
    emitter: Emitter,
    power_w: Sequence[float],
    supply_c: float,
    setback_c: float = 14.0,
    beside: float = 0.0,
) -> list[Zone]:
    """What the rules are told of rooms (name, m², m³): use, emitter, comfort by kind of day."""
    comfort = {
        DayKind.SHOOT: Comfort(20.0), DayKind.WORK: Comfort(21.0), DayKind.BUILD: Comfort(17.0), DayKind.REHEARSAL: Comfort(20.0),
    }  # fmt: skip
    return [
        Zone(
            name, name.title(), ZoneUse.STAGE, area, volume, comfort, "plant", None, emitter, power, supply_c, setback_c=setback_c,
            neighbours=tuple(Neighbour(o, beside) for o, _, _ in rooms if o != name) if beside else (),
        )
        for (name, area, volume), power in zip(rooms, power_w, strict=True)
    ]  # fmt: skip


def heat_pump(power_w: float, least_c: float, most_c: float) -> Plant:
    return Plant("plant", "Plant", PlantKind.HEAT_PUMP, Carrier.ELECTRICITY, power_w, supply_min_c=least_c, supply_max_c=most_c)


def boiler(power_w: float) -> Plant:
    return Plant("plant", "Plant", PlantKind.BOILER, Carrier.GAS, power_w, supply_min_c=30, supply_max_c=75, efficiency=0.93)


def office_rooms(follows: str = "valve") -> list[Room]:
    """Two storeys of an office, north and south: light, glazed, 300 m² each."""
    north = Room("north", 6e6, 9e7, 6e7, 2600, 900, 70, 130, 10, 900, follows=follows)
    south = Room("south", 6e6, 8e7, 7e7, 2500, 1000, 60, 110, 30, 800, follows=follows)
    return [north, south]


def office(heating: str, follows: str = "valve") -> tuple[list[Zone], Plant, Building]:
    supply = 65.0 if heating == "boiler" else 45.0
    most = [room.ua_w_k * 25.0 for room in office_rooms()]
    power = [w * (supply - 20.0) / 25.0 for w in most]
    zones = stages((("north", 300, 900), ("south", 300, 900)), Emitter.FAN_COIL, power, supply, 15.0, 200.0)
    building = Building(office_rooms(follows), Machine("boiler" if heating == "boiler" else "heat pump", 50e3), [(0, 1, 260.0)])
    return zones, boiler(50e3) if heating == "boiler" else heat_pump(50e3, 25, 55), building


def slab(heeds_supply: bool = True) -> tuple[list[Zone], Plant, Building]:
    """A house of 190 m² on a heated slab: its heat is gone after three days, and takes a day to come."""
    room = Room("house", 7e6, 9e7, 6.5e7, 1500, 1500, 90, 190, 12, 1000, lag_min=15, into_core=True, follows="pi")
    zones = stages((("house", 190, 490),), Emitter.SLAB, (15000.0,), 38.0, 15.0)
    return (
        zones,
        heat_pump(15e3, 25, 45),
        Building([room], Machine("heat pump", 15e3), heeds_supply=heeds_supply, own_supply_c=38.0),
    )


def halls() -> tuple[list[Zone], Plant, Building]:
    """Three stages of 800, 1,800 and 3,000 m³: light, middling and heavy, on a plant for two thirds of their emitters."""
    rooms = [
        Room("small", 3.2e6, 2.5e7, 2e7, 900, 300, 90, 60, 0, 620),
        Room("middle", 7e6, 1.2e8, 8e7, 2100, 700, 160, 150, 4, 1300, exponent=1.1),
        Room("large", 1.2e7, 3.5e8, 2.5e8, 3600, 1500, 240, 260, 0, 2100, lag_min=10),
    ]
    power = [room.ua_w_k * 25.0 for room in rooms]
    zones = stages((("small", 160, 800), ("middle", 300, 1800), ("large", 430, 3000)), Emitter.FAN_COIL, power, 45.0, 12.0)
    building = Building(rooms, Machine("heat pump", 68e3), [(0, 1, 60.0), (1, 2, 90.0)], start_c=13.0)
    return zones, heat_pump(68e3, 25, 55), building
