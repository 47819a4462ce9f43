"""What one night teaches of a zone: lead and thermal model, each kept only where it predicts better; and whether to trust it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from premises.site import Emitter, Site, Zone
from premises.time import SLOT
from rules.free_run import DAY
from rules.identify import JUDGED, day_error, doubts, fit
from rules.learning import Sample, fit_lead, warm_ups
from rules.snapshot import LearnedLead
from rules.thermal import ZoneModel
from rules.trace import Record, Trace
from rules.warm_time import WARM_K, WarmTime, most_heat_w

TRUST_K, TRUST_AHEAD, TRUST_AHEAD_K = 0.9, 12, 0.8
"""A model plans and tells leads while its one-day error, and what it promises too much three hours ahead, stay below these: leads
of doubted models, though bounded by the table, brought four of seventeen calls of a week to people in the cold."""
TRUST_LATE_H, LATE_MOST_K = 0.5, 2.0
"""What it promises too much may also be what the zone passes at full power in half an hour, 2 K at most: a light room rises by ten
kelvin in an hour, and a model that has it warm five minutes early is a good one."""
LATE_AT_C, MASS_BEHIND_K = 20.0, 4.0
"""Reckoned at that target, the mass so much colder, freezing outside."""
DISTRUST = 1.3
"""A model that was trusted is dropped only beyond this many times the limits."""
LONG_RECORD = 10 * DAY
"""On less than this a model must be good on two nights one after the other before it plans: one may be luck."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What is known of a zone after a night. error_k: one-day error on the last days; good: by its errors; trusted: to plan by."""

    lead: LearnedLead | None
    model: ZoneModel | None
    error_k: float | None
    trusted: bool
    good: bool = False


def learn_zone(
    site: Site, zone: Zone, trace: Trace, in_force: ZoneModel | None, trusted: bool, good_before: bool = True
) -> Learned | None:
    """From the zone's four weeks; None where nothing was noted of it. good_before: whether the night before was good."""
    record = trace.record(zone.id, tuple(neighbour.zone for neighbour in zone.neighbours))
    if record is None:
        return None
    slow = zone.emitter is Emitter.SLAB
    lead = fit_lead(warm_ups(samples_of(record)), zone.emitter)
    fitted = fit(record, slow=slow, in_force=in_force)
    model, error = (fitted.model, fitted.error_k) if fitted is not None else (in_force, None)
    if model is None:
        return Learned(lead, None, None, False)
    if error is None:
        since = max(len(record) - JUDGED - DAY, 0)
        error = day_error(model, record, since)
        model = replace(model, doubt=doubts(model, record, since) or model.doubt)
    limit = DISTRUST if trusted else 1.0
    warm = None
    if zone.heating_plant is not None and zone.emitter_power_w > 0:
        plant = site.plant(zone.heating_plant)
        warm = WarmTime(zone, model, most_heat_w(site, zone), plant.supply_max_c, plant)
    good = error <= TRUST_K * limit and model.doubt_k(TRUST_AHEAD) <= max(TRUST_AHEAD_K, _passed_k(warm)) * limit
    trusted = good and (trusted or good_before or len(record) >= LONG_RECORD)
    if trusted and warm is not None:
        lead = replace(lead or LearnedLead(0.0, 0.0, 0.0, 0, 0.0, 0.0), warm=warm)
    return Learned(lead, model, error, trusted, good)


def _passed_k(warm: WarmTime | None) -> float:
    """How many kelvin a zone rises at full power in the time that a model may be late by."""
    if warm is None:
        return 0.0
    hours = warm.hours(LATE_AT_C - 1.0, LATE_AT_C - MASS_BEHIND_K, 0.0, LATE_AT_C, sure=False)
    return min(LATE_MOST_K, TRUST_LATE_H * (1.0 - WARM_K) / max(0.1, hours))


def samples_of(record: Record) -> list[Sample]:
    """The record as a history of the zone, for its warm-ups."""
    planned = record.planned.tolist() if record.planned is not None else [0.0] * len(record)
    columns = zip(record.air.tolist(), record.wanted.tolist(), record.outdoor.tolist(), planned, strict=True)
    return [
        Sample(record.start + index * SLOT, _known(air), _known(wanted), _known(outdoor), slow > 0.0)
        for index, (air, wanted, outdoor, slow) in enumerate(columns)
    ]


def _known(value: float) -> float | None:
    return None if value != value else value
