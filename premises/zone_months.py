"""Energy by functional zone, use and month: what the French decree on building automation (CCH R175-3) has kept for five years.

It comes from the monthly figures of the store, which are sums of days that are kept for ever.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from premises.ports import EnergyBucket, Resolution, TelemetryStore
from premises.site import Meter, Site
from premises.time import Interval, following_month, local_midnight

YEARS = 5
MOST_YEARS = 30
COUNTED = ("energy", "heat_energy", "gas_volume")
WHOLE_SITE = ""
COLUMNS = ("site", "month", "zone", "zone_use", "carrier", "use", "kwh", "estimated_kwh", "completeness", "by_area", "meters")


@dataclass(frozen=True, slots=True)
class ZoneMonth:
    """Energy of one use in one functional zone in one month of the site's calendar.

    site, zone: ids, zone "" for what is metered for the whole site; zone_use: what the zone is for; use: of the meters (lighting,
    heating, …), for those at the boundary their role (grid, production). kwh: of all meters of which something is known, None
    where nothing is, never 0 for a gap; estimated_kwh: the part of it that was interpolated; completeness: 0 to 1, share of
    the month that was measured, meter by meter. by_area: a meter stands for several zones and was shared by their areas.
    """

    site: str
    month: date
    zone: str
    zone_use: str
    carrier: str
    use: str
    kwh: float | None
    estimated_kwh: float
    completeness: float
    by_area: bool
    meters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A counter, and how much of it goes to a zone."""

    source: str
    point: str
    kwh_per_unit: float
    share: float


def months_back(today: date, years: int) -> tuple[date, date]:
    """First days of the month so many years ago, and of the month after today's: what is to be kept, the running month with it."""
    first = date(today.year - years, today.month, 1)
    return first, following_month(today)


def zone_months(site: Site, store: TelemetryStore, first: date, beyond: date) -> list[ZoneMonth]:
    """Every month from the one that begins at `first` to before the one that begins at `beyond`, by zone, carrier and use.

    A sub-meter counts in its zones, none that has further ones behind it; those at the boundary stand beside, for the whole site,
    and are not to be added to them. A gas meter without calorific value is left out. Raises as `TelemetryStore.energy` does.
    """
    zone = ZoneInfo(site.timezone)
    months = _months(first, beyond)
    if not months:
        return []
    span = Interval(local_midnight(months[0], zone), local_midnight(beyond, zone))
    groups = _groups(site)
    told: dict[str, dict[date, EnergyBucket]] = {}
    for point in {part.point for parts in groups.values() for part in parts}:
        buckets = store.energy(site.id, point, span, Resolution.MONTH)
        told[point] = {bucket.start.astimezone(zone).date(): bucket for bucket in buckets}
    uses = {one.id: one.use.value for one in site.zones}
    found = []
    for month in months:
        for (name, carrier, use), parts in sorted(groups.items()):
            of_month = [(part, told[part.point].get(month)) for part in parts]
            found.append(_month_of((site.id, month, name, uses.get(name, ""), carrier, use), of_month))
    return found


def _month_of(named: tuple[str, date, str, str, str, str], told: Sequence[tuple[_Part, EnergyBucket | None]]) -> ZoneMonth:
    some = [(part.share * part.kwh_per_unit, bucket) for part, bucket in told if bucket is not None]
    known = [factor * bucket.kwh for factor, bucket in some if bucket.kwh is not None]
    return ZoneMonth(
        *named,
        kwh=math.fsum(known) if known else None,
        estimated_kwh=math.fsum(factor * bucket.estimated_kwh for factor, bucket in some),
        completeness=math.fsum(bucket.completeness for _, bucket in some) / len(told),
        by_area=any(part.share < 1.0 for part, _ in told),
        meters=tuple(sorted({part.source for part, _ in told})),
    )


def _groups(site: Site) -> dict[tuple[str, str, str], list[_Part]]:
    """Counters by zone, carrier and use; the heat that plants count goes to the whole site."""
    above = {meter.parent for meter in site.meters}
    areas = {zone.id: zone.area_m2 for zone in site.zones}
    groups: dict[tuple[str, str, str], list[_Part]] = {}
    for meter in site.meters:
        if meter.role == "sub" and meter.id in above:
            continue
        for point, factor in _registers(site, meter):
            zones = meter.zones if meter.role == "sub" else ()
            area = sum(areas[zone] for zone in zones)
            use = meter.use if meter.role == "sub" else meter.role
            for zone in zones or (WHOLE_SITE,):
                share = areas[zone] / area if len(zones) > 1 else 1.0
                groups.setdefault((zone, meter.carrier.value, use), []).append(_Part(meter.id, point, factor, share))
    for plant in site.plants:
        made = [_Part(plant.id, point.id, 1.0, 1.0) for point in site.points_of(plant.id, "heat_energy")]
        if made:
            groups.setdefault((WHOLE_SITE, "heat", "plant"), []).extend(made)
    return groups


def _registers(site: Site, meter: Meter) -> list[tuple[str, float]]:
    """Points that count what the meter's carrier brings, with the kWh of a unit of theirs."""
    heat_of_a_pump = meter.carrier.value == "electricity"  # a heat counter beside it counts what comes out
    named = [one for one in site.points_of(meter.id) if one.quantity.name in COUNTED]
    factors = {"energy": 1.0, "heat_energy": None if heat_of_a_pump else 1.0, "gas_volume": meter.kwh_per_m3}
    return [(one.id, factor) for one in named if (factor := factors[one.quantity.name]) is not None]


def _months(first: date, beyond: date) -> list[date]:
    month, found = first.replace(day=1), []
    while month < beyond:
        found.append(month)
        month = following_month(month)
    return found


def as_row(one: ZoneMonth) -> dict[str, object]:
    """The month as a table or a JSON document has it: keys are COLUMNS, energy in whole Wh."""
    return {
        "site": one.site,
        "month": f"{one.month:%Y-%m}",
        "zone": one.zone or None,
        "zone_use": one.zone_use or None,
        "carrier": one.carrier,
        "use": one.use,
        "kwh": None if one.kwh is None else round(one.kwh, 3),
        "estimated_kwh": round(one.estimated_kwh, 3),
        "completeness": round(one.completeness, 4),
        "by_area": one.by_area,
        "meters": list(one.meters),
    }


def as_csv(months: Iterable[ZoneMonth]) -> str:
    """A table with a line per month, zone, carrier and use (RFC 4180); what is not known is empty."""
    told = io.StringIO(newline="")
    writer = csv.DictWriter(told, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for one in months:
        writer.writerow({**as_row(one), "meters": " ".join(one.meters), "by_area": str(one.by_area).lower()})
    return told.getvalue()
