"""The second set of buildings, put together: what each is made of, and what the rules are told of it, which is less."""

from __future__ import annotations

from bench.rules_foreign_models import boiler, heat_pump, stages
from bench.rules_foreign_others_models import (
    GROUND,
    OUTSIDE,
    Layer,
    Machine,
    Network,
    Place,
    Regulator,
    Warmer,
    Works,
)
from premises.site import Emitter, Plant, Zone

BRICK, CONCRETE, SCREED = (0.7, 1.5e6), (1.8, 2.2e6), (1.4, 2.0e6)
WOOL, WOOD, BOARD = (0.038, 4.0e4), (0.14, 8.0e5), (0.25, 8.0e5)
AIR_J_M3K = 1206.0
Case = tuple[list[Zone], Plant, Works]


def layer(metres: float, stuff: tuple[float, float], nodes: int = 1) -> Layer:
    return metres, *stuff, nodes


def layered_office(heating: str) -> Case:
    """Two zones of 250 m², concrete ceilings and floors under carpet, three-speed fan coils; machines that nobody tells."""
    net, places = Network(), []
    for name, glass, busy in (("north", 35.0, 2200.0), ("south", 60.0, 1500.0)):
        air = net.node(name, 750.0 * AIR_J_M3K * 3.0)
        net.wall(f"{name}-front", air, OUTSIDE, 110.0, [layer(0.15, CONCRETE, 2), layer(0.1, WOOL), layer(0.11, BRICK)])
        floor = net.wall(f"{name}-floor", air, GROUND, 125.0, [layer(0.2, CONCRETE, 3), layer(0.12, WOOL)], covering=0.12)
        net.wall(f"{name}-roof", air, OUTSIDE, 125.0, [layer(0.22, CONCRETE, 3), layer(0.16, WOOL)], covering=0.2)
        inside = net.wall(f"{name}-inside", air, air, 160.0, [layer(0.05, BOARD, 2)])
        net.link(air, OUTSIDE, glass * 1.4)
        places.append(
            Place(
                air, Warmer(720.0, ((air, 1.0),), steps=True), Regulator("speeds"), 70.0, glass,
                ((floor[0], 0.5), (inside[0], 0.3), (air, 0.2)), ((air, 0.6), (inside[0], 0.4)),
                130.0, 250.0, busy, 220.0, lag_min=8.0,
            )
        )  # fmt: skip
    net.wall("between", "north", "south", 60.0, [layer(0.2, CONCRETE, 2)])
    supply = 65.0 if heating == "boiler" else 45.0
    power = 720.0 * (supply - 20.0)
    plate = 60e3 if heating == "boiler" else 34e3
    zones = stages((("north", 250, 750), ("south", 250, 750)), Emitter.FAN_COIL, (power, power), supply, 16.0, 150.0)
    return (
        zones,
        boiler(plate) if heating == "boiler" else heat_pump(plate, 28, 55),
        Works(net, places, Machine(heating, plate), 1.3e6),
    )


def five_resistances() -> Case:
    """Two zones as ISO 13790 draws them: one mass, surfaces, air; radiators with their water; people who air the rooms."""
    net, places = Network(), []
    for name, glass, opaque, mass_j in (("north", 20.0, 60.0, 4.0e7), ("south", 26.0, 75.0, 5.0e7)):
        air, surface = net.node(name, 500.0 * AIR_J_M3K * 4.0), net.node(f"{name}-surface", 1.5e6)
        mass, radiator = net.node(f"{name}-mass", mass_j), net.node(f"{name}-radiator", 1.6e5)
        net.link(air, surface, 3.45 * 4.5 * 170.0 / 2)
        net.link(surface, mass, 9.1 * 2.5 * 170.0 / 2)
        net.link(mass, OUTSIDE, opaque)
        net.link(surface, OUTSIDE, 1.3 * glass)
        warm = Warmer(450.0, ((air, 0.7), (surface, 0.3)), radiator, 7500.0 / 25.0, 1.3)
        places.append(
            Place(
                air, warm, Regulator("pi"), 60.0, glass, ((mass, 0.6), (surface, 0.4)), ((air, 0.5), (surface, 0.5)),
                0.0, 100.0, 700.0, 500.0,
            )
        )  # fmt: skip
    net.link("north", "south", 90.0)
    zones = stages((("north", 170, 500), ("south", 170, 500)), Emitter.RADIATOR, (7500.0, 7500.0), 50.0, 16.0, 0.0)
    return zones, heat_pump(14e3, 28, 55), Works(net, places, Machine("pump", 14e3, ice=0.88), 1.0e6)


