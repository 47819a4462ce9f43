"""A small studio for the tests: two stages, an edit room with a tenant, a grid meter, a calendar; and a second site."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from premises.booking import DayKind
from premises.quantities import QUANTITIES
from premises.site import CalendarFeed, CalendarRule, Comfort, Device, Meter, Point, Site, Tenant, Zone, ZoneUse
from premises.tariff import Carrier

NOW = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)

_WARM = {DayKind.SHOOT: Comfort(19.0, light_pct=30), DayKind.WORK: Comfort(20.0, light_pct=60)}


def _zone(zone_id: str, name: str, use: ZoneUse, *, bookable: bool = True, seats: int | None = None) -> Zone:
    return Zone(zone_id, name, use, 900.0, 7200.0, _WARM, heating_plant="pump", bookable=bookable, seats=seats)


ZONES = (
    _zone("stage-1", "Stage 1", ZoneUse.STAGE),
    _zone("stage-2", "Stage 2", ZoneUse.STAGE),
    _zone("edit-3", "Edit 3", ZoneUse.EDIT_ROOM),
    _zone("cinema", "Cinema", ZoneUse.AUDITORIUM, seats=168),
    _zone("make-up", "Make-up", ZoneUse.MAKE_UP, bookable=False),
)


def _points(site: str) -> tuple[Point, ...]:
    air = tuple(
        Point(
            f"{zone.id}/air_temperature",
            site,
            zone.id,
            QUANTITIES["air_temperature"],
            f"sensor-{zone.id}",
            zone=zone.id,
            expected_every=timedelta(minutes=15),
        )
        for zone in ZONES
    )
    valves = tuple(
        Point(
            f"{zone.id}/setpoint_temperature",
            site,
            zone.id,
            QUANTITIES["setpoint_temperature"],
            f"valve-{zone.id}",
            zone=zone.id,
            writable=True,
        )
        for zone in ZONES
    )
    meters = tuple(
        Point(f"{meter}/{name}", site, meter, QUANTITIES[name], meter)
        for meter in ("grid", "edit-meter")
        for name in ("power", "energy")
    )
    return air + valves + meters


def _devices() -> tuple[Device, ...]:
    sensors = tuple(Device(f"sensor-{zone.id}", "zigbee2mqtt", f"zigbee2mqtt/{zone.id}", zone=zone.id) for zone in ZONES)
    return (*sensors, Device("grid", "shelly_gen2", "shellypro3em-1", expected_every=None))


STUDIO = Site(
    id="old-mill",
    name="Old Mill Studios",
    timezone="Europe/Paris",
    country="FR",
    latitude=48.8,
    longitude=2.4,
    altitude_m=50.0,
    languages=("fr", "en"),
    currency="EUR",
    owner="Old Mill",
    floor_area_m2=5000.0,
    energy_area_m2=4800.0,
    zones=ZONES,
    devices=_devices(),
    points=_points("old-mill"),
    meters=(
        Meter("grid", "Grid", Carrier.ELECTRICITY, role="grid"),
        Meter("edit-meter", "Edit rooms", Carrier.ELECTRICITY, parent="grid", zones=("edit-3",), tenant="cutters"),
    ),
    tenants=(Tenant("cutters", "Cutters Cooperative", ("edit-3",)),),
    calendars=(CalendarFeed("house-diary", "file:diary.ics", "Europe/Paris", (CalendarRule("stage 1", ("stage-1",)),)),),
)

QUARRY = replace(STUDIO, id="quarry", name="Quarry Stages", timezone="Europe/Lisbon", points=_points("quarry"), calendars=())
