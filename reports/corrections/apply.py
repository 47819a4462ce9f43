"""Putting told energy into a ledger: only where nothing was measured. The measured is never overwritten.

Rule. Of the energy that people told for a span, what was measured in it is taken off. The rest is spread over the time of the
span that was not measured, evenly, and stands there as corrected (an interpolation by the store gives way to it). Where more
was measured than told, or nothing is open, nothing is changed, and the ledger says that the two do not agree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from premises.corrections import CorrectionBook
from premises.ports import TelemetryStore
from premises.site import Site
from premises.time import Interval
from reports.corrections.spans import OF_READINGS, ToldEnergy, told_energy
from reports.ledger import Ledger
from reports.ledger.read import read_ledger

DISAGREE = "ledger.correction_disagrees"
FURTHEST = timedelta(days=400)
"""How far outside of a ledger's period a told span may reach for it to be looked at."""
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Corrector:
    """`Sources.correct`: the ledger with what people told. known_at: the book as it stood then; None: as it stands."""

    book: CorrectionBook
    store: TelemetryStore
    now: datetime
    known_at: datetime | None = None

    def __call__(self, site: Site, ledger: Ledger) -> Ledger:
        """A new ledger; the given one is left as it is. Raises what book and store raise."""
        found = self.book.find(site.id, kinds=OF_READINGS, known_at=self.known_at)
        seen = Interval(ledger.period.start, ledger.until)
        told = [one for one in told_energy(site, found) if one.span.overlaps(seen)]
        if not told:
            return ledger
        return corrected(ledger, told, lambda span: read_ledger(site, self.store, span, self.now))


def corrected(ledger: Ledger, told: Sequence[ToldEnergy], read: Callable[[Interval], Ledger]) -> Ledger:
    """The ledger with the told energy. read: gives the ledger of another span, for what reaches beyond this one's period."""
    seen = Interval(ledger.period.start, ledger.until)
    near = [one for one in told if one.span.start >= seen.start - FURTHEST and one.span.end <= seen.end + FURTHEST]
    hull = Interval(min([seen.start, *(o.span.start for o in near)]), max([seen.end, *(o.span.end for o in near)]))
    wide = ledger if hull == seen else read(hull)
    frames = [frame.copy() for frame in (wide.kwh, wide.estimated_kwh, wide.corrected_kwh)]
    left_out = list(ledger.left_out)
    left_out += [(one.meter, DISAGREE) for one in told if one not in near or not _fill(frames, wide, one)]
    kwh, estimated, by_hand = (_cut(frame, ledger, wide) for frame in frames)
    completeness = ledger.completeness.reindex(columns=kwh.columns, fill_value=0.0)
    return replace(
        ledger,
        kwh=kwh,
        estimated_kwh=estimated,
        corrected_kwh=by_hand,
        completeness=completeness,
        left_out=tuple(dict.fromkeys(left_out)),
    )


def _cut(frame: pd.DataFrame, ledger: Ledger, wide: Ledger) -> pd.DataFrame:
    return frame if wide is ledger else frame.reindex(ledger.kwh.index)


def _fill(frames: list[pd.DataFrame], ledger: Ledger, told: ToldEnergy) -> bool:
    """Spread one told energy; whether it could be. A register that no counter tells of is made."""
    kwh, estimated, by_hand = frames
    key = (told.meter, told.register)
    if key not in kwh.columns:
        kwh[key], estimated[key], by_hand[key] = np.nan, 0.0, 0.0
    first, beyond = (int(kwh.index.searchsorted(pd.Timestamp(edge))) for edge in (told.span.start, told.span.end))
    if beyond <= first or told.span.end > ledger.until:
        return False
    values, guessed = (frame[key].to_numpy(copy=True)[first:beyond] for frame in (kwh, estimated))
    already = by_hand[key].to_numpy(copy=True)[first:beyond]
    measured = np.where(np.isnan(values), 0.0, values - guessed)
    rest = told.kwh - float(measured.sum())
    if key in ledger.completeness.columns:
        complete = ledger.completeness[key].to_numpy()[first:beyond]
    else:
        complete = np.zeros(beyond - first)
    open_time = np.where(np.isnan(values) | (guessed > 0), np.maximum(1.0 - complete, 0.0), 0.0)
    if open_time.sum() <= 0:
        open_time = np.where(np.isnan(values) | (guessed > 0), 1.0, 0.0)
    agrees = abs(rest) <= TOLERANCE + 1e-3 * abs(told.kwh)
    if open_time.sum() <= 0:
        return agrees
    if rest < 0 and not agrees:
        return False
    share = max(rest, 0.0) * open_time / open_time.sum()
    touched = open_time > 0
    _set(kwh, key, first, np.where(touched, measured + share, values))
    _set(estimated, key, first, np.where(touched, 0.0, guessed))
    _set(by_hand, key, first, np.where(touched, already + share, already))
    return True


def _set(frame: pd.DataFrame, key: tuple[str, str], first: int, values: np.ndarray) -> None:
    column = frame[key].to_numpy(copy=True)
    column[first : first + len(values)] = values
    frame[key] = column
