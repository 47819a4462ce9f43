"""Heat that nobody meters: what half-open valves pass, and what the plant's meter says of the sum of all guesses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from rules.drift import passed
from rules.free_run import heat_given
from rules.heat_estimate import PlantShares
from rules.identify import fit
from rules.thermal import bent
from rules.trace import Trace, ZoneSample
from tests.rules.studio import at
from tests.rules.test_learned_model import a_record


@pytest.mark.parametrize(("opening", "share"), [(0.0, 0.0), (0.1, 0.4), (0.5, 0.857), (1.0, 1.0)])
def test_a_radiator_at_a_tenth_of_its_flow_gives_two_fifths_of_its_heat(opening: float, share: float) -> None:
    assert opening * bent(opening, 5.0) == pytest.approx(share, abs=1e-3)
    assert bent(opening, 0.0) == 1.0


def test_the_bend_of_the_valves_is_learned_from_how_the_air_answers() -> None:
    """The openings of one record, once passing in proportion, once more than that: each teaches its own."""
    plain = a_record(14)
    opening = np.clip(plain.heat / 60000.0, 0.0, 1.0)
    straight = fit(replace(plain, opening=opening))
    less = plain.heat / bent(opening, 5.0)  # what is guessed from the opening is less than what really came
    curved = fit(replace(plain, heat=less, opening=opening))
    assert straight is not None
    assert curved is not None
    assert straight.model.bend == 0.0
    assert curved.model.bend == 5.0
    assert curved.error_k == pytest.approx(straight.error_k, abs=0.02)
    assert heat_given(replace(plain, heat=less, opening=opening), 5.0) == pytest.approx(plain.heat)


def test_a_valve_that_tells_nothing_bends_nothing() -> None:
    trace = Trace()
    for slot, opening in enumerate((0.5, 0.5, None, 1.0)):
        sample = ZoneSample(20.0, 20.0, 1000.0, opening=opening)
        trace.note(at("2026-01-20 06:00") + slot * timedelta(minutes=15), 3.0, None, {"stage": sample})
    assert passed(trace, "stage", 2.0, 3) == pytest.approx((1500.0, 1500.0, 1000.0))
    assert passed(trace, "stage", 0.0, 3) == pytest.approx((1000.0, 1000.0, 1000.0))


def test_a_plant_that_rests_on_its_buffer_does_not_stop_the_heat_of_its_zones() -> None:
    """It runs one hour in two with twice the heat that is given: over the day the guesses are right, in each hour they are not."""
    shares, factors = PlantShares(), []
    for hour in range(48):
        shares.note(at("2026-01-20 00:00") + timedelta(hours=hour), {"pump": (20000.0 if hour % 2 else 0.0, 10000.0)})
        factors.append(shares.factor("pump"))
    assert min(factors[30:]) > 0.9
    assert shares.factor("another") == 1.0


def test_a_plant_that_gives_half_of_what_is_guessed_halves_the_guesses_within_days_and_never_doubles_them() -> None:
    shares = PlantShares()
    for hour in range(72):
        shares.note(at("2026-01-20 00:00") + timedelta(hours=hour), {"weak": (5000.0, 10000.0), "strong": (30000.0, 10000.0)})
    assert shares.factor("weak") == pytest.approx(0.5, abs=0.04)
    assert shares.factor("strong") == 1.0
