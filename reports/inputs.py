"""What the makers of reports take: everything is read beforehand, so that a report is a pure function of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol, TypeAlias

from premises.booking import Booking, StoredBooking
from premises.corrections import Correction
from premises.decision import ZoneDecision
from premises.losses import Loss, LossBook
from premises.ports import BookingQuery, DecisionBook, TelemetryStore
from premises.site import Cluster, Site
from premises.time import Interval, local_midnight
from reports.factors import Factor

if TYPE_CHECKING:
    from reports.ledger import Ledger
    from reports.ledger.years import YearLedgers


@dataclass(frozen=True, slots=True)
class Guarantee:
    """Guarantees of origin cancelled for the site's import on the days first to last. factor: kgCO2e/kWh of their source."""

    first: date
    last: date
    kwh: float
    document: str
    factor: float = 0.0


@dataclass(frozen=True, slots=True)
class Fuel:
    """Fuel delivered: carrier as in the register of factors (`heating_oil`, `non_road_diesel`), of it net_kwh (PCI).

    quantity and unit as delivered (`litre`, `kg`); production: whose generator burnt it, None: the site's.
    """

    day: date
    carrier: str
    quantity: float
    unit: str
    net_kwh: float
    document: str
    production: str | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """A supplier's bill of a boundary meter for the days first to last."""

    meter: str
    first: date
    last: date
    kwh: float
    amount: Decimal
    document: str


@dataclass(frozen=True, slots=True)
class Supplements:
    """What no meter tells: papers that people put in for a site.

    factors come before the shipped ones: a heat network's own is of carrier `heat_network`, scope `scope2` (and `primary`).
    withdrawn: identities of factors that must not be used, each with the reason. corrections: all that touch the period, for
    the table of corrections; those that change quarter hours are in the ledger already.
    """

    factors: tuple[Factor, ...] = ()
    withdrawn: tuple[tuple[str, str], ...] = ()
    guarantees: tuple[Guarantee, ...] = ()
    fuels: tuple[Fuel, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    corrections: tuple[Correction, ...] = ()


MonthSum: TypeAlias = tuple[date, float | None, float, float]
"""First day of a local month, its kWh (None: nothing known), of it estimated kWh, completeness 0 to 1."""


@dataclass(frozen=True)
class SiteInputs:
    """One site. ledger: with corrections applied. bookings overlap the period; decisions are the changes of state in it.

    outdoor_c: by hour the outdoor air's (start, lowest, highest), from a day before to a day after, for degree-days.
    losses: those found that overlap the period. earlier: the ledger of the same days a year before, where asked for, with
    earlier_outdoor_c as outdoor_c. history: months by (meter, register), for what is kept for years.
    baseline: the ledger of a whole year before, of the boundary at least, where asked for; outdoor_days: mean outdoor air of the
    local days of it and of the period; inside_days: mean air of each heated zone on the days of the period.
    """

    site: Site
    ledger: Ledger
    bookings: tuple[Booking, ...] = ()
    decisions: tuple[ZoneDecision, ...] = ()
    supplements: Supplements = Supplements()
    outdoor_c: tuple[tuple[datetime, float, float], ...] = ()
    losses: tuple[Loss, ...] = ()
    earlier: Ledger | None = None
    history: Mapping[tuple[str, str], tuple[MonthSum, ...]] = field(default_factory=dict)
    earlier_outdoor_c: tuple[tuple[datetime, float, float], ...] = ()
    baseline: Ledger | None = None
    outdoor_days: Mapping[date, float] = field(default_factory=dict)
    inside_days: Mapping[str, Mapping[date, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Inputs:
    """Sites (one, or those of a cluster), the local days first to last (both included), and the present instant.

    languages: those asked for, empty: the site's. only: id of the one tenant or production asked for, None: all of them.
    """

    sites: tuple[SiteInputs, ...]
    first: date
    last: date
    now: datetime
    cluster: Cluster | None = None
    languages: tuple[str, ...] = ()
    only: str | None = None


class BookingFinder(Protocol):
    """What reports ask of a BookingBook."""

    def find(self, query: BookingQuery) -> Sequence[StoredBooking]: ...


@dataclass(frozen=True)
class Sources:
    """The ports that inputs are read from; None: not there, and the report says what it lacks for that.

    ledgers: where several reports of one year are made, whole years read once; None: each period is read by itself.
    correct: turns the ledger as measured into the corrected one (never in place). supplements: of a site and a period.
    """

    store: TelemetryStore
    bookings: BookingFinder | None = None
    decisions: DecisionBook | None = None
    correct: Callable[[Site, Ledger], Ledger] | None = None
    supplements: Callable[[Site, Interval], Supplements] | None = None
    losses: LossBook | None = None
    ledgers: YearLedgers | None = None


def period_of(site: Site, first: date, last: date) -> Interval:
    """The local days as an interval, both included."""
    return Interval(local_midnight(first, site.zoneinfo), local_midnight(last + timedelta(days=1), site.zoneinfo))
