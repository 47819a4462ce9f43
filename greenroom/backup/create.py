"""Making an archive."""

from __future__ import annotations

import io
import json
import os
import re
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from greenroom.backup.copying import copy_duckdb, copy_sqlite
from greenroom.backup.manifest import NAME, BackupError, LeftOut, Manifest, Part, part_of
from greenroom.settings import Settings
from premises.time import Clock, format_instant
from stores.book.state import state_of

BOOKS, JOURNAL, READINGS, SETTINGS = "books.sqlite3", "journal.sqlite3", "readings.duckdb", "settings.json"
_PASSWORD = re.compile(r"(://[^/@\s:]*):[^/@\s]*@")
Tell = Callable[[str], None]


def create(settings: Settings, premises: Path | None, out: Path, clock: Clock, tell: Tell = lambda _: None) -> Manifest:
    """Write the archive at `out`, which must not be there yet; readable by its owner alone, as the books hold secrets.

    premises: the site or cluster file, None for none. tell: of each part as it is done. Raises BackupError,
    StoreUnavailableError.
    """
    if out.exists():
        raise BackupError(f"{out} is there already; choose another name, as backups are not written over")
    out.parent.mkdir(parents=True, exist_ok=True)
    made_at = format_instant(clock.now())
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=out.parent) as staging:
        parts = []
        for name, path in _gather(settings, premises, Path(staging)):
            parts.append((part_of(path, name), path))
            tell(name)
        tables = state_of(settings.books_url).revision or "" if _there(settings.books_url) else ""
        manifest = Manifest(made_at, version("greenroom"), tables, tuple(part for part, _ in parts), tuple(_left_out(settings)))
        unfinished = Path(staging) / "archive"
        _write(unfinished, manifest, parts)
        unfinished.rename(out)
    return manifest


def _gather(settings: Settings, premises: Path | None, staging: Path) -> Iterator[tuple[str, Path]]:
    """Names and files. The journal is copied before the readings: what it says is stored is in the copy of the store then."""
    books, readings = _file(settings.books_url, "sqlite:///"), _file(settings.store_url, "duckdb:///")
    if books is not None and books.exists():
        copy_sqlite(books, staging / BOOKS)
        yield BOOKS, staging / BOOKS
    if settings.journal_path.exists():
        copy_sqlite(settings.journal_path, staging / JOURNAL)
        yield JOURNAL, staging / JOURNAL
    if readings is not None and readings.exists():
        copy_duckdb(readings, staging / READINGS)
        yield READINGS, staging / READINGS
    told = staging / SETTINGS
    told.write_text(json.dumps(shown(settings), indent=2) + "\n", encoding="utf-8")
    yield SETTINGS, told
    if premises is not None:
        yield from _site_files(premises)
    for name, folder in (
        ("editions", settings.editions_path),
        ("decisions", settings.decisions_path),
        ("emblems", settings.emblems),
    ):
        if folder is not None and folder.is_dir():
            yield from (
                (f"{name}/{path.relative_to(folder).as_posix()}", path) for path in sorted(folder.rglob("*")) if path.is_file()
            )
    if settings.data.is_dir():
        yield from ((f"calendars/{path.name}", path) for path in sorted(settings.data.glob("*.ics")))


def _site_files(premises: Path) -> Iterator[tuple[str, Path]]:
    """The file, and for a cluster those that it names, under the same paths seen from it."""
    yield f"site/{premises.name}", premises
    try:
        told = YAML(typ="safe", pure=True).load(premises.read_text(encoding="utf-8"))
    except YAMLError:
        return
    for site in told.get("sites", ()) if isinstance(told, dict) else ():
        path = premises.parent / str(site)
        name = os.path.normpath(f"site/{site}")
        if path.is_file() and name.startswith("site/"):
            yield name, path


def shown(settings: Settings) -> dict[str, object]:
    """The settings without their secrets: those are left blank, and passwords inside of addresses too."""
    told: dict[str, object] = json.loads(_PASSWORD.sub(r"\1:…@", settings.model_dump_json()))
    return told


def _file(url: str, scheme: str) -> Path | None:
    return Path(url.removeprefix(scheme)) if url.startswith(scheme) and ":memory:" not in url else None


def _there(books_url: str) -> bool:
    path = _file(books_url, "sqlite:///")
    return path is None or path.exists()


def _left_out(settings: Settings) -> Iterator[LeftOut]:
    if _file(settings.books_url, "sqlite:///") is None:
        yield LeftOut("books in PostgreSQL", "pg_dump --format=custom --file=books.dump DATABASE; back by pg_restore --clean")
    if _file(settings.store_url, "duckdb:///") is None:
        yield LeftOut("readings in InfluxDB", "influx backup FOLDER --bucket BUCKET --token OPERATOR-TOKEN; back by influx restore")
    yield LeftOut("secrets: passwords, tokens, the key that signs reports", "keep them where you keep secrets")


def _write(path: Path, manifest: Manifest, parts: list[tuple[Part, Path]]) -> None:
    """The manifest comes first, so that it can be read without unpacking the rest."""
    with (
        open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw,
        tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6, format=tarfile.PAX_FORMAT) as archive,
    ):
        told = manifest.encode()
        head = tarfile.TarInfo(NAME)
        head.size = len(told)
        archive.addfile(head, io.BytesIO(told))
        for part, source in parts:
            entry = tarfile.TarInfo(part.name)
            entry.size, entry.mode = part.bytes, 0o600
            with source.open("rb") as file:
                archive.addfile(entry, file)
