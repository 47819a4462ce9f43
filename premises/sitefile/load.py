"""The way in: from a file to a site or a cluster, or to all faults of the file together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from premises.errors import Fault, FaultsError
from premises.site import Cluster, Site
from premises.sitefile.build import build_cluster, build_site
from premises.sitefile.check import Findings, Names, check_cluster, check_site
from premises.sitefile.forgiving import Reading, read_form
from premises.sitefile.form.site import ClusterForm, SiteForm
from premises.sitefile.text import MAX_BYTES, Document, path_text, read_text
from premises.sitefile.wording import SURELY, choose, nearest


def load_premises(path: Path | str) -> Site | Cluster:
    """The site or the cluster of a file. Raises FaultsError with every fault of the file, for a cluster of all its files."""
    return load_text(_text_of(Path(path)), str(path), folder=Path(path).parent)


def load_site(path: Path | str) -> Site:
    """The site of a site file. Raises FaultsError with every fault."""
    document = read_text(_text_of(Path(path)), str(path))
    if _is_cluster(document):
        fault = Fault(
            "sites", "is a cluster file, where one site is needed", document.line(("sites",)), "name one of its site files"
        )
        raise FaultsError(document.name, [fault])
    return _site(document)


def load_cluster(path: Path | str) -> Cluster:
    """The cluster of a cluster file with all its sites. Raises FaultsError with every fault of all the files."""
    premises = load_premises(path)
    if isinstance(premises, Site):
        fault = Fault(
            "(file)", "is a site file, where a cluster is needed", 1, "a cluster file names its site files under `sites:`"
        )
        raise FaultsError(str(path), [fault])
    return premises


def load_text(text: str, name: str, folder: Path | None = None) -> Site | Cluster:
    """The site or cluster of a text called `name`; `folder`: where a cluster's site files lie. Raises FaultsError."""
    document = read_text(text, name)
    return _cluster(document, folder or Path()) if _is_cluster(document) else _site(document)


def site_files(path: Path | str) -> tuple[str, ...]:
    """The site files that a cluster file names, as it names them: paths from its folder. Raises FaultsError with every fault."""
    reading = read_form(read_text(_text_of(Path(path)), str(path)), ClusterForm)
    if reading.form is None or reading.faults:
        raise FaultsError(str(path), sorted_faults(list(reading.faults)))
    return reading.form.sites


def _is_cluster(document: Document) -> bool:
    """A cluster has sites, a site has zones; a slip in the one word does not turn it into the other."""
    keys = document.value if isinstance(document.value, dict) else ()
    meant = {nearest(key, ("sites", "zones"), SURELY) for key in keys}
    return "sites" in meant and "zones" not in meant


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1).decode("utf-8-sig")
    except OSError as error:
        raise FaultsError(str(path), [Fault("(file)", f"cannot be read: {error.strerror or error}")]) from None
    except UnicodeDecodeError as error:
        if error.start > MAX_BYTES - 4:
            return " " * (MAX_BYTES + 1)  # cut in the middle of a sign: too large in any case
        line = error.object[: error.start].count(b"\n") + 1
        raise FaultsError(str(path), [Fault("(file)", "is not UTF-8 text", line, "save the file as UTF-8")]) from None


def _site(document: Document) -> Site:
    names = Names.written(document.value)
    reading = read_form(document, SiteForm)
    faults = document.faults + reading.faults
    if reading.form is not None:
        findings = Findings(names.completed(reading.value, reading.mended))
        check_site(reading.form, findings)
        faults += _located(findings, document, reading)
    if faults or reading.form is None:
        raise FaultsError(document.name, sorted_faults(faults))
    return build_site(reading.form)


def _cluster(document: Document, folder: Path) -> Cluster:
    names = Names.written(document.value)
    reading = read_form(document, ClusterForm)
    faults = document.faults + reading.faults
    inside: list[Fault] = []
    sites: list[Site] = []
    if reading.form is not None:
        findings = Findings(names.completed(reading.value, reading.mended))
        check_cluster(reading.form, findings)
        for index, file in enumerate(reading.form.sites):
            if not reading.touches(("sites", index)):
                sites += _member(folder, file, index, document, inside)
        _belonging(reading.form, sites, findings)
        faults += _located(findings, document, reading)
    if faults or inside or reading.form is None:
        raise FaultsError(document.name, sorted_faults(faults) + inside)
    return build_cluster(reading.form, tuple(sites))


def _member(folder: Path, file: str, index: int, document: Document, faults: list[Fault]) -> list[Site]:
    """The site of one of a cluster's files; its faults go into the cluster's, with the file's name before their path."""
    try:
        return [load_site(folder / file)]
    except FaultsError as error:
        for fault in error.faults:
            if fault.path == "(file)":
                line = document.line(("sites", index)) if fault.line is None else fault.line
                faults.append(Fault(f"sites[{index}]", f"{file} {fault.message}", line, fault.hint))
            else:
                faults.append(Fault(f"{file}: {fault.path}", fault.message, fault.line, fault.hint))
        return []


def _belonging(form: ClusterForm, sites: list[Site], findings: Findings) -> None:
    """Sites have different ids; a tenant's zones are zones of the sites."""
    ids = [site.id for site in sites]
    for index, name in enumerate(ids):
        if name in ids[:index]:
            findings.say(("sites", index), f"is a second site with the id {name!r}", "each site has an id of its own")
    if len(sites) < len(form.sites):
        return  # zones of a site that could not be read are not unknown
    zones = [f"{site.id}/{zone.id}" for site in sites for zone in site.zones]
    for index, tenant in enumerate(form.tenants):
        for number, zone in enumerate(tenant.zones):
            if zone not in zones:
                hint = choose(zone, zones, "zones, as site/zone")
                findings.say(("tenants", index, "zones", number), f"there is no zone {zone!r} in the cluster's sites", hint)


def _located(findings: Findings, document: Document, reading: Reading[Any]) -> list[Fault]:
    """Findings as faults with their lines; without those about values that were put in for faulty ones."""
    return [
        Fault(path_text(finding.place), finding.message, document.line(finding.place), finding.hint)
        for finding in findings.found
        if not any(reading.touches(place) for place in (finding.place, *finding.because))
    ]


def sorted_faults(faults: list[Fault]) -> list[Fault]:
    """In the order of the file; what one line causes in several places, by an alias, is said once."""
    seen: dict[tuple[int | None, str, str], list[Fault]] = {}
    for fault in sorted(faults, key=lambda f: (f.line is None, f.line or 0)):
        same = seen.setdefault((fault.line, fault.message, fault.path.rpartition(".")[2]), [])
        if all(fault.path != other.path for other in same):
            same.append(fault)
    made = []
    for first, *more in seen.values():
        message = first.message + (f", and so in {len(more)} more places that use this block" if more else "")
        made.append(Fault(first.path, message, first.line, first.hint))
    return made
