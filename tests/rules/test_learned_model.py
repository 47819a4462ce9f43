"""A zone's thermal model, learned from what was seen: it finds a known truth again, and gives way only to a better one."""

from __future__ import annotations

import numpy as np
import pytest

from premises.site import Emitter
from rules.free_run import delayed, held, mass_course
from rules.identify import day_error, fit
from rules.thermal import ZoneModel, prior
from rules.trace import Record, Trace, ZoneSample
from tests.rules.studio import at, stage

TRUTH = ZoneModel(mass=0.04, outdoor=0.012, heat=1.6e-5, gain=1.5e-5, tau_h=32.0, sun=1e-4, delay=1)


def a_record(days: int, truth: ZoneModel = TRUTH, noise_k: float = 0.05, seed: int = 1) -> Record:
    """A zone heated by a thermostat for working days of different lengths, in changing weather, as its sensors would tell."""
    dice = np.random.default_rng(seed)
    n = days * 96
    hours = np.arange(n) / 4.0
    outdoor = 4 + 4 * np.sin(hours / 24 * 2 * np.pi) + 3 * np.sin(hours / 90)
    sun = np.maximum(0.0, 300 * np.sin((hours % 24 - 6) / 12 * np.pi)) * dice.uniform(0.2, 1, days).repeat(96)
    air, heat, gains, wanted = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    now, mass = 15.0, 14.0
    for day in range(days):
        first, last = dice.integers(16, 40), dice.integers(56, 92)
        wanted[day * 96 : (day + 1) * 96] = 12.0
        if dice.random() < 0.8:
            wanted[day * 96 + first : day * 96 + last] = 20.0
            gains[day * 96 + first + 12 : day * 96 + last] = dice.uniform(500, 4000)
    for k in range(n):
        air[k] = now
        heat[k] = min(60000.0, max(0.0, (wanted[k] - now + 0.5) * 60000))
        acting = heat[k - truth.delay] if k >= truth.delay else 0.0
        now, mass = truth.step(now, mass, outdoor[k], acting, truth.sun * sun[k] + truth.gain * gains[k])
    seen = np.round(air + dice.normal(0, noise_k, n), 1)
    return Record(at("2026-01-05 00:00"), seen, wanted, heat, gains, outdoor, sun, {}, np.zeros(n))


def test_a_week_teaches_the_model_to_0_45_k_and_two_weeks_to_0_30_k() -> None:
    """One-day open-loop error on days that were not learned from, sensors with noise and tenths of a degree."""
    unseen = a_record(14, seed=9)
    for days, limit in ((7, 0.45), (14, 0.30)):
        fitted = fit(a_record(days))
        assert fitted is not None
        assert fitted.error_k < limit
        assert day_error(fitted.model, unseen, 6 * 96) < limit


def test_the_truth_is_found_again() -> None:
    fitted = fit(a_record(21, noise_k=0.0))
    assert fitted is not None
    assert fitted.model.heat == pytest.approx(TRUTH.heat, rel=0.25)
    assert fitted.model.delay == TRUTH.delay
    assert fitted.model.tau_h in (16.0, 32.0, 64.0)


def test_it_predicts_far_better_than_what_was_assumed() -> None:
    record = a_record(14)
    fitted = fit(record)
    assert fitted is not None
    assert fitted.error_k < 0.5 * day_error(prior(stage()), record, 96)


def test_the_model_in_force_stays_unless_the_new_one_predicts_better() -> None:
    known = fit(a_record(10))
    assert known is not None
    assert fit(a_record(10), in_force=known.model) is None
    worse = ZoneModel(0.01, 0.05, 5e-6, 0.0, 4.0)
    assert fit(a_record(10), in_force=worse) is not None


def test_two_days_are_too_few() -> None:
    assert fit(a_record(2)) is None


def test_a_zone_that_was_never_heated_teaches_nothing() -> None:
    record = a_record(10)
    cold = Record(
        record.start, record.air, record.wanted, record.heat * 0, record.gains, record.outdoor, record.sun, {}, record.door
    )
    assert fit(cold) is None


def test_no_weight_is_negative_and_gaps_are_left_out() -> None:
    record = a_record(12)
    record.air[200:260] = np.nan
    record.outdoor[500:510] = np.nan
    fitted = fit(record)
    assert fitted is not None
    model = fitted.model
    assert min(model.mass, model.outdoor, model.heat, model.gain, model.sun) >= 0
    assert fitted.error_k < 0.5


def test_a_slow_slab_has_a_longer_dead_time() -> None:
    slab = ZoneModel(0.01, 0.004, 4e-6, 4e-6, 64.0, delay=4)
    fitted = fit(a_record(21, truth=slab, noise_k=0.02), slow=True)
    assert fitted is not None
    assert fitted.model.delay in (2, 4, 8)
    assert stage(emitter=Emitter.SLAB).emitter is Emitter.SLAB


def test_courses() -> None:
    assert held(np.array([np.nan, 1.0, np.nan, 2.0])).tolist() == [1.0, 1.0, 1.0, 2.0]
    assert delayed(np.array([1.0, 2.0, 3.0]), 1).tolist() == [1.0, 1.0, 2.0]
    assert mass_course(np.full(8, 20.0), 4.0).tolist() == [20.0] * 8


def test_a_trace_collects_ticks_into_quarter_hours_and_keeps_gaps_as_gaps() -> None:
    trace = Trace()
    for minute, air, heat in ((0, 18.0, 1000.0), (5, 18.2, 3000.0), (15, 18.4, 0.0), (60, 19.0, None)):
        moment = at(f"2026-01-20 {6 + minute // 60:02d}:{minute % 60:02d}")
        trace.note(moment, 3.0, None, {"stage": ZoneSample(air, 20.0, heat)})
    record = trace.record("stage")
    assert record is not None
    assert record.air[:2].tolist() == [18.0, 18.4]
    assert record.heat[:2].tolist() == [2000.0, 0.0]
    assert np.isnan(record.air[2:4]).all()
    assert trace.last("stage/air", 2) == pytest.approx((float("nan"), float("nan")), nan_ok=True)
    assert trace.record("nowhere") is None


def test_a_trace_keeps_four_weeks() -> None:
    from premises.time import SLOT

    trace = Trace()
    for slot in range(30 * 96):
        trace.note(at("2026-01-01 00:00") + slot * SLOT, 3.0, 0.0, {"stage": ZoneSample(20.0, 20.0, 0.0)})
    record = trace.record("stage")
    assert record is not None
    assert 28 * 96 <= len(record) <= 29 * 96
    assert record.start + len(record) * SLOT == at("2026-01-30 23:45")
