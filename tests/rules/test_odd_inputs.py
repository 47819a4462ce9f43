"""The open loop told nonsense, or nothing: an answer for every zone at every step, and one clear error for times without offset."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from premises.booking import Booking, BookingKey, BookingStatus, DayKind, Floor
from premises.errors import FaultsError, NaiveTimeError, UnknownNameError
from premises.plan import Plan
from premises.site import Comfort, Emitter, Neighbour, Plant, PlantKind, Zone, ZoneUse
from premises.tariff import Carrier
from premises.time import Interval
from rules.loop import Measured, OpenLoop, Settings, describe
from rules.simple_plan import Outlook
from rules.snapshot import Forecast

NAN, INF = float("nan"), float("inf")
START = datetime(2026, 1, 5, 0, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
PLANT = Plant("plant", "", PlantKind.HEAT_PUMP, Carrier.ELECTRICITY, heat_power_w=40000, cool_power_w=30000)
COMFORT = {DayKind.SHOOT: Comfort(20.0, 25.0)}
HALL = Zone("hall", "", ZoneUse.STAGE, 300, 2000, COMFORT, "plant", emitter=Emitter.FAN_COIL, emitter_power_w=30000)


def booked(call: datetime, hours: float = 6.0, zone: str = "hall", **told: object) -> Booking:
    held = Interval(call - HOUR, call + 12 * HOUR)
    booking = Booking(BookingKey("test", f"{zone}-{call:%d%H%M}"), "", (zone,), held, call=call, wrap=call + hours * HOUR)
    return replace(booking, **told)  # type: ignore[arg-type]


def held(settings: Settings, zones: list[Zone]) -> bool:
    """Whether every zone has a temperature that a valve can be set to, and a reason; and the plant an order."""
    for zone in zones:
        setpoint = settings.setpoint_c[zone.id]
        assert math.isfinite(setpoint)
        assert zone.heating_plant is None or zone.frost_c - 3.0 <= setpoint <= 42.0
        assert settings.reasons[zone.id].text("en")
    assert all(math.isfinite(value) and 0 < value < 100 for value in settings.supply_c.values())
    return isinstance(settings.plant_on["plant"], bool)


@pytest.mark.parametrize(
    "told",
    [
        Measured({}),
        Measured({"hall": NAN}, NAN, NAN, {"hall": NAN}, {"hall": NAN}, supply_c={"plant": INF}, plant_heat_w={"plant": NAN}),
        Measured({"hall": 999.0}, -999.0, -3.0, {}, {"hall": 101.0}),
        Measured({"hall": None, "cellar": 12.0}, None),  # type: ignore[dict-item]
        Measured({"hall": 15.0}, 2.0, occupied={"hall": NAN}, closed={"hall": None}),  # type: ignore[dict-item]
    ],
)
@pytest.mark.parametrize(
    "forecast", [None, Forecast(START, START, ()), Forecast(START, START, (NAN, 3.0, NAN), (NAN,), (INF, 500.0), (NAN,))]
)
def test_whatever_is_told_first_there_is_an_answer(told: Measured, forecast: Forecast | None) -> None:
    loop = OpenLoop(describe([HALL], [PLANT]), [booked(START + 3 * HOUR)])
    assert held(loop.step(START, told, forecast), [HALL])
    assert held(loop.step(START + HOUR / 12, told, forecast), [HALL])


def test_a_sensor_that_tells_nonsense_is_lost_and_not_believed() -> None:
    """-999 °C must not call for frost, nor 999 °C let the heat go: with people due the zone is heated blind, and says so."""
    for nonsense in (-999.0, 999.0, NAN):
        loop = OpenLoop(describe([HALL], [PLANT]), [booked(START + HOUR)])
        settings = loop.step(START, Measured({"hall": nonsense}, 0.0))
        assert settings.setpoint_c["hall"] == 20.0
        assert settings.decision.zones[0].air_c is None
        assert settings.decision.zones[0].state.value == "sensor_lost"


def test_weather_missing_in_a_forecast_is_not_taken_for_zero() -> None:
    loop = OpenLoop(describe([HALL], [PLANT]), [booked(START + 30 * HOUR)])
    loop.step(START, Measured({"hall": 15.0}, 11.0), Forecast(START, START, (), (100.0,)))
    outlook = loop.engine.outlook(START, loop._last)  # type: ignore[arg-type]
    assert outlook.weather(START + 5 * HOUR) == pytest.approx(11.0)


def test_times_without_offset_are_refused_in_words() -> None:
    naive = datetime(2026, 1, 5, 8)  # noqa: DTZ001
    loop = OpenLoop(describe([HALL], [PLANT]))
    with pytest.raises(NaiveTimeError, match="now is 2026-01-05T08:00:00, without offset"):
        loop.step(naive, Measured({"hall": 15.0}))
    with pytest.raises(NaiveTimeError, match="the call of booking test/hall"):
        loop.book([replace(booked(START), call=naive)])
    with pytest.raises(NaiveTimeError, match="the wrap of booking"):
        OpenLoop(describe([HALL], [PLANT]), [replace(booked(START), wrap=naive)])
    with pytest.raises(NaiveTimeError, match="a forecast's start"):
        loop.step(START, Measured({"hall": 15.0}), Forecast(START, naive, (1.0,)))
    assert loop.bookings == ()


def test_instants_of_another_zone_are_the_same_instants() -> None:
    east = timedelta(hours=1)
    loop = OpenLoop(describe([HALL], [PLANT]), [booked(START + HOUR)])
    assert loop.step(START.astimezone(timezone(east)), Measured({"hall": 15.0}, 0.0)).decision.at == START


def test_an_optimiser_that_breaks_costs_no_answer() -> None:
    def broken(_outlook: Outlook) -> Plan | None:
        raise ZeroDivisionError

    loop = OpenLoop(describe([HALL], [PLANT]), [booked(START + HOUR)], optimiser=broken)
    assert held(loop.step(START, Measured({"hall": 15.0}, 0.0)), [HALL])
    assert loop.plan() is not None


def test_a_booking_made_moved_and_cancelled_at_the_last_moment() -> None:
    call = START + 5 * HOUR
    loop = OpenLoop(describe([HALL], [PLANT]), [])
    told = Measured({"hall": 12.0}, 0.0)
    assert loop.step(START, told).setpoint_c["hall"] == 12.0
    loop.book([booked(START + HOUR / 60)])
    assert loop.step(START + HOUR / 60, told).setpoint_c["hall"] == 20.0
    loop.book([booked(call + 60 * HOUR)])
    assert loop.step(START + HOUR / 30, told).setpoint_c["hall"] == 12.0
    one, beside = booked(call - 4 * HOUR), booked(call - 4 * HOUR, comfort_c=22.0, key=BookingKey("test", "beside"))
    loop.book([one, beside])
    assert loop.step(call - 4 * HOUR, told).setpoint_c["hall"] == 22.0
    loop.book([one, replace(beside, status=BookingStatus.CANCELLED)])
    assert loop.step(call - 3 * HOUR, told).setpoint_c["hall"] == 20.0
    loop.book([replace(one, status=BookingStatus.OPTION)])
    assert loop.step(call - 3 * HOUR + HOUR / 60, told).setpoint_c["hall"] == 12.0


@dataclass(frozen=True)
class Shape:
    """A building that is odd in its own way. step_min: minutes between steps, 0: any; lossy: readings are lost; steps: how many."""

    zones: list[Zone]
    plant: Plant = PLANT
    step_min: int = 15
    lossy: bool = False
    steps: int = 300


SHAPES: dict[str, Callable[[], Shape]] = {
    "no power told": lambda: Shape([replace(HALL, emitter_power_w=0.0)]),
    "no power at all": lambda: Shape([replace(HALL, emitter_power_w=0.0)], replace(PLANT, heat_power_w=0.0, cool_power_w=0.0)),
    "no size": lambda: Shape([replace(HALL, area_m2=0.0, volume_m3=0.0)]),
    "water of 20 °C": lambda: Shape([replace(HALL, emitter=Emitter.SLAB, emitter_supply_c=20.0)]),
    "cooled only": lambda: Shape([replace(HALL, heating_plant=None, cooling_plant="plant")]),
    "heated and cooled": lambda: Shape([replace(HALL, cooling_plant="plant")], lossy=True),
    "no comfort": lambda: Shape([replace(HALL, comfort={})]),
    "a minute": lambda: Shape([HALL], step_min=1, lossy=True),
    "any step": lambda: Shape([HALL, replace(HALL, id="store", heating_plant=None)], step_min=0, lossy=True),
    "an hour": lambda: Shape([HALL], step_min=60, lossy=True),
    "twenty zones": lambda: Shape(
        [replace(HALL, id=f"z{k}", emitter_power_w=2000.0, neighbours=(Neighbour(f"z{(k + 1) % 20}", 40.0),)) for k in range(20)],
        step_min=30,
        steps=60,
    ),
}


def instants(dice: random.Random, step_min: int, count: int) -> Iterator[datetime]:
    """Instants that mostly grow; now and then the clock is set, back or ahead."""
    now = START
    for _ in range(count):
        yield now
        now += timedelta(minutes=step_min or dice.choice([1, 2, 7, 15, 31, 60]))
        if dice.random() < 0.01:
            now += dice.choice([-30, -1, 3, 30]) * HOUR


@pytest.mark.parametrize("name", SHAPES)
def test_odd_buildings_and_odd_clocks(name: str) -> None:
    """Four days of learning and planning at most, with bookings that come, go and overlap, and readings that are lost."""
    shape, dice = SHAPES[name](), random.Random(name)
    kinds, floors = list(DayKind), [None, Floor.CHILDREN]
    bookings = [
        booked(
            START + dice.uniform(-10, 96) * HOUR, dice.uniform(-1, 9), z.id, day_kind=dice.choice(kinds), floor=dice.choice(floors)
        )
        for z in shape.zones
        for _ in range(5)
    ]
    loop = OpenLoop(describe(shape.zones, [shape.plant], timezone="Europe/Paris"), bookings, replan_every=HOUR)
    air = dict.fromkeys((zone.id for zone in shape.zones), 14.0)
    before = START
    for now in instants(dice, shape.step_min, shape.steps):
        lost = shape.lossy and dice.random() < 0.1
        outdoor = 3.0 + 4.0 * math.sin(now.hour / 4)
        told = Measured(
            {} if lost else {zone: dice.choice([NAN, value]) if dice.random() < 0.05 else value for zone, value in air.items()},
            None if lost else outdoor,
        )
        settings = loop.step(now, told, None if lost else Forecast(now, now, (outdoor, NAN, outdoor + 1)))
        assert held(settings, shape.zones)
        hours = min(1.0, max(0.0, (now - before) / HOUR))
        for zone in shape.zones:
            heat = min(1.0, max(0.0, settings.setpoint_c[zone.id] - air[zone.id] + 0.5)) * 3.0 * settings.plant_on["plant"]
            air[zone.id] += hours * (heat - 0.05 * (air[zone.id] - outdoor))
        if dice.random() < 0.02:
            place = dice.randrange(len(bookings))
            bookings[place] = replace(bookings[place], call=now + dice.choice([-HOUR, HOUR / 60, HOUR]), wrap=now + 5 * HOUR)
            loop.book(bookings)
        before = now


@pytest.mark.parametrize(
    ("zone", "plant", "more", "said"),
    [
        ({"heating_plant": "pmp"}, {}, {}, "zone hall: heating_plant 'pmp' is not among the plants; they are plant"),
        ({"neighbours": (Neighbour("cellar", 3.0),)}, {}, {}, "neighbour 'cellar' is not among the zones"),
        ({"emitter_power_w": -5.0}, {}, {}, "emitter_power_w is -5.0; it must be a number, 0 where it is not known"),
        ({"comfort": {DayKind.SHOOT: Comfort(NAN)}}, {}, {}, "comfort on shoot is nan; it must be a number of °C"),
        ({"setback_c": "12 °C"}, {}, {}, "setback_c is '12 °C'; it must be a number of °C"),
        ({}, {"heat_power_w": None}, {}, "plant plant: heat_power_w is None"),
        ({}, {"supply_min_c": 60.0}, {}, "supply_min_c 60.0 must not lie above supply_max_c 55.0"),
        ({}, {}, {"timezone": "Europe/Pariss"}, "there is no 'Europe/Pariss'"),
    ],
)
def test_a_description_with_faults_is_refused_in_words(
    zone: dict[str, object], plant: dict[str, object], more: dict[str, str], said: str
) -> None:
    with pytest.raises(FaultsError) as error:
        describe([replace(HALL, **zone)], [replace(PLANT, **plant)], **more)  # type: ignore[arg-type]
    assert said in str(error.value)


def test_all_faults_of_a_description_are_told_at_once() -> None:
    with pytest.raises(FaultsError) as error:
        describe([replace(HALL, heating_plant="pmp"), replace(HALL, volume_m3=NAN)], [PLANT, PLANT])
    assert len(error.value.faults) == 4


def test_a_booking_of_a_zone_that_is_not_there_is_refused() -> None:
    loop = OpenLoop(describe([HALL], [PLANT]))
    with pytest.raises(UnknownNameError, match=r"booking test/hal-.* names zone 'hal'; there are hall"):
        loop.book([booked(START, zone="hal")])
    assert loop.bookings == ()
