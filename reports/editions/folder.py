"""An edition's folder: written at once or not at all, never written again."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from premises.errors import StoreUnavailableError, UnknownNameError
from reports.content import Report
from reports.editions.errors import EditionError
from reports.editions.keys import Signature, read_signature
from reports.editions.manifest import MANIFEST, SIGNATURE, Manifest, read_manifest, sha256
from reports.forms.document import DOCUMENT, read_report

LARGEST_FILE = 512 * 1024**2
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


@dataclass(frozen=True, slots=True)
class Edition:
    """An issued edition where it lies."""

    folder: Path
    manifest: Manifest
    manifest_hash: str
    signature: Signature

    def read(self, name: str) -> bytes:
        """A file of the edition, as it was issued. Raises UnknownNameError, and EditionError where it was changed since."""
        frozen = self.manifest.file(name)
        if frozen is None:
            raise UnknownNameError(f"edition {self.manifest.id} has no file {name!r}")
        data = read_bytes(self.folder / name)
        if sha256(data) != frozen.sha256:
            raise EditionError(f"{name} of {self.manifest.id} is not as it was issued; run `greenroom report verify {self.folder}`")
        return data

    def report(self, *, attachments: bool = True) -> Report:
        """The content that every form of it was made from."""
        return read_report(self.read(DOCUMENT), self.read if attachments else None)


def open_edition(folder: Path) -> Edition:
    """The edition in that folder. Raises EditionError where there is none that can be read."""
    data = read_bytes(folder / MANIFEST)
    manifest = read_manifest(data, str(folder / MANIFEST))
    signature = read_signature(read_bytes(folder / SIGNATURE), str(folder / SIGNATURE))
    return Edition(folder, manifest, sha256(data), signature)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file of an edition; a link is not followed out of the folder. Raises EditionError."""
    try:
        if path.is_symlink():
            raise EditionError(f"{path} is a link; an edition holds its files itself")
        if path.stat().st_size > LARGEST_FILE:
            raise EditionError(f"{path} is larger than {LARGEST_FILE} bytes")
        return path.read_bytes()
    except OSError as error:
        raise EditionError(f"{path} cannot be read: {error.strerror}") from error


def write_edition(root: Path, edition_id: str, files: Mapping[str, bytes]) -> Path:
    """Write all files into `root/edition_id`, durably, and only then give the folder its name.

    Raises FileExistsError where another process has issued that number, StoreUnavailableError where the disk does not take it.
    """
    odd = next((name for name in (edition_id, *files) if not _NAME.fullmatch(name)), None)
    if odd is not None:
        raise EditionError(f"{odd!r} is no name for a file of an edition")
    target = root / edition_id
    draft: Path | None = None
    try:
        root.mkdir(parents=True, exist_ok=True)
        if target.exists():
            raise FileExistsError(target)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=root))
        draft.chmod(0o755)
        for name, data in files.items():
            _write(draft / name, data)
        _sync(draft)
        os.rename(draft, target)
        _sync(root)
    except FileExistsError:
        raise
    except OSError as error:
        if target.is_dir() and draft is not None and draft.exists():
            raise FileExistsError(target) from error
        raise StoreUnavailableError(f"the edition cannot be written to {target}: {error.strerror}") from error
    finally:
        if draft is not None and draft.exists():
            shutil.rmtree(draft, ignore_errors=True)
    return target


def remove_edition(folder: Path) -> None:
    """Delete an edition past its retention."""
    with contextlib.suppress(OSError):
        folder.chmod(0o755)
    shutil.rmtree(folder)


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
