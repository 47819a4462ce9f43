"""The quarter hours that an edition was made from, frozen as CSV, with a digest by register and local day.

One file a site, and one of each year before that it is compared with: `start` in UTC, then by register `<meter>.<register>` and
what belongs to it, in kWh. A column of estimated or corrected energy that is 0 throughout, or of completeness that is 1
throughout, is left out. Not compressed: how a machine compresses is not the same everywhere, and the bytes have to be.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from premises.time import SLOT, Interval
from reports.editions.errors import EditionError
from reports.editions.folder import Edition
from reports.ledger import Ledger

Digests = Mapping[str, Mapping[str, str]]
_PARTS = ("", ".estimated_kwh", ".corrected_kwh", ".completeness")
_USUAL = (None, 0.0, 0.0, 1.0)
_NAMES = ("kwh", "estimated_kwh", "corrected_kwh", "completeness")


@dataclass(frozen=True)
class Quarters:
    """starts: UTC; values: by `meter/register` an array of (quarter hours, 4): kwh, estimated, corrected, completeness."""

    starts: pd.DatetimeIndex
    values: Mapping[str, np.ndarray]

    def __post_init__(self) -> None:
        for name, block in self.values.items():
            if block.shape != (len(self.starts), 4):
                raise EditionError(f"register {name} has {block.shape[0]} quarter hours instead of {len(self.starts)}")

    def only(self, names: Collection[str]) -> Quarters:
        """Of those registers alone."""
        return Quarters(self.starts, {name: block for name, block in self.values.items() if name in names})


def quarters_file(site: str) -> str:
    return f"quarters.{site}.csv"


def baseline_file(site: str) -> str:
    """Of the boundary's registers in the year that savings are told against."""
    return f"baseline.{site}.csv"


def earlier_file(site: str) -> str:
    """Of the same days of the year before, where the report compares with them."""
    return f"earlier.{site}.csv"


def quarters_of(ledger: Ledger) -> Quarters:
    """What a ledger holds."""
    frames = (ledger.kwh, ledger.estimated_kwh, ledger.corrected_kwh, ledger.completeness)
    starts = pd.DatetimeIndex(ledger.kwh.index)
    values = {
        f"{meter}/{register}": np.column_stack([frame[(meter, register)].to_numpy(dtype="float64") for frame in frames])
        for meter, register in ledger.registers()
    }
    return Quarters(starts, values)


def quarters_csv(quarters: Quarters) -> bytes:
    """The file's bytes; numbers with all their digits, empty where nothing is known."""
    columns: dict[str, pa.Array] = {"start": pa.array([f"{start:%Y-%m-%dT%H:%M:%SZ}" for start in quarters.starts], pa.string())}
    for name, block in quarters.values.items():
        meter, _, register = name.partition("/")
        for place, (part, usual) in enumerate(zip(_PARTS, _USUAL, strict=True)):
            values = block[:, place]
            if usual is None or bool(np.any(values != usual)):
                columns[f"{meter}.{register}{part}"] = pa.array(values, pa.float64(), mask=np.isnan(values))
    out = io.BytesIO()
    out.write((",".join(columns) + "\n").encode())  # ids of meters and registers need no quotes
    csv.write_csv(pa.table(columns), out, csv.WriteOptions(include_header=False, quoting_style="needed"))
    return out.getvalue()


