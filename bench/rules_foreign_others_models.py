"""A second set of buildings of others, built another way: networks of walls, solved exactly, with machinery that misbehaves.

Nothing is shared with the first set: walls are cut into layers (as in ISO 52016-1) or taken as one node behind five
resistances (ISO 13790); the loop's water is a store that sags where too much is asked; heat pumps cycle below their least load
and lose heat to ice; boilers cycle; fan coils have three speeds, thermostats a dead band, regulators wind up; halls are warm under
the roof and cold at the sensor. Ventilation, windows and machines of which nobody tells the rules come and go.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
MINUTE_S = 60.0
OUTSIDE, GROUND = "outside", "ground"
GROUND_C = 10.0
FILM_IN_W_M2K, FILM_OUT_W_M2K = 7.7, 25.0
Layer = tuple[float, float, float, int]
"""Metres, W/(m K), J/(m³ K), nodes."""


class Network:
    """Heat capacities in J/K, linked by conductances in W/K; outdoors and ground are given. Stepped exactly, by the minute."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.capacity: list[float] = []
        self.links: list[tuple[str, str, float]] = []

    def node(self, name: str, j_k: float) -> str:
        self.names.append(name)
        self.capacity.append(j_k)
        return name

    def link(self, one: str, other: str, w_k: float) -> None:
        self.links.append((one, other, w_k))

    def wall(self, name: str, inner: str, outer: str, m2: float, layers: Sequence[Layer], covering: float = 0.0) -> list[str]:
        """Layers from the inner to the outer node, with films, and a covering inside in m² K/W; the names of their nodes."""
        before, resistance, found = inner, 1.0 / FILM_IN_W_M2K + covering, []
        for metres, conducts, stores, nodes in layers:
            part = metres / nodes
            for _ in range(nodes):
                node = self.node(f"{name}-{len(found)}", part * stores * m2)
                self.link(node, before, m2 / (resistance + 0.5 * part / conducts))
                before, resistance = node, 0.5 * part / conducts
                found.append(node)
        film = 0.0 if outer == GROUND else 1.0 / (FILM_OUT_W_M2K if outer == OUTSIDE else FILM_IN_W_M2K)
        self.link(before, outer, m2 / (resistance + film))
        return found

    def solved(self) -> tuple[Array, Array, Array]:
        """What a minute makes of the nodes (n, n), of heat in W into each (n, n), and of outdoors and ground (n, 2)."""
        place = {name: index for index, name in enumerate(self.names)}
        size = len(place)
        conducts, outer = np.zeros((size, size)), np.zeros((size, 2))
        for one, other, w_k in self.links:
            a = place[one]
            conducts[a, a] += w_k
            if other in (OUTSIDE, GROUND):
                outer[a, int(other == GROUND)] += w_k
                continue
            b = place[other]
            conducts[b, b] += w_k
            conducts[a, b] -= w_k
            conducts[b, a] -= w_k
        root = np.sqrt(np.array(self.capacity))
        rates, modes = np.linalg.eigh(conducts / np.outer(root, root))
        rates = np.maximum(rates, 1e-12)
        left, right = modes / root[:, None], modes.T
        kept = left @ np.diag(np.exp(-rates * MINUTE_S)) @ right @ np.diag(root)
        pushed = left @ np.diag((1.0 - np.exp(-rates * MINUTE_S)) / rates) @ right @ np.diag(1.0 / root)
        return kept, pushed, pushed @ outer


@dataclass
class Regulator:
    """Keeps a setpoint: `speeds` (three, each with its own step), `switch` (on or off in a band) or `pi` (whose sum winds up)."""

    form: str
    band_k: float = 0.5
    reset_min: float = 40.0
    out: float = 0.0
    summed: float = 0.0

    def step(self, short_k: float) -> float:
        if self.form == "switch":
            self.out = 1.0 if short_k > self.band_k / 2 else 0.0 if short_k < -self.band_k / 2 else self.out
        elif self.form == "speeds":
            up = sum(short_k > edge for edge in (0.0, 0.3, 0.6))
            down = sum(short_k > edge for edge in (-0.3, -0.05, 0.2))
            now = round(3 * self.out)
            self.out = (up if up > now else min(now, down)) / 3
        else:
            self.summed = min(1.3, max(-0.3, self.summed + short_k / self.reset_min))
            self.out = min(1.0, max(0.0, 0.6 * short_k + self.summed))
        return self.out


