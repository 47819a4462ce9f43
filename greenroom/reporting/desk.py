"""The desk where reports are made and issued: ports of this house in, editions out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from greenroom.reporting.raw import reading_digests, reading_findings
from greenroom.settings import Settings
from premises.errors import SettingError, UnknownNameError
from premises.ports import TelemetryStore
from premises.site import Cluster, Site
from premises.time import parse_instant
from reports.content import Report
from reports.corrections.apply import Corrector
from reports.corrections.papers import supplements_of
from reports.editions.due import Part
from reports.editions.errors import NothingChangedError
from reports.editions.folder import Edition
from reports.editions.issue import Order, issue
from reports.editions.keys import load_key
from reports.editions.quarters import baseline_file, earlier_file, frozen_span
from reports.editions.shelf import FolderShelf
from reports.editions.verify import Finding, verify_store
from reports.inputs import Inputs, Sources, period_of
from reports.kinds import ReportKind, kinds
from reports.ledger import Ledger
from reports.ledger.read import read_ledger
from reports.ledger.years import YearLedgers, boundary_of
from stores.book import Books

RETENTION_YEARS = 5
"""Article 82 of Regulation (EU) 2021/1060: from 31 December of the year of the last payment to the beneficiary."""
_LARGEST_EMBLEM = 500_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A report that someone, or the site file, asks for. only: one tenant or production; reason: of a correction.

    parts: issue these alone of what is made; None: all of it.
    """

    kind: str
    first: date
    last: date
    only: str | None = None
    languages: tuple[str, ...] = ()
    reason: str = ""
    parts: frozenset[Part] | None = None


@dataclass(frozen=True)
class Issued:
    """What came of an order: new editions, and ids of reports whose newest edition says the same already."""

    editions: tuple[Edition, ...]
    unchanged: tuple[str, ...]


