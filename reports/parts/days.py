"""Local days of the ledger: energy of a carrier or of meters, told only for days of which every quarter hour is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import numpy as np

from premises.site import Meter, Site
from premises.tariff import Carrier
from premises.time import SLOT, local_midnight
from reports.ledger import EXPORT, Ledger
from reports.ledger.sums import added, local_index, meters


def daily_energy(ledger: Ledger, carrier: Carrier) -> dict[date, float]:
    """kWh by day that the site used of a carrier: bought, for electricity with own sun and without what was sent out."""
    grids = [meter.id for meter in meters(ledger.site, "grid", carrier)]
    kwh = added(ledger, grids).to_numpy(copy=True)
    if carrier is Carrier.ELECTRICITY:
        made = [meter.id for meter in meters(ledger.site, "production", carrier)]
        sent = [grid for grid in grids if ledger.has(grid, EXPORT)]
        if made:
            kwh += added(ledger, made).to_numpy()
        if sent:
            kwh -= added(ledger, sent, EXPORT).to_numpy()
    return _whole_days(ledger, kwh)


def daily_meters(ledger: Ledger, names: Sequence[str]) -> dict[date, float]:
    """kWh by day of meters together."""
    return _whole_days(ledger, added(ledger, names).to_numpy())


def _whole_days(ledger: Ledger, kwh: np.ndarray) -> dict[date, float]:
    if not len(kwh):
        return {}
    zone, dates = ledger.site.zoneinfo, local_index(ledger).date
    starts = np.flatnonzero(np.r_[True, dates[1:] != dates[:-1]])
    known = np.add.reduceat(~np.isnan(kwh), starts)
    sums = np.add.reduceat(np.nan_to_num(kwh), starts)
    found = {}
    for place, start in enumerate(starts):
        day = dates[start]
        if known[place] == (local_midnight(day + timedelta(days=1), zone) - local_midnight(day, zone)) // SLOT:
            found[day] = float(sums[place])
    return found


def heating_meters(site: Site) -> list[Meter]:
    """Those of the plants that heat; where no plant names one, meters of that use."""
    named = {plant.meter for plant in site.plants if plant.meter and plant.heat_power_w > 0}
    return [meter for meter in site.meters if meter.id in named or (not named and meter.use == "heating")]


def local_day(at: datetime, site: Site) -> date:
    """The local day of an instant."""
    return at.astimezone(site.zoneinfo).date()
