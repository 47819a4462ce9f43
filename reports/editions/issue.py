"""Issuing: a report becomes a numbered edition; one that was issued before becomes a correction that lists what changed."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.metadata import version

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from premises.errors import ConflictError
from reports.content import Report, Say, Standing
from reports.editions.changes import changes_between
from reports.editions.errors import FactorWithdrawnError, NothingChangedError, ReportRefusedError
from reports.editions.fingerprint import fingerprint_of
from reports.editions.folder import Edition, open_edition, write_edition
from reports.editions.keys import sign
from reports.editions.manifest import MANIFEST, SIGNATURE, FrozenFile, Manifest, sha256
from reports.editions.quarters import (
    Quarters,
    baseline_file,
    day_digests,
    earlier_file,
    quarters_csv,
    quarters_file,
    quarters_of,
)
from reports.editions.retention import Retired
from reports.editions.shelf import FolderShelf
from reports.forms.document import DOCUMENT
from reports.forms.forms import render_forms
from reports.forms.stamp import Change, Stamp
from reports.forms.writer import Writer
from reports.inputs import Inputs, SiteInputs

KEEP_YEARS = 10
_SOFTWARE = ("greenroom", "numpy", "pandas", "pyarrow", "typst", "xlsxwriter")
_ATTEMPTS = 5
EMBLEM = "emblem."


@dataclass(frozen=True)
class Order:
    """What to issue, and how. subject: id of the site or cluster; reason: of a correction, needed where there is an edition.

    keep_until: no earlier end of retention than ten years after the period; emblems: the house's own, by file name.
    readings: digests of the readings themselves, by site, counter and local day.
    """

    subject: str
    by: str
    at: datetime
    key: Ed25519PrivateKey | None = None
    reason: str = ""
    forms: tuple[str, ...] = ("pdf", "html", "xlsx", "csv")
    keep_until: date | None = None
    emblems: Mapping[str, bytes] = field(default_factory=dict)
    readings: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)


def issue(report: Report, inputs: Inputs, shelf: FolderShelf, order: Order) -> Edition:
    """Freeze the report as the next edition of its id, and sign it.

    Raises ReportRefusedError (FactorWithdrawnError) where it must not be issued, NothingChangedError where the newest edition says
    the same, ConflictError where a correction has no reason, and StoreUnavailableError.
    """
    refuse_unfit(report, inputs)
    quarters = {name: held for one in inputs.sites for name, held in _frozen_quarters(report, one).items()}
    rows = {name: day_digests(held, report.timezone) for name, held in quarters.items()}
    frozen = {name: quarters_csv(held) for name, held in quarters.items()}
    for _ in range(_ATTEMPTS):
        before = shelf.newest(report.id)
        changes = _changes(report, before, order, rows)
        number = max(before.manifest.number if before else 0, Retired(shelf.root).last_number(report.id)) + 1
        stamp = Stamp(
            number=number,
            data_version=fingerprint_of((rows, order.readings)),
            inputs=_inputs_hash(inputs),
            factors_version=fingerprint_of(report.factors),
            software=tuple((name, version(name)) for name in _SOFTWARE),
            supersedes=before.manifest.id if before else "",
            reason=order.reason if before else "",
            changes=changes,
        )
        files = render_forms(report, stamp, order.forms, order.emblems) | frozen | own_emblems(report, order.emblems)
        manifest = _manifest(report, order, stamp, before, files, rows)
        written = manifest.to_bytes()
        signature = sign(sha256(written), order.at, order.by, order.key)
        try:
            folder = write_edition(
                shelf.root, manifest.id, {**dict(sorted(files.items())), MANIFEST: written, SIGNATURE: signature.to_bytes()}
            )
        except FileExistsError:
            continue  # another process issued that number: look again what there is to correct
        return open_edition(folder)
    raise ConflictError(f"{report.id} is being issued by others at this moment; try again")


def _frozen_quarters(report: Report, one: SiteInputs) -> dict[str, Quarters]:
    """All registers by file, those of years before too; of a tenant or production only what its figures come from."""
    whole = quarters_of(one.ledger)
    if report.tenant is None and report.production is None:
        past = {baseline_file(one.site.id): one.baseline, earlier_file(one.site.id): one.earlier}
        return {quarters_file(one.site.id): whole} | {name: quarters_of(held) for name, held in past.items() if held is not None}
    evidence = [evidence for figure in report.figures().values() for evidence in figure.evidence]
    own = whole.only({f"{found.meter}/{found.register}" for found in evidence if found.site == one.site.id})
    return {quarters_file(one.site.id): own}


def own_emblems(report: Report, emblems: Mapping[str, bytes]) -> dict[str, bytes]:
    """The house's own pictures that the front pages show: part of the edition, so that it can be made again."""
    shown = {cover.emblem for cover in report.covers}
    return {f"{EMBLEM}{name}": data for name, data in sorted(emblems.items()) if name in shown}


