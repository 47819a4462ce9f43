"""The open loop on buildings of others, from `bench/`: learned from scratch, all starts ready, and never without a plan."""

from __future__ import annotations

import importlib
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def bench(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of `bench/`, which is not part of the package."""
    if not (ROOT / "bench" / f"{name}.py").is_file():
        pytest.skip("bench/ is not here: the tests run without the repository")
    monkeypatch.syspath_prepend(str(ROOT))
    return importlib.import_module(f"bench.{name}")


@pytest.mark.slow
@pytest.mark.parametrize(("case", "more_kwh"), [("office-pump", 1.2), ("slab", 1.1)])
def test_a_cold_week_on_a_building_that_is_not_ours(monkeypatch: pytest.MonkeyPatch, case: str, more_kwh: float) -> None:
    """Six days to learn, then five that count, at a price by the hour: as punctual as the best lead there is, and cheaper,
    with somewhat more energy at night, when that costs half.

    The bookings and the weather are known to the best lead, which is searched with them; the rules are told of neither.
    """
    foreign = bench("rules_foreign", monkeypatch)
    told = {"days": 12, "since": 6, "replan": timedelta(hours=1)}
    _, rules = foreign.one(case, "winter", "solver", 1, **told, step=timedelta(minutes=15))
    _, best = foreign.one(case, "winter", "best", 1, **told)
    assert len(rules.starts) == len(best.starts) >= 2
    assert rules.ready == len(rules.starts)
    assert rules.below_k_h <= best.below_k_h + 0.5
    assert rules.final_kwh <= more_kwh * best.final_kwh
    assert rules.cost < 1.01 * best.cost


@pytest.mark.slow
def test_three_weeks_in_which_everything_fails_have_a_plan_at_every_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sensors away for a day, no forecast, a dead solver, a clock set back, a new start: always a plan, a reason, no frost."""
    count = bench("rules_year", monkeypatch).year("slab", 21)
    assert count.decisions == 21 * 24
    assert (count.without_plan, count.without_reason, count.out_of_bounds, count.below_frost_h) == (0, 0, 0, 0)
    assert len(count.rungs) >= 2  # it did go down the ladder
