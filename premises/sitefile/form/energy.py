"""Plants, PV strings, meters, tariffs and contracts in the file."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from premises.site import PlantKind
from premises.sitefile.form.fields import (
    EVERY_DAY,
    EVERY_MONTH,
    NUMBER,
    WHOLE,
    Celsius,
    Clock,
    Currency,
    Day,
    Duration,
    Factor,
    Form,
    Fraction01,
    Id,
    Money,
    Months,
    Name,
    NotNegative,
    Phases,
    Positive,
    Price,
    Ref,
    Text,
    Weekdays,
)
from premises.tariff import Carrier


class MeterRole(StrEnum):
    GRID = "grid"
    PRODUCTION = "production"
    SUB = "sub"


class MeterUse(StrEnum):
    HEATING = "heating"
    COOLING = "cooling"
    LIGHTING = "lighting"
    RIG = "rig"
    VENTILATION = "ventilation"
    HOT_WATER = "hot_water"
    KITCHEN = "kitchen"
    PLUG = "plug"
    SERVER = "server"
    EV = "ev"
    GENERAL = "general"


class Basis(StrEnum):
    NONE = ""
    PCI = "pci"
    PCS = "pcs"


class CopPointForm(Form):
    """The heat pump's coefficient of performance at one pair of temperatures, from its data sheet."""

    outdoor_c: Celsius
    """Outdoor air, °C."""
    supply_c: Celsius
    """Water out, °C."""
    cop: Factor
    """Heat given per electricity taken."""


class PlantForm(Form):
    """What makes heat or cold."""

    id: Id
    """Short name for programs."""
    name: Name | None = None
    """Name for people; left out: the id."""
    kind: PlantKind
    """What sort of plant."""
    carrier: Carrier | None = None
    """What it runs on; left out: electricity, for a boiler gas, for a heat network its heat."""
    heat_power_w: NotNegative = 0.0
    """Heat at the design point."""
    cool_power_w: NotNegative = 0.0
    """Cold at the design point; 0: does not cool."""
    supply_min_c: Celsius = 25.0
    """Lowest supply temperature when heating."""
    supply_max_c: Celsius | None = None
    """Highest supply temperature; left out: 55 of a heat pump, else 75."""
    cool_supply_min_c: Celsius = 7.0
    """Lowest supply temperature when cooling."""
    efficiency: Annotated[float, Field(gt=0, le=1.2), NUMBER] | None = None
    """Heat per energy taken (net calorific value); left out: 0.92 of a boiler, else 1."""
    cop_points: tuple[CopPointForm, ...] = ()
    """Data sheet of a heat pump; left out: a common air-to-water one."""
    eer: Factor = 3.0
    """Cold per electricity at the design point."""
    min_run: Duration | None = None
    """Least time on; left out: 15 min."""
    min_rest: Duration | None = None
    """Least time off; left out: 10 min."""
    meter: Ref | None = None
    """The meter of what it takes in."""
    phases: Phases | None = None
    """Phases of the supply that it draws on; left out: those of its meter, else all three."""
    supply_ramp_k_per_h: Annotated[float, Field(ge=1, le=600), NUMBER] | None = None
    """Fastest rise of the supply temperature, for screeds and heaters that dislike more; left out: at once."""


class PvForm(Form):
    """A string of modules on one roof plane."""

    id: Id
    """Short name for programs."""
    name: Name | None = None
    """Name for people; left out: the id."""
    peak_power_w: Positive
    """Sum of the modules' rated power."""
    tilt_deg: Annotated[float, Field(ge=0, le=90), NUMBER]
    """0 lies flat, 90 stands upright."""
    azimuth_deg: Annotated[float, Field(ge=0, lt=360), NUMBER]
    """Where it looks, clockwise from north: 90 east, 180 south, 270 west."""
    inverter_power_w: Positive | None = None
    """Greatest power of its inverter; left out: as the modules."""
    loss_fraction: Fraction01 = 0.14
    """Losses of dirt, cables, mismatch."""
    in_service: Day | None = None
    """First day of use; left out: always."""


class MeterForm(Form):
    """A meter, and the meter that it stands behind."""

    id: Id
    """Short name for programs."""
    name: Name | None = None
    """Name for people; left out: the id."""
    carrier: Carrier = Carrier.ELECTRICITY
    """What it measures."""
    role: MeterRole = MeterRole.SUB
    """grid: at the boundary, billed; production: of PV; sub: part of another meter."""
    use: MeterUse = MeterUse.GENERAL
    """What the energy is for."""
    parent: Ref | None = None
    """The meter upstream. Meters at the boundary have none."""
    zones: tuple[Ref, ...] = ()
    """Zones that it serves; left out: no zone of its own."""
    tenant: Ref | None = None
    """Whose it is, one of the tenants."""
    kwh_per_m3: Factor | None = None
    """For a gas meter: gross calorific value of a cubic metre, kWh, as the supplier's bill says."""
    resolution_kwh: Positive | None = None
    """Least step of its register; left out: not known."""
    serial: Text = ""
    """Serial number."""
    delivery_point: Text = ""
    """Number of the delivery point (PDL, PCE), in quotes."""
    mid: bool = False
    """Whether it bears the MID mark."""
    accuracy_class: Text = ""
    """Such as B, or 0.5 S."""
    ratio: Positive | None = None
    """Of its current transformers, such as 40 for 200/5; left out: connected directly."""
    installed: Day | None = None
    """First day in place."""
    checked: Day | None = None
    """Day of its last check."""
    phases: Phases | None = None
    """Phases of the supply on which its circuit sits; left out: not known, taken as spread over all three."""


class BandForm(Form):
    """A price that holds on some hours of some days of some months, in local time."""

    name: Name
    """Name on the bill, such as peak."""
    price: Price
    """Currency per kWh, all taxes included."""
    weekdays: Weekdays = EVERY_DAY
    """mon-fri; left out: every day."""
    months: Months = EVERY_MONTH
    """nov-mar; left out: all the year."""
    start: Clock = time(0)
    """From this time of day, "06:00"; may run over midnight."""
    end: Clock = time(0)
    """To this time of day, "22:00"; left out with start: all day."""


class TariffForm(Form):
    """Prices of one carrier. The first band that holds gives the price; the last one must hold always."""

    id: Id
    """Short name for programs."""
    carrier: Carrier = Carrier.ELECTRICITY
    """What it prices."""
    currency: Currency | None = None
    """Three letters; left out: the site's."""
    bands: Annotated[tuple[BandForm, ...], Field(min_length=1)]
    """Prices, the special ones first, the one that holds always last."""
    export_price: Price = Decimal(0)
    """Currency per kWh paid for what is sent out."""
    fixed_per_month: Money = Decimal(0)
    """Standing charge."""
    per_kva_month: Money = Decimal(0)
    """Charge per kVA of contracted power."""
    basis: Basis = Basis.NONE
    """Of fuels: whether a kWh on the bill is of net (pci) or gross (pcs) calorific value."""


class ContractForm(Form):
    """A supply contract of a meter."""

    meter: Ref
    """The meter at the boundary."""
    tariff: Ref
    """One of the tariffs."""
    supplier: Name
    """Who supplies."""
    since: Day
    """First day."""
    until: Day | None = None
    """First day after it; left out: still runs."""
    power_kva: Positive | None = None
    """Contracted power."""
    phases: Annotated[int, Field(ge=1, le=3), WHOLE] = 3
    """1 or 3."""
    guarantee_of_origin_share: Fraction01 = 0.0
    """Part with guarantees of origin, 0 to 1."""
    reference: Text = ""
    """The contract's number, for people."""
