"""On which phases a plant or a circuit sits, and which measures tell of one phase alone."""

from __future__ import annotations

import pytest

from premises.errors import FaultsError
from premises.site import Site
from premises.sitefile import example, load_text


def told(*changes: tuple[str, str]) -> str:
    text = example("primi-marseille").read_text()
    for old, new in changes:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return text


def read(text: str) -> Site:
    site = load_text(text, "marseille.yaml")
    assert isinstance(site, Site)
    return site


METER = "channel: em:0/total\n    measures: [power, energy, energy_export]"
BY_PHASE = METER.replace("energy_export]", "energy_export, {quantity: power, channel: em:0/a, phase: 1}]")
PUMP = "  - id: heat-pump\n"


def test_what_is_not_told_is_spread_over_three_phases() -> None:
    site = read(told())
    assert {plant.phases for plant in site.plants} == {(1, 2, 3)}
    assert {meter.phases for meter in site.meters} == {()}


def test_a_measure_of_one_phase_is_a_point_of_its_own() -> None:
    site = read(told((METER, BY_PHASE)))
    assert site.point("grid/power.l1").phase == 1
    assert site.point("grid/power").phase is None


@pytest.mark.parametrize("written", ["1", "[1]"])
def test_a_plant_sits_where_it_says(written: str) -> None:
    site = read(told((PUMP, PUMP + f"    phases: {written}\n")))
    assert site.plant("heat-pump").phases == (1,)


@pytest.mark.parametrize("written", ["4", "[]", "[1, 1]", "L1", "true"])
def test_what_is_no_phase_is_refused_in_words(written: str) -> None:
    with pytest.raises(FaultsError) as caught:
        read(told((PUMP, PUMP + f"    phases: {written}\n")))
    assert ["names no phases" in fault.message for fault in caught.value.faults] == [True]
