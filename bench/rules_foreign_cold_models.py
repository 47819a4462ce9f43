"""Buildings of others in summer: three that have to be cooled, and share nothing with the rules' model or with the simulator.

A hall full of tungsten lamps with fresh air by its own fans, on a chiller; a glazed office, east and west, with fan coils switched
by thermostats, on a reversible heat pump; a heavy auditorium and its foyer on air handlers. Stepped by the minute.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from premises.booking import DayKind, LampType
from premises.site import Comfort, Emitter, Neighbour, Plant, PlantKind, Zone, ZoneUse
from premises.tariff import Carrier

MINUTE_S = 60.0
FRESH_W_K_PERSON = 10.0
"""Fresh air of 8.3 litres a second for each who is in, at 1.2 kJ/m³K."""
MOIST_BELOW_C, MOIST_SHARE = 14.0, 0.22
"""Coils colder than this make water of the air too: so much more than what is felt."""


@dataclass(frozen=True)
class Room:
    """W/K and J/K; east, west: m² of glass to either side; coil_w: cold at full flow.

    coil_w is given at 18 K between air and water; valve: "even" or "quick" (most of it comes with the first third of the flow);
    follows: "pi", "switch" (on or off around its setting) or "band" (in proportion). fresh: fans bring air by people.
    """

    name: str
    air_j_k: float
    inner_j_k: float
    fabric_j_k: float
    inner_w_k: float
    fabric_w_k: float
    out_w_k: float
    east_m2: float
    west_m2: float
    coil_w: float
    valve: str = "even"
    follows: str = "pi"
    fresh: bool = False
    lag_min: float = 4.0


@dataclass(frozen=True)
class Machine:
    """Cold at 35 °C outdoors; ideal_share: of the ideal efficiency; a chiller's pumps and fans take idle_w while it runs."""

    most_w: float
    ideal_share: float = 0.3
    idle_w: float = 400.0
    least_run_min: int = 10

    def limit_w(self, outdoor: float) -> float:
        return self.most_w * min(1.2, max(0.7, 1.0 - 0.012 * (outdoor - 35.0)))

    def electric_w(self, cold_w: float, water: float, outdoor: float) -> float:
        moist = MOIST_SHARE if water < MOIST_BELOW_C else 0.0
        lift = max(14.0, outdoor + 12.0 - (water - 4.0))
        return cold_w * (1.0 + moist) / max(1.8, min(6.5, self.ideal_share * (water + 269.0) / lift))


