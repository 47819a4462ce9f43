"""One reversible plant, a stage that is cold and a hall that is hot: one after the other, heat first, with a rest between."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from premises.booking import DayKind
from premises.decision import ZoneState
from premises.quantities import QUANTITIES
from premises.site import Emitter, Plant, PlantKind, Point
from premises.tariff import Carrier
from rules.changeover import COLD, HEAT, one_way
from rules.cooling import TURN_REST
from rules.plant import ZoneNeed
from rules.snapshot import PlantMemory
from tests.rules.studio import Story, at, booked, hall, stage, studio

NOON = at("2026-04-20 12:00")
COOL = ZoneNeed(hall(), 1.0, 25.0, ZoneState.OCCUPIED, cooling=True)
WARM = ZoneNeed(stage(), 0.6, 20.0, ZoneState.OCCUPIED)
SHUT = ZoneNeed(stage(), 0.0, 20.0, ZoneState.OCCUPIED)
FROST = ZoneNeed(stage(), 1.0, 8.0, ZoneState.FROST_GUARD)
REST = timedelta(minutes=10)


def test_the_way_of_the_plant_by_who_asks_and_how_long_ago_it_turned() -> None:
    def way(needs: list[ZoneNeed], before: str, minutes_ago: int) -> tuple[int, str]:
        kept, found = one_way(
            needs, PlantMemory(True, NOON, 40.0, way=before, way_at=NOON - timedelta(minutes=minutes_ago)), NOON, REST
        )
        return len(kept), found

    table = [
        # who asks, the way before, minutes since it was last gone -> needs that are served, way
        ([WARM, COOL], "", 0, (1, HEAT)),
        ([SHUT, COOL], "", 0, (1, COLD)),
        ([WARM, COOL], COLD, 5, (0, COLD)),
        ([WARM, COOL], COLD, 30, (1, HEAT)),
        ([SHUT, COOL], HEAT, 29, (0, HEAT)),
        ([SHUT, COOL], HEAT, 31, (1, COLD)),
        ([FROST, COOL], COLD, 5, (0, COLD)),
        ([FROST, COOL], COLD, 10, (1, HEAT)),
        ([SHUT], COLD, 5, (1, COLD)),
    ]
    assert [way(needs, before, ago) for needs, before, ago, _ in table] == [told for *_, told in table]


def test_a_day_of_both_turns_seldom_and_never_at_once() -> None:
    story = Story(studio(hall(), stage(emitter=Emitter.FAN_COIL)), "2026-04-20 08:00")
    story.book_in(
        booked("2026-04-20 09:00", "2026-04-20 15:00", "hall", kind=DayKind.AUDIENCE),
        booked("2026-04-20 09:00", "2026-04-20 15:00", "stage", name="b2"),
    )
    story.measure(outdoor=12.0, hall=27.0, stage=18.5)
    turns: list[str] = []
    last, water_at = "", dict[str, datetime]()
    for minute in range(300):
        now = at("2026-04-20 09:00") + timedelta(minutes=minute)
        warmed = minute % 120 < 50
        story.measure(hall=27.0, stage=18.5 if warmed else 20.6)
        plant = story.tick(f"{now:%Y-%m-%d %H:%M}").memory.plants["heat-pump"]
        if not plant.on or plant.supply_c is None:
            continue
        kind = HEAT if plant.supply_c > 25.0 else COLD
        if kind != last:
            if last:
                assert now - water_at[last] >= TURN_REST - timedelta(minutes=1), f"{now:%H:%M}"
            turns.append(kind)
            last = kind
        water_at[kind] = now
    assert turns == [HEAT, COLD, HEAT, COLD, HEAT]


def test_a_chiller_keeps_its_least_run_and_rest() -> None:
    """Asked for five minutes now and then: it runs a quarter hour, rests ten minutes, and only then runs again."""
    chiller = Plant(
        "chiller", "Chiller", PlantKind.CHILLER, Carrier.ELECTRICITY, 0.0, 40e3,
        min_run=timedelta(minutes=15), min_rest=timedelta(minutes=10),
    )  # fmt: skip
    site = studio(hall(heating_plant=None, cooling_plant="chiller"))
    points = tuple(
        Point(f"chiller/{name}", "studio", "chiller", QUANTITIES[name], "chiller", writable=True)
        for name in ("heatpump_on", "supply_setpoint")
    )
    story = Story(replace(site, plants=(chiller,), points=(*site.points, *points)), "2026-07-20 12:00")
    story.book_in(booked("2026-07-20 10:00", "2026-07-20 21:00", "hall", kind=DayKind.AUDIENCE))
    course = {}
    for minute in range(0, 45, 5):
        story.measure(outdoor=30.0, hall=26.0 if minute < 5 or 20 <= minute < 25 or minute >= 30 else 23.0)
        story.tick(f"2026-07-20 12:{minute:02d}")
        course[minute] = story.live.values["chiller/heatpump_on"].reading.value
    assert course == {0: True, 5: True, 10: True, 15: False, 20: False, 25: False, 30: True, 35: True, 40: True}
