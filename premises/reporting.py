"""What reports need to know of a site that no meter tells: its OPERAT entity, its building automation, a fund's indicators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class OperatCategory(StrEnum):
    """Sub-categories of annexe I of the arrêté du 1er août 2025 (NOR ATDL2430864A) whose absolute values are known here."""

    FILM_STUDIO = "film_studio"
    TV_STUDIO = "tv_studio"
    ANIMATION_STUDIO = "animation_studio"
    ADMINISTRATION = "administration"
    AUDIOVISUAL_DEFAULT = "audiovisual_default"
    AUDITORIUM = "auditorium"
    CINEMA_FOYER = "cinema_foyer"
    CINEMA_DEFAULT = "cinema_default"
    OFFICES = "offices"


@dataclass(frozen=True, slots=True)
class OperatPart:
    """An area of one sub-category. zones: where its hours are counted from bookings and opening hours.

    area_m2 None: the zones' own. The indicators of use are as the standard has them where None; hours None: counted.
    """

    category: OperatCategory
    zones: tuple[str, ...] = ()
    area_m2: float | None = None
    hours: float | None = None
    density: float | None = None
    workstation_m2: float | None = None
    occupancy_pct: float | None = None
    auditorium_m2: float | None = None


@dataclass(frozen=True, slots=True)
class OperatReference:
    """The reference year: its final energy climate-adjusted, kWh/m²; cabs_kwh_m2: of its own intensity of use, where known."""

    year: int
    kwh_m2: float
    cabs_kwh_m2: float | None = None
    document: str = ""


@dataclass(frozen=True, slots=True)
class Operat:
    """The entity as it is declared. mean_*_degree_days: of its station, 2001 to 2020 (arrêté du 10 avril 2020, annexe III)."""

    parts: tuple[OperatPart, ...]
    reference: OperatReference | None = None
    entity: str = ""
    siret: str = ""
    cadastre: str = ""
    mean_heating_degree_days: float | None = None
    mean_cooling_degree_days: float | None = None


class BacsName(StrEnum):
    """Functions of building automation as ISO 52120-1 groups them; the classes of each are in `reports/bacs/functions.toml`."""

    HEAT_EMISSION = "heat_emission"
    HEAT_DISTRIBUTION = "heat_distribution"
    GENERATOR = "generator"
    INTERMITTENCE = "intermittence"
    INTERLOCK = "interlock"
    LIGHTING = "lighting"
    SET_POINTS = "set_points"
    RUN_TIME = "run_time"
    FAULT_DETECTION = "fault_detection"
    ENERGY_MONITORING = "energy_monitoring"
    LOCAL_GENERATION = "local_generation"


class BacsClass(StrEnum):
    """A is best. The class of a building is the lowest among its functions."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


@dataclass(frozen=True, slots=True)
class BacsFunction:
    """What the owner states of a function, with the paper that shows it; present False: the site has nothing of the kind."""

    function: BacsName
    stated: BacsClass | None = None
    present: bool = True
    document: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """A coded indicator of an operation. Values in the code's unit (RCO22, RCR32 in MW, RCR26, RCR31 in MWh/year, RCR29 in tonnes).

    achieved: stated, for what no meter tells (a capacity, an area); None: computed from the meters. certificate: the value of the
    energy performance certificate, printed beside the metered one. documents: references of papers.
    """

    code: str
    baseline: float | None = None
    baseline_year: int | None = None
    target: float | None = None
    target_year: int | None = None
    achieved: float | None = None
    certificate: float | None = None
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Operation:
    """What a fund calls the project that it supports. last_payment: to the beneficiary; it decides how long papers are kept."""

    number: str = ""
    beneficiary: str = ""
    completed: date | None = None
    last_payment: date | None = None
    indicators: tuple[Indicator, ...] = ()


class ReportName(StrEnum):
    """Kinds of reports that can be ordered; the makers are in `reports.kinds`."""

    MONTH = "month"
    FUNDER = "funder"
    OPERAT = "operat"
    BACS = "bacs"
    TENANT = "tenant"
    PRODUCTION = "production"
    STUDIO_PACK = "studio-pack"
    LETTER = "letter"


class Rhythm(StrEnum):
    """How often: for every local month, or every calendar year."""

    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """A report that is issued by itself. after_days: local days after the end of the period, for data that come late.

    languages: empty for the site's.
    """

    kind: ReportName
    every: Rhythm
    after_days: int = 5
    languages: tuple[str, ...] = ()
