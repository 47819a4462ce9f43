"""What makes heat: water, power, performance, run times and starts."""

from __future__ import annotations

from typing import Any

from dashboards.boards.build import HOURS, Maker
from dashboards.flux import Source
from dashboards.panels import BLUE, GREEN, GREY, ORANGE, RED, SKY, Board, Series
from dashboards.pick import one
from dashboards.series import hours_above, hours_on, over_time, ratio, starts, states
from dashboards.words import Words
from premises.site import Plant, PlantKind, Point

RUNNING_HZ = 1.0


def board(source: Source, say: Words) -> Board:
    make = Maker(source, say)
    # the long name of an only one would crowd the titles out
    telling = [plant for plant in source.site.plants if _all_of(Maker(source, say), plant, "")]
    for plant in telling:
        _all_of(make, plant, plant.name if len(telling) > 1 else "")
    outdoor = make.labels("outdoor", {"outdoor_temperature": "outdoor"})
    if outdoor and make.panels:
        make.add("weather", "timeseries", "celsius", over_time(source, outdoor), series=(Series(say("label.outdoor"), SKY),))
    return make.board("plant", annotations=make.annotations("alarm", "override", "clock", "configuration"))


def _all_of(make: Maker, plant: Plant, of: str) -> bool:
    """The panels of one plant; whether there are any."""
    before = len(make.panels)
    _water(make, plant, of)
    _power(make, plant, of)
    _running(make, plant, of)
    return len(make.panels) > before


def _water(make: Maker, plant: Plant, of: str) -> None:
    say = make.say
    measured = make.labels(plant.id, {"supply_temperature": "supply", "return_temperature": "return"})
    wished = make.labels(plant.id, {"supply_setpoint": "supply_setpoint"})
    lines = (
        Series(say("label.supply"), RED),
        Series(say("label.return"), BLUE),
        Series(say("label.supply_setpoint"), ORANGE, dashed=True),
    )
    make.add(
        "water",
        "timeseries",
        "celsius",
        over_time(make.source, measured) if measured else None,
        over_time(make.source, wished, "B", "last") if wished else None,
        of=of,
        series=lines,
        bridge_min=24 * 60 if not measured else 45,
    )


def _taken(make: Maker, plant: Plant) -> Point | None:
    """Electricity that the plant takes: as it tells itself, else at its meter."""
    return one(make.site, plant.id, "power") or (one(make.site, plant.meter, "power") if plant.meter else None)


def _power(make: Maker, plant: Plant, of: str) -> None:
    say, source = make.say, make.source
    heat, taken = one(make.site, plant.id, "heat_power"), _taken(make, plant)
    if heat is None and plant.meter:
        heat = one(make.site, plant.meter, "heat_power")
    asked = [(point, say(f"label.{label}")) for point, label in ((heat, "heat"), (taken, "electricity")) if point is not None]
    lines = (Series(say("label.heat"), ORANGE), Series(say("label.electricity"), GREEN))
    make.add("plant_power", "timeseries", "watt", over_time(source, asked) if asked else None, of=of, series=lines)
    if heat is not None and taken is not None and plant.kind in (PlantKind.HEAT_PUMP, PlantKind.CHILLER):
        least = max(200.0, 0.01 * plant.heat_power_w)
        performance = ratio(source, heat, taken, say("label.performance"), least=least)
        steps = ((None, RED), (2.0, ORANGE), (2.5, GREEN))
        make.add(
            "performance",
            "timeseries",
            "none",
            performance,
            of=of,
            low=0,
            high=8,
            decimals=2,
            steps=steps,
            window="15m",
        )


def _running(make: Maker, plant: Plant, of: str) -> None:
    """When it ran. A plant that tells its compressor's speed ran when that turned; to be switched on is not yet to run."""
    say, source = make.say, make.source
    on = one(make.site, plant.id, "heatpump_on")
    compressor = one(make.site, plant.id, "compressor_frequency")
    if on is not None:
        switched = {"true": (say("label.on"), ORANGE), "false": (say("label.off"), GREY)}
        target = states(source, [(on, say("label.running"))])
        key = "released" if compressor is not None else "running"
        make.add(key, "state-timeline", "bool_on_off", target, of=of, height=5, window="15m", mappings=switched)
    bars: dict[str, Any] = {"of": of, "bars": True, "low": 0, "span": "7d"}
    if compressor is not None:
        make.add(
            "compressor",
            "timeseries",
            "hertz",
            over_time(source, [(compressor, say("label.speed"))]),
            of=of,
            low=0,
        )
        hours = hours_above(source, [(compressor, say("label.running"))], RUNNING_HZ)
        begun = starts(source, [(compressor, say("label.starts"))], least=RUNNING_HZ)
    elif on is not None:
        hours = hours_on(source, [(on, say("label.running"))])
        begun = starts(source, [(on, say("label.starts"))])
    else:
        return
    make.add("run_hours", "timeseries", HOURS, hours, high=24, decimals=1, **bars)
    make.add("starts", "timeseries", "none", begun, **bars)
