"""What everyone may know of a site, made from the ports: sums and counts, never a booking, a person or a single room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.page.seeing import power
from gateway.page.view import Measured, PowerView
from premises.decision import ZoneState
from premises.ports import EnergyBucket, House, Resolution
from premises.site import Fund, Site
from premises.tariff import Carrier
from premises.time import Interval, local_day

WHOLE = 0.999
"""Completeness from which a sum counts as whole."""
_HEATED = frozenset({ZoneState.PRE_HEATING, ZoneState.OCCUPIED, ZoneState.READY})


@dataclass(frozen=True, slots=True)
class HourOfSun:
    """One hour of today. sun_kwh: of the load, what came from the roof; None where a register is missing or told nothing."""

    start: datetime
    sun_kwh: float | None
    grid_kwh: float | None


@dataclass(frozen=True, slots=True)
class SunToday:
    """Electricity since local midnight, in kWh, imports and exports gross. whole: no register has a gap."""

    hours: tuple[HourOfSun, ...]
    production_kwh: float | None
    exported_kwh: float | None
    imported_kwh: float | None
    whole: bool

    @property
    def used_kwh(self) -> float | None:
        """Of the production, what the site used itself; not below zero, whatever two meters' rounding says."""
        if self.production_kwh is None or self.exported_kwh is None:
            return None
        return max(0.0, self.production_kwh - self.exported_kwh)

    @property
    def share(self) -> float | None:
        """Self-sufficiency today: the part of the load that the roof carried, 0 to 1."""
        used, imported = self.used_kwh, self.imported_kwh
        if used is None or imported is None or used + imported <= 0:
            return None
        return used / (used + imported)


@dataclass(frozen=True, slots=True)
class PublicView:
    """One site for everyone. heated, heatable: how many rooms have heat for people now, and how many could."""

    site: Site
    at: datetime
    sun: SunToday
    power: PowerView
    heated: int
    heatable: int
    funds: tuple[Fund, ...]

    @property
    def outdoor(self) -> Measured | None:
        measured = self.power.outdoor
        return measured if measured is not None and measured.known else None


def see_public(house: House, site: Site) -> PublicView:
    """The site at this moment. Raises StoreUnavailableError."""
    now = house.clock.now()
    decisions = house.decisions.current(site.id)
    heatable = [zone.id for zone in site.zones if zone.heating_plant is not None]
    heated = [zone for zone in heatable if zone in decisions and decisions[zone].state in _HEATED]
    above = [fund for cluster in house.clusters if site.id in {one.id for one in cluster.sites} for fund in cluster.funds]
    live = house.live.all(site.id)
    funds = tuple(fund for fund in (*site.funds, *above) if fund.grants)
    return PublicView(site, now, sun_today(house, site, now), power(site, live), len(heated), len(heatable), funds)


def sun_today(house: House, site: Site, now: datetime) -> SunToday:
    """From the gross registers at the boundary, by the hour."""
    day = local_day(now.astimezone(site.zoneinfo).date(), site.zoneinfo)
    span = Interval(day.start, max(now, day.start))
    electric = [meter for meter in site.meters if meter.carrier is Carrier.ELECTRICITY]
    grid = [meter.id for meter in electric if meter.role == "grid"]
    roof = [meter.id for meter in electric if meter.role == "production"]
    imported = _buckets(house, site, grid, "energy", span)
    exported = _buckets(house, site, grid, "energy_export", span)
    produced = _buckets(house, site, roof, "energy", span)
    hours = []
    for start in sorted({bucket.start for rows in (imported, exported, produced) for bucket in rows if bucket.start < now}):
        bought, sold, made = (_kwh([b for b in rows if b.start == start]) for rows in (imported, exported, produced))
        used = None if made is None or sold is None else max(0.0, made - sold)
        hours.append(HourOfSun(start, used, bought))
    whole = all(b.completeness >= WHOLE for rows in (imported, exported, produced) for b in rows if b.end <= now)
    return SunToday(tuple(hours), _kwh(produced), _kwh(exported), _kwh(imported), whole)


def _buckets(house: House, site: Site, meters: Sequence[str], quantity: str, span: Interval) -> list[EnergyBucket]:
    if not span.end > span.start:
        return []
    points = [point.id for meter in meters for point in site.points_of(meter, quantity)]
    return [bucket for point in points for bucket in house.store.energy(site.id, point, span, Resolution.HOUR)]


def _kwh(buckets: Sequence[EnergyBucket]) -> float | None:
    """The sum of what is known; None where nothing is."""
    known = [bucket.kwh for bucket in buckets if bucket.kwh is not None]
    return sum(known) if known else None
