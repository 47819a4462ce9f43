"""How long editions are kept: to their date, and beyond it while anyone has a legal hold on them.

Holds and what was let go stand in two files beside the editions, outside of their frozen bytes. Nothing is removed from
either file: a hold that ended stays with its end, and the number of an edition that is gone is never given again.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson

from premises.errors import SettingError, StoreUnavailableError
from premises.time import format_instant
from reports.editions.errors import EditionError
from reports.editions.folder import Edition, remove_edition

HOLDS, RETIRED = "holds.json", "retired.json"
_NUMBERED = re.compile(r"(.+)-e(\d+)")


@dataclass(frozen=True, slots=True)
class Hold:
    """A duty to keep: of an edition, of all of a report, or of a subject (`site:la-kolok`). released_at "": it stands."""

    of: str
    by: str
    reason: str
    at: str
    released_at: str = ""
    released_by: str = ""

    def holds(self, edition: Edition) -> bool:
        told = edition.manifest
        return not self.released_at and self.of in (told.id, told.report, f"site:{told.subject}")


class Holds:
    """The legal holds of a shelf."""

    def __init__(self, root: Path) -> None:
        self._path = root / HOLDS

    def all(self) -> list[Hold]:
        return [Hold(**told) for told in _read(self._path)]

    def put(self, of: str, by: str, reason: str, at: datetime) -> Hold:
        """Hold it. Raises SettingError without a reason: whoever lets go must know why it was kept."""
        if not reason.strip():
            raise SettingError("a hold needs a reason")
        hold = Hold(of, by, reason, format_instant(at))
        _write(self._path, [*self.all(), hold])
        return hold

    def release(self, of: str, by: str, at: datetime) -> int:
        """End every hold of that name; how many stood."""
        every = self.all()
        standing = [hold for hold in every if hold.of == of and not hold.released_at]
        ended = [replace(h, released_at=format_instant(at), released_by=by) if h in standing else h for h in every]
        if standing:
            _write(self._path, ended)
        return len(standing)


@dataclass(frozen=True, slots=True)
class Gone:
    """An edition that was let go: its manifest's hash remains, to prove what it was."""

    id: str
    manifest: str
    kept_until: str
    at: str
    by: str


class Retired:
    """The editions that were let go."""

    def __init__(self, root: Path) -> None:
        self._path = root / RETIRED

    def all(self) -> list[Gone]:
        return [Gone(**told) for told in _read(self._path)]

    def add(self, gone: Iterable[Gone]) -> None:
        _write(self._path, [*self.all(), *gone])

    def last_number(self, report_id: str) -> int:
        """The highest number of that report that was let go; 0 for none."""
        found = (_NUMBERED.fullmatch(gone.id) for gone in self.all())
        return max((int(match[2]) for match in found if match and match[1] == report_id), default=0)


@dataclass(frozen=True, slots=True)
class Due:
    """An edition past its date; held_by: the hold that keeps it, None: it may go."""

    edition: Edition
    held_by: Hold | None


def past_their_date(editions: Sequence[Edition], holds: Sequence[Hold], today: date) -> list[Due]:
    """Every edition whose retention has ended before today."""
    due = [edition for edition in editions if edition.manifest.keep_until < today]
    return [Due(edition, next((hold for hold in holds if hold.holds(edition)), None)) for edition in due]


def let_go(root: Path, due: Sequence[Due], by: str, at: datetime) -> list[Gone]:
    """Delete those that nobody holds; written down first, so that no number is given twice."""
    free = [one.edition for one in due if one.held_by is None]
    gone = [
        Gone(e.manifest.id, e.manifest_hash, e.manifest.keep_until.isoformat(), format_instant(at), by)  #
        for e in free
    ]
    if gone:
        Retired(root).add(gone)
    for edition in free:
        remove_edition(edition.folder)
    return gone


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        told = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return []
    except (OSError, orjson.JSONDecodeError) as error:
        raise EditionError(f"{path} cannot be read: {error}") from error
    if not isinstance(told, list):
        raise EditionError(f"{path} holds no list")
    return told


def _write(path: Path, items: Sequence[Hold | Gone]) -> None:
    """In one step: a reader sees the old list or the new one."""
    data = orjson.dumps([asdict(item) for item in items], option=orjson.OPT_INDENT_2) + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(file.name, path)
    except OSError as error:
        raise StoreUnavailableError(f"{path} cannot be written: {error.strerror}") from error
