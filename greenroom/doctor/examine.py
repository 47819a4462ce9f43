"""All examinations, in the order in which a person would look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from greenroom.doctor import machine, network, stores
from greenroom.doctor.finding import Finding, unused, well, wrong
from greenroom.premises_files import find_premises, load_sites
from greenroom.settings import Settings
from premises.errors import FaultsError, GreenroomError
from premises.site import Site


def examine(settings: Settings, site: str | None) -> Iterator[Finding]:
    """One after the other, as they are done. site: a site or cluster file, or the name of an example; None: none is looked at."""
    finding, sites = _site_file(site)
    yield finding
    yield machine.folder(settings)
    yield machine.disk(settings)
    yield machine.clock()
    yield network.broker(settings)
    yield stores.store(settings, sites)
    yield from stores.books(settings)
    yield stores.journal(settings)
    yield network.grafana()
    yield network.mail(settings, sites)
    yield network.push(settings, sites)
    yield from network.calendars(settings, sites)
    yield from network.certificates(settings)


def _site_file(site: str | None) -> tuple[Finding, Sequence[Site]]:
    if site is None:
        return unused("site file", "none was named: greenroom doctor SITE looks at it, and at its calendars and contacts"), ()
    try:
        sites = load_sites(site)
    except FaultsError as error:
        return wrong("site file", f"{len(error.faults)} fault(s), first {error.faults[0]}", f"greenroom check {site}"), ()
    except GreenroomError as error:
        return wrong("site file", str(error), f"greenroom check {site}"), ()
    told = f"{find_premises(site).name}: {', '.join(each.name for each in sites)}"
    return well("site file", told), sites
