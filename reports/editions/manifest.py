"""The manifest: what an edition consists of, byte for byte, and what it was made from.

It holds nothing of the moment or the machine it was made on, so that the same inputs give the same manifest anywhere; who
issued it and when stands in `signature.json`, which is signed together with the manifest's hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

import orjson

from premises.time import format_instant, parse_instant
from reports.editions.errors import EditionError
from reports.forms.stamp import Change

FORMAT = "greenroom-edition/1"
MANIFEST = "manifest.json"
SIGNATURE = "signature.json"


@dataclass(frozen=True, slots=True)
class FrozenFile:
    """A file of the edition. form: what it is, such as `pdf.fr` or `csv.meter_rows`."""

    name: str
    form: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """subject: the site or cluster; sites: those in it. rows: by file of quarter hours, register and local day, a digest.
    readings: by site, counter and local day a digest of the readings themselves, for short periods.

    inputs: SHA-256 of everything the figures were made from; data_version: of the meter rows alone; known_at: corrections and
    withdrawals after it were not known. supersedes, supersedes_hash: the edition before and the SHA-256 of its manifest.
    """

    id: str
    report: str
    number: int
    kind: str
    subject: str
    sites: tuple[str, ...]
    first: date
    last: date
    until: datetime
    timezone: str
    languages: tuple[str, ...]
    title: Mapping[str, str]
    standing: str
    files: tuple[FrozenFile, ...]
    rows: Mapping[str, Mapping[str, Mapping[str, str]]]
    data_version: str
    inputs: str
    factors: Mapping[str, str]
    factors_version: str
    software: Mapping[str, str]
    keep_until: date
    readings: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)
    tenant: str | None = None
    production: str | None = None
    public: bool = False
    supersedes: str = ""
    supersedes_hash: str = ""
    reason: str = ""
    changes: tuple[Change, ...] = ()

    def file(self, name: str) -> FrozenFile | None:
        return next((file for file in self.files if file.name == name), None)

    def to_bytes(self) -> bytes:
        """Canonical: sorted keys, dates as ISO 8601."""
        told = asdict(self) | {"format": FORMAT, "until": format_instant(self.until)}
        return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def read_manifest(data: bytes, where: str) -> Manifest:
    """The manifest in those bytes. Raises EditionError that says where."""
    try:
        told: dict[str, Any] = orjson.loads(data)
        if told.pop("format") != FORMAT:
            raise EditionError(f"{where}: the manifest is not of the format {FORMAT}")
        told |= {name: date.fromisoformat(told[name]) for name in ("first", "last", "keep_until")}
        told["until"] = parse_instant(told["until"])
        told["files"] = tuple(FrozenFile(**file) for file in told["files"])
        told["changes"] = tuple(Change(**change) for change in told["changes"])
        told["sites"], told["languages"] = tuple(told["sites"]), tuple(told["languages"])
        return Manifest(**told)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise EditionError(f"{where}: the manifest cannot be read: {error}") from error


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
