"""What a zone's learned model says of itself: its numbers in plain terms, its error, and a free run beside what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from premises.time import SLOT
from rules.engine import Engine
from rules.free_run import DAY, free_runs
from rules.identify import day_error
from rules.snapshot import LearnedLead
from rules.thermal import STEP_H, ZoneModel, bent


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model in terms that people of the trade know.

    loss_w_k: heat lost per K to outdoors; capacity_kwh_k: heat that warms the air side by a K; mass_h: time constant of the mass;
    delay_min: dead time; error_k: one-day free-run error when adopted, recent_k: on what was seen since. course: instant, measured,
    free run of the last day. solar_m2: glass that would let that much sun in; gain_share: how much a watt of people or lamps warms
    beside one of the emitter; half_open_pct: heat that valves let through half open, of all; beside_w_k: heat exchanged with other
    zones; trusted: whether plans are made by it.
    """

    zone: str
    loss_w_k: float
    capacity_kwh_k: float
    mass_h: float
    delay_min: float
    error_k: float | None
    recent_k: float | None
    lead: LearnedLead | None
    course: tuple[tuple[datetime, float, float], ...]
    solar_m2: float = 0.0
    gain_share: float = 1.0
    half_open_pct: float = 50.0
    beside_w_k: float = 0.0
    trusted: bool = True


def card(engine: Engine, zone: str) -> ModelCard | None:
    """The card of a zone, None where nothing is learned of it yet. Raises UnknownNameError."""
    neighbours = tuple(neighbour.zone for neighbour in engine.site.zone(zone).neighbours)
    model = engine.models.get(zone)
    if model is None:
        return None
    record = engine.trace.record(zone, neighbours)
    course: tuple[tuple[datetime, float, float], ...] = ()
    recent: float | None = None
    if record is not None and len(record) > DAY:
        first = len(record) - DAY - 1
        told = free_runs(model, record, [first])[0] if record.air[first] == record.air[first] else ()
        course = tuple(
            (record.start + (first + k) * SLOT, float(record.air[first + k]), float(value)) for k, value in enumerate(told)
        )
        error = day_error(model, record, max(0, len(record) - 3 * DAY))
        recent = error if error == error else None
    lead = engine.leads.get(zone)
    loss, capacity = in_terms(model)
    return ModelCard(
        zone, loss, capacity, model.tau_h, model.delay * STEP_H * 60, model.error_k, recent, lead, course,
        solar_m2=model.sun / model.heat, gain_share=model.gain / model.heat, half_open_pct=50.0 * bent(0.5, model.bend),
        beside_w_k=sum(model.neighbours.values()) / model.heat, trusted=zone not in engine.distrusted,
    )  # fmt: skip


def in_terms(model: ZoneModel) -> tuple[float, float]:
    """Loss in W/K and capacity in kWh/K, from the weights per quarter hour."""
    return model.outdoor / model.heat, STEP_H / model.heat / 1000.0
