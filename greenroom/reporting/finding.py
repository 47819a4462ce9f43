"""Finding the edition that a person means: by folder, by id, or by a single file that they were sent."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from premises.errors import UnknownNameError
from reports.editions.folder import read_bytes
from reports.editions.keys import fingerprint, load_public
from reports.editions.manifest import MANIFEST, sha256
from reports.editions.shelf import FolderShelf
from reports.editions.verify import Finding, Verdict


def edition_folder(what: Path, root: Path) -> tuple[Path | None, list[Finding]]:
    """The folder of the edition that `what` is, or is a file of; and what can be said of a single file.

    Raises UnknownNameError where it is neither a path nor the id of an edition.
    """
    if (what / MANIFEST).is_file():
        return what, []
    shelf = FolderShelf(root)
    if what.is_file():
        if (what.parent / MANIFEST).is_file():
            return what.parent, []
        return _of_file(what, shelf)
    if what.exists():
        return None, [Finding(Verdict.WRONG, f"{what} holds no {MANIFEST}: it is no edition")]
    if len(what.parts) > 1:
        raise UnknownNameError(f"there is neither a file nor a folder {what}")
    return shelf.edition(what.name).folder, []


def _of_file(what: Path, shelf: FolderShelf) -> tuple[Path | None, list[Finding]]:
    """A file that was sent around: the edition that it is a file of, byte for byte."""
    digest = sha256(read_bytes(what))
    editions = shelf.all()
    after = {edition.manifest.supersedes: edition.manifest for edition in editions if edition.manifest.supersedes}
    alike = None
    for edition in editions:
        for file in edition.manifest.files:
            if file.sha256 == digest:
                findings = [Finding(Verdict.FINE, f"{what.name} is {file.name} of {edition.manifest.id}, byte for byte")]
                if edition.manifest.id in after:
                    new = after[edition.manifest.id]
                    findings.append(Finding(Verdict.WARNING, f"superseded by {new.id}: {new.reason}"))
                return edition.folder, findings
            if file.name == what.name:
                alike = edition
    if alike is None:
        return None, [Finding(Verdict.WRONG, f"{what.name} is no file of any edition in {shelf.root}")]
    told = f"{what.name} is not as it was issued: no edition of {alike.manifest.report} has these bytes (SHA-256 {digest[:16]}…)"
    return alike.folder, [Finding(Verdict.WRONG, told)]


def trusted_keys(given: Collection[Path], own: Path) -> set[str]:
    """Fingerprints of the public keys given, else of those that lie beside the house's own key."""
    paths = list(given) or sorted(own.parent.glob("*.pub"))
    return {fingerprint(load_public(path)) for path in paths}
