"""What reports need besides meters: the OPERAT entity, functions of building automation, a fund's operation and indicators."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from premises.reporting import BacsClass, BacsName, OperatCategory, ReportName, Rhythm
from premises.sitefile.form.fields import NUMBER, WHOLE, Day, Form, Language, Name, NotNegative, Percent, Positive, Ref, Text

Year = Annotated[int, Field(ge=2000, le=2100), WHOLE]
Hours = Annotated[float, Field(ge=0, le=8784), NUMBER]


class OperatPartForm(Form):
    """An area of one sub-category of the decree."""

    category: OperatCategory
    """Sub-category of annexe I."""
    zones: tuple[Ref, ...] = ()
    """Zones of this sub-category; their booked and opening hours are its hours of use."""
    area_m2: Positive | None = None
    """Area that counts for energy; left out: that of the zones."""
    hours: Hours | None = None
    """Hours of use in a year; left out: counted from bookings and opening hours."""
    density: NotNegative | None = None
    """Film and TV studios: energy density (DE); left out: the standard's."""
    workstation_m2: Positive | None = None
    """Offices, animation: m² per workstation; left out: the standard's."""
    occupancy_pct: Percent | None = None
    """Offices, animation: occupancy of the workstations; left out: the standard's."""
    auditorium_m2: Positive | None = None
    """Cinemas: mean area of an auditorium; left out: the standard's."""


class OperatReferenceForm(Form):
    """The year that the entity is compared with."""

    year: Year
    """Its first month's year."""
    kwh_m2: Positive
    """Final energy, adjusted for its climate, kWh/m²."""
    cabs_kwh_m2: Positive | None = None
    """Absolute value at the intensity of use of that year; left out: not modulated by activity."""
    document: Text = ""
    """Where the invoices are."""


class OperatForm(Form):
    """The entity that is declared to OPERAT (French tertiary decree)."""

    parts: Annotated[tuple[OperatPartForm, ...], Field(min_length=1)]
    """Areas by sub-category."""
    reference: OperatReferenceForm | None = None
    """The reference year; left out: only the absolute objective can be told."""
    entity: Text = ""
    """Number of the entity (EFA) at OPERAT."""
    siret: Annotated[Text, Field(pattern=r"^(\d{14})?$")] = ""
    """SIRET of who declares, 14 digits in quotes."""
    cadastre: Text = ""
    """Cadastral references."""
    mean_heating_degree_days: NotNegative | None = None
    """Mean of the station's years 2001 to 2020, base 18 °C; left out: no climate adjustment."""
    mean_cooling_degree_days: NotNegative | None = None
    """The same for cooling."""


class BacsFunctionForm(Form):
    """What is stated of a function of building automation that Greenroom cannot see itself."""

    function: BacsName
    """Which one."""
    stated: BacsClass | None = None
    """Class that a paper shows; it is printed as stated, beside what Greenroom proves."""
    present: bool = True
    """no: the site has nothing of the kind, such as no cooling."""
    document: Text = ""
    """The paper that shows it."""


class IndicatorForm(Form):
    """An indicator of the operation, by its code."""

    code: Annotated[Name, Field(pattern=r"^RC[OR]\d{2,3}$")]
    """Such as RCR26."""
    baseline: NotNegative | None = None
    """Level before, in the code's unit."""
    baseline_year: Year | None = None
    """Year of the baseline."""
    target: NotNegative | None = None
    """Level agreed on."""
    target_year: Year | None = None
    """Year of the target."""
    achieved: NotNegative | None = None
    """Stated, where no meter tells it; left out: from the meters."""
    certificate: NotNegative | None = None
    """Value of the energy performance certificate, printed beside the metered one."""
    documents: tuple[Text, ...] = ()
    """References of papers."""


class OperationForm(Form):
    """The project as the fund knows it."""

    number: Text = ""
    """Number of the operation."""
    beneficiary: Text = ""
    """Who received the support; left out: the owner."""
    completed: Day | None = None
    """Day on which the works were completed."""
    last_payment: Day | None = None
    """Day of the last payment to the beneficiary: papers are kept five years from the end of its year."""
    indicators: tuple[IndicatorForm, ...] = ()
    """What was agreed on."""


class ReportOrderForm(Form):
    """A report that is issued by itself, signed where there is a key, and told to who is told of reports."""

    kind: ReportName
    """Which report."""
    every: Rhythm = Rhythm.MONTH
    """For every local month, or every calendar year."""
    after_days: Annotated[int, Field(ge=0, le=120), WHOLE] = 5
    """Days after the end of the period, for data that come late."""
    languages: tuple[Language, ...] = ()
    """Its languages; left out: the site's."""
