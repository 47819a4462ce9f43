"""Studies: what if, what would have been, and what a model says of itself."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from premises.tariff import TariffBand
from premises.time import SLOT, Interval
from rules.backtest import History, backtest
from rules.claims import schedule
from rules.model_card import card
from rules.optimiser import LinearOptimiser
from rules.projection import ZoneStart
from rules.simple_plan import Outlook
from rules.snapshot import Forecast
from rules.thermal import ZoneModel
from rules.trace import ZoneSample
from rules.what_if import Change, what_if
from tests.rules.studio import Story, at, booked, stage, studio

NOW = at("2026-01-20 00:00")
MODEL = ZoneModel(0.04, 0.012, 1.6e-5, 1.5e-5, 32.0, learned=True, error_k=0.2)
SITE = studio(stage())
SHOOT = booked("2026-01-20 12:00", "2026-01-20 20:00")


def outlook() -> Outlook:
    claims = schedule(SITE, [SHOOT], Interval(NOW - timedelta(2), NOW + timedelta(10)))
    forecast = Forecast(NOW, NOW, (3.0,) * 192)
    starts = {"stage": ZoneStart(14.0, 14.0, None)}
    return Outlook(SITE, NOW, claims, starts, forecast, lambda _c, _t: 0.05, models={"stage": MODEL})


@pytest.mark.parametrize("optimiser", [None, LinearOptimiser()])
def test_what_if(optimiser: LinearOptimiser | None) -> None:
    dear = replace(SITE.tariffs[0], bands=(TariffBand("flat", Decimal("0.50")),))
    view = outlook()
    assert what_if(view, Change(tariffs=(dear,)), optimiser).cost > 0
    assert what_if(view, Change(setpoint_k=1.0), optimiser).energy_kwh > 0
    assert what_if(view, Change(outdoor_k=5.0), optimiser).energy_kwh < 0
    assert what_if(view, Change(cancelled=frozenset({"diary/b1"})), optimiser).energy_kwh < 0
    tomorrow = booked("2026-01-21 12:00", "2026-01-21 20:00", name="b2")
    assert what_if(view, Change(bookings=(tomorrow,)), optimiser).energy_kwh > 20
    same = what_if(view, Change(), optimiser)
    assert (same.energy_kwh, same.cost, same.carbon_kg) == pytest.approx((0.0, 0.0, 0.0), abs=1e-6)


def test_what_would_have_been_used() -> None:
    bookings = [booked(f"2026-01-{day} 12:00", f"2026-01-{day} 20:00", name=str(day)) for day in (20, 21, 22)]
    claims = schedule(SITE, bookings, Interval(NOW - timedelta(2), NOW + timedelta(10)))
    outdoor = tuple(3 + 3 * math.sin(k / 96 * math.tau) for k in range(7 * 96))
    history = History(SITE, NOW, 3 * 96, Forecast(NOW, NOW, outdoor), claims, {"stage": MODEL}, lambda _c, _t: 0.05)
    found = {outcome.way: outcome for outcome in backtest(history, (1.0, 6.0), LinearOptimiser())}
    assert list(found) == ["always on", "fixed 1 h", "fixed 6 h", "plan"]
    assert found["plan"].ready == found["plan"].calls == found["fixed 6 h"].calls == 3
    assert found["fixed 1 h"].energy_kwh < found["fixed 6 h"].energy_kwh < found["always on"].energy_kwh
    assert found["plan"].energy_kwh < found["fixed 6 h"].energy_kwh
    assert found["plan"].cold_k_h < 0.1
    assert found["plan"].carbon_kg == pytest.approx(0.05 * found["plan"].energy_kwh)


def test_a_model_says_what_it_is() -> None:
    story = Story(SITE, "2026-01-20 00:00")
    assert card(story.runner.engine, "stage") is None
    story.runner.engine.models["stage"] = MODEL
    air, mass = 15.0, 15.0
    for index in range(3 * 96):
        heat = 30000.0 if index % 96 > 48 else 0.0
        story.runner.engine.trace.note(NOW + index * SLOT, 3.0, 0.0, {"stage": ZoneSample(air, 20.0, heat)})
        air, mass = MODEL.step(air, mass, 3.0, heat)
    told = card(story.runner.engine, "stage")
    assert told is not None
    assert (told.loss_w_k, told.capacity_kwh_k) == pytest.approx((750.0, 15.6), rel=0.01)
    assert told.recent_k is not None
    assert told.recent_k < 0.5
    assert len(told.course) == 97
    assert told.course[0][1] == pytest.approx(told.course[0][2])
