"""The points that a store knows, and which readings of them it can take: the same answer before either database is asked."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from premises.errors import StoreRefusedError, UnknownNameError
from premises.quantities import ValueKind
from premises.reading import Reading
from premises.site import Point, Site

LONGEST_TEXT = 4096
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)

TYPES: dict[ValueKind, frozenset[type]] = {
    ValueKind.NUMBER: frozenset((float, int)),
    ValueKind.FLAG: frozenset((bool,)),
    ValueKind.TEXT: frozenset((str,)),
}


class KnownPoints:
    """Points of all sites, by site and id."""

    def __init__(self, sites: Mapping[str, Site] | Sequence[Site]) -> None:
        listed = sites.values() if isinstance(sites, Mapping) else sites
        self.sites: dict[str, Site] = {site.id: site for site in listed}
        self._points: dict[str, dict[str, Point]] = {
            site.id: {point.id: point for point in site.points} for site in self.sites.values()
        }

    def take_site(self, site: Site) -> None:
        """Go by this changed site file. Points that are gone stay known until the next start: readings may be under way."""
        self._points[site.id] = {**self._points.get(site.id, {}), **{point.id: point for point in site.points}}
        self.sites[site.id] = site

    def site(self, site_id: str) -> Site:
        """Raises UnknownNameError that names the sites there are."""
        try:
            return self.sites[site_id]
        except KeyError:
            raise UnknownNameError(f"the store knows no site {site_id!r}; it knows {', '.join(sorted(self.sites))}") from None

    def points(self, site_id: str) -> Mapping[str, Point]:
        """All points of a site by id. Raises UnknownNameError."""
        self.site(site_id)
        return self._points[site_id]

    def point(self, site_id: str, point_id: str) -> Point:
        """Raises UnknownNameError."""
        try:
            return self.points(site_id)[point_id]
        except KeyError:
            raise UnknownNameError(f"site {site_id} has no point {point_id!r}") from None


def refuse_unfit(reading: Reading, point: Point | None, site_id: str) -> None:
    """Raise StoreRefusedError that says why this reading cannot be stored; return where it can."""
    if point is None:
        raise StoreRefusedError(f"site {site_id} has no point {reading.point!r}; add it to the site file")
    kind = point.quantity.kind
    value: object = reading.value
    if type(value) not in TYPES[kind]:
        raise StoreRefusedError(
            f"{site_id} {reading.point}: {reading.value!r} is no {kind.value}; {point.quantity.field} takes {kind.value}s only"
        )
    _refuse_unfit_value(reading.value, f"{site_id} {reading.point}")
    if reading.time.tzinfo is None or reading.received_at.tzinfo is None:
        raise StoreRefusedError(f"{site_id} {reading.point}: a time without offset; readings carry aware UTC instants")
    if not EARLIEST <= reading.time < LATEST or not EARLIEST <= reading.received_at < LATEST:
        raise StoreRefusedError(f"{site_id} {reading.point}: time {reading.time.isoformat()} lies outside 1970-01-02 to 2200-01-01")


def _refuse_unfit_value(value: object, where: str) -> None:
    if isinstance(value, str):
        try:
            size = len(value.encode())
        except UnicodeEncodeError:
            raise StoreRefusedError(f"{where}: text {value[:40]!r} is no valid Unicode (a lone surrogate)") from None
        if size > LONGEST_TEXT or "\0" in value:
            raise StoreRefusedError(f"{where}: text of {size} bytes; at most {LONGEST_TEXT} bytes without NUL are kept")
    elif type(value) is int and abs(value) > 2**1023:
        raise StoreRefusedError(f"{where}: whole number too great to keep")
    elif isinstance(value, float) and not math.isfinite(value):
        raise StoreRefusedError(f"{where}: {value!r} is not finite; a missing value is no reading")
