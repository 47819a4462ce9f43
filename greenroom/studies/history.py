"""The stored past of a site as a backtest takes it."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from greenroom.carbon import carbon_of
from greenroom.studies.study import Study, stretch
from premises.time import SLOT, Interval
from rules.backtest import History
from rules.claims import schedule
from rules.free_run import mass_course
from rules.projection import ZoneStart
from rules.simple_plan import heated_zones
from rules.snapshot import Forecast
from rules.trace import Record

AHEAD = timedelta(days=3)


def history_of(study: Study, days: int) -> History:
    """The last days before the study's now, on the learned models; no slots where nothing is known."""
    start, slots = stretch(study, days)
    records: dict[str, Record] = {}
    starts: dict[str, ZoneStart] = {}
    outdoor = np.full(slots, np.nan)
    sun = np.zeros(slots)
    for zone in heated_zones(study.site):
        whole = study.engine.trace.record(zone.id)
        model = study.engine.models.get(zone.id)
        if whole is None or model is None:
            continue
        first = round((start - whole.start) / SLOT)
        record = records[zone.id] = whole.part(max(0, first), max(0, first) + slots)
        outdoor[: len(record)] = record.outdoor
        sun[: len(record)] = np.nan_to_num(record.sun)
        known = np.flatnonzero(~np.isnan(record.air))
        if len(known):
            mass = mass_course(whole.air, model.tau_h)[max(0, first)]
            starts[zone.id] = ZoneStart(float(record.air[known[0]]), float(mass), None)
    claims = schedule(study.site, study.bookings, Interval(start, start + slots * SLOT + AHEAD))
    weather = Forecast(start, start, _filled(outdoor), tuple(sun.tolist()))
    models = {zone: study.engine.models[zone] for zone in records}
    return History(study.site, start, slots, weather, claims, models, carbon_of(study.site), starts, records)


def _filled(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, ...]:
    """Gaps take the last value before them, a gap at the start the first one after it."""
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        return ()
    place = np.maximum.accumulate(np.where(np.isnan(values), 0, np.arange(len(values))))
    place = np.maximum(place, known[0])
    return tuple(values[place].tolist())
