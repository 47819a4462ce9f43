"""Who used what, quarter hour by quarter hour: own meter, then booked windows, then a stated key; nothing hidden, all adding up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from premises.booking import Booking
from premises.site import Meter, Site
from premises.tariff import Carrier
from reports.inputs import SiteInputs
from reports.ledger import IMPORT, Ledger
from reports.ledger.sums import added, meters
from reports.parts.cost import band_numbers
from reports.parts.energy import leaves
from reports.parts.hours import part_of_slots, stays
from reports.parts.sun import SunSeries, sun_series

OWNER = "owner"
METER, WINDOW, KEY, STANDBY, REST = "meter", "window", "key", "standby", "unattributed"
"""How a kWh came to be whose it is; the last two are the owner's: used unbooked, and not to be told for a gap."""


@dataclass(slots=True)
class Share:
    """What one taker used, kWh by quarter hour, by how it was found."""

    by_way: dict[str, np.ndarray] = field(default_factory=dict)

    def add(self, way: str, kwh: np.ndarray) -> None:
        self.by_way[way] = self.by_way.get(way, 0.0) + np.nan_to_num(kwh)

    def series(self, length: int) -> np.ndarray:
        return sum(self.by_way.values(), np.zeros(length))

    def kwh(self, way: str | None = None) -> float:
        chosen = self.by_way.values() if way is None else [self.by_way[way]] if way in self.by_way else []
        return float(sum(values.sum() for values in chosen))


@dataclass(frozen=True)
class Sharing:
    """The site's electricity shared out. total_kwh: the load that is known; the shares add up to it.

    sun_part: share of each quarter hour's load that came from the site's own sun. areas: the key.
    """

    shares: Mapping[str, Share]
    load: np.ndarray
    sun_part: np.ndarray
    areas: Mapping[str, float]

    @property
    def total_kwh(self) -> float:
        return float(np.nansum(self.load))

    def of(self, taker: str) -> np.ndarray:
        return self.shares[taker].series(len(self.load))

    def sun_kwh(self, taker: str) -> float:
        """The part of own sun: in proportion to what each used in each quarter hour (dynamic key)."""
        return float((self.of(taker) * self.sun_part).sum())


def load_and_sun(ledger: Ledger) -> tuple[np.ndarray, np.ndarray]:
    """Load by quarter hour (NaN where not known) and the share of it that came from the own sun (0 where not known)."""
    grids = [meter.id for meter in meters(ledger.site, "grid", Carrier.ELECTRICITY)]
    sun: SunSeries | None = sun_series(ledger)
    if sun is None:
        made = [meter.id for meter in meters(ledger.site, "production", Carrier.ELECTRICITY)]
        load = added(ledger, [*grids, *made]).to_numpy(dtype="float64", copy=True)
        return load, np.zeros(len(load))
    used = np.maximum(0.0, sun.generation - sun.sent)
    load = sun.taken + used
    with np.errstate(divide="ignore", invalid="ignore"):
        part = np.where(load > 0, used / load, 0.0)
    return load, np.nan_to_num(part)


def shared(inputs: SiteInputs) -> Sharing:
    """Electricity of the site by tenant, and what is the owner's."""
    site, ledger = inputs.site, inputs.ledger
    load, sun_part = load_and_sun(ledger)
    shares = {OWNER: Share(), **{tenant.id: Share() for tenant in site.tenants}}
    areas = areas_of(site)
    attributed = np.zeros(len(load))
    for meter in leaves(site):
        if not ledger.has(meter.id):
            continue
        kwh = np.where(np.isnan(load), np.nan, ledger.arrays(meter.id, IMPORT)[0])
        attributed += np.nan_to_num(kwh)
        _share_meter(inputs, meter, kwh, shares, areas)
    rest = np.where(np.isnan(load), 0.0, load) - attributed
    unknown = _any_missing(site, ledger)
    shares[OWNER].add(REST, np.where(unknown | (rest < 0), rest, 0.0))
    _by_key(np.where(unknown | (rest < 0), 0.0, rest), shares, areas)
    return Sharing(shares, load, sun_part, areas)


def areas_of(site: Site) -> dict[str, float]:
    """The key for what is common: leased areas, and the owner's remaining one."""
    areas = {tenant.id: tenant.area_m2 for tenant in site.tenants}
    areas[OWNER] = max(0.0, site.floor_area_m2 - sum(areas.values()))
    return areas


def _any_missing(site: Site, ledger: Ledger) -> np.ndarray:
    """Quarter hours in which some sub-meter tells nothing: what it used lies in the rest, and cannot be told apart."""
    missing = np.zeros(len(ledger.kwh), bool)
    for meter in leaves(site):
        if ledger.has(meter.id):
            missing |= np.isnan(ledger.arrays(meter.id, IMPORT)[0])
    return missing


def _share_meter(
    inputs: SiteInputs, meter: Meter, kwh: np.ndarray, shares: Mapping[str, Share], areas: Mapping[str, float]
) -> None:
    if meter.tenant and meter.tenant in shares:
        shares[meter.tenant].add(METER, kwh)
        return
    windows: dict[str, list[Booking]] = {}
    if meter.zones:
        for stay in stays(inputs, meter.zones):
            if stay.booking.tenant in shares and stay.booking.tenant is not None:
                windows.setdefault(stay.booking.tenant, []).append(stay.booking)
    parts = window_parts(inputs.ledger, {taker: [b.held for b in bookings] for taker, bookings in windows.items()})
    left = kwh
    for taker, part in parts.items():
        shares[taker].add(WINDOW, kwh * part)
        left = left - kwh * part
    takers = [tenant.id for tenant in inputs.site.tenants if meter.zones and set(meter.zones) & set(tenant.zones)]
    if takers:
        _by_key(left, shares, {taker: areas[taker] for taker in takers})
    elif meter.zones:
        shares[OWNER].add(STANDBY if windows else KEY, left)
    else:
        _by_key(left, shares, areas)


def _by_key(kwh: np.ndarray, shares: Mapping[str, Share], areas: Mapping[str, float]) -> None:
    together = sum(areas.values())
    if not together:
        shares[OWNER].add(KEY, kwh)
        return
    for taker, area in areas.items():
        if area:
            shares[taker].add(KEY, kwh * (area / together))


def window_parts(ledger: Ledger, spans: Mapping[str, Sequence[object]]) -> dict[str, np.ndarray]:
    """Each taker's part of each quarter hour, 0 to 1: by time booked; where several overlap, in equal parts."""
    parts = {taker: part_of_slots(ledger, held) for taker, held in spans.items()}  # type: ignore[arg-type]
    together = sum(parts.values(), np.zeros(len(ledger.kwh)))
    over = np.maximum(together, 1.0)
    return {taker: part / over for taker, part in parts.items()}


def priced(inputs: SiteInputs, series: np.ndarray, sun_part: np.ndarray) -> float:
    """What that use cost: its imported part at the band's price of each quarter hour; own sun bears no price. Energy only."""
    tariff = inputs.site.tariff_of(Carrier.ELECTRICITY)
    if tariff is None or not len(series):
        return 0.0
    prices = np.array([float(band.price) for band in tariff.bands])
    return float((series * (1.0 - sun_part) * prices[band_numbers(tariff, inputs.ledger)]).sum())


def names_of(takers: Iterable[str], site: Site) -> dict[str, str]:
    """Names for people."""
    known = {tenant.id: tenant.name for tenant in site.tenants}
    return {taker: known.get(taker, taker) for taker in takers}
