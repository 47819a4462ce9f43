"""Which editions of reports a caller may see."""

from __future__ import annotations

from gateway.access import Caller
from premises.desks import EditionInfo
from premises.site import Site


def sees_edition(caller: Caller, site: Site, edition: EditionInfo) -> bool:
    """By site; a caller with some zones only (a tenant) sees the statements of a tenant all of whose zones are its own.

    Reports of the whole site hold figures of every zone, so they are for those who see every zone. A caller of some booking
    sources only sees none: reports know no sources.
    """
    if edition.site != site.id or not caller.sees_site(site.id) or caller.by_source:
        return False
    if not caller.by_zone:
        return True
    zones = next((tenant.zones for tenant in site.tenants if tenant.id == edition.tenant), ())
    return bool(zones) and all(caller.sees_zone(site.id, zone) for zone in zones)
