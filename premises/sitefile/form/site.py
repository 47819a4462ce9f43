"""The whole site file, and the cluster file."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from premises.sitefile.form.devices import DeviceForm
from premises.sitefile.form.energy import ContractForm, MeterForm, PlantForm, PvForm, TariffForm
from premises.sitefile.form.fields import NUMBER, Country, Currency, Form, Id, Language, Name, NotNegative, Positive, Text
from premises.sitefile.form.money import CalendarForm, ForecastForm, FundForm, TenantForm
from premises.sitefile.form.notify import NotifyForm
from premises.sitefile.form.reporting import BacsFunctionForm, OperatForm, ReportOrderForm
from premises.sitefile.form.zones import ZoneForm


class WeightsForm(Form):
    """What counts how much when a plan is made."""

    cost: NotNegative = 1.0
    """Weight of money."""
    carbon: NotNegative = 0.0
    """Weight of carbon."""
    energy: NotNegative = 2.0
    """Weight of energy: of 1 a kWh counts 0.10 beside its price. By default plans buy no many cheap kWh to save few dear ones."""
    peak: NotNegative = 0.0
    """Currency for each kW of the greatest import within a plan; 0: peaks cost nothing."""


class PublicPageForm(Form):
    """A page for everyone: today's share of the sun, what the building does, who paid for it. Bookings are never on it."""

    about: dict[Language, Text] = Field(default_factory=dict)
    """What the building is and does, by language."""


class SiteForm(Form):
    """Premises under one roof and one set of meters. Keys that begin with `x-` are free, for blocks used again by anchors."""

    id: Id
    """Short name for programs: small letters, digits, hyphens."""
    name: Name
    """Name for people."""
    owner: Name
    """Who owns or runs the premises."""
    address: Text = ""
    """Postal address."""
    country: Country
    """Two capital letters, such as FR."""
    timezone: Name
    """IANA name, such as Europe/Paris."""
    latitude: Annotated[float, Field(ge=-90, le=90), NUMBER]
    """Degrees north."""
    longitude: Annotated[float, Field(ge=-180, le=180), NUMBER]
    """Degrees east."""
    altitude_m: Annotated[float, Field(ge=-430, le=6000), NUMBER] = 0.0
    """Height above the sea."""
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    """Languages of pages and reports, the first one leading."""
    currency: Currency = "EUR"
    """Three letters."""
    floor_area_m2: Positive
    """All floors."""
    energy_area_m2: Positive | None = None
    """Heated area that yearly figures are divided by; left out: the floor area."""
    climate_zone: Text = ""
    """Zone of the building regulations, such as H1a."""
    degree_day_station: Text = ""
    """Weather station that degree days are taken from."""
    department: Text = ""
    """Number of the French department, in quotes."""
    operat: OperatForm | None = None
    """The entity as it is declared under the French tertiary decree; left out: none is."""
    bacs: tuple[BacsFunctionForm, ...] = ()
    """What papers say of functions of building automation."""
    public_building: bool = False
    """Whether public duties of display hold."""
    public_page: PublicPageForm | None = None
    """Show a page for everyone, without a key; left out: none."""
    weights: WeightsForm = WeightsForm()
    """What plans save first: money, carbon or energy."""
    carbon_price_per_tonne: NotNegative = 0.0
    """Currency per tonne that plans reckon with."""
    zones: Annotated[tuple[ZoneForm, ...], Field(min_length=1)]
    """Parts of the site, each with one use."""
    plants: tuple[PlantForm, ...] = ()
    """What makes heat and cold."""
    pv: tuple[PvForm, ...] = ()
    """Strings of PV modules."""
    meters: tuple[MeterForm, ...] = ()
    """Meters and their tree."""
    devices: tuple[DeviceForm, ...] = ()
    """Devices on the wire."""
    tariffs: tuple[TariffForm, ...] = ()
    """Prices."""
    contracts: tuple[ContractForm, ...] = ()
    """Supply contracts."""
    funds: tuple[FundForm, ...] = ()
    """Who paid for the premises."""
    tenants: tuple[TenantForm, ...] = ()
    """Who has a lease or a membership."""
    calendars: tuple[CalendarForm, ...] = ()
    """Calendars that bookings are read from."""
    forecast: ForecastForm | None = None
    """Where the weather to come is told; left out: yesterday's course is taken."""
    reports: tuple[ReportOrderForm, ...] = ()
    """Reports that are issued by themselves."""
    notify: NotifyForm | None = None
    """Who is told of alarms, bookings and reports; left out: nobody."""


class ClusterForm(Form):
    """Sites that are seen together: a file that names its site files."""

    id: Id
    """Short name for programs."""
    name: Name
    """Name for people."""
    sites: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=500)], ...], Field(min_length=1)]
    """Site files, by path from this file."""
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    """Languages of pages and reports, the first one leading."""
    currency: Currency = "EUR"
    """Three letters, of funds that name none."""
    country: Country = "FR"
    """Two capital letters, of funders that name none."""
    funds: tuple[FundForm, ...] = ()
    """Funds of all sites together."""
    tenants: tuple[TenantForm, ...] = ()
    """Members of the whole cluster."""
    public_page: PublicPageForm | None = None
    """Show the sites that have a public page side by side; left out: no such page."""
    reports: tuple[ReportOrderForm, ...] = ()
    """Reports of all sites together that are issued by themselves."""
