"""Corrections: what people know that no meter told. They stand beside the measured values and never overwrite them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from premises.time import Interval


class CorrectionKind(StrEnum):
    """What is corrected, and so what the fields of a correction mean."""

    METER_READING = "meter_reading"
    """A counter read by hand: `value` is what it showed at `since`; subject: the meter, register: which counter."""
    METER_SWAP = "meter_swap"
    """A meter was exchanged at `since`: `value` is the first index of the new one, `last_value` the last of the old."""
    INVOICE = "invoice"
    """Energy billed for `[since, until)`: `value` in `unit`, `amount` in `currency`; subject: the meter of the contract."""
    GUARANTEE_OF_ORIGIN = "guarantee_of_origin"
    """Certificates cancelled for `[since, until)`: `value` kWh or MWh; subject: the meter of the contract."""
    HEAT_NETWORK_FACTOR = "heat_network_factor"
    """The network's own factor for `[since, until)` (a calendar year): `value` in kgCO2e/kWh, or kWhEP/kWhEF of primary energy."""
    FUEL_DELIVERY = "fuel_delivery"
    """Fuel was delivered at `since`: `value` in `unit`; register: the fuel as the factors name it; subject: tank or generator;
    production: whose generator burnt it, "" for the site's."""
    ENERGY = "energy"
    """Energy of `[since, until)` for a stretch that no meter knows: `value` in kWh or MWh; subject: the meter."""
    FACTOR_WITHDRAWN = "factor_withdrawn"
    """A factor of the register must not be used from `since` on; subject: its identity as a report names it. No value."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One statement of a person: who, when, why, and the document that proves it.

    since, until: instants in UTC that it holds for; until None: at one instant. recorded_at: when it was entered.
    register: `energy`, `energy_export`, `heat_energy`, `gas_volume` or `volume`. withdrawn_*: it was taken back, and stays listed.
    """

    id: str
    site: str
    kind: CorrectionKind
    subject: str
    since: datetime
    by: str
    reason: str
    recorded_at: datetime
    until: datetime | None = None
    value: float | None = None
    unit: str = ""
    register: str = "energy"
    last_value: float | None = None
    amount: Decimal | None = None
    currency: str = ""
    document: str = ""
    production: str = ""
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_reason: str = ""

    @property
    def stands(self) -> bool:
        return self.withdrawn_at is None

    def touches(self, interval: Interval) -> bool:
        """Whether it says something of that span; one at an instant touches the span that holds it (or ends with it)."""
        if self.until is None:
            return interval.start <= self.since <= interval.end
        return self.since < interval.end and self.until > interval.start


class CorrectionBook(Protocol):
    """Every correction ever entered. Nothing is changed or deleted: what was wrong is withdrawn with a reason."""

    def add(self, corrections: Collection[Correction]) -> int:
        """Keep them, all or none; how many are new. The same id with the same content is once; with another: ConflictError."""
        ...

    def withdraw(self, correction_id: str, by: str, reason: str, at: datetime) -> Correction | None:
        """Take it back; None where there is no such one. The first to withdraw stays named."""
        ...

    def get(self, correction_id: str) -> Correction | None: ...

    def find(
        self,
        site: str,
        interval: Interval | None = None,
        kinds: Collection[CorrectionKind] | None = None,
        subject: str | None = None,
        *,
        withdrawn: bool = False,
        known_at: datetime | None = None,
    ) -> list[Correction]:
        """In order of since and id: those that stand, or all with `withdrawn`.

        interval: those that touch it. known_at: as the book stood at that instant (what was entered or withdrawn later is
        left out), so that a frozen edition can be made again.
        """
        ...
