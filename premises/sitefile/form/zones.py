"""Zones in the file: use, size, comfort by kind of day, opening hours, what follows what, neighbours."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from premises.booking import DayKind
from premises.site import Emitter, ZoneUse
from premises.sitefile.form.fields import (
    EVERY_DAY,
    NUMBER,
    Clock,
    Day,
    Duration,
    Form,
    Id,
    Name,
    NotNegative,
    Percent,
    Positive,
    Ref,
    RoomCelsius,
    Weekdays,
    Whole,
)


class ComfortForm(Form):
    """What people get on one kind of day. What is left out is taken from the defaults of the zone's use; null: not controlled."""

    heat_c: RoomCelsius | None = None
    """Air temperature that is heated up to, °C."""
    cool_c: RoomCelsius | None = None
    """Air temperature that is cooled down to, °C; above heat_c. Only in zones with a cooling_plant."""
    light_pct: Percent = 0.0
    """Light level in per cent of full."""
    co2_max_ppm: Positive | None = None
    """CO2 above this asks for more outdoor air."""
    humidity_max_pct: Percent | None = None
    """Relative humidity above this asks for drying."""


class OpeningHoursForm(Form):
    """Hours in local time that nobody books: offices, coworking, a restaurant."""

    start: Clock
    """When people come, "08:00"."""
    end: Clock
    """When they go, "18:30"; "24:00" is the end of the day."""
    weekdays: Weekdays = EVERY_DAY
    """mon-fri, or a list such as [tue, thu]; left out: every day."""
    day_kind: DayKind = DayKind.WORK
    """Whose comfort holds in these hours."""
    since: Day | None = None
    """First day on which these hours hold."""
    until: Day | None = None
    """First day on which they hold no more."""


class FollowsForm(Form):
    """A zone that wakes and sleeps with another's bookings, such as make-up before a stage."""

    zone: Ref
    """The zone that is booked."""
    lead: Duration = timedelta(0)
    """How long before its call, such as 2 h."""
    lag: Duration = timedelta(0)
    """How long after its wrap, such as 30 min."""


class NeighbourForm(Form):
    """A wall shared with another zone. Written once, for either of the two; the other way round is understood."""

    zone: Ref
    """The zone behind the wall."""
    conductance_w_k: Positive
    """Heat through the wall for each degree of difference, W/K: area times U-value."""


class ZoneForm(Form):
    """A part of the site with one use."""

    id: Id
    """Short name for programs: small letters, digits, hyphens. Keeps its history only while it stays the same."""
    name: Name | None = None
    """Name for people; left out: the id."""
    use: ZoneUse
    """What it is used for; decides the defaults of comfort, height, light and heat."""
    area_m2: Positive
    """Floor area."""
    height_m: Annotated[float, Field(gt=0, le=60), NUMBER] | None = None
    """Clear height; left out: usual for its use. Give height_m or volume_m3, not both."""
    volume_m3: Positive | None = None
    """Volume of air; left out: area times height."""
    heating_plant: Ref | None = None
    """The plant that heats it; left out: not heated."""
    cooling_plant: Ref | None = None
    """The plant that cools it; left out: not cooled."""
    emitter: Emitter | None = None
    """What gives the heat off; left out: radiator where there is a heating_plant, else none."""
    emitter_power_w: NotNegative | None = None
    """Heat given at emitter_supply_c and 20 °C air; left out: usual for its use and area."""
    emitter_supply_c: Annotated[float, Field(gt=0, le=120), NUMBER] | None = None
    """Supply temperature of that power; left out: usual for the kind of emitter."""
    comfort: dict[DayKind, ComfortForm] = Field(default_factory=dict)
    """Comfort by kind of day; kinds left out have the defaults of the use."""
    setback_c: RoomCelsius = 12.0
    """Air temperature kept outside of use."""
    frost_c: RoomCelsius = 7.0
    """Air temperature that is never fallen below."""
    floor_c: RoomCelsius | None = None
    """Least air temperature while children or animals are booked."""
    daylight_share: Annotated[float, Field(ge=0, le=1), NUMBER] | None = None
    """Share of its light that a bright day replaces: lamps are dimmed by it; left out: 0.5 in offices and classrooms, else 0."""
    cool_setback_c: RoomCelsius = 30.0
    """Air temperature that is let rise to outside of use, where it is cooled."""
    lighting_power_w: NotNegative | None = None
    """Power of its lights at full; left out: usual for its use and area."""
    light_margin: Duration | None = None
    """How long lights stay on after people have gone; left out: 30 min."""
    seats: Whole | None = None
    """Seats of an auditorium."""
    opening_hours: tuple[OpeningHoursForm, ...] = ()
    """Hours of use that nobody books."""
    follows: tuple[FollowsForm, ...] = ()
    """Zones whose bookings it follows."""
    neighbours: tuple[NeighbourForm, ...] = ()
    """Zones behind its inner walls."""
    quiet: bool = False
    """Fans and plant must be quiet while it is in use (mix rooms)."""
    bookable: bool | None = None
    """Whether it can be booked; left out: as usual for its use."""
    tenant: Ref | None = None
    """Who has it, one of the tenants."""
    in_service: Day | None = None
    """First day of use; left out: always."""