def screed(covering: float = 0.08) -> Case:
    """150 m² on a screed over concrete, under wood: twice as slow as the first set's and more; a thermostat switches it."""
    net = Network()
    air = net.node("house", 400.0 * AIR_J_M3K * 4.0)
    floor = net.wall(
        "floor", air, GROUND, 150.0, [layer(0.08, SCREED, 2), layer(0.18, CONCRETE, 2), layer(0.14, WOOL)], covering=covering
    )
    net.wall("front", air, OUTSIDE, 140.0, [layer(0.02, BOARD), layer(0.17, BRICK, 2), layer(0.14, WOOL)])
    net.wall("roof", air, OUTSIDE, 150.0, [layer(0.03, BOARD), layer(0.22, WOOL)])
    inside = net.wall("inside", air, air, 120.0, [layer(0.1, BRICK, 2)])
    net.link(air, OUTSIDE, 24.0 * 1.2)
    warm = Warmer(620.0, body=floor[1])
    place = Place(
        air, warm, Regulator("switch"), 28.0, 24.0, ((floor[0], 0.5), (inside[0], 0.3), (air, 0.2)), (), 0.0, 120.0, 120.0, 150.0
    )  # fmt: skip
    zones = stages((("house", 150, 400),), Emitter.SLAB, (11000.0,), 38.0, 16.0)
    return zones, heat_pump(11e3, 25, 45), Works(net, [place], Machine("pump", 11e3, least=0.35), 5.0e5)


def stratified_halls() -> Case:
    """Three stages, 900 to 6,000 m³, with unit heaters that blow under the roof; lined with wool, on concrete; sensors below."""
    net, places = Network(), []
    rooms = (("small", 170, 900, 0.10, 700.0), ("middle", 330, 2400, 0.2, 1450.0), ("large", 640, 6000, 0.24, 2700.0))
    for name, area, volume, thick, flow in rooms:
        low, high = net.node(name, 0.45 * volume * AIR_J_M3K * 2.5), net.node(f"{name}-high", 0.55 * volume * AIR_J_M3K * 1.5)
        side = 4.0 * area**0.5 * volume / area
        lining = layer(0.05, WOOL)
        net.wall(f"{name}-low-wall", low, OUTSIDE, 0.45 * side, [lining, layer(thick, CONCRETE, 3), layer(0.08, WOOL)])
        net.wall(f"{name}-high-wall", high, OUTSIDE, 0.55 * side, [lining, layer(thick, CONCRETE, 3), layer(0.08, WOOL)])
        net.wall(f"{name}-roof", high, OUTSIDE, area, [layer(0.05, WOOL), layer(0.02, BOARD), layer(0.12, WOOL)])
        floor = net.wall(f"{name}-floor", low, GROUND, area, [layer(0.02, WOOD), layer(0.2, CONCRETE, 3), layer(0.06, WOOL)])
        places.append(
            Place(
                low, Warmer(flow, ((low, 0.55), (high, 0.45)), steps=name == "middle"),
                Regulator("speeds" if name == "middle" else "switch" if name == "large" else "pi", reset_min=25.0),
                0.12 * volume * 0.34 * 3, 0.0, (), ((low, 0.5), (high, 0.35), (floor[0], 0.15)), 0.0, 0.2 * area, 0.2 * area, 0.0,
                f"{name}-high", (0.15 * volume, 1.1 * volume), lag_min=4.0,
            )
        )  # fmt: skip
    net.wall("one", "small", "middle", 90.0, [layer(0.2, CONCRETE, 2)])
    net.wall("two", "middle", "large", 140.0, [layer(0.2, CONCRETE, 2)])
    power = [flow * 28.0 for *_, flow in rooms]
    zones = stages([(name, area, volume) for name, area, volume, *_ in rooms], Emitter.AIR_HANDLER, power, 48.0, 12.0)
    return zones, heat_pump(125e3, 28, 55), Works(net, places, Machine("pump", 125e3, least=0.2), 4.0e6, start_c=13.0)
