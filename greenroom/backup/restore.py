"""Verifying an archive, and restoring it: into an empty data folder, or beside what is there."""

from __future__ import annotations

import hashlib
import tarfile
import tempfile
from collections.abc import Callable
from pathlib import Path

from greenroom.backup.copying import check_duckdb, check_sqlite
from greenroom.backup.create import BOOKS, JOURNAL, READINGS
from greenroom.backup.manifest import NAME, BackupError, Manifest, Part, decode
from premises.time import Clock

_CHUNK = 1024 * 1024
_MANIFEST_MOST = 16 * 1024 * 1024
_CHECKS: dict[str, Callable[[Path], None]] = {BOOKS: check_sqlite, JOURNAL: check_sqlite, READINGS: check_duckdb}
_BESIDE = ("", "-wal", "-shm", ".wal")
"""What a database keeps beside its file belongs to that file: it must not meet another one's."""


def verify(archive: Path) -> Manifest:
    """Every part is there, unchanged, and the databases open. Raises BackupError that names what is wrong."""
    with tempfile.TemporaryDirectory(prefix="greenroom-verify-") as folder:
        return _unpack(archive, Path(folder), keep=False)


def restore(archive: Path, data: Path, clock: Clock, *, over: bool = False) -> tuple[Manifest, list[Path]]:
    """Put the archive's parts into the data folder; the manifest, and the files that had to give way, under their new names.

    over: files that are there give way: they are renamed, never deleted. Nothing is touched before all of the archive has
    been verified. Greenroom must not run meanwhile. Raises BackupError.
    """
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=data) as folder:
        manifest = _unpack(archive, Path(folder), keep=True)
        there = [path for part in manifest.parts for path in _in_the_way(data, part)]
        if there and not over:
            names = ", ".join(str(path.relative_to(data)) for path in there[:5])
            raise BackupError(f"{data} holds {names} already; name an empty folder, or say --over to move them aside")
        stamp = clock.now().strftime("%Y%m%dT%H%M%SZ")
        moved = [path.rename(path.with_name(f"{path.name}.before-{stamp}")) for path in there]
        for part in manifest.parts:
            target = data / part.name
            target.parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / part.name).rename(target)
    return manifest, moved


def _in_the_way(data: Path, part: Part) -> list[Path]:
    endings = _BESIDE if part.name in _CHECKS else ("",)
    return [path for ending in endings if (path := data / f"{part.name}{ending}").exists()]


def _unpack(archive: Path, folder: Path, *, keep: bool) -> Manifest:
    try:
        with tarfile.open(archive, "r:gz") as opened:
            return _unpack_opened(opened, folder, keep=keep)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BackupError(f"{archive} is no whole archive: {error}") from None


def _unpack_opened(opened: tarfile.TarFile, folder: Path, *, keep: bool) -> Manifest:
    head = opened.next()
    if head is None or head.name != NAME or not head.isfile() or head.size > _MANIFEST_MOST:
        raise BackupError("the archive does not begin with a manifest; it was not made by `greenroom backup`")
    told = opened.extractfile(head)
    manifest = decode(told.read() if told is not None else b"")
    missing = {part.name: part for part in manifest.parts}
    while (entry := opened.next()) is not None:
        part = missing.pop(entry.name, None)
        if part is None or not entry.isfile():
            raise BackupError(f"the archive holds {entry.name!r}, of which its manifest says nothing")
        target = folder / part.name
        target.parent.mkdir(parents=True, exist_ok=True)
        _copy(opened, entry, part, target)
        if part.name in _CHECKS:
            _CHECKS[part.name](target)
        if not keep:
            target.unlink()
    if missing:
        raise BackupError(f"the archive lacks {', '.join(sorted(missing)[:5])}")
    return manifest


def _copy(opened: tarfile.TarFile, entry: tarfile.TarInfo, part: Part, target: Path) -> None:
    source, told, size = opened.extractfile(entry), hashlib.sha256(), 0
    assert source is not None
    with target.open("wb") as file:
        while chunk := source.read(_CHUNK):
            told.update(chunk)
            size += len(chunk)
            if size > part.bytes:
                break
            file.write(chunk)
    if size != part.bytes or told.hexdigest() != part.sha256:
        raise BackupError(f"{part.name} in the archive is not what its manifest says; the archive was damaged or changed")