@dataclass
class Machine:
    """Makes warm water: `boiler` or `pump`. most_w: on its plate (a pump's at 7 °C); least: share below which it cycles."""

    form: str
    most_w: float
    least: float = 0.3
    share: float = 0.42
    cold_per_k: float = 0.022
    ice: float = 0.91
    running: bool = False

    def most(self, outdoor: float) -> float:
        if self.form == "boiler":
            return self.most_w
        return self.most_w * self._iced(outdoor) * min(1.1, max(0.5, 1.0 - self.cold_per_k * (7.0 - outdoor)))

    def _iced(self, outdoor: float) -> float:
        return self.ice if -7.0 < outdoor < 3.0 else 1.0

    def gives(self, asked_w: float, too_warm_k: float, outdoor: float) -> float:
        """Heat in W: what is asked, no more than it can; below its least load it starts 4 K below and stops 2 K above."""
        most = self.most(outdoor)
        if asked_w >= self.least * most:
            self.running = True
            return min(asked_w, most)
        self.running = too_warm_k < -4.0 or (self.running and too_warm_k < 2.0)
        return self.least * most if self.running else 0.0

    def final_w(self, heat_w: float, supply: float, back: float, outdoor: float) -> float:
        if heat_w <= 0.0:
            return 15.0
        if self.form == "boiler":
            dew = 0.89 + 0.09 * min(1.0, max(0.0, (52.0 - back) / 25.0))
            return heat_w / (dew - 0.04 * (heat_w < 0.35 * self.most_w)) + 90.0
        load = heat_w / self.most(outdoor)
        part = 0.88 + 0.12 * min(1.0, load / 0.4) - 0.06 * max(0.0, load - 0.7)
        lift = max(12.0, supply - outdoor + 8.0)
        return heat_w / max(1.2, self.share * part * self._iced(outdoor) * (supply + 273.15) / lift) + 60.0


@dataclass
class Warmer:
    """What gives a room its heat: at full opening flow_w_k (water - where it is) is taken. into: nodes and their shares.

    body: a node of its own between water and room (radiator, floor); gives_w_k, exponent: what a radiator passes on from there, a
    floor's links are in the network. steps: three speeds.
    """

    flow_w_k: float
    into: Sequence[tuple[str, float]] = ()
    body: str = ""
    gives_w_k: float = 0.0
    exponent: float = 1.0
    steps: bool = False

    def takes(self, opening: float, supply: float, place_c: float) -> float:
        flow = (0.0, 0.5, 0.78, 1.0)[round(3 * opening)] if self.steps else opening
        return flow * self.flow_w_k * max(0.0, supply - place_c)


@dataclass
class Place:
    """A room: node where its sensor hangs, what warms it, what regulates it; leak in W/K, more by wind; glass in m².

    fresh_w_k: ventilation that a clock switches; idle_w, busy_w: machines of which nobody tells; windows_w_k: while people air the
    room; upper: node under the roof, mixing_w_k: between both while the air is still, and while fans stir it.
    """

    sensor: str
    warmer: Warmer
    regulator: Regulator
    leak_w_k: float
    glass_m2: float = 0.0
    sunlit: Sequence[tuple[str, float]] = ()
    gains_into: Sequence[tuple[str, float]] = ()
    fresh_w_k: float = 0.0
    idle_w: float = 0.0
    busy_w: float = 0.0
    windows_w_k: float = 0.0
    upper: str = ""
    mixing_w_k: tuple[float, float] = (0.0, 0.0)
    lag_min: float = 10.0


