"""The open loop on foreign buildings in summer, from `bench/`: learned from scratch, always cool, on less than the best lead."""

from __future__ import annotations

import pytest

from tests.rules.test_foreign_buildings import bench


@pytest.mark.slow
def test_a_hall_of_lamps_on_a_chiller_is_cool_at_every_call_on_less_than_the_best_lead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four days to learn, four that count; bookings and weather are known to the lead that is searched, not to the rules."""
    summer = bench("rules_foreign_cold", monkeypatch)
    _, rules = summer.one("hall", "july", "solver", 1, 8, 4)
    _, best = summer.one("hall", "july", "best", 1, 8, 4)
    assert len(rules.starts) == len(best.starts) >= 3
    assert rules.ready == len(rules.starts)
    assert rules.above_k_h <= best.above_k_h + 1.0
    assert rules.electric_kwh <= 1.01 * best.electric_kwh
    assert rules.cost <= 1.01 * best.cost
    assert rules.heat_kwh == 0.0


def test_the_buildings_behave_as_buildings_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Left alone they are hotter by day than by night; cold brings them down, and takes more electricity when it is hotter."""
    models = bench("rules_foreign_cold_models", monkeypatch)
    for case in (models.hall, models.office, models.auditorium):
        _, _, building, *_ = case()
        count, course = len(building.rooms), []
        for minute in range(1440):
            weather = (35.0 if 600 < minute < 1200 else 22.0, 300.0 * (600 < minute < 1200), 0.0)
            building.minute([99.0] * count, [True] * count, 8.0, False, weather, [0.0] * count, [0.0] * count)
            course.append(sum(building.air) / count)
        assert building.electric_kwh == 0.0
        assert course[1199] > course[600] + 0.2
        before = course[-1]
        for _ in range(120):
            building.minute([20.0] * count, [True] * count, 8.0, True, (30.0, 0.0, 0.0), [0.0] * count, [0.0] * count)
        assert sum(building.air) / count < before - 2.0
        assert building.electric_kwh > 1.0
        machine = building.machine
        assert machine.electric_w(10e3, 8.0, 38.0) > 1.1 * machine.electric_w(10e3, 8.0, 28.0)