def read_quarters(data: bytes, name: str) -> Quarters:
    """The quarter hours of such a file. Raises EditionError that names the file."""
    try:
        head = data.split(b"\n", 1)[0].decode().strip().split(",")
        kinds = {column: pa.string() if column == "start" else pa.float64() for column in head}
        told = csv.read_csv(io.BytesIO(data), convert_options=csv.ConvertOptions(column_types=kinds, strings_can_be_null=False))
        frame = {str(column): told.column(column).to_numpy(zero_copy_only=False) for column in told.column_names}
        starts = pd.DatetimeIndex(pd.to_datetime(frame.pop("start"), utc=True, format="%Y-%m-%dT%H:%M:%SZ"))
    except (ValueError, KeyError) as error:  # pyarrow's errors are ValueErrors
        raise EditionError(f"{name} cannot be read as quarter hours: {str(error).splitlines()[0]}") from error
    values: dict[str, np.ndarray] = {}
    for column in frame:
        if column.endswith(_PARTS[1:]):
            continue
        meter, _, register = column.rpartition(".")
        block = np.empty((len(starts), 4))
        block[:, 0] = frame[column]
        for place, (part, usual) in enumerate(zip(_PARTS[1:], _USUAL[1:], strict=True), start=1):
            block[:, place] = frame.get(f"{column}{part}", usual)
        values[f"{meter}/{register}"] = block
    return Quarters(starts, values)


def frozen_span(edition: Edition, name: str) -> Interval | None:
    """What a frozen file of quarter hours covers; None where the edition has none of that name, or it is empty."""
    if edition.manifest.file(name) is None:
        return None
    starts = read_quarters(edition.read(name), name).starts
    return Interval(starts[0].to_pydatetime(), starts[-1].to_pydatetime() + SLOT) if len(starts) else None


def day_digests(quarters: Quarters, timezone: str) -> dict[str, dict[str, str]]:
    """Register -> local day -> the first 16 hexadecimal digits of the SHA-256 of its values."""
    days, edges = _days(quarters, timezone)
    told: dict[str, dict[str, str]] = {}
    for name, block in quarters.values.items():
        plain = np.ascontiguousarray(np.where(np.isnan(block), np.nan, block) + 0.0).astype("<f8")
        told[name] = {
            day: hashlib.sha256(plain[first:beyond].tobytes()).hexdigest()[:16]
            for day, first, beyond in zip(days, edges[:-1], edges[1:], strict=True)
        }
    return told


def _days(quarters: Quarters, timezone: str) -> tuple[list[str], list[int]]:
    """The local days, and where each begins in the rows (and where the last ends)."""
    if not len(quarters.starts):
        return [], [0]
    local = quarters.starts.tz_convert(timezone).strftime("%Y-%m-%d").to_numpy()
    firsts = np.flatnonzero(np.concatenate(([True], local[1:] != local[:-1])))
    return [str(local[first]) for first in firsts], [*(int(first) for first in firsts), len(local)]


def changed_days(now: Digests, frozen: Digests) -> Iterator[tuple[str, str]]:
    """(register, local day) of every day whose values are not those that were frozen."""
    for name in sorted({*now, *frozen}):
        one, other = now.get(name, {}), frozen.get(name, {})
        for day in sorted({*one, *other}):
            if one.get(day) != other.get(day):
                yield name, day


def changed_rows(frozen: Quarters, now: Quarters, most: int = 20) -> Iterator[str]:
    """Quarter by quarter what is not as it was, each in words; after `most` of them, how many more there are."""
    found = 0
    for name in sorted({*frozen.values, *now.values}):
        if name not in now.values or name not in frozen.values:
            yield f"register {name} {'is gone' if name not in now.values else 'was not there'}"
            continue
        before, after = (pd.DataFrame(side.values[name], side.starts, list(_NAMES)) for side in (frozen, now))
        before, after = before.align(after, join="outer")
        differs = ~((before == after) | (before.isna() & after.isna()))
        for start, row in differs[differs.any(axis=1)].iterrows():
            found += 1
            if found > most:
                continue
            cells = [f"{part} {_told(before, start, part)} -> {_told(after, start, part)}" for part in _NAMES if row[part]]
            yield f"{name} at {start:%Y-%m-%dT%H:%M:%SZ}: {', '.join(cells)}"
    if found > most:
        yield f"and {found - most} more quarter hours"


def _told(frame: pd.DataFrame, start: object, part: str) -> str:
    value = frame.loc[start, part]  # type: ignore[index]
    return "not known" if pd.isna(value) else float.__repr__(float(value))
