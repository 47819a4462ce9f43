"""The ledger: every register of every meter by quarter hour, as pandas frames that share one index and one set of columns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import pandas as pd

from premises.errors import UnknownNameError
from premises.site import Meter, Site
from premises.time import Interval

IMPORT, EXPORT, HEAT, GAS = "energy", "energy_export", "heat_energy", "gas_volume"
"""Registers: what a meter counted (consumption, or production), what it counted the other way, heat, and gas before conversion."""


def _by_register(frame: pd.DataFrame) -> np.ndarray:
    """(registers, quarter hours); a copy only where the frame does not hold them one after the other."""
    values = frame.to_numpy(dtype=np.float64).T
    return values if values.strides[-1] == values.itemsize or not values.size else np.ascontiguousarray(values)


@dataclass(frozen=True)
class Ledger:
    """Quarter hours of a period, as far as it is past.

    All frames have the starts of the quarter hours (UTC) as index and (meter, register) as columns. kwh: measured, estimated and
    corrected together, NaN where nothing is known (never 0 for a gap); estimated_kwh, corrected_kwh: the parts of it that were
    interpolated by the stated rule, or put in by hand; completeness: 0 to 1, the share of the quarter hour that was measured.
    until: quarter hours after it are not expected and not in the frames. left_out: registers that cannot be told in kWh, and why.
    """

    site: Site
    period: Interval
    until: datetime
    kwh: pd.DataFrame
    estimated_kwh: pd.DataFrame
    corrected_kwh: pd.DataFrame
    completeness: pd.DataFrame
    left_out: tuple[tuple[str, str], ...] = ()

    @cached_property
    def _place(self) -> dict[tuple[str, str], int]:
        return {(str(column[0]), str(column[1])): place for place, column in enumerate(self.kwh.columns.to_list())}

    @cached_property
    def _values(self) -> tuple[np.ndarray, ...]:
        frames = (self.kwh, self.estimated_kwh, self.corrected_kwh, self.completeness)
        return tuple(_by_register(frame) for frame in frames)

    def has(self, meter: str, register: str = IMPORT) -> bool:
        return (meter, register) in self._place

    def arrays(self, meter: str, register: str = IMPORT) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """kwh, estimated_kwh, corrected_kwh and completeness of one register that is there, to be read only."""
        place = self._place[meter, register]
        kwh, estimated, corrected, complete = (values[place] for values in self._values)
        return kwh, estimated, corrected, complete

    def span(self, within: Interval) -> tuple[int, int]:
        """Numbers of the first quarter hour in the interval and of the first after it."""
        index = self.kwh.index
        return int(index.searchsorted(pd.Timestamp(within.start))), int(index.searchsorted(pd.Timestamp(within.end)))

    def cut(self, period: Interval) -> Ledger:
        """The ledger of a part of its period: the same as if only that had been read."""
        first, beyond = self.span(period)
        frames = (self.kwh, self.estimated_kwh, self.corrected_kwh, self.completeness)
        parts = [frame.iloc[first:beyond] for frame in frames]
        until = max(period.start, min(self.until, period.end))
        return Ledger(self.site, period, until, parts[0], parts[1], parts[2], parts[3], self.left_out)

    def meter(self, meter: str) -> Meter:
        """The meter of that id. Raises UnknownNameError."""
        for one in self.site.meters:
            if one.id == meter:
                return one
        raise UnknownNameError(f"site {self.site.id} has no meter {meter!r}; it has {', '.join(m.id for m in self.site.meters)}")

    def registers(self) -> list[tuple[str, str]]:
        """(meter, register) of every column, in the site file's order of meters."""
        return list(self._place)
