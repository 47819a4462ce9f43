"""Reading the ledger from the store: in bulk where the store can, bucket by bucket where it cannot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from premises.columns import BulkEnergy
from premises.ports import EnergyBucket, Resolution, TelemetryStore
from premises.site import Point, Site
from premises.tariff import Carrier
from premises.time import SLOT, Interval, floor_to
from reports.ledger.columns import EXPORT, GAS, HEAT, IMPORT, Ledger

_QUARTER_US = SLOT // timedelta(microseconds=1)


def counters_of(site: Site) -> list[tuple[str, str, Point, float | None]]:
    """(meter or plant, register, point, kWh per unit): the energy counters of meters, then the heat counters of plants.

    kWh per unit is None for a gas meter whose calorific value the site file does not tell. Bought heat is its meter's consumption.
    """
    found: list[tuple[str, str, Point, float | None]] = []
    for meter in site.meters:
        for point in site.points_of(meter.id):
            name = point.quantity.name
            if name in (IMPORT, EXPORT):
                found.append((meter.id, name, point, 1.0))
            elif name == HEAT:
                found.append((meter.id, HEAT if meter.carrier is Carrier.ELECTRICITY else IMPORT, point, 1.0))
            elif name == GAS:
                found.append((meter.id, IMPORT, point, meter.kwh_per_m3))
    for plant in site.plants:
        found += [(plant.id, HEAT, point, 1.0) for point in site.points_of(plant.id, HEAT)]
    return found


def read_ledger(site: Site, store: TelemetryStore, period: Interval, now: datetime) -> Ledger:
    """Quarter hours of the period as far as it is past, of every counter. Raises what the store raises."""
    until = max(period.start, min(period.end, floor_to(now, SLOT)))
    counters = counters_of(site)
    told = [one for one in counters if one[3] is not None]
    unknown = tuple((meter, "ledger.no_calorific_value") for meter, _, _, factor in counters if factor is None)
    silent = tuple(
        (meter.id, "ledger.no_counter") for meter in site.meters if not any(meter.id == counted for counted, *_ in counters)
    )
    index = pd.date_range(period.start, until, freq=SLOT, inclusive="left", tz="UTC", unit="us", name="start")
    blocks = _blocks(site, store, [point for _, _, point, _ in told], Interval(period.start, until), len(index))
    names: dict[tuple[str, str], tuple[np.ndarray, np.ndarray, np.ndarray]] = {}
    for meter, register, point, factor in told:
        amount, estimated, complete = blocks[point.id]
        block = (amount * (factor or 1.0), estimated * (factor or 1.0), complete)
        before = names.get((meter, register))  # a register with two counters (two gas meters in one cupboard) is their sum
        names[meter, register] = (
            block if before is None else (before[0] + block[0], before[1] + block[1], np.minimum(before[2], block[2]))
        )
    columns = pd.MultiIndex.from_tuples(list(names), names=["meter", "register"])
    frames = [_frame([block[part] for block in names.values()], index, columns) for part in range(3)]
    corrected = _frame([np.zeros(len(index)) for _ in names], index, columns)
    return Ledger(site, period, until, frames[0], frames[1], corrected, frames[2], unknown + silent)


def _frame(blocks: Sequence[np.ndarray], index: pd.DatetimeIndex, columns: pd.MultiIndex) -> pd.DataFrame:
    """One register after the other in memory, so that each is a plain array of the frame and none is copied to be read."""
    values = np.stack(blocks).T if blocks else np.empty((len(index), 0))
    return pd.DataFrame(values, index=index, columns=columns, copy=False)


def _blocks(
    site: Site, store: TelemetryStore, points: Sequence[Point], span: Interval, length: int
) -> Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    if not length:
        return {point.id: (np.empty(0), np.empty(0), np.empty(0)) for point in points}
    if isinstance(store, BulkEnergy):
        found = store.energy_columns(site.id, [point.id for point in points], span, Resolution.QUARTER)
        return {
            name: (np.asarray(one.amount), np.asarray(one.estimated), np.asarray(one.completeness)) for name, one in found.items()
        }
    return {point.id: _of_buckets(store.energy(site.id, point.id, span, Resolution.QUARTER)) for point in points}


def _of_buckets(buckets: Sequence[EnergyBucket]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    amount = np.array([np.nan if bucket.kwh is None else bucket.kwh for bucket in buckets], np.float64)
    return amount, np.array([b.estimated_kwh for b in buckets], float), np.array([b.completeness for b in buckets], float)