@dataclass
class Building:
    """Rooms on one machine, temperatures in °C. between: (room, room, W/K)."""

    rooms: Sequence[Room]
    machine: Machine
    between: Sequence[tuple[int, int, float]] = ()
    start_c: float = 27.0
    electric_kwh: float = 0.0
    heat_kwh: float = 0.0
    minutes_on: int = 0
    starts: int = 0
    air: list[float] = field(init=False)
    inner: list[float] = field(init=False)
    fabric: list[float] = field(init=False)
    opening: list[float] = field(init=False)
    cold_w: list[float] = field(init=False)
    water: float = 20.0
    _sum: list[float] = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.rooms)
        self.air, self.inner, self.fabric = ([self.start_c + more] * count for more in (0.0, 0.2, -0.4))
        self.opening, self.cold_w, self._sum = [0.0] * count, [0.0] * count, [0.0] * count

    def minute(
        self,
        setpoints: Sequence[float],
        cooling: Sequence[bool],
        water: float,
        on: bool,
        weather: tuple[float, float, float],
        gains_w: Sequence[float],
        people: Sequence[float],
    ) -> None:
        """Sixty seconds. weather: outdoor °C, sun on east and on west glass in W/m². Warm water heats zones that are not cooled."""
        outdoor, east, west = weather
        self.starts += on and self.minutes_on == 0
        self.minutes_on = self.minutes_on + 1 if on else 0
        target = water if on else sum(self.air) / len(self.air)
        self.water += (target - self.water) / (3.0 if on else 20.0)
        asked = [self._asked(place, setpoints[place], cooling[place], on) for place in range(len(self.rooms))]
        share = min(1.0, self.machine.limit_w(outdoor) / max(1.0, sum(max(0.0, w) for w in asked)))
        for place, room in enumerate(self.rooms):
            self.cold_w[place] += (asked[place] * share - self.cold_w[place]) / room.lag_min
        flows = [0.0] * len(self.rooms)
        for one, other, conductance in self.between:
            flow = conductance * (self.air[other] - self.air[one])
            flows[one] += flow
            flows[other] -= flow
        for place, room in enumerate(self.rooms):
            fresh = FRESH_W_K_PERSON * people[place] * room.fresh * (outdoor - self.air[place])
            self._warm(place, room, outdoor, room.east_m2 * east + room.west_m2 * west, gains_w[place] + fresh + flows[place])
        cold = sum(max(0.0, w) for w in self.cold_w)
        heat = sum(max(0.0, -w) for w in self.cold_w)
        self.heat_kwh += heat / 60e3
        electric = self.machine.electric_w(cold, self.water, outdoor) + heat / 3.5 + self.machine.idle_w * on
        self.electric_kwh += electric / 60e3

    def _asked(self, place: int, setpoint: float, cooling: bool, on: bool) -> float:
        room, air = self.rooms[place], self.air[place]
        off = air - setpoint if cooling else setpoint - air
        if room.follows == "switch":
            self.opening[place] = 1.0 if off > 0.3 else 0.0 if off < -0.2 else self.opening[place]
        elif room.follows == "pi":
            if abs(off) < 1.0:
                self._sum[place] = min(1.0, max(0.0, self._sum[place] + off / 80.0))
            self.opening[place] = min(1.0, max(0.0, 0.8 * off + self._sum[place]))
        else:
            self.opening[place] = min(1.0, max(0.0, off / 1.0 + 0.4))
        flow = self.opening[place]
        passes = flow if room.valve == "even" else 1.3 * flow / (flow + 0.3)
        suits = on and (self.water < air if cooling else self.water > air)
        return passes * room.coil_w * (air - self.water) / 18.0 if suits else 0.0

    def _warm(self, place: int, room: Room, outdoor: float, sun_w: float, more_w: float) -> None:
        air, inner, fabric = self.air[place], self.inner[place], self.fabric[place]
        to_inner, to_fabric = room.inner_w_k * (inner - air), room.fabric_w_k * (fabric - air)
        leak = room.out_w_k * (outdoor - air) * (1.0 + 0.01 * abs(outdoor - air))
        direct = 0.25 * sun_w + 0.7 * more_w - self.cold_w[place]
        self.air[place] += MINUTE_S * (leak + to_inner + to_fabric + direct) / room.air_j_k
        self.inner[place] += MINUTE_S * (0.35 * sun_w + 0.3 * more_w - to_inner) / room.inner_j_k
        self.fabric[place] += MINUTE_S * (0.5 * room.out_w_k * (outdoor + 4.0 - fabric) - to_fabric) / room.fabric_j_k


@dataclass(frozen=True)
class Summer:
    """Hot and less hot spells, clear days and hazy ones, by hours since the start; from a seed."""

    mean_c: float
    swing_k: float
    seed: int

    def outdoor(self, hours: float) -> float:
        one, two = (math.tau * ((self.seed * k * 0.618) % 1.0) for k in (1, 3))
        spells = 2.5 * math.sin(hours / 37.0 + one) + 1.3 * math.sin(hours / 15.0 + two)
        return self.mean_c + self.swing_k * math.sin((hours - 9.0) / 24.0 * math.tau) + spells

    def sun(self, hours: float) -> float:
        """On the horizontal, W/m²."""
        height = math.sin((hours % 24.0 - 4.0) / 16.0 * math.pi) if 4.0 < hours % 24.0 < 20.0 else 0.0
        haze = 0.75 + 0.25 * math.sin(hours / 19.0 + self.seed) * math.sin(hours / 43.0 + 2 * self.seed)
        return 880.0 * height * haze

    def sides(self, hours: float) -> tuple[float, float]:
        """On glass to the east and to the west, W/m²."""
        lean = math.sin((12.0 - hours % 24.0) / 12.0 * math.pi)
        return self.sun(hours) * (0.25 + 0.8 * max(0.0, lean)), self.sun(hours) * (0.25 + 0.8 * max(0.0, -lean))


