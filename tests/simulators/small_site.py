"""A small made-up site that holds one device of every family, built by hand so that tests see all of it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from premises.booking import Booking, BookingKey, DayKind, LampType
from premises.quantities import QUANTITIES
from premises.site import (
    Comfort,
    Device,
    Emitter,
    Meter,
    Neighbour,
    OpeningHours,
    Plant,
    PlantKind,
    Point,
    PvString,
    Site,
    Zone,
    ZoneUse,
)
from premises.tariff import Carrier
from premises.time import Interval

START = datetime(2026, 1, 13, 6, tzinfo=UTC)
SITE_ID = "hangar"
FILES = {
    "meter": ("shelly_gen2", "shellypro3em-hangar"),
    "dimmer": ("shelly_gen2", "shellyprodm-stage"),
    "relay": ("shelly_gen2", "shellypro1-office"),
    "room": ("zigbee2mqtt", "zigbee2mqtt/stage room"),
    "valve": ("zigbee2mqtt", "zigbee2mqtt/stage valve"),
    "door": ("zigbee2mqtt", "zigbee2mqtt/stage door"),
    "office-valve": ("zigbee2mqtt", "zigbee2mqtt/office valve"),
    "sun": ("opendtu", "solar"),
    "pump": ("heatpump", "panasonic_heat_pump"),
    "dali": ("dali_knx", "/devices/office-light"),
    "heat-meter": ("wirenboard", "/devices/heat-meter"),
    "weather": ("esphome", "weather"),
}


def _point(subject: str, name: str, device: str, channel: str = "", *, zone: str = "", writable: bool = False) -> Point:
    quantity = QUANTITIES[name]
    return Point(
        f"{subject}/{name}", SITE_ID, subject, quantity, device, channel, quantity.message, zone, writable, unit=quantity.unit
    )


_POINTS = (
    _point("grid", "power", "meter", "em:0/total"),
    _point("grid", "energy", "meter", "em:0/total"),
    _point("grid", "energy_export", "meter", "em:0/total"),
    _point("stage", "brightness", "dimmer", "light:0", zone="stage", writable=True),
    _point("stage", "switch_state", "dimmer", "light:0", zone="stage", writable=True),
    _point("stage-light", "power", "dimmer", "light:0", zone="stage"),
    _point("stage-light", "energy", "dimmer", "light:0", zone="stage"),
    _point("pump", "switch_state", "relay", "switch:0", writable=True),
    _point("stage", "air_temperature", "room", zone="stage"),
    _point("stage", "humidity", "room", zone="stage"),
    _point("stage", "co2", "room", zone="stage"),
    _point("stage", "setpoint_temperature", "valve", zone="stage", writable=True),
    _point("stage", "heating_demand", "valve", zone="stage"),
    _point("stage", "contact", "door", zone="stage"),
    _point("office", "setpoint_temperature", "office-valve", zone="office", writable=True),
    _point("pv", "power", "sun", "ac total"),
    _point("pv", "energy", "sun", "ac total"),
    _point("pv", "energy_today", "sun", "ac total"),
    _point("pump", "supply_temperature", "pump", "main outlet"),
    _point("pump", "return_temperature", "pump", "main inlet"),
    _point("pump", "supply_setpoint", "pump", "z1 heat request", writable=True),
    _point("pump", "heatpump_on", "pump", writable=True),
    _point("office", "brightness", "dali", "level", zone="office", writable=True),
    _point("pump", "heat_energy", "heat-meter", "energy"),
    _point("pump", "heat_power", "heat-meter", "power"),
    _point("outdoor", "outdoor_temperature", "weather", "outdoor_temperature"),
    _point("outdoor", "irradiance", "weather", "solar_irradiance"),
)


_EVERY_DAY = {DayKind.WORK: Comfort(20.0, light_pct=80), DayKind.SHOOT: Comfort(20.0, light_pct=40)}
_ZONES = (
    Zone(
        "stage",
        "Stage",
        ZoneUse.STAGE,
        700.0,
        5600.0,
        _EVERY_DAY,
        heating_plant="pump",
        emitter=Emitter.RADIANT_PANEL,
        emitter_power_w=60_000.0,
        emitter_supply_c=50.0,
        lighting_power_w=5000.0,
        neighbours=(Neighbour("office", 90.0),),
    ),
    Zone(
        "office",
        "Office",
        ZoneUse.OFFICE,
        200.0,
        560.0,
        _EVERY_DAY,
        heating_plant="pump",
        emitter=Emitter.FAN_COIL,
        emitter_power_w=12_000.0,
        lighting_power_w=1400.0,
        opening_hours=(OpeningHours(frozenset({1, 2, 3, 4, 5}), time(9), time(18)),),
    ),
)


def small_site(**changes: object) -> Site:
    """A stage of 700 m² and an office, on one heat pump, in Paris; `changes` replace fields of the site."""
    fields: dict[str, object] = {
        "id": SITE_ID,
        "name": "Hangar",
        "timezone": "Europe/Paris",
        "country": "FR",
        "latitude": 48.8,
        "longitude": 2.4,
        "altitude_m": 40.0,
        "languages": ("en",),
        "currency": "EUR",
        "owner": "nobody",
        "floor_area_m2": 900.0,
        "energy_area_m2": 900.0,
        "zones": _ZONES,
        "devices": tuple(Device(name, family, topic) for name, (family, topic) in FILES.items()),
        "points": _POINTS,
        "plants": (
            Plant(
                "pump", "Heat pump", PlantKind.HEAT_PUMP, Carrier.ELECTRICITY, 90_000.0, cop_points=((2.0, 35.0, 3.5),), meter="hp"
            ),
        ),
        "pv_strings": (PvString("roof", "Roof", 20_000.0, 20.0, 180.0, 17_000.0),),
        "meters": (
            Meter("grid", "Grid", Carrier.ELECTRICITY, "grid"),
            Meter("pv", "Sun", Carrier.ELECTRICITY, "production"),
            Meter("hp", "Heat pump", Carrier.ELECTRICITY, use="heating", parent="grid"),
            Meter("stage-light", "Stage light", Carrier.ELECTRICITY, use="lighting", parent="grid", zones=("stage",)),
            Meter("office-all", "Office", Carrier.ELECTRICITY, parent="grid", zones=("office",)),
        ),
    }
    return Site(**(fields | changes))  # type: ignore[arg-type]


def shoot(call: datetime = START + timedelta(hours=3), hours: float = 10, people: int | None = 40) -> Booking:
    """A shooting day on the stage with a rig of 20 kW."""
    return Booking(
        BookingKey("test", f"shoot-{call:%H}"),
        SITE_ID,
        ("stage",),
        Interval(call - timedelta(hours=1), call + timedelta(hours=hours + 1)),
        call=call,
        wrap=call + timedelta(hours=hours),
        people=people,
        rig_power_w={LampType.LED: 20_000.0},
    )
