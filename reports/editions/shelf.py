"""The shelf: a folder of editions. What is superseded, and which number comes next, is read from the editions themselves."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import structlog

from premises.desks import EditionInfo
from premises.errors import UnknownNameError
from premises.time import parse_instant
from reports.editions.errors import EditionError
from reports.editions.folder import Edition, open_edition, read_bytes
from reports.editions.manifest import MANIFEST, SIGNATURE

log = structlog.get_logger(__name__)


class FolderShelf:
    """ReportShelf over a folder. Safe from several threads; editions that other processes issue show at the next call."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[str, Edition] = {}
        self._broken: set[str] = set()
        self._lock = threading.Lock()

    def all(self) -> list[Edition]:
        """Every edition that can be read, in order of report and number. One that cannot is told once in the log."""
        with self._lock:
            try:
                names = {entry.name for entry in self.root.iterdir() if not entry.name.startswith(".") and entry.is_dir()}
            except FileNotFoundError:
                names = set()
            except OSError as error:
                raise EditionError(f"the shelf {self.root} cannot be read: {error.strerror}") from error
            for name in names - self._known.keys() - self._broken:
                self._open(name)
            self._known = {name: edition for name, edition in self._known.items() if name in names}
            return sorted(self._known.values(), key=lambda edition: (edition.manifest.report, edition.manifest.number))

    def _open(self, name: str) -> None:
        try:
            edition = open_edition(self.root / name)
            if edition.manifest.id != name:
                raise EditionError(f"the folder {name} holds the edition {edition.manifest.id}")
            self._known[name] = edition
        except EditionError as error:
            self._broken.add(name)
            log.warning("an edition on the shelf cannot be read", edition=name, why=str(error))

    def edition(self, edition_id: str) -> Edition:
        """Raises UnknownNameError that names the nearest."""
        found = next((edition for edition in self.all() if edition.manifest.id == edition_id), None)
        if found is None:
            alike = [e.manifest.id for e in self.all() if e.manifest.report == edition_id or edition_id in e.manifest.id][-3:]
            hint = f"; there is {', '.join(alike)}" if alike else f"; the shelf {self.root} lists those there are"
            raise UnknownNameError(f"no edition {edition_id!r}{hint}")
        return found

    def newest(self, report_id: str) -> Edition | None:
        """The edition of that report that nothing supersedes."""
        return next((edition for edition in reversed(self.all()) if edition.manifest.report == report_id), None)

    def editions(self, site: str | None = None, kind: str | None = None, limit: int = 1000) -> Sequence[EditionInfo]:
        """Newest first; site: its own id, or that of a cluster."""
        every = self.all()
        after = {edition.manifest.supersedes: edition.manifest.id for edition in every if edition.manifest.supersedes}
        wanted = [
            edition_info(edition, after.get(edition.manifest.id))
            for edition in every
            if (site is None or edition.manifest.subject == site) and (kind is None or edition.manifest.kind == kind)
        ]
        return sorted(wanted, key=lambda info: (info.issued_at, info.id), reverse=True)[:limit]

    def get(self, edition_id: str) -> EditionInfo | None:
        return next((info for info in self.editions() if info.id == edition_id), None)

    def read(self, edition_id: str, file_name: str) -> bytes:
        """A file as it was issued; UnknownNameError where there is none, EditionError where it was changed since."""
        edition = self.edition(edition_id)
        if file_name in (MANIFEST, SIGNATURE):
            return read_bytes(edition.folder / file_name)
        return edition.read(file_name)


def edition_info(edition: Edition, superseded_by: str | None) -> EditionInfo:
    """As the gateway lists it. Manifest and signature are forms too: who gets the edition can verify it."""
    told = edition.manifest
    forms = {file.form: file.name for file in told.files} | {"manifest": MANIFEST, "signature": SIGNATURE}
    return EditionInfo(
        id=told.id,
        site=told.subject,
        kind=told.kind,
        number=told.number,
        first=told.first,
        last=told.last,
        languages=told.languages,
        issued_at=parse_instant(edition.signature.issued_at),
        forms=forms,
        hash=edition.manifest_hash,
        title=told.title,
        tenant=told.tenant,
        production=told.production,
        superseded_by=superseded_by,
        signed=edition.signature.signed,
    )
