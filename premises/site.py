"""The premises themselves: a site with its zones, devices, points, plants, meters and contracts; and clusters of sites.

These are frozen and complete: whatever reads the site file fills in every default, so no other room needs to know one.
Longer than other files on purpose: the parts of a site name each other, and are read together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from zoneinfo import ZoneInfo

from premises.booking import DayKind
from premises.errors import UnknownNameError
from premises.notify import Notify
from premises.quantities import QUANTITIES, Quantity
from premises.reporting import BacsFunction, Operat, Operation, ReportOrder
from premises.tariff import Carrier, Contract, Tariff

ALL_PHASES = (1, 2, 3)


class ZoneUse(StrEnum):
    STAGE = "stage"
    EDIT_ROOM = "edit_room"
    MIX_ROOM = "mix_room"
    AUDITORIUM = "auditorium"
    OFFICE = "office"
    RESTAURANT = "restaurant"
    MAKE_UP = "make_up"
    WARDROBE = "wardrobe"
    WORKSHOP = "workshop"
    CLASSROOM = "classroom"
    CIRCULATION = "circulation"
    STORAGE = "storage"
    PLANT_ROOM = "plant_room"


class Emitter(StrEnum):
    """How heat (or cold) reaches a zone: it decides which supply temperature is needed and how slow the zone is."""

    RADIATOR = "radiator"
    FAN_COIL = "fan_coil"
    RADIANT_PANEL = "radiant_panel"
    SLAB = "slab"
    AIR_HANDLER = "air_handler"
    ELECTRIC = "electric"
    NONE = "none"


class PlantKind(StrEnum):
    HEAT_PUMP = "heat_pump"
    BOILER = "boiler"
    HEAT_NETWORK = "heat_network"
    CHILLER = "chiller"
    ELECTRIC = "electric"


@dataclass(frozen=True, slots=True)
class Comfort:
    """What people get on one kind of day. None: not controlled. heat_c < cool_c where both are given."""

    heat_c: float | None
    cool_c: float | None = None
    light_pct: float = 0.0
    co2_max_ppm: float | None = None
    humidity_max_pct: float | None = None


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """Use that nobody books: local wall time on weekdays 1 (Monday) to 7, from `since` on where it starts in mid-year."""

    weekdays: frozenset[int]
    start: time
    end: time
    day_kind: DayKind = DayKind.WORK
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Follows:
    """A zone that follows another's bookings without being booked: make-up two hours before, wardrobe overnight."""

    zone: str
    lead: timedelta = timedelta(0)
    lag: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A wall shared with another zone; conductance in W/K."""

    zone: str
    conductance_w_k: float


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the site with one use. heating_plant, cooling_plant: ids of plants, None where not served.

    emitter_power_w: heat given at emitter_supply_c supply and 20 °C air. setback_c: kept outside of use; frost_c: never
    below; floor_c: least temperature when children or animals are booked. in_service: first local day of use, None: always.
    daylight: share of its light, 0 to 1, that a bright day replaces.
    """

    id: str
    name: str
    use: ZoneUse
    area_m2: float
    volume_m3: float
    comfort: Mapping[DayKind, Comfort]
    heating_plant: str | None = None
    cooling_plant: str | None = None
    emitter: Emitter = Emitter.RADIATOR
    emitter_power_w: float = 0.0
    emitter_supply_c: float = 45.0
    setback_c: float = 12.0
    frost_c: float = 7.0
    floor_c: float | None = None
    cool_setback_c: float = 30.0
    lighting_power_w: float = 0.0
    light_margin: timedelta = timedelta(minutes=30)
    seats: int | None = None
    opening_hours: tuple[OpeningHours, ...] = ()
    follows: tuple[Follows, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    quiet: bool = False
    bookable: bool = True
    tenant: str | None = None
    in_service: date | None = None
    daylight: float = 0.0

    def comfort_on(self, day_kind: DayKind) -> Comfort:
        """Comfort for that kind of day; falls back on ordinary work, then on nothing controlled."""
        return self.comfort.get(day_kind) or self.comfort.get(DayKind.WORK) or Comfort(None)


@dataclass(frozen=True, slots=True)
class Point:
    """One thing measured or set.

    id: `<subject>/<quantity>` or `<subject>/<quantity>.<qualifier>`; subject: the zone, plant, PV string, meter or other
    part that it tells of; zone: the zone where that is one, else "". device, channel and message_quantity say where a
    reading comes from; `writable` points take commands (of the device's family). sign turns a message value round.
    """

    id: str
    site: str
    subject: str
    quantity: Quantity
    device: str
    channel: str = ""
    message_quantity: str = ""
    zone: str = ""
    writable: bool = False
    unit: str | None = None  # the message's unit where the message does not tell it
    sign: int = 1
    expected_every: timedelta | None = None  # None: reported on change only, never stale by age
    phase: int | None = None  # 1 to 3: tells of that phase alone


@dataclass(frozen=True, slots=True)
class Device:
    """A device on the wire. topic: its base topic, as its family means it. options: family's own settings, as text."""

    id: str
    family: str
    topic: str
    name: str = ""
    zone: str = ""
    timezone: str | None = None
    expected_every: timedelta | None = timedelta(minutes=15)
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plant:
    """What makes heat or cold. Powers are thermal, at the design point; cop_points: (outdoor °C, supply °C, COP).

    phases: of the supply, 1 to 3, over which an electric one draws evenly. supply_ramp_k_per_h: how fast its supply temperature is
    raised at most, None: at once. own_curve: of one that follows the weather whatever it is told, as it was seen to: its water at
    0 °C outdoors, and its rise per K; None: not known to.
    """

    id: str
    name: str
    kind: PlantKind
    carrier: Carrier
    heat_power_w: float
    cool_power_w: float = 0.0
    supply_min_c: float = 25.0
    supply_max_c: float = 55.0
    cool_supply_min_c: float = 7.0
    efficiency: float = 1.0
    cop_points: tuple[tuple[float, float, float], ...] = ()
    eer: float = 3.0
    min_run: timedelta = timedelta(minutes=15)
    min_rest: timedelta = timedelta(minutes=10)
    meter: str | None = None
    phases: tuple[int, ...] = ALL_PHASES
    supply_ramp_k_per_h: float | None = None
    own_curve: tuple[float, float] | None = None

    def warmest_c(self, outdoor_c: float) -> float:
        """The hottest water that it gives at that outdoor temperature."""
        if self.own_curve is None:
            return self.supply_max_c
        return min(self.supply_max_c, max(self.supply_min_c + 1.0, self.own_curve[0] + self.own_curve[1] * outdoor_c))


@dataclass(frozen=True, slots=True)
class PvString:
    """A string of modules. tilt from horizontal; azimuth from north, clockwise (180: south)."""

    id: str
    name: str
    peak_power_w: float
    tilt_deg: float
    azimuth_deg: float
    inverter_power_w: float
    loss_fraction: float = 0.14
    in_service: date | None = None


@dataclass(frozen=True, slots=True)
class Meter:
    """A meter in the tree: `parent` None for those at the boundary. role: grid, production, sub.

    use: heating, cooling, lighting, rig, ventilation, hot_water, kitchen, plug, server, ev, general.
    Its points are `<id>/energy`, `<id>/energy_export`, `<id>/power` (or heat_energy, gas_volume). kwh_per_m3: gross calorific
    value of gas, from the supplier's bill; None where it is not known. resolution_kwh: the least step that its register shows.
    The rest is for the register of meters: serial number, delivery point (PDL, PCE), MID mark, accuracy class, current
    transformer's ratio, first day in place, last check.
    phases: of the supply, 1 to 3, on which its circuit sits; (): not told, taken as spread over all.
    """

    id: str
    name: str
    carrier: Carrier
    role: str = "sub"
    use: str = "general"
    parent: str | None = None
    zones: tuple[str, ...] = ()
    tenant: str | None = None
    kwh_per_m3: float | None = None
    resolution_kwh: float | None = None
    serial: str = ""
    delivery_point: str = ""
    mid: bool = False
    accuracy_class: str = ""
    ratio: float | None = None
    installed: date | None = None
    checked: date | None = None
    phases: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Grant:
    """A funder's part of a fund."""

    funder: str
    amount: Decimal
    country: str
    language: str
    emblem: str = ""
    sentence: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fund:
    """A budget and who gives to it. part_of: the fund that holds this sub-fund."""

    id: str
    name: str
    total: Decimal
    currency: str
    grants: tuple[Grant, ...]
    programme: str = ""
    part_of: str | None = None
    operation: Operation | None = None

    def share(self, funder: str) -> Fraction:
        """The funder's part as a fraction, never rounded."""
        for grant in self.grants:
            if grant.funder == funder:
                return Fraction(grant.amount) / Fraction(self.total)
        raise UnknownNameError(f"fund {self.id} has no funder {funder!r}; it has {', '.join(g.funder for g in self.grants)}")


@dataclass(frozen=True, slots=True)
class Tenant:
    """Who has a lease or a membership: own zones, area for keys, contact language."""

    id: str
    name: str
    zones: tuple[str, ...] = ()
    area_m2: float = 0.0
    language: str = ""


@dataclass(frozen=True, slots=True)
class CalendarRule:
    """Where title or location matches the pattern (case-insensitive regular expression), these zones and kind of day hold."""

    pattern: str
    zones: tuple[str, ...]
    day_kind: DayKind = DayKind.WORK


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """A calendar subscription: address (https, file) and rules from title and location to zones. source: the bookings' source."""

    source: str
    address: str
    timezone: str
    rules: tuple[CalendarRule, ...] = ()
    every: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class WeatherFeed:
    """A weather forecast in the shape of Open-Meteo: address (https, file), and how often it is read."""

    address: str
    every: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class PublicPage:
    """What the owner tells everyone. about: what the building is and does, by language."""

    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Site:
    """Premises under one roof and one set of meters."""

    id: str
    name: str
    timezone: str
    country: str
    latitude: float
    longitude: float
    altitude_m: float
    languages: tuple[str, ...]
    currency: str
    owner: str
    floor_area_m2: float
    energy_area_m2: float
    zones: tuple[Zone, ...]
    devices: tuple[Device, ...]
    points: tuple[Point, ...]
    plants: tuple[Plant, ...] = ()
    pv_strings: tuple[PvString, ...] = ()
    meters: tuple[Meter, ...] = ()
    tariffs: tuple[Tariff, ...] = ()
    contracts: tuple[Contract, ...] = ()
    funds: tuple[Fund, ...] = ()
    tenants: tuple[Tenant, ...] = ()
    calendars: tuple[CalendarFeed, ...] = ()
    address: str = ""
    climate_zone: str = ""
    degree_day_station: str = ""
    department: str = ""
    operat: Operat | None = None
    bacs: tuple[BacsFunction, ...] = ()
    public_building: bool = False
    public_page: PublicPage | None = None
    reports: tuple[ReportOrder, ...] = ()
    notify: Notify = field(default_factory=Notify)
    weights: Mapping[str, float] = field(default_factory=lambda: {"cost": 1.0, "carbon": 0.0, "energy": 0.0})
    carbon_price_per_tonne: float = 0.0
    forecast: WeatherFeed | None = None

    @cached_property
    def zoneinfo(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def _zones(self) -> dict[str, Zone]:
        return {zone.id: zone for zone in self.zones}

    @cached_property
    def _points(self) -> dict[str, Point]:
        return {point.id: point for point in self.points}

    @cached_property
    def _devices(self) -> dict[str, Device]:
        return {device.id: device for device in self.devices}

    def zone(self, zone_id: str) -> Zone:
        """The zone of that id. Raises UnknownNameError that names those there are."""
        try:
            return self._zones[zone_id]
        except KeyError:
            raise UnknownNameError(f"site {self.id} has no zone {zone_id!r}; it has {', '.join(self._zones)}") from None

    def point(self, point_id: str) -> Point:
        """The point of that id. Raises UnknownNameError."""
        try:
            return self._points[point_id]
        except KeyError:
            raise UnknownNameError(f"site {self.id} has no point {point_id!r}") from None

    def device(self, device_id: str) -> Device:
        """The device of that id. Raises UnknownNameError."""
        try:
            return self._devices[device_id]
        except KeyError:
            raise UnknownNameError(f"site {self.id} has no device {device_id!r}") from None

    def points_of(self, subject: str, quantity: str | None = None) -> tuple[Point, ...]:
        """Points of a subject (zone, plant, meter, …), of one quantity or of all."""
        return tuple(p for p in self.points if p.subject == subject and (quantity is None or p.quantity.name == quantity))

    def plant(self, plant_id: str) -> Plant:
        """The plant of that id. Raises UnknownNameError."""
        for plant in self.plants:
            if plant.id == plant_id:
                return plant
        raise UnknownNameError(f"site {self.id} has no plant {plant_id!r}; it has {', '.join(p.id for p in self.plants)}")

    def tariff_of(self, carrier: Carrier) -> Tariff | None:
        """The first tariff of the carrier, None where there is none."""
        return next((tariff for tariff in self.tariffs if tariff.carrier is carrier), None)


@dataclass(frozen=True, slots=True)
class Cluster:
    """Sites that are seen together; the funds and tenants that belong to all of them."""

    id: str
    name: str
    sites: tuple[Site, ...]
    languages: tuple[str, ...]
    funds: tuple[Fund, ...] = ()
    tenants: tuple[Tenant, ...] = ()
    public_page: PublicPage | None = None
    reports: tuple[ReportOrder, ...] = ()


GREENROOM = "greenroom"
"""Device and subject of the points that Greenroom itself writes."""


def own_points(site_id: str, zones: tuple[Zone, ...]) -> tuple[Point, ...]:
    """The points that Greenroom writes itself: wishes, plans and standby by zone, its intake, yesterday's forecast of now."""

    def own(subject: str, name: str, zone: str = "") -> Point:
        return Point(f"{subject}/{name}", site_id, subject, QUANTITIES[name], GREENROOM, channel=subject, zone=zone)

    of_zones = ("wanted_temperature", "planned_temperature", "planned_heat", "state", "reason", "standby_power")
    of_forecast = ("forecast_temperature", "forecast_pv_power")
    of_intake = (
        "messages_received",
        "messages_stored",
        "messages_journalled",
        "messages_quarantined",
        "messages_ignored",
        "oldest_unsent",
    )
    return tuple(own(zone.id, name, zone.id) for zone in zones for name in of_zones) + tuple(
        own(GREENROOM, name) for name in (*of_intake, *of_forecast)
    )
