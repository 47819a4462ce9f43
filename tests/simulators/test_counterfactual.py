"""What always-on heating of the same weather would have cost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from premises.tariff import Carrier
from premises.time import Interval
from simulators.counterfactual import always_on, free_running
from tests.simulators.small_site import START, shoot, small_site

DAY = Interval(START, START + timedelta(days=1))


def test_always_on_holds_every_zone_and_costs_energy() -> None:
    energy = always_on(small_site(), 1, DAY, [shoot()])
    assert energy.air_c["stage"] == pytest.approx(20.0, abs=1.0)
    assert energy.heating_kwh[Carrier.ELECTRICITY] > 50
    assert energy.heat_kwh > 2 * energy.heating_kwh[Carrier.ELECTRICITY]


def test_without_heat_the_building_cools_and_costs_nothing() -> None:
    energy = free_running(small_site(), 1, DAY)
    assert energy.total_kwh == 0
    assert energy.air_c["stage"] < 14


def test_the_same_question_has_the_same_answer() -> None:
    assert always_on(small_site(), 1, DAY) == always_on(small_site(), 1, DAY)
    assert always_on(small_site(), 1, DAY) != always_on(small_site(), 2, DAY)
