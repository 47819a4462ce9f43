"""Each kind of loss, found where it is and not where heat, light or power were meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from premises.booking import DayKind
from premises.losses import Loss, LossKind
from premises.reason import REASONS
from premises.site import Comfort, Plant, PlantKind, Site, Zone, ZoneUse
from premises.tariff import Carrier
from premises.time import SLOT, local_day
from rules.losses.course import follow
from rules.losses.day import Finding, PlantDay, SiteDay, ZoneQuarter
from rules.losses.searches import search
from tests.notices.premises_of_tests import STUDIO

PUMP = Plant("pump", "Heat pump", PlantKind.HEAT_PUMP, Carrier.ELECTRICITY, 60_000.0, cop_points=((2.0, 40.0, 3.0),))
STAGE = Zone(
    "stage-1", "Stage 1", ZoneUse.STAGE, 400.0, 3200.0, {DayKind.SHOOT: Comfort(20.0)}, "pump", emitter_power_w=40_000.0,
    setback_c=12.0, lighting_power_w=2000.0,
)  # fmt: skip
SITE: Site = replace(STUDIO, zones=(STAGE,), plants=(PUMP,))
DAY = local_day(date(2026, 1, 20), SITE.zoneinfo)
LATER = datetime(2026, 1, 21, 4, 15, tzinfo=UTC)

Change = Callable[[ZoneQuarter], ZoneQuarter]


def day_of(change: Change = lambda q: q, first: int = 8, last: int = 20, plant: PlantDay | None = None) -> SiteDay:
    """A day with nobody due, the zone at its set-back; quarters first to last (without) are changed."""
    quiet = [ZoneQuarter(DAY.start + n * SLOT, False, False, 12.0, 0.05, None, 0.0, 0.0, 0.0, "set_back") for n in range(96)]
    quarters = tuple(change(q) if first <= n < last else q for n, q in enumerate(quiet))
    seen = plant or PlantDay(None, None, 2.0, 40.0, 2.5)
    return SiteDay(SITE, DAY, {"stage-1": quarters}, {"pump": seen})


def heated(q: ZoneQuarter) -> ZoneQuarter:
    return replace(q, heat=0.5, air_c=18.0)


def only(day: SiteDay) -> Finding:
    [finding] = search(day)
    return finding


def test_a_quiet_day_loses_nothing() -> None:
    assert search(day_of()) == []


def test_heat_for_nobody() -> None:
    found = only(day_of(heated))
    assert (found.kind, found.zone) == (LossKind.HEAT_UNBOOKED, "stage-1")
    assert (found.since, found.until) == (DAY.start + timedelta(hours=2), DAY.start + timedelta(hours=5))
    assert found.kwh == pytest.approx(3 * 0.5 * 40 / 2.5), "three hours at half of 40 kW of heat, at a performance of 2.5"
    assert found.evidence == {"hours": 3.0, "air_c": 18.0, "setback_c": 12.0}


@pytest.mark.parametrize(
    "meant",
    [
        lambda q: replace(heated(q), due=True),
        lambda q: replace(heated(q), near=True),
        lambda q: replace(heated(q), state="pre_heating"),
        lambda q: replace(heated(q), state="overridden"),
        lambda q: replace(heated(q), air_c=12.5),
        lambda q: replace(heated(q), air_c=None),
        lambda q: replace(heated(q), heat=None),
        lambda q: replace(heated(q), heat=0.08),
    ],
    ids=["booked", "soon", "pre-heated", "by a person", "at set-back", "no temperature", "no valve", "a breath"],
)
def test_heat_that_was_meant_or_is_not_known_is_no_loss(meant: Change) -> None:
    assert search(day_of(meant)) == []


def test_heat_for_half_an_hour_is_not_worth_a_word() -> None:
    assert search(day_of(heated, 8, 11)) == []


def test_heat_with_an_open_door_also_while_booked() -> None:
    found = only(day_of(lambda q: replace(heated(q), due=True, open=1.0), 8, 10))
    assert (found.kind, found.evidence["hours"]) == (LossKind.HEAT_DOOR_OPEN, 0.5)
    assert search(day_of(lambda q: replace(heated(q), due=True, open=None), 8, 10)) == []


def test_heat_and_cold_at_once() -> None:
    assert only(day_of(lambda q: replace(heated(q), due=True, cooled=1.0))).kind is LossKind.HEAT_AND_COOL


def test_light_for_nobody() -> None:
    found = only(day_of(lambda q: replace(q, light=0.8)))
    assert found.kind is LossKind.LIGHTS_EMPTY
    assert found.kwh == pytest.approx(3 * 0.8 * 2.0)
    assert search(day_of(lambda q: replace(q, light=0.8, seen=0.3))) == []
    assert search(day_of(lambda q: replace(q, light=0.8, due=True))) == []
    assert only(day_of(lambda q: replace(q, light=0.8, seen=None))).kind is LossKind.LIGHTS_EMPTY


def test_a_plant_below_its_own_curve() -> None:
    found = only(day_of(plant=PlantDay(100.0, 180.0, 2.0, 40.0, 3.0)))
    assert (found.kind, found.subject, found.zone) == (LossKind.PERFORMANCE, "pump", "")
    assert found.kwh == pytest.approx(40.0), "for 180 kWh of heat 60 would have done"
    assert found.evidence["cop_measured"] == 1.8
    assert search(day_of(plant=PlantDay(100.0, 250.0, 2.0, 40.0, 3.0))) == []
    assert search(day_of(plant=PlantDay(4.0, 4.0, 2.0, 40.0, 3.0))) == [], "a few starts say nothing"
    assert search(day_of(plant=PlantDay(None, 250.0, 2.0, 40.0, 3.0))) == []


def test_a_base_load_above_the_usual() -> None:
    night = replace(day_of(), base_w=3000.0, usual_base_w=2000.0, nights=20)
    found = only(night)
    assert found.kind is LossKind.STANDBY
    assert found.kwh == pytest.approx(24.0)
    assert search(replace(night, nights=3)) == [], "three nights are no habit"
    assert search(replace(night, base_w=2400.0)) == []
    assert search(replace(night, base_w=300.0, usual_base_w=150.0)) == []


def found_on(day: int, kwh: float | None = 10.0) -> Finding:
    start = datetime(2026, 1, day, 20, tzinfo=UTC)
    evidence: dict[str, float | str] = {"hours": 3.0, "air_c": 18.0, "setback_c": 12.0}
    return Finding(LossKind.HEAT_UNBOOKED, "stage-1", "stage-1", start, start + timedelta(hours=3), kwh, evidence)


def test_a_loss_goes_on_from_day_to_day_and_is_closed_when_it_is_not_found_again() -> None:
    [first] = follow(SITE, [], [found_on(20)], LATER)
    assert (first.days, first.kwh, first.closed_at) == (1, 10.0, None)
    [second] = follow(SITE, [first], [found_on(21)], LATER + timedelta(days=1))
    assert (second.id, second.days, second.kwh, second.since) == (first.id, 2, 20.0, first.since)
    assert second.evidence["hours"] == 6.0
    assert follow(SITE, [second], [found_on(21)], LATER + timedelta(days=1)) == [], "the same day again changes nothing"
    [over] = follow(SITE, [second], [], LATER + timedelta(days=2))
    assert over == replace(second, closed_at=LATER + timedelta(days=2))
    [anew] = [loss for loss in follow(SITE, [], [found_on(28)], LATER) if loss.closed_at is None]
    assert anew.id != first.id


@pytest.mark.parametrize("kind", LossKind)
def test_every_kind_is_said_in_every_language(kind: LossKind) -> None:
    numbers = (
        "hours",
        "air_c",
        "setback_c",
        "light_pct",
        "cop_measured",
        "cop_reference",
        "taken_kwh",
        "given_kwh",
        "base_w",
        "usual_w",
    )
    evidence: dict[str, float | str] = dict.fromkeys(numbers, 7.25)
    finding = Finding(kind, "stage-1", "stage-1", DAY.start, DAY.end, 12.4, {**evidence, "nights": 20})
    [loss] = follow(SITE, [], [finding], LATER)
    assert isinstance(loss, Loss)
    assert set(loss.title) == set(loss.text) == set(loss.advice) == set(REASONS.languages())
    for text in (*loss.text.values(), *loss.title.values()):
        assert "Stage 1" in text
        assert "{" not in text
    assert "12 kWh" in loss.text["fr"]