def refuse_unfit(report: Report, inputs: Inputs) -> None:
    """Raises where a factor that it rests on was withdrawn, or the report itself says that it must not be issued."""
    withdrawn = {name: why for one in inputs.sites for name, why in one.supplements.withdrawn}
    for factor in report.factors:
        if factor.identity in withdrawn:
            raise FactorWithdrawnError(f"{report.id}: the factor {factor.identity} was withdrawn: {withdrawn[factor.identity]}")
    writer = Writer("en", report.timezone)
    lacking = [
        f"{figure.id}: {writer.text(figure.why)}"
        for figure in report.figures().values()
        if figure.standing is Standing.REFUSED and isinstance(figure.why, Say) and figure.why.code == "why.factor_withdrawn"
    ]
    if lacking:
        raise FactorWithdrawnError(f"{report.id} is refused: {'; '.join(lacking)}")
    if report.standing is Standing.REFUSED:
        told = "; ".join(writer.text(why) for why in report.refusals) or "its maker gives no reason"
        raise ReportRefusedError(f"{report.id} is refused: {told}")


def _changes(
    report: Report, before: Edition | None, order: Order, rows: Mapping[str, Mapping[str, Mapping[str, str]]]
) -> tuple[Change, ...]:
    if before is None:
        return ()
    old = before.report(attachments=False)
    changes = changes_between(old, report)
    same_words = before.manifest.standing == report.standing.value and old.until == report.until
    if not changes and before.manifest.rows == rows and same_words and old.languages == report.languages:
        raise NothingChangedError(f"{before.manifest.id} says the same already; a correction needs something that changed")
    if not order.reason.strip():
        raise ConflictError(f"{before.manifest.id} was issued before; say with a reason why it is to be superseded")
    return changes


def _inputs_hash(inputs: Inputs) -> str:
    """Of all that was read; the present instant counts only as far as the data reach."""
    told = [
        fingerprint_of((one.site, one.bookings, one.decisions, one.supplements, one.outdoor_c, one.losses)) for one in inputs.sites
    ]
    for one in inputs.sites:
        frames = (one.ledger.kwh, one.ledger.estimated_kwh, one.ledger.corrected_kwh, one.ledger.completeness)
        told += [fingerprint_of(frame) for frame in frames]
        told += [fingerprint_of(before.kwh) for before in (one.earlier, one.baseline) if before is not None]
        told.append(fingerprint_of((one.earlier_outdoor_c, one.outdoor_days, one.inside_days)))
    told.append(fingerprint_of((inputs.first, inputs.last, inputs.languages, inputs.only)))
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def _manifest(
    report: Report,
    order: Order,
    stamp: Stamp,
    before: Edition | None,
    files: Mapping[str, bytes],
    rows: Mapping[str, Mapping[str, Mapping[str, str]]],
) -> Manifest:
    by_default = date(report.last.year + KEEP_YEARS, 12, 31)
    return Manifest(
        id=f"{report.id}-e{stamp.number}",
        report=report.id,
        number=stamp.number,
        kind=report.kind,
        subject=order.subject,
        sites=tuple(site for site, _ in report.sites),
        first=report.first,
        last=report.last,
        until=report.until,
        timezone=report.timezone,
        languages=report.languages,
        title={language: _title(report, language) for language in report.languages},
        standing=report.standing.value,
        files=tuple(_frozen_file(name, data, report) for name, data in sorted(files.items())),
        rows=rows,
        data_version=stamp.data_version,
        inputs=stamp.inputs,
        factors={factor.identity: f"{factor.value!r} {factor.unit}" for factor in report.factors},
        factors_version=stamp.factors_version,
        software=dict(stamp.software) | {"python": platform.python_version()},
        readings=order.readings,
        keep_until=max(by_default, order.keep_until or by_default),
        tenant=report.tenant,
        production=report.production,
        public=report.public,
        supersedes=stamp.supersedes,
        supersedes_hash=before.manifest_hash if before else "",
        reason=stamp.reason,
        changes=stamp.changes,
    )


def _title(report: Report, language: str) -> str:
    writer = Writer(language, report.timezone)
    subtitle = writer.text(report.subtitle)
    return f"{writer.text(report.title)}, {subtitle}" if subtitle else writer.text(report.title)


def _frozen_file(name: str, data: bytes, report: Report) -> FrozenFile:
    return FrozenFile(name, form_of(name, report.id), len(data), sha256(data))


def form_of(name: str, report_id: str) -> str:
    """What a file is: `pdf.fr`, `pdf.vaf.nl` for a funder's own, `csv.months`, `json`, else the name itself."""
    if name == DOCUMENT:
        return "json"
    stem, _, ending = name.rpartition(".")
    if name.startswith(f"{report_id}."):
        return f"{ending}{stem[len(report_id) :]}"
    return f"{ending}.{stem}" if ending == "csv" else name