COMFORT = {
    DayKind.SHOOT: Comfort(20.0, cool_c=25.0),
    DayKind.WORK: Comfort(20.5, cool_c=25.5),
    DayKind.AUDIENCE: Comfort(20.0, cool_c=24.5),
    DayKind.BUILD: Comfort(16.0, cool_c=27.5),
}
Told = tuple[list[Zone], list[Plant], Building, DayKind, dict[LampType, float]]
"""Zones and plants as the rules are told of them, the building as it is, the usual kind of day, rig power in W."""


def _zone(name: str, area: float, height: float, emitter: Emitter, power_w: float, heats: str, use: ZoneUse, *beside: str) -> Zone:
    near = tuple(Neighbour(other, 150.0) for other in beside)
    return Zone(
        name, name.title(), use, area, area * height, COMFORT, heats, "cold", emitter, power_w, 45.0, setback_c=12.0,
        cool_setback_c=33.0, neighbours=near,
    )  # fmt: skip


def reversible(heat_w: float, cold_w: float) -> Plant:
    return Plant(
        "cold", "Heat pump", PlantKind.HEAT_PUMP, Carrier.ELECTRICITY, heat_w, cold_w, supply_min_c=25, supply_max_c=50, eer=3.2
    )


def hall() -> Told:
    room = Room("hall", 1.1e7, 5e7, 3e8, 1500, 1600, 380, 0, 6, 62e3, follows="pi", fresh=True)
    boiler = Plant("boiler", "Boiler", PlantKind.BOILER, Carrier.GAS, 60e3, supply_max_c=70, efficiency=0.9)
    chiller = Plant("cold", "Chiller", PlantKind.CHILLER, Carrier.ELECTRICITY, 0.0, 60e3, eer=3.0)
    zone = _zone("hall", 400, 8, Emitter.FAN_COIL, 60e3, "boiler", ZoneUse.STAGE)
    return [zone], [boiler, chiller], Building([room], Machine(60e3)), DayKind.SHOOT, {LampType.TUNGSTEN: 18e3}


def office() -> Told:
    east = Room("east", 5e6, 4e7, 9e7, 1900, 900, 150, 34, 4, 17e3, follows="switch")
    west = Room("west", 5e6, 4e7, 9e7, 1900, 900, 150, 4, 34, 17e3, follows="switch")
    zones = [_zone(n, 280, 3, Emitter.FAN_COIL, 24e3, "cold", ZoneUse.OFFICE, o) for n, o in (("east", "west"), ("west", "east"))]
    return zones, [reversible(45e3, 34e3)], Building([east, west], Machine(34e3, 0.33), [(0, 1, 220.0)]), DayKind.WORK, {}


def auditorium() -> Told:
    house = Room("auditorium", 1.4e7, 1.2e8, 9e8, 3200, 4200, 260, 0, 0, 90e3, "quick", "band", fresh=True, lag_min=7.0)
    foyer = Room("foyer", 5e6, 5e7, 1.5e8, 1300, 900, 140, 10, 20, 22e3, "even", "band")
    zones = [
        _zone("auditorium", 500, 8, Emitter.AIR_HANDLER, 105e3, "cold", ZoneUse.AUDITORIUM, "foyer"),
        _zone("foyer", 220, 4, Emitter.FAN_COIL, 30e3, "cold", ZoneUse.CIRCULATION, "auditorium"),
    ]
    return zones, [reversible(110e3, 85e3)], Building([house, foyer], Machine(85e3), [(0, 1, 180.0)]), DayKind.AUDIENCE, {}
