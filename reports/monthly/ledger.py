"""The ledger: every register of every meter by quarter hour, as one table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from premises.ports import Resolution, TelemetryStore
from premises.site import Meter, Point, Site
from premises.tariff import Carrier
from premises.time import Interval

IMPORT, EXPORT = "energy", "energy_export"
GAS, HEAT = "gas_volume", "heat_energy"
_REGISTERS = (IMPORT, EXPORT, HEAT, GAS)


@dataclass(frozen=True)
class Ledger:
    """Quarter hours of a month.

    table: one row per (meter, register, start) with kwh (NaN: nothing known), estimated_kwh, completeness.
    until: the month is only past up to here (its end, or now); quarters after it are not expected and not in the table.
    left_out: meters that are read but cannot be told in kWh, with the reason.
    """

    site: Site
    month: Interval
    until: datetime
    table: pd.DataFrame
    left_out: tuple[str, ...] = ()

    def register(self, meter: str, register: str = IMPORT) -> pd.DataFrame:
        """Rows of one register, indexed by start."""
        table = self.table
        return table[(table["meter"] == meter) & (table["register"] == register)].set_index("start")

    def has(self, meter: str, register: str = IMPORT) -> bool:
        return not self.register(meter, register).empty


def registers_of(site: Site, meter: Meter) -> list[Point]:
    """The counter points of a meter that hold energy."""
    return [point for point in site.points_of(meter.id) if point.quantity.name in _REGISTERS]


def _register_of(meter: Meter, point: Point) -> tuple[str, float] | None:
    """Register and kWh per unit of the counter; None where the site file does not tell the latter.

    Gas is counted in m³ and billed by gross calorific value; heat that is bought is its meter's consumption.
    """
    name = point.quantity.name
    if name == GAS:
        return None if meter.kwh_per_m3 is None else (IMPORT, meter.kwh_per_m3)
    if name == HEAT and meter.carrier is not Carrier.ELECTRICITY:
        return IMPORT, 1.0
    return name, 1.0


def read_ledger(site: Site, store: TelemetryStore, month: Interval, now: datetime) -> Ledger:
    """Read all registers of the month's past part. Raises what the store raises."""
    until = min(month.end, max(now, month.start))
    span = Interval(month.start, until)
    rows: list[tuple[str, str, datetime, float | None, float, float]] = []
    left_out: list[str] = []
    for meter in site.meters:
        for point in registers_of(site, meter):
            told = _register_of(meter, point)
            if told is None:
                left_out.append(f"{meter.name}: m³ without kWh, as its kwh_per_m3 is not in the site file")
                continue
            register, factor = told
            for bucket in store.energy(site.id, point.id, span, Resolution.QUARTER):
                kwh = None if bucket.kwh is None else bucket.kwh * factor
                rows.append((meter.id, register, bucket.start, kwh, bucket.estimated_kwh * factor, bucket.completeness))
    table = pd.DataFrame(rows, columns=["meter", "register", "start", "kwh", "estimated_kwh", "completeness"])
    table["kwh"] = table["kwh"].astype("float64")
    return Ledger(site, month, until, table, tuple(left_out))
