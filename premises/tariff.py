"""What energy costs, by local time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo


class Carrier(StrEnum):
    """What carries the energy across the site's boundary."""

    ELECTRICITY = "electricity"
    GAS = "gas"
    HEAT_NETWORK = "heat_network"
    COOLING_NETWORK = "cooling_network"
    HEATING_OIL = "heating_oil"
    WOOD = "wood"


@dataclass(frozen=True, slots=True)
class TariffBand:
    """A price that holds on some local hours of some days of some months.

    price: currency per kWh, all taxes included; weekdays 1 (Monday) to 7; months 1 to 12;
    start, end: local wall time, half-open; end 00:00 means the end of the day; start > end runs over midnight
    (the weekday is that of the local day in which the instant lies).
    """

    name: str
    price: Decimal
    weekdays: frozenset[int] = frozenset(range(1, 8))
    months: frozenset[int] = frozenset(range(1, 13))
    start: time = time(0)
    end: time = time(0)

    def holds_at(self, local: datetime) -> bool:
        if local.isoweekday() not in self.weekdays or local.month not in self.months:
            return False
        clock = local.time()
        if self.start == self.end:
            return True
        if self.end == time(0) or self.start < self.end:
            return self.start <= clock and (self.end == time(0) or clock < self.end)
        return clock >= self.start or clock < self.end


@dataclass(frozen=True, slots=True)
class Tariff:
    """Prices of one carrier. The first band that holds gives the price; the last one must hold always.

    export_price: currency per kWh paid for what is sent out. fixed_per_month and per_kva_month: standing charges.
    basis: what a kWh means on the bill, "pci" (net) or "pcs" (gross calorific value) for fuels, else "".
    """

    id: str
    carrier: Carrier
    currency: str
    bands: tuple[TariffBand, ...]
    export_price: Decimal = Decimal(0)
    fixed_per_month: Decimal = Decimal(0)
    per_kva_month: Decimal = Decimal(0)
    basis: str = ""

    def band_at(self, instant: datetime, zone: ZoneInfo) -> TariffBand:
        local = instant.astimezone(zone)
        for band in self.bands:
            if band.holds_at(local):
                return band
        return self.bands[-1]

    def price_at(self, instant: datetime, zone: ZoneInfo) -> Decimal:
        """Currency per kWh taken from the grid at that instant."""
        return self.band_at(instant, zone).price


@dataclass(frozen=True, slots=True)
class Contract:
    """A supply contract of a meter: from a local day (inclusive) to a local day (exclusive, None: open)."""

    meter: str
    tariff: str
    supplier: str
    since: date
    until: date | None = None
    power_kva: float | None = None
    phases: int = 3
    guarantee_of_origin_share: float = 0.0