@dataclass(frozen=True)
class ReportDesk:
    """Over one store, one set of books and one shelf. Everything is read through ports."""

    store: TelemetryStore
    books: Books
    shelf: FolderShelf
    key: Ed25519PrivateKey | None = None
    emblems: Mapping[str, bytes] | None = None

    def make(
        self, premises: Site | Cluster, asked: Asked, now: datetime, ledgers: YearLedgers | None = None
    ) -> list[tuple[Site | Cluster, Inputs, tuple[Report, ...]]]:
        """The reports, by what they are of: the cluster, or each of its sites where the kind is of one site.

        ledgers: of who makes several reports of a year, so that it is read once.
        Raises UnknownNameError for a kind or an `only` that there is not, and what the makers and the ports raise.
        """
        kind = kind_named(asked.kind)
        parts = premises.sites if isinstance(premises, Cluster) and not kind.cluster else (premises,)
        made = []
        for part in parts:
            if asked.parts is not None and not any(wanted.subject == part.id for wanted in asked.parts):
                continue
            sources = replace(self.sources(now), ledgers=ledgers)
            inputs = kind.gather(part, sources, asked.first, asked.last, now, languages=asked.languages, only=asked.only)
            made.append((part, inputs, kind.make(inputs)))
        if asked.only is not None and not any(reports for _, _, reports in made):
            raise UnknownNameError(f"there is no {kind.per or 'part'} {asked.only!r} in {asked.first} to {asked.last}")
        return made

    def issue(
        self,
        premises: Site | Cluster,
        asked: Asked,
        by: str,
        now: datetime,
        forms: tuple[str, ...] = (),
        ledgers: YearLedgers | None = None,
    ) -> Issued:
        """Make and issue; what says the same as its newest edition is left alone. forms: () for all. Raises what `issue` raises."""
        editions: list[Edition] = []
        unchanged: list[str] = []
        for part, inputs, reports in self.make(premises, asked, now, ledgers):
            order = Order(part.id, by, now, self.key, asked.reason, keep_until=keep_until(part), emblems=self.emblems or {})
            raw = {
                one.site.id: reading_digests(one.site, self.store, one.ledger.period.start, one.ledger.until)
                for one in inputs.sites
            }
            order = replace(order, readings=raw, forms=forms or order.forms)
            for report in reports:
                if asked.parts is not None and Part(part.id, report.tenant or "", report.production or "") not in asked.parts:
                    continue
                try:
                    editions.append(issue(report, inputs, self.shelf, order))
                except NothingChangedError:
                    unchanged.append(report.id)
        return Issued(tuple(editions), tuple(unchanged))

    def sources(self, now: datetime, known_at: datetime | None = None) -> Sources:
        """The ports, with corrections as the book stands (or stood at `known_at`)."""
        book = self.books.corrections
        return Sources(
            store=self.store,
            bookings=self.books.bookings,
            decisions=self.books.decisions,
            correct=Corrector(book, self.store, now, known_at),
            supplements=lambda site, period: supplements_of(book, site, period, known_at),
            losses=self.books.losses,
        )

    def against_store(self, edition: Edition, premises: Site | Cluster) -> list[Finding]:
        """Whether the store still says what the edition was made from, corrections as they were known when it was issued."""
        told = edition.manifest
        issued_at = parse_instant(edition.signature.issued_at)
        sites = premises.sites if isinstance(premises, Cluster) else (premises,)
        ledgers: dict[str, Ledger] = {}
        raw: list[Finding] = []
        for site in (site for site in sites if site.id in told.sites):
            ledger = read_ledger(site, self.store, period_of(site, told.first, told.last), told.until)
            ledgers[site.id] = Corrector(self.books.corrections, self.store, issued_at, issued_at)(site, ledger)
            if site.id in told.readings:
                now = reading_digests(site, self.store, ledger.period.start, ledger.until)
                raw += reading_findings(site.id, told.readings[site.id], now)
        past = {}
        for site in (site for site in sites if site.id in told.sites):
            for name, bare in ((baseline_file(site.id), boundary_of(site)), (earlier_file(site.id), site)):
                span = frozen_span(edition, name)
                if span is not None:
                    ledger = read_ledger(bare, self.store, span, span.end)
                    past[name] = Corrector(self.books.corrections, self.store, issued_at, issued_at)(bare, ledger)
        return [*verify_store(edition, ledgers, past=past), *raw]


def kind_named(name: str) -> ReportKind:
    """Raises UnknownNameError that names those there are."""
    found = kinds().get(name)
    if found is None:
        raise UnknownNameError(f"no kind of report {name!r}; there are {', '.join(kinds())}")
    return found


def keep_until(premises: Site | Cluster) -> date | None:
    """The last day of the longest duty to keep that the operations of its funds bring; None where none tells its last payment."""
    sites = premises.sites if isinstance(premises, Cluster) else (premises,)
    funds = [*premises.funds, *(fund for site in sites for fund in site.funds)]
    payments = [fund.operation.last_payment for fund in funds if fund.operation and fund.operation.last_payment]
    return date(max(payments).year + RETENTION_YEARS, 12, 31) if payments else None


def key_of(settings: Settings) -> Ed25519PrivateKey | None:
    """The key that signs; None where there is none. Raises KeyFileError for one that cannot be opened."""
    path = settings.report_key_path
    if not path.exists() and settings.report_key is None:
        return None
    passphrase = settings.report_passphrase.get_secret_value() if settings.report_passphrase else None
    return load_key(path, passphrase)


def emblems_of(settings: Settings) -> dict[str, bytes]:
    """The house's own emblems by file name. Raises SettingError where the folder cannot be read."""
    if settings.emblems is None:
        return {}
    try:
        pictures = [path for path in sorted(Path(settings.emblems).iterdir()) if path.suffix in {".svg", ".png"}]
        return {path.name: path.read_bytes() for path in pictures if path.stat().st_size <= _LARGEST_EMBLEM}
    except OSError as error:
        raise SettingError(f"the folder of emblems {settings.emblems} cannot be read: {error.strerror}") from error
