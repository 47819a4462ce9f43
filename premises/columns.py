"""Energy of counters in bulk, as columns: a report of a year reads them where a bucket each would take too long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from premises.ports import Resolution
from premises.time import Interval


@dataclass(frozen=True, slots=True)
class EnergyColumns:
    """Windows of one counter in order of time; each column is a contiguous buffer (`numpy.asarray` takes it as it is).

    starts_us: int64, microseconds since the epoch; amount: float64 in the counter's unit, NaN where nothing is known;
    estimated: float64, the part of it that was interpolated; completeness: float64, 0 to 1.
    """

    starts_us: memoryview
    amount: memoryview
    estimated: memoryview
    completeness: memoryview


@runtime_checkable
class BulkEnergy(Protocol):
    """A TelemetryStore that can answer for many counters at once; the same figures as its `energy`, bucket by bucket."""

    def energy_columns(
        self, site: str, points: Sequence[str], interval: Interval, resolution: Resolution
    ) -> Mapping[str, EnergyColumns]:
        """By point, every window that touches the interval (not RAW). Raises as `TelemetryStore.energy` does."""
        ...
