"""What makes heat: water, power, running."""

from __future__ import annotations

from dashboards.flux import Label, Source, over_time, states
from dashboards.panels import BLUE, GREEN, ORANGE, RED, SKY, Board, Panel, Series
from dashboards.pick import one
from dashboards.words import Words


def board(source: Source, say: Words) -> Board:
    site, panels = source.site, list[Panel]()

    def labels(subject: str, names: dict[str, str]) -> list[Label]:
        found = ((one(site, subject, quantity), say(f"label.{label}")) for quantity, label in names.items())
        return [(point, label) for point, label in found if point is not None]

    for plant in site.plants:
        water = labels(
            plant.id, {"supply_temperature": "supply", "supply_setpoint": "supply_setpoint", "return_temperature": "return"}
        )
        if water:
            lines: tuple[Series, ...] = (
                Series(say("label.supply"), RED),
                Series(say("label.return"), BLUE),
                Series(say("label.supply_setpoint"), ORANGE, dashed=True),
            )
            panels.append(_panel(say, "water", plant.name, "timeseries", "celsius", over_time(source, water), lines))
        power = labels(plant.id, {"heat_power": "heat", "power": "electricity"})
        if power:
            lines = (Series(say("label.heat"), ORANGE), Series(say("label.electricity"), GREEN))
            panels.append(_panel(say, "plant_power", plant.name, "timeseries", "watt", over_time(source, power), lines))
        on = one(site, plant.id, "heatpump_on")
        if on is not None:
            panel = _panel(say, "running", plant.name, "state-timeline", "bool_on_off", states(source, [(on, say("board.plant"))]))
            panels.append(panel)
        compressor = one(site, plant.id, "compressor_frequency")
        if compressor is not None:
            target = over_time(source, [(compressor, say("panel.compressor"))])
            panels.append(_panel(say, "compressor", plant.name, "timeseries", "hertz", target))
    outdoor = one(site, "outdoor", "outdoor_temperature")
    if outdoor is not None:
        target = over_time(source, [(outdoor, say("label.outdoor"))])
        panels.append(_panel(say, "weather", "", "timeseries", "celsius", target, (Series(say("label.outdoor"), SKY),)))
    return Board(site.id, "plant", f"{site.name} · {say('board.plant')}", say("about.plant"), site.timezone, tuple(panels))


def _panel(say: Words, key: str, of: str, kind: str, unit: str, target: object, series: tuple[Series, ...] = ()) -> Panel:
    title = f"{say(f'panel.{key}')} · {of}" if of else say(f"panel.{key}")
    return Panel(title, say(f"panel.{key}_about"), kind, unit, (target,), series=series)  # type: ignore[arg-type]
