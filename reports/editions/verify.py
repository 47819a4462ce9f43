"""Verifying: whether an edition is as it was issued, whose signature it bears, and whether the store still says the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from premises.errors import GreenroomError
from reports.editions.again import made_again, other_software, where_it_differs
from reports.editions.errors import EditionError
from reports.editions.folder import Edition, open_edition, read_bytes
from reports.editions.issue import EMBLEM
from reports.editions.keys import holds
from reports.editions.manifest import MANIFEST, SIGNATURE, sha256
from reports.editions.quarters import Quarters, changed_days, changed_rows, day_digests, quarters_file, quarters_of, read_quarters
from reports.forms.document import DOCUMENT, read_report
from reports.forms.forms import render_forms
from reports.ledger import Ledger


class Verdict(StrEnum):
    """WRONG: not as issued. WARNING: as issued, but something must be known of it. FINE: checked, and so."""

    FINE = "fine"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    verdict: Verdict
    text: str


def verify_folder(folder: Path, trusted: Collection[str] = (), again: bool = True) -> list[Finding]:
    """Everything that can be checked without the store. trusted: fingerprints of keys; again: make the forms once more."""
    try:
        edition = open_edition(folder)
    except EditionError as error:
        return [Finding(Verdict.WRONG, str(error))]
    found: dict[str, bytes] = {}
    findings = list(_files(edition, found))
    findings += _signature(edition, trusted)
    damaged = {file.name for file in edition.manifest.files if file.name not in found or sha256(found[file.name]) != file.sha256}
    if again or damaged:
        findings += _made_again(edition, found, damaged)
    findings += _quarters(edition, found, damaged)
    return findings


def _files(edition: Edition, found: dict[str, bytes]) -> Iterator[Finding]:
    """Every file against its hash; what is there is put into `found`."""
    told = {file.name: file for file in edition.manifest.files}
    wrong = 0
    for name, file in told.items():
        try:
            found[name] = read_bytes(edition.folder / name)
        except EditionError as error:
            wrong += 1
            yield Finding(Verdict.WRONG, f"{name} is missing: {error}")
            continue
        if sha256(found[name]) != file.sha256:
            wrong += 1
            size = len(found[name])
            yield Finding(
                Verdict.WRONG,
                f"{name} was changed: SHA-256 {sha256(found[name])[:16]}… instead of {file.sha256[:16]}…, {size} bytes",
            )
    strange = {entry.name for entry in edition.folder.iterdir()} - told.keys() - {MANIFEST, SIGNATURE}
    for name in sorted(strange):
        yield Finding(Verdict.WRONG, f"{name} is not of the edition")
    if not wrong:
        yield Finding(Verdict.FINE, f"all {len(told)} files are as the manifest says")


def _signature(edition: Edition, trusted: Collection[str]) -> Iterator[Finding]:
    signature = edition.signature
    if signature.manifest != edition.manifest_hash:
        yield Finding(
            Verdict.WRONG, f"{MANIFEST} was changed: its SHA-256 is not the one that was issued ({signature.manifest[:16]}…)"
        )
    if not signature.signed:
        yield Finding(
            Verdict.WARNING, f"not signed; issued by {signature.issued_by} at {signature.issued_at}, which nothing proves"
        )
    elif not holds(signature):
        yield Finding(
            Verdict.WRONG, f"the signature does not hold: {SIGNATURE} was changed, or signed by another key than it names"
        )
    elif trusted and signature.key not in trusted:
        yield Finding(
            Verdict.WRONG, f"signed by the key {signature.key}, which is none of those trusted: {', '.join(sorted(trusted))}"
        )
    elif not trusted:
        yield Finding(
            Verdict.WARNING, f"signed by {signature.issued_by} with the key {signature.key}; no key was given to compare it with"
        )
    else:
        yield Finding(
            Verdict.FINE, f"signed by {signature.issued_by} at {signature.issued_at} with the trusted key {signature.key}"
        )


def _made_again(edition: Edition, found: Mapping[str, bytes], damaged: Collection[str]) -> Iterator[Finding]:
    """The forms once more from the content: they are the same, or it is said where they are not."""
    if DOCUMENT in damaged:
        yield from _content_changed(found, damaged)
        return
    try:
        report = read_report(found[DOCUMENT], lambda name: found[name])
        emblems = {name: data for name, data in found.items() if name.startswith(EMBLEM)}
        new = made_again(report, edition.manifest, emblems)
    except (GreenroomError, KeyError) as error:
        yield Finding(Verdict.WARNING, f"the forms cannot be made again from {DOCUMENT}: {error}")
        return
    frozen = {file.name: file.sha256 for file in edition.manifest.files}
    for name in sorted(damaged & new.keys() & found.keys()):
        if sha256(new[name]) == frozen[name]:
            yield Finding(Verdict.WRONG, f"{name}, {where_it_differs(new[name], found[name])}")
    other = [name for name, data in new.items() if name in frozen and sha256(data) != frozen[name]]
    versions = other_software(edition.manifest)
    if not other and not damaged:
        yield Finding(Verdict.FINE, "made again from the content, every form is the same byte for byte")
    elif other and versions:
        yield Finding(Verdict.WARNING, f"other software makes other bytes of {', '.join(other)}: it was {', '.join(versions)}")
    elif other and not damaged:
        yield Finding(Verdict.WRONG, f"made again from the content, {', '.join(other)} is not the same")


def _content_changed(found: Mapping[str, bytes], damaged: Collection[str]) -> Iterator[Finding]:
    """Where the content itself was changed, the tables that were not tell in which lines."""
    if DOCUMENT not in found:
        return
    try:
        report = read_report(found[DOCUMENT], lambda name: found[name])
        new = render_forms(report, forms=("csv",))
    except (GreenroomError, KeyError, ValueError) as error:
        yield Finding(Verdict.WRONG, f"{DOCUMENT} cannot be read any more: {error}")
        return
    for name in sorted(new.keys() & found.keys() - set(damaged) - {DOCUMENT}):
        if new[name] != found[name]:
            yield Finding(Verdict.WRONG, f"{DOCUMENT} does not say what {name} says, {where_it_differs(found[name], new[name])}")


def _quarters(edition: Edition, found: Mapping[str, bytes], damaged: Collection[str]) -> Iterator[Finding]:
    """Which reading was changed in a file of quarter hours, to the register and day."""
    for name, frozen in edition.manifest.rows.items():
        if name not in damaged or name not in found:
            continue
        try:
            now = day_digests(read_quarters(found[name], name), edition.manifest.timezone)
        except EditionError as error:
            yield Finding(Verdict.WRONG, str(error))
            continue
        for register, day in changed_days(now, frozen):
            yield Finding(Verdict.WRONG, f"{name}: a reading of {register} on {day} was changed")


def verify_store(
    edition: Edition, ledgers: Mapping[str, Ledger], most: int = 20, past: Mapping[str, Ledger] | None = None
) -> list[Finding]:
    """Whether the store still says what the edition was made from; ledgers: by site, of the same days, corrected as then known.

    past: the same of years before that are frozen too, by the file that holds them.
    """
    findings: list[Finding] = []
    told = [(site, quarters_file(site), ledgers.get(site)) for site in edition.manifest.sites]
    told += [(f"{name} of a year before", name, ledger) for name, ledger in (past or {}).items()]
    for site, name, ledger in told:
        frozen = edition.manifest.rows.get(name)
        if frozen is None or ledger is None:
            findings.append(Finding(Verdict.WARNING, f"site {site} was not compared with the store"))
            continue
        now = quarters_of(ledger)
        if edition.manifest.tenant or edition.manifest.production:
            now = now.only(frozen)
        differing = list(changed_days(day_digests(now, edition.manifest.timezone), frozen))
        if not differing:
            findings.append(Finding(Verdict.FINE, f"the store says of {site} what it said then: {len(now.values)} registers"))
            continue
        lines = _rows_or_days(edition, name, now, differing, most)
        findings += [Finding(Verdict.WRONG, f"{site}: the store says something else now: {line}") for line in lines]
    return findings


def _rows_or_days(edition: Edition, name: str, now: Quarters, differing: list[tuple[str, str]], most: int) -> Iterator[str]:
    try:
        yield from changed_rows(read_quarters(edition.read(name), name), now, most)
    except GreenroomError:
        yield from (f"{register} on {day}" for register, day in differing[:most])


def verdict_of(findings: Collection[Finding]) -> Verdict:
    """The worst of them."""
    order = list(Verdict)
    return max((finding.verdict for finding in findings), key=order.index, default=Verdict.FINE)
