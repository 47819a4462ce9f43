"""Funds and funders, tenants, calendars in the file."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field, WithJsonSchema

from premises.booking import DayKind
from premises.sitefile.form.fields import (
    MONEY,
    Country,
    Currency,
    Duration,
    Form,
    Id,
    Language,
    Money,
    Name,
    NotNegative,
    Ref,
    Text,
)
from premises.sitefile.form.reporting import OperationForm


class GrantForm(Form):
    """A funder's part of a fund."""

    funder: Name
    """Who gives."""
    amount: Money
    """How much of the fund's total."""
    country: Country | None = None
    """Two capital letters; left out: the site's."""
    language: Language | None = None
    """Language of its page in the report; left out: the site's first."""
    emblem: Text = ""
    """File name of its emblem."""
    sentence: dict[Language, Text] = Field(default_factory=dict)
    """The sentence that the funder asks for, by language."""


class FundForm(Form):
    """A budget and who gives to it. What no grant covers is the owner's own part."""

    id: Id
    """Short name for programs."""
    name: Name
    """Name for people."""
    total: Annotated[Decimal, WithJsonSchema({"type": "number", "exclusiveMinimum": 0}), Field(gt=0, le=10**12), MONEY]
    """The whole budget; shares are fractions of it, never rounded."""
    currency: Currency | None = None
    """Three letters; left out: the site's."""
    grants: tuple[GrantForm, ...] = ()
    """Who gives how much."""
    programme: Text = ""
    """The funder's programme, as it is to be named."""
    part_of: Ref | None = None
    """The fund that holds this sub-fund."""
    operation: OperationForm | None = None
    """The project as the fund knows it, with its indicators."""


class TenantForm(Form):
    """Who has a lease or a membership."""

    id: Id
    """Short name for programs."""
    name: Name
    """Name for people."""
    zones: tuple[Annotated[str, Field(max_length=130)], ...] = ()
    """Zones of its own; in a cluster `site/zone`."""
    area_m2: NotNegative = 0.0
    """Leased area, the key for shared costs."""
    language: Language | None = None
    """Language of its statements; left out: the site's first."""


class CalendarRuleForm(Form):
    """Where title or location matches, these zones are taken."""

    pattern: Annotated[str, Field(min_length=1, max_length=200)]
    """Regular expression, case does not matter."""
    zones: Annotated[tuple[Ref, ...], Field(min_length=1)]
    """The zones that such an event takes."""
    day_kind: DayKind = DayKind.WORK
    """The kind of day that it is."""


class ForecastForm(Form):
    """A weather forecast in the shape of Open-Meteo."""

    address: Annotated[str, Field(min_length=1, max_length=2000)]
    """https address, or file: and a path from the data folder; {latitude} and {longitude} are filled in."""
    every: Duration | None = None
    """How often it is read; left out: 1 h."""


class CalendarForm(Form):
    """A calendar that bookings are read from."""

    source: Id
    """Name of the source in bookings."""
    address: Annotated[str, Field(min_length=1, max_length=2000)]
    """https address or a file beside the site file."""
    timezone: Name | None = None
    """Time zone of events that tell none; left out: the site's."""
    rules: tuple[CalendarRuleForm, ...] = ()
    """Which events take which zones; the first that matches."""
    every: Duration | None = None
    """How often it is read; left out: 10 min."""
