"""Whether a plant gives less at full load than its plate says, by how its zones warm up then: heat pumps in the cold and in ice do.

At full load the heat of the zones is reckoned as all that the plant has. If they warm up more slowly then than the same models say
of lighter loads, that heat was not there. What is missing is laid on the cold, in proportion to the degrees below the plate's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from premises.site import Plant
from rules.conversion import RATED_AT_C, capacity_w
from rules.free_run import DAY, FreeRuns, delayed, heat_given
from rules.thermal import STEP_H, ZoneModel
from rules.trace import Record

Array = NDArray[np.float64]

FULL_FROM, LIGHT_FROM, LIGHT_TO = 0.97, 0.2, 0.85
"""Shares of the plant's power from which on it is at full load, and between which it is not."""
LEAST_FULL, LEAST_LIGHT = 16, 48
"""Slots of each that must have been seen: four hours and twelve."""
SETTLED = 3 * DAY
"""At first nobody knows how cold the slow mass was."""
SURE_SPREADS, SHOWS = 2.0, 0.95
"""What is left of the power must be below this share by so many of its spreads, else it is taken as given."""
FACTOR_LEAST, COLD_LEAST_K = 0.5, 4.0


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Share of its power that a plant lacks per K below 7 °C, beyond what `rules.conversion.capacity_w` says; on how many hours."""

    per_k: float
    hours: float

    def factor(self, outdoor_c: float) -> float:
        """What the assumed power at that outdoor temperature is to be multiplied by, 0.5 to 1."""
        return min(1.0, max(FACTOR_LEAST, 1.0 - self.per_k * max(0.0, RATED_AT_C - outdoor_c)))


def shortfall(plant: Plant, models: Mapping[str, ZoneModel], records: Mapping[str, Record]) -> Shortfall | None:
    """What the plant was seen to lack; None where the data do not show it.

    models, records: of all zones that the plant heats, by id, on the same grid. A zone without either leaves the plant unjudged.
    """
    if not records or records.keys() - models.keys() or len({(r.start, len(r)) for r in records.values()}) > 1:
        return None
    told = [_heat(models[zone], record) for zone, record in sorted(records.items())]
    said: Array = np.sum([heat for heat, _ in told], axis=0)
    got: Array = np.sum([came for _, came in told], axis=0)
    outdoor = next(iter(records.values())).outdoor[:-1]
    most = np.array([capacity_w(plant, outside) if outside == outside else np.nan for outside in outdoor.tolist()])
    with np.errstate(invalid="ignore"):
        known = ~np.isnan(said) & ~np.isnan(got) & (most > 0.0)
        full = known & (said >= FULL_FROM * most)
        light = known & (said >= LIGHT_FROM * most) & (said <= LIGHT_TO * most)
    full[1:] &= full[:-1]  # the first slot of a load warms pipes
    full[:SETTLED], light[:SETTLED] = False, False
    if np.count_nonzero(full) < LEAST_FULL or np.count_nonzero(light) < LEAST_LIGHT:
        return None
    usual = float(np.sum(got[light]) / np.sum(said[light]))
    left, spread = _left(said[full], got[full], np.flatnonzero(full) // DAY)
    if usual <= 0.0 or left / usual + SURE_SPREADS * spread / usual >= SHOWS:
        return None
    cold_k = RATED_AT_C - float(np.sum(outdoor[full] * said[full]) / np.sum(said[full]))
    return Shortfall((1.0 - left / usual) / max(COLD_LEAST_K, cold_k), float(np.count_nonzero(full)) * STEP_H)


def _heat(model: ZoneModel, record: Record) -> tuple[Array, Array]:
    """Heat in W by slot as it was estimated, and as it must have been for the air to come out as it did; NaN where nobody knows."""
    starts = range(len(record) - 1)
    told = FreeRuns(model, record, starts, 1).run(model)[:, 1]
    said: Array = delayed(heat_given(record, model.bend), model.delay)[:-1]
    said = np.where(record.guessed()[:-1] | np.isnan(record.air[:-1]), np.nan, said)
    return said, said + (record.air[1:] - told) / model.heat


def _left(said: Array, got: Array, days: NDArray[np.intp]) -> tuple[float, float]:
    """What came of what was said, and the spread of that by leaving out each day in turn (jackknife, Tukey 1958)."""
    whole = float(np.sum(got) / np.sum(said))
    seen = np.unique(days)
    if len(seen) < 2:
        return whole, whole
    without = np.array([np.sum(got[days != day]) / np.sum(said[days != day]) for day in seen])
    count = len(seen)
    return whole, float(np.sqrt((count - 1) / count * np.sum((without - without.mean()) ** 2)))
