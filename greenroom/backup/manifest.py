"""The manifest of an archive: what is in it, by hash, and what is not in it and how to back that up."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from premises.errors import GreenroomError

NAME = "manifest.json"
FORMAT = 1
_CHUNK = 1024 * 1024


class BackupError(GreenroomError):
    """An archive is not what it should be, or cannot be restored as asked."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the archive. name: its path inside, with slashes."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What is kept elsewhere and is not in the archive, and the command that backs it up."""

    what: str
    how: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """made_at: RFC 3339, when the backup began. greenroom: version that made it; tables: revision of the books, "" where none."""

    made_at: str
    greenroom: str
    tables: str
    parts: tuple[Part, ...]
    left_out: tuple[LeftOut, ...] = ()
    format: int = FORMAT

    def encode(self) -> bytes:
        return json.dumps(asdict(self), indent=2, ensure_ascii=False).encode() + b"\n"


def decode(text: bytes) -> Manifest:
    """Raises BackupError where it is no manifest, of a newer form, or names a path that leads out of the archive."""
    try:
        told: dict[str, Any] = json.loads(text)
        if told["format"] != FORMAT:
            raise BackupError(f"the archive has form {told['format']}, this Greenroom reads form {FORMAT}: use the newer one")
        parts = tuple(Part(str(part["name"]), int(part["bytes"]), str(part["sha256"])) for part in told["parts"])
        left_out = tuple(LeftOut(str(one["what"]), str(one["how"])) for one in told["left_out"])
        manifest = Manifest(str(told["made_at"]), str(told["greenroom"]), str(told["tables"]), parts, left_out)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(f"the archive's manifest cannot be read: {type(error).__name__}") from None
    for part in manifest.parts:
        path = PurePosixPath(part.name)
        if path.is_absolute() or ".." in path.parts or "\\" in part.name or not path.parts:
            raise BackupError(f"the archive names {part.name!r}, which leads out of it; it was not made by Greenroom")
    return manifest


def part_of(path: Path, name: str) -> Part:
    """The part that a file makes."""
    told, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            told.update(chunk)
            size += len(chunk)
    return Part(name, size, told.hexdigest())
