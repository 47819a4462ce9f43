"""The building as a control problem: what is set is obeyed, what it costs is seen."""

from __future__ import annotations

from datetime import timedelta

from premises.tariff import Carrier
from simulators.closed_loop import Action, ClosedLoop
from tests.simulators.small_site import START, shoot, small_site

CALL = START + timedelta(hours=8)


def discomfort(heat_from: timedelta) -> tuple[float, float]:
    """Kelvin hours below comfort, and kWh, when heating starts that long before call."""
    loop = ClosedLoop(small_site(), 1, [shoot(CALL, hours=4)], START)
    cold = energy = 0.0
    while loop.building.now < CALL + timedelta(hours=4):
        wanted = 20.0 if loop.building.now >= CALL - heat_from else 12.0
        seen = loop.step(Action(setpoint_c={"stage": wanted}, supply_c={"pump": 48.0}))
        cold += seen.discomfort_k_h["stage"]
        energy += seen.heating_kwh[Carrier.ELECTRICITY]
    return cold, energy


def test_heating_early_keeps_people_warm_and_costs_more() -> None:
    late_cold, late_kwh = discomfort(timedelta(0))
    early_cold, early_kwh = discomfort(timedelta(hours=6))
    assert early_cold < 0.2
    assert late_cold > 3
    assert early_kwh > late_kwh


def test_nobody_is_uncomfortable_where_nobody_is_booked() -> None:
    loop = ClosedLoop(small_site(), 1, [], START)
    assert sum(loop.step(Action(), timedelta(hours=6)).discomfort_k_h.values()) == 0


def test_what_is_set_is_seen() -> None:
    loop = ClosedLoop(small_site(), 1, [], START)
    loop.step(Action(setpoint_c={"stage": 20, "office": 20}, supply_c={"pump": 40.0}))
    seen = loop.step(Action(), timedelta(hours=1))
    assert seen.opening["stage"] == 1.0
    assert 35 < seen.supply_c["pump"] < 44
    off = loop.step(Action(plant_on={"pump": False}, light_pct={"office": 0}), timedelta(hours=2))
    assert off.supply_c["pump"] < seen.supply_c["pump"]
    assert off.now == START + timedelta(hours=3, minutes=15)


def test_starting_anew_gives_the_same() -> None:
    loop = ClosedLoop(small_site(), 1, [shoot()], START)
    first = loop.step(Action(setpoint_c={"stage": 20}), timedelta(hours=3))
    loop.reset(START)
    assert loop.step(Action(setpoint_c={"stage": 20}), timedelta(hours=3)) == first
