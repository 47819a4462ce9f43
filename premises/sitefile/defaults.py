"""What a zone of each use commonly is, for all that the file leaves out. Rounded planning values, to be overruled in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from premises.booking import DayKind
from premises.site import Comfort, Emitter, PlantKind, ZoneUse
from premises.tariff import Carrier


@dataclass(frozen=True, slots=True)
class Usual:
    """height_m: clear height; heat_w_m2, light_w_m2: emitter and light power by floor area; bookable: whether people book it."""

    height_m: float
    heat_w_m2: float
    light_w_m2: float
    bookable: bool
    comfort: Mapping[DayKind, Comfort]


_DARK = {DayKind.DARK: Comfort(None)}


def _everyday(heat_c: float, light_pct: float) -> dict[DayKind, Comfort]:
    return {DayKind.WORK: Comfort(heat_c, light_pct=light_pct), DayKind.MAINTENANCE: Comfort(16.0, light_pct=60.0), **_DARK}


_STAGE = {
    DayKind.BUILD: Comfort(17.0, light_pct=70.0),
    DayKind.PRE_LIGHT: Comfort(18.0, light_pct=60.0),
    DayKind.SHOOT: Comfort(20.0, light_pct=40.0),
    DayKind.REHEARSAL: Comfort(19.0, light_pct=70.0),
    DayKind.AUDIENCE: Comfort(20.0, light_pct=50.0),
    DayKind.STRIKE: Comfort(16.0, light_pct=70.0),
    DayKind.MAINTENANCE: Comfort(15.0, light_pct=60.0),
    DayKind.WORK: Comfort(18.0, light_pct=70.0),
    **_DARK,
}
_AUDITORIUM = {
    **_everyday(19.0, 60.0),
    DayKind.REHEARSAL: Comfort(19.0, light_pct=60.0),
    DayKind.AUDIENCE: Comfort(20.0, light_pct=30.0),
}

USUAL: Mapping[ZoneUse, Usual] = {
    ZoneUse.STAGE: Usual(8.0, 120.0, 8.0, True, _STAGE),
    ZoneUse.EDIT_ROOM: Usual(2.8, 60.0, 6.0, True, _everyday(20.0, 50.0)),
    ZoneUse.MIX_ROOM: Usual(3.5, 60.0, 6.0, True, _everyday(20.0, 50.0)),
    ZoneUse.AUDITORIUM: Usual(6.0, 80.0, 8.0, True, _AUDITORIUM),
    ZoneUse.OFFICE: Usual(2.8, 60.0, 7.0, False, _everyday(20.0, 80.0)),
    ZoneUse.RESTAURANT: Usual(3.5, 80.0, 10.0, False, _everyday(20.0, 80.0)),
    ZoneUse.MAKE_UP: Usual(2.8, 70.0, 12.0, False, _everyday(21.0, 100.0)),
    ZoneUse.WARDROBE: Usual(2.8, 60.0, 8.0, False, _everyday(20.0, 80.0)),
    ZoneUse.WORKSHOP: Usual(5.0, 70.0, 8.0, False, _everyday(16.0, 100.0)),
    ZoneUse.CLASSROOM: Usual(3.0, 60.0, 7.0, True, _everyday(20.0, 80.0)),
    ZoneUse.CIRCULATION: Usual(3.0, 40.0, 4.0, False, _everyday(16.0, 50.0)),
    ZoneUse.STORAGE: Usual(4.0, 30.0, 3.0, False, _everyday(10.0, 50.0)),
    ZoneUse.PLANT_ROOM: Usual(3.0, 20.0, 3.0, False, _everyday(10.0, 50.0)),
}

EMITTER_SUPPLY_C: Mapping[Emitter, float] = {
    Emitter.RADIATOR: 55.0,
    Emitter.FAN_COIL: 45.0,
    Emitter.RADIANT_PANEL: 50.0,
    Emitter.SLAB: 35.0,
    Emitter.AIR_HANDLER: 45.0,
    Emitter.ELECTRIC: 45.0,
    Emitter.NONE: 45.0,
}

PLANT_CARRIER: Mapping[PlantKind, Carrier] = {
    PlantKind.HEAT_PUMP: Carrier.ELECTRICITY,
    PlantKind.BOILER: Carrier.GAS,
    PlantKind.HEAT_NETWORK: Carrier.HEAT_NETWORK,
    PlantKind.CHILLER: Carrier.ELECTRICITY,
    PlantKind.ELECTRIC: Carrier.ELECTRICITY,
}


def usual_daylight(use: ZoneUse) -> float:
    """Share of light that a bright day replaces in rooms that usually have windows; stages, mix rooms and halls have none."""
    return 0.5 if use in (ZoneUse.OFFICE, ZoneUse.CLASSROOM) else 0.0


def usual_supply_max_c(kind: PlantKind) -> float:
    """Highest supply temperature, °C, of a plant whose file does not tell it."""
    return 55.0 if kind is PlantKind.HEAT_PUMP else 75.0


COMMON_COP: tuple[tuple[float, float, float], ...] = (
    (-7.0, 35.0, 2.8),
    (2.0, 35.0, 3.5),
    (7.0, 35.0, 4.4),
    (12.0, 35.0, 5.0),
    (-7.0, 45.0, 2.3),
    (2.0, 45.0, 2.9),
    (7.0, 45.0, 3.6),
    (12.0, 45.0, 4.1),
    (-7.0, 55.0, 1.9),
    (2.0, 55.0, 2.4),
    (7.0, 55.0, 2.9),
    (12.0, 55.0, 3.3),
)
"""(outdoor °C, supply °C, COP) of a common air-to-water heat pump, where the file gives no data sheet."""
