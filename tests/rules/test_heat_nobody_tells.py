"""Zones whose valves tell nothing: their heat is known where any valve must be open or shut, and else left to the regulator."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from rules.drift import Drift
from rules.free_run import free_runs
from rules.identify import day_error, doubts, fit
from rules.trace import Record, Trace, ZoneSample
from tests.rules.studio import at
from tests.rules.test_learned_model import TRUTH, a_record

DAYS = 14


def guessed_wrongly(record: Record, told: bool) -> Record:
    """Near the setpoint the guess is far off: nothing on one day, twice as much on the next. told: valves claim to say so."""
    near = np.abs(record.wanted - record.air) < 0.75
    day = np.arange(len(record)) // 96
    heat = np.where(near, record.heat * np.where(day % 2 == 0, 0.0, 2.0), record.heat)
    opening = np.ones(len(record)) if told else np.full(len(record), np.nan)
    return replace(record, heat=heat, opening=opening)


def test_a_zone_whose_valves_tell_nothing_learns_from_where_they_must_be_open_or_shut() -> None:
    """The same wrong heat, once believed and once known to be a guess: the second comes close to the truth."""
    plain, unseen = a_record(DAYS), a_record(DAYS, seed=9)
    believed, held = fit(guessed_wrongly(plain, told=True)), fit(guessed_wrongly(plain, told=False))
    assert held is not None
    assert held.model.heat == pytest.approx(TRUTH.heat, rel=0.25)
    error = day_error(held.model, unseen, 6 * 96)
    assert error < 0.5
    if believed is not None:  # it may well be that nothing at all can be made of it
        assert error < 0.7 * day_error(replace(believed.model, bend=0.0), unseen, 6 * 96)


def test_a_regulator_does_no_more_than_all_heat_and_no_less_than_none() -> None:
    """A model told that its zone is held comes as near as heat can bring it, and goes on from there."""
    plain = a_record(6)
    flat = replace(plain, air=np.full(len(plain), 20.0), wanted=np.full(len(plain), 20.0), opening=np.full(len(plain), np.nan))
    assert free_runs(TRUTH, flat, [96], 8)[0] == pytest.approx(np.full(9, 20.0))
    hopeless = replace(TRUTH, heat=1e-9)
    course = free_runs(hopeless, flat, [96], 8)[0]
    assert (np.diff(course) < 0.0).all()  # no heat to be had holds it


def test_a_model_that_promises_too_much_is_doubted_though_its_valves_tell_nothing() -> None:
    """Twice the heat that there is: it says warm while the zone is still on its way."""
    blind = guessed_wrongly(a_record(DAYS), told=False)
    honest, boastful = doubts(TRUTH, blind, 6 * 96), doubts(replace(TRUTH, heat=2.0 * TRUTH.heat), blind, 6 * 96)
    assert boastful[0][1] > honest[0][1] + 0.2


@pytest.mark.parametrize(("opening", "followed"), [(0.5, True), (None, False)])
def test_what_is_but_guessed_is_no_disturbance(opening: float | None, followed: bool) -> None:
    """A zone held at its setpoint with no heat told: where valves say so the model is wrong, where nobody does the guess is."""
    trace, drift = Trace(), Drift()
    for slot in range(8):
        instant = at("2026-01-20 06:00") + slot * timedelta(minutes=15)
        trace.note(instant, 0.0, 0.0, {"stage": ZoneSample(20.0, 20.0, 0.0, opening=opening)})
        drift.follow({"stage": replace(TRUTH, delay=0)}, trace, {"stage": (instant, 20.0)})
    assert (drift.by_zone.get("stage", 0.0) > 0.01) is followed
