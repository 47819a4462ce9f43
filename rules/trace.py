"""What was observed of a site, by quarter hour, in memory: the ground on which models and leads are learned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from premises.time import SLOT, slot_start

Array = NDArray[np.float64]
KEPT = 28 * 96
"""Four weeks of quarter hours."""
GUESSED_K = 0.75
"""Further from what is wanted than this any valve is open, or shut."""
PACE_MOST = 3
"""Slots between two ticks of a loop of an hour."""


@dataclass(frozen=True, slots=True)
class ZoneSample:
    """One tick of a zone: air and wish in °C, heat and gains in W (estimated where not metered). None: not known. door: 1 open.

    planned: 1 while an optimised plan pre-heats, which may be slower than it could be. opening: of its valves, 0 to 1, where they
    are told and the heat is estimated from them, 1 where it is metered; None: the heat is a guess from air and wish.
    """

    air_c: float | None
    wanted_c: float | None
    heat_w: float | None
    gains_w: float = 0.0
    door: float = 0.0
    planned: float = 0.0
    opening: float | None = None


@dataclass(frozen=True)
class Record:
    """Columns of a zone on an unbroken grid of quarter hours from `start`; NaN where nothing is known. shape (slots,) each.

    air: at the start of the slot; wanted, heat, gains, outdoor, sun: means over the slot (°C, W, W, °C, W/m²).
    neighbours: air of other zones; door: share of the slot that a loading door is open; planned: share that a
    plan pre-heats; opening: of the valves from which the heat is estimated, 0 to 1, 1 where it is metered, NaN where it is guessed.
    """

    start: datetime
    air: Array
    wanted: Array
    heat: Array
    gains: Array
    outdoor: Array
    sun: Array
    neighbours: Mapping[str, Array]
    door: Array
    planned: Array | None = None
    opening: Array | None = None

    def __len__(self) -> int:
        return len(self.air)

    def guessed(self) -> NDArray[np.bool_]:
        """Where the heat may be any: no valve tells, and the air is close to what is wanted. shape (slots,)"""
        if self.opening is None:
            return np.zeros(len(self), dtype=bool)
        with np.errstate(invalid="ignore"):
            result: NDArray[np.bool_] = np.isnan(self.opening) & (np.abs(self.wanted - self.air) < GUESSED_K)
        return result

    def part(self, first: int, last: int) -> Record:
        """Slots from first to last, half-open."""
        cut = slice(first, last)
        return Record(
            self.start + first * SLOT, self.air[cut], self.wanted[cut], self.heat[cut], self.gains[cut], self.outdoor[cut],
            self.sun[cut], {zone: air[cut] for zone, air in self.neighbours.items()}, self.door[cut],
            None if self.planned is None else self.planned[cut], None if self.opening is None else self.opening[cut],
        )  # fmt: skip


class Trace:
    """Collects samples of any spacing into quarter hours. The air is that of the slot's first sample, all else the mean."""

    def __init__(self) -> None:
        self._start: datetime | None = None
        self._slot: datetime | None = None
        self._columns: dict[str, list[float]] = {}
        self._open: dict[str, list[float]] = {}
        self._length = 0
        self._missing = 0

    @property
    def slots(self) -> int:
        """How many closed slots there are."""
        return self._length

    def note(
        self,
        at: datetime,
        outdoor_c: float | None,
        sun_w_m2: float | None,
        zones: Mapping[str, ZoneSample],
        *,
        behind: bool = False,
    ) -> bool:
        """One tick; True where it closed a slot. Ticks must not go back in time; a gap in them stays a gap.

        Where ticks come regularly, but not in every slot, the slots between are filled: an hour at most.
        behind: the heat told is that since the tick before, as a valve shows it that was moved then.
        """
        slot = slot_start(at)
        if self._slot is not None and slot < self._slot:
            return False
        closed = self._slot is not None and slot > self._slot
        if closed:
            for zone, sample in zones.items() if behind else ():
                self._add(f"{zone}/heat", sample.heat_w)
                self._add(f"{zone}/opening", sample.opening)
            self._close(slot, {f"{zone}/air": sample.air_c for zone, sample in zones.items()})
        self._slot = slot
        self._add("outdoor", outdoor_c)
        self._add("sun", sun_w_m2)
        for zone, sample in zones.items():
            self._add(f"{zone}/air", sample.air_c)
            self._add(f"{zone}/wanted", sample.wanted_c)
            if not (behind and closed):
                self._add(f"{zone}/heat", sample.heat_w)
                self._add(f"{zone}/opening", sample.opening)
            self._add(f"{zone}/gains", sample.gains_w)
            self._add(f"{zone}/door", sample.door)
            self._add(f"{zone}/planned", sample.planned)
        return closed

    def _add(self, column: str, value: float | None) -> None:
        if value is not None:
            self._open.setdefault(column, []).append(value)

    def _close(self, following: datetime, airs: Mapping[str, float | None]) -> None:
        slot = self._slot
        if slot is None:
            return
        if self._start is None:
            self._start = slot
        for column in self._open.keys() - self._columns.keys():
            self._columns[column] = [np.nan] * self._length
        missing = int((following - slot) / SLOT) - 1
        filled = 0 < missing <= PACE_MOST and missing == self._missing
        self._missing = missing
        for column, values in self._columns.items():
            found = self._open.get(column)
            if found:
                values.append(found[0] if column.endswith("/air") else sum(found) / len(found))
            else:
                values.append(np.nan)
            if filled:
                values.extend(_between(values[-1], airs.get(column, values[-1]), missing))
            else:
                values.extend([np.nan] * min(missing, KEPT))
        self._length += 1 + min(missing, KEPT)
        self._open = {}
        if self._length > KEPT + 96:
            drop = self._length - KEPT
            self._columns = {column: values[drop:] for column, values in self._columns.items()}
            self._start += drop * SLOT
            self._length = KEPT

    def record(self, zone: str, neighbours: tuple[str, ...] = ()) -> Record | None:
        """The closed slots of a zone, None where nothing was noted of it."""
        if self._start is None or f"{zone}/air" not in self._columns:
            return None

        def column(name: str) -> Array:
            return np.array(self._columns.get(name, [np.nan] * self._length))

        return Record(
            start=self._start,
            air=column(f"{zone}/air"),
            wanted=column(f"{zone}/wanted"),
            heat=column(f"{zone}/heat"),
            gains=column(f"{zone}/gains"),
            outdoor=column("outdoor"),
            sun=column("sun"),
            neighbours={other: column(f"{other}/air") for other in neighbours},
            door=column(f"{zone}/door"),
            planned=column(f"{zone}/planned"),
            opening=column(f"{zone}/opening"),
        )

    def last(self, column: str, count: int = 1) -> tuple[float, ...]:
        """The newest closed slots of a column (`outdoor`, `sun`, `<zone>/heat`, …), oldest first; NaN where nothing is known."""
        return tuple(self._columns.get(column, [])[-count:]) if count else ()

    def since(self) -> timedelta:
        """Length of what is kept."""
        return self._length * SLOT


def _between(last: float, following: float | None, count: int) -> list[float]:
    """Values of the slots between two, in proportion; NaN where either is not known."""
    after = np.nan if following is None else following
    return [last + (after - last) * (index + 1) / (count + 1) for index in range(count)]
