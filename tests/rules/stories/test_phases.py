"""A contract of 9 kVA is 3 kVA a phase: a kettle on one of them leaves less for a heat pump that sits on all three."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from premises.quantities import QUANTITIES
from premises.site import ALL_PHASES, Meter, Plant, PlantKind, Point, Site
from premises.tariff import Carrier, Contract
from premises.time import SLOT
from rules.layout import layout_of
from rules.lp_solve import Solver
from rules.lp_task import Array
from rules.optimise import task_of
from rules.power_limit import Limit, _together, limit_of, loads_of, loads_without_plants, power_left
from rules.simple_plan import Outlook, heated_zones, simple_plan
from rules.snapshot import Forecast, Snapshot
from tests.rules.books import MemoryLive
from tests.rules.studio import at, booked, stage, studio
from tests.rules.test_optimised_plan import outlook

NOW = at("2026-01-20 00:00")
EACH_W = 3000 * 0.95


def power_of(meter: str, phase: int | None = None) -> Point:
    name = f"{meter}/power" + (f".l{phase}" if phase else "")
    return Point(name, "studio", meter, QUANTITIES["power"], "meter", phase=phase)


def contracted(kva: float = 9.0, *, phases: int = 3, plant: tuple[int, ...] = ALL_PHASES) -> Site:
    """A studio with a boundary meter that tells each phase, a circuit of the workshop on the second, and a contract."""
    base = studio(stage())
    meters = (
        Meter("grid", "Grid", Carrier.ELECTRICITY, role="grid"),
        Meter("workshop", "Workshop", Carrier.ELECTRICITY, parent="grid", phases=(2,)),
    )
    contract = Contract("grid", "power", "Somebody", date(2025, 1, 1), power_kva=kva, phases=phases)
    points = (power_of("grid"), *(power_of("grid", p) for p in ALL_PHASES), power_of("workshop"), power_of("heat-pump"))
    plants = (replace(base.plants[0], phases=plant),)
    return replace(base, meters=meters, contracts=(contract,), points=(*base.points, *points), plants=plants)


def forecast(*phases_w: float) -> Forecast:
    columns = tuple((watts,) * 192 for watts in phases_w)
    return Forecast(NOW, NOW, (-3.0,) * 192, base_w=(sum(phases_w),) * 192, phases_w=columns)


def electric_kw(view: Outlook) -> Array:
    zones = heated_zones(view.site)
    task = task_of(view, zones, simple_plan(view, leave_out=frozenset({"stage"})))
    solution = Solver().solve(task)
    assert solution is not None
    found: Array = solution.final_kwh[0] / (SLOT / timedelta(hours=1))
    return found


def seen(site: Site, **power_w: float) -> Snapshot:
    """Readings of power: `grid`, `grid_l1`, `workshop`, `heat_pump`."""
    live = MemoryLive()
    for name, watts in power_w.items():
        subject, _, phase = name.partition("_l")
        live.show(f"{subject.replace('_', '-')}/power" + (f".l{phase}" if phase else ""), watts, NOW)
    return Snapshot(NOW, site, layout_of(site), {}, latest=live.all("studio"))


@pytest.mark.parametrize(
    ("phases_w", "plant", "left_w"),
    [
        ((0.0, 0.0, 0.0), (1, 2, 3), 3 * EACH_W),
        ((600.0, 600.0, 600.0), (1, 2, 3), 3 * (EACH_W - 600)),  # as if it were one
        ((1800.0, 0.0, 0.0), (1, 2, 3), 3 * (EACH_W - 1800)),  # the tightest phase counts for all of a three-phase plant
        ((1800.0, 0.0, 0.0), (2,), EACH_W),  # it sits on another phase
        ((1800.0, 0.0, 0.0), (1,), EACH_W - 1800),
        ((1800.0, 0.0, 0.0), (1, 2), 2 * (EACH_W - 1800)),
        ((4000.0, 0.0, 0.0), (1, 2, 3), 0.0),
    ],
)
def test_what_is_left_is_what_the_tightest_phase_leaves(phases_w: tuple[float, ...], plant: tuple[int, ...], left_w: float) -> None:
    view = outlook(contracted(plant=plant), forecast=forecast(*phases_w))
    left = power_left(view, [NOW])
    assert left is not None
    assert left[0] == pytest.approx(left_w / 1000.0)


def test_a_contract_of_one_phase_has_all_of_it_there() -> None:
    left = power_left(outlook(contracted(phases=1), forecast=forecast(600.0, 600.0, 600.0)), [NOW])
    assert left is not None
    assert left[0] == pytest.approx(9 * 0.95 - 1.8)


def test_the_plan_stays_within_the_tightest_phase() -> None:
    """With 20 kVA and 4 kW of lamps on the first phase the pump may take 7 kW, although the connection as a whole has 15 left."""
    shoot = booked("2026-01-20 12:00", "2026-01-20 20:00")
    lamps_on_one = outlook(contracted(20.0), shoot, outdoor=-3.0, forecast=forecast(4000.0, 0.0, 0.0))
    lamps_on_all = outlook(contracted(20.0), shoot, outdoor=-3.0, forecast=forecast(4000 / 3, 4000 / 3, 4000 / 3))
    assert electric_kw(lamps_on_one).max() <= 3 * (20 / 3 * 0.95 - 4) + 1e-6
    assert electric_kw(lamps_on_all).max() > 1.5 * electric_kw(lamps_on_one).max()


POWERS = st.floats(0.0, 9000.0)


@given(
    st.lists(st.tuples(st.sampled_from([(1,), (2,), (1, 2), (1, 3), (1, 2, 3)]), POWERS, st.floats(0, 1)), min_size=1, max_size=4),
    st.tuples(POWERS, POWERS, POWERS),
)
def test_no_phase_is_over_however_plants_share_what_is_left(
    drawn: list[tuple[tuple[int, ...], float, float]], left_w: tuple[float, float, float]
) -> None:
    limit = Limit("grid", ALL_PHASES, 9000.0)
    plants = [Plant(f"p{n}", "", PlantKind.ELECTRIC, Carrier.ELECTRICITY, most, phases=on) for n, (on, most, _) in enumerate(drawn)]
    most_w = {plant.id: plant.heat_power_w for plant in plants}
    bound = min(_together(limit, p, left_w[p - 1], plants, most_w) for p in ALL_PHASES)
    power = {plant.id: share * most_w[plant.id] for plant, (_, _, share) in zip(plants, drawn, strict=True)}
    total = sum(power.values())
    scale = min(1.0, bound / total) if total else 1.0
    for phase in ALL_PHASES:
        load = sum(scale * power[plant.id] * limit.share(plant.phases, phase) for plant in plants)
        assert load <= left_w[phase - 1] + 1e-6


def test_loads_are_told_by_phase_or_by_circuit() -> None:
    site = contracted()
    assert loads_of(seen(site, grid=6000, grid_l1=1000, grid_l2=4000, grid_l3=1000)) == {1: 1000, 2: 4000, 3: 1000}
    assert loads_of(seen(site, grid=6000, workshop=3000)) == {1: 1000, 2: 4000, 3: 1000}  # the workshop on its phase
    assert loads_of(seen(site, workshop=3000)) is None
    assert loads_of(seen(site, grid=6000)) == {1: 2000, 2: 2000, 3: 2000}


def test_the_load_beside_the_plants_is_known_by_phase() -> None:
    site = contracted(plant=(3,))
    told = seen(site, grid=6000, grid_l1=1000, grid_l2=1000, grid_l3=4000, heat_pump=3000)
    assert loads_without_plants(told) == pytest.approx((1000, 1000, 1000))
    assert loads_without_plants(seen(replace(site, meters=site.meters[:1]))) == ()


def test_phases_that_a_meter_tells_beside_the_whole_are_not_counted_twice() -> None:
    layout = layout_of(contracted())
    assert layout.grid == ("grid/power",)
    only_phases = replace(contracted(), points=tuple(p for p in contracted().points if p.id != "grid/power"))
    assert layout_of(only_phases).grid == ("grid/power.l1", "grid/power.l2", "grid/power.l3")


def test_a_contract_without_a_power_limits_nothing() -> None:
    site = contracted()
    assert limit_of(replace(site, contracts=(replace(site.contracts[0], power_kva=None),)), date(2026, 1, 20)) is None
    assert limit_of(site, date(2024, 1, 1)) is None
    assert np.isfinite(limit_of(site, date(2026, 1, 20)).each_w)  # type: ignore[union-attr]