@dataclass
class Works:
    """Places in a network on one machine and its water. air: where people are; seen: what sensors with a lag tell, in °C."""

    network: Network
    places: Sequence[Place]
    machine: Machine
    loop_j_k: float
    start_c: float = 15.0
    minutes: int = 0
    final_kwh: float = 0.0
    heat_kwh: float = 0.0
    loop_c: float = 25.0
    opening: list[float] = field(init=False)
    seen: list[float] = field(init=False)
    heat_w: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self._kept, self._pushed, self._held = self.network.solved()
        self._place = {name: index for index, name in enumerate(self.network.names)}
        self.state = np.full(len(self._place), self.start_c)
        self.opening, self.heat_w = [0.0] * len(self.places), [0.0] * len(self.places)
        self.seen = [self.start_c] * len(self.places)

    @property
    def air(self) -> list[float]:
        return [float(self.state[self._place[place.sensor]]) for place in self.places]

    def stored_kwh(self) -> float:
        """Heat in all nodes and in the water over 0 °C."""
        return float(self.state @ np.array(self.network.capacity) + self.loop_j_k * self.loop_c) / 3.6e6

    def minute(
        self, setpoints: Sequence[float], supply: float, on: bool, outdoor: float, sun: float, gains_w: Sequence[float]
    ) -> None:
        """Sixty seconds. setpoints, gains_w: by place; sun: horizontal W/m²."""
        heat, taken, air = np.zeros(len(self.state)), 0.0, self.air
        for index, place in enumerate(self.places):
            self.seen[index] += (air[index] - self.seen[index]) / place.lag_min
            self.opening[index] = place.regulator.step(setpoints[index] - self.seen[index])
            self.heat_w[index] = self._warmed(place, self.opening[index], heat)
            taken += self.heat_w[index]
            self._weather(place, outdoor, sun, gains_w[index], heat)
            self._stirred(place, self.opening[index] > 0.0, heat)
        self._water(supply, on, taken, outdoor)
        self.state = self._kept @ self.state + self._pushed @ heat + self._held @ np.array([outdoor, GROUND_C])
        self.minutes += 1

    def _warmed(self, place: Place, opening: float, heat: Array) -> float:
        """Heat that leaves the loop for the place; it is put where it goes."""
        warmer, at = place.warmer, self._place
        if not warmer.body:
            taken = warmer.takes(opening, self.loop_c, float(self.state[at[place.sensor]]))
            for node, share in warmer.into:
                heat[at[node]] += share * taken
            return taken
        body = float(self.state[at[warmer.body]])
        taken = warmer.takes(opening, self.loop_c, body)
        heat[at[warmer.body]] += taken
        if warmer.gives_w_k > 0.0:
            excess = max(0.0, body - float(self.state[at[place.sensor]]))
            given = warmer.gives_w_k * 25.0 * (excess / 25.0) ** warmer.exponent
            heat[at[warmer.body]] -= given
            for node, share in warmer.into:
                heat[at[node]] += share * given
        return taken

    def _weather(self, place: Place, outdoor: float, sun: float, gains_w: float, heat: Array) -> None:
        """Air that leaks and is let in, sun, people and machines."""
        at, air = self._place, float(self.state[self._place[place.sensor]])
        day, hour = divmod(self.minutes / 60.0, 24.0)
        at_work = day % 7 < 5 and 7.5 <= hour < 18.5
        wind = 1.0 + 0.5 * math.sin(self.minutes / 1140.0 + 1.0) * math.sin(self.minutes / 310.0)
        leak = place.leak_w_k * wind + place.fresh_w_k * at_work
        if gains_w > 0.0 and self.minutes % 240 < 8:
            leak += place.windows_w_k
        heat[at[place.sensor]] += leak * (outdoor - air)
        for node, share in place.gains_into or ((place.sensor, 1.0),):
            heat[at[node]] += share * (gains_w + (place.busy_w if at_work else place.idle_w))
        for node, share in place.sunlit:
            heat[at[node]] += share * 0.45 * place.glass_m2 * sun

    def _stirred(self, place: Place, fans: bool, heat: Array) -> None:
        """Air under the roof stays there where it is warmer, unless fans bring it down."""
        if not place.upper:
            return
        at = self._place
        above = float(self.state[at[place.upper]] - self.state[at[place.sensor]])
        flow = place.mixing_w_k[int(above < 0.0 or fans)] * above
        heat[at[place.sensor]] += flow
        heat[at[place.upper]] -= flow

    def _water(self, supply: float, on: bool, taken: float, outdoor: float) -> None:
        """The loop's water warms by what the machine gives beyond what is taken; it sags where that is not enough."""
        asked = taken + (supply - self.loop_c) * self.loop_j_k / 300.0 if on else 0.0
        given = self.machine.gives(asked, self.loop_c - supply, outdoor) if on else 0.0
        back = self.loop_c - taken / max(1.0, self.machine.most_w / 8.0)
        self.final_kwh += self.machine.final_w(given, self.loop_c, back, outdoor) / 60e3
        self.heat_kwh += given / 60e3
        self.loop_c += MINUTE_S * (given - taken - 12.0 * (self.loop_c - 18.0)) / self.loop_j_k


@dataclass(frozen=True)
class Snap:
    """Weather by hours: days of their own mean and swing, a cold snap that comes and goes, clouds that stay for days."""

    mean_c: float
    snap_k: float = 6.0
    snap_h: float = 290.0
    peak_sun: float = 220.0
    seed: int = 1

    def _die(self, day: int) -> float:
        return (math.sin(127.1 * day + 311.7 * self.seed) * 43758.5453) % 1.0

    def _between(self, hours: float) -> float:
        day, part = divmod(hours / 24.0, 1.0)
        smooth = part * part * (3 - 2 * part)
        return self._die(int(day)) * (1 - smooth) + self._die(int(day) + 1) * smooth

    def outdoor(self, hours: float) -> float:
        snap = self.snap_k / (1.0 + ((hours - self.snap_h) / 55.0) ** 4)
        swing = (1.2 + 4.0 * self._between(hours + 1200.0)) * math.cos((hours % 24 - 14.5) / 24 * math.tau)
        return self.mean_c + 7.0 * (self._between(hours) - 0.5) - snap + swing

    def sun(self, hours: float) -> float:
        up = math.cos((hours % 24 - 12.6) / 8.6 * math.pi)
        return self.peak_sun * max(0.0, up) * (0.15 + 0.85 * self._between(hours + 700.0)) if 8.3 < hours % 24 < 16.9 else 0.0
