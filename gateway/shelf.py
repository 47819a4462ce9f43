"""Which editions of reports a caller may see, of a site or of a cluster of sites; and their files, as they are given out."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import Response

from gateway.access import Caller
from premises.desks import EditionInfo, ReportShelf
from premises.ports import House
from premises.site import Cluster, Site

MEDIA = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain; charset=utf-8",
}


def editions_for(
    caller: Caller, house: House, shelf: ReportShelf, sites: Iterable[Site], kind: str | None = None
) -> list[EditionInfo]:
    """The editions of those sites, and of the clusters that they are in, that the caller may see: newest first, then by name."""
    names = dict.fromkeys(name for site in sites for name in shelves_of(house, site.id))
    seen = [edition for name in names for edition in shelf.editions(name, kind) if sees_edition(caller, house, edition)]
    seen.sort(key=lambda edition: edition.id)
    seen.sort(key=lambda edition: edition.issued_at, reverse=True)
    return seen


def file_of(shelf: ReportShelf, edition: EditionInfo, file: str) -> Response | None:
    """A file of an edition, byte for byte as it was issued; None where it has none of that name.

    Always a download, that no browser takes for something else: a page of a report runs nothing here.
    """
    if file not in edition.forms.values():
        return None
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-_.") else "_" for sign in file)
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'attachment; filename="{plain}"',
        "X-Content-Type-Options": "nosniff",
    }
    media = MEDIA.get(file.rpartition(".")[2].lower(), "application/octet-stream")
    return Response(shelf.read(edition.id, file), media_type=media, headers=headers)


def sees_edition(caller: Caller, house: House, edition: EditionInfo) -> bool:
    """By site; a caller with some zones only (a tenant) sees the statements of a tenant all of whose zones are its own.

    Reports of a whole site hold figures of every zone, so they are for those who see every zone; those of a cluster for those who
    see every one of its sites. A caller of some booking sources only sees none: reports know no sources.
    """
    if caller.by_source:
        return False
    site = house.sites.get(edition.site)
    if site is not None:
        if not caller.sees_site(site.id):
            return False
        zones = [(site.id, zone) for tenant in site.tenants if tenant.id == edition.tenant for zone in tenant.zones]
    else:
        cluster = next((cluster for cluster in house.clusters if cluster.id == edition.site), None)
        if cluster is None or (not caller.by_zone and not all(caller.sees_site(site.id) for site in cluster.sites)):
            return False
        zones = _zones_in(cluster, edition.tenant)
    return not caller.by_zone or (bool(zones) and all(caller.sees_zone(*zone) for zone in zones))


def shelves_of(house: House, site: str) -> list[str]:
    """What editions may be of that concern a site: itself, and the clusters that it is in."""
    return [site, *(cluster.id for cluster in house.clusters if any(one.id == site for one in cluster.sites))]


def _zones_in(cluster: Cluster, tenant: str | None) -> list[tuple[str, str]]:
    """The zones of a member of the cluster, (site, zone); the cluster's file writes them `site/zone`."""
    named = (zone for one in cluster.tenants if one.id == tenant for zone in one.zones)
    return [(site, zone) for site, _, zone in (name.partition("/") for name in named)]
