"""The decision log on disk: lines by site and hour, hours that are over packed, the oldest dropped at the bound."""

from __future__ import annotations

import gzip
import os
import shutil
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from premises.time import Interval, floor_to, utc

HOUR = timedelta(hours=1)
START = '["start"]'
"""The first line of a stretch that can be read by itself."""


class DecisionFiles:
    """One folder per site, one file per hour (`2026-01-21T12.jsonl`, packed `.jsonl.gz`). One process writes.

    keep: how long; most_bytes: bound for each site, the oldest hours go first. Methods raise OSError where the disk does.
    """

    def __init__(self, folder: Path, *, keep: timedelta = timedelta(days=14), most_bytes: int = 256 * 1024**2) -> None:
        self.folder = folder
        self._keep, self._most_bytes = keep, most_bytes
        self._open: dict[str, Path] = {}

    def opens(self, site: str, at: datetime) -> bool:
        """Whether lines of that instant begin a new stretch: a new hour, or the first lines since this process started."""
        return self._open.get(site) != self._path(site, at)

    def append(self, site: str, at: datetime, lines: Sequence[str]) -> None:
        """Add the lines of a tick; those of a new stretch must tell everything."""
        path = self._path(site, at)
        new = self._open.get(site) != path
        if new:
            path.parent.mkdir(parents=True, exist_ok=True)
        torn = new and _is_torn(path)
        with path.open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in ((*([""] if torn else []), START, *lines) if new else lines))
        if new:
            self._open[site] = path
            self._tidy(site, path, at)

    def stretches(self, site: str, interval: Interval) -> Iterator[Iterator[str]]:
        """The lines of each hour that touches the interval, in order of time."""
        for path in self._files(site):
            begins = _hour_of(path)
            if begins < interval.end and begins + HOUR > interval.start:
                yield _lines(path)

    def span(self, site: str) -> Interval | None:
        """From the first hour kept to the end of the last, None where nothing is kept."""
        files = self._files(site)
        return Interval(_hour_of(files[0]), _hour_of(files[-1]) + HOUR) if files else None

    def _path(self, site: str, at: datetime) -> Path:
        return self.folder / site / f"{floor_to(utc(at), HOUR):%Y-%m-%dT%H}.jsonl"

    def _files(self, site: str) -> list[Path]:
        """In order of time; where an hour was packed and gone on with, the packed part first."""
        found = [path for path in (self.folder / site).glob("????-??-??T??.jsonl*") if path.suffix in (".jsonl", ".gz")]
        return sorted(found, key=lambda path: (path.name[:13], path.suffix != ".gz"))

    def _tidy(self, site: str, current: Path, now: datetime) -> None:
        files = self._files(site)
        for path in files:
            if path.suffix == ".jsonl" and path != current:
                _pack(path)
        files, kept = self._files(site), 0
        for path in reversed(files):
            kept += path.stat().st_size
            if path != current and (_hour_of(path) + HOUR < now - self._keep or kept > self._most_bytes):
                path.unlink()


def _is_torn(path: Path) -> bool:
    """Whether the last line of a file was cut off by a loss of power: what comes next must not be written on to it."""
    if not path.is_file() or path.stat().st_size == 0:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def _pack(path: Path) -> None:
    """Pack an hour beside what is packed of it already, in one step: a loss of power leaves either the one or the other."""
    packed = path.with_suffix(".jsonl.gz")
    beside = path.with_suffix(".packing")
    with beside.open("wb") as target:
        if packed.is_file():
            target.write(packed.read_bytes())
        with path.open("rb") as source, gzip.open(target, "ab", compresslevel=6) as squeezed:
            shutil.copyfileobj(source, squeezed)
    beside.replace(packed)
    path.unlink()


def _lines(path: Path) -> Iterator[str]:
    """The whole lines of a file; a line that was cut off by a loss of power, and what of a packed file is damaged, are left out."""
    opened = gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")  # noqa: SIM115
    with opened as file:
        try:
            for line in file:
                if line.endswith("\n"):
                    yield line.rstrip("\n")
        except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError):
            return


def _hour_of(path: Path) -> datetime:
    return datetime.strptime(path.name[:13], "%Y-%m-%dT%H").replace(tzinfo=UTC)
