"""Production, self-consumption and grid."""

from __future__ import annotations

from dashboards.flux import Label, Source, counted, over_time
from dashboards.panels import BLUE, GREEN, ORANGE, YELLOW, Board, Panel, Series
from dashboards.pick import grid_points, one, production_points
from dashboards.words import Words


def board(source: Source, say: Words) -> Board:
    site, panels = source.site, list[Panel]()
    power: list[Label] = [(point, say("label.sun")) for point in production_points(site, "power")]
    irradiance = one(site, "outdoor", "irradiance")
    if power:
        lines = [Series(say("label.sun"), YELLOW, fill=20)]
        targets = [over_time(source, power)]
        if irradiance is not None:
            targets.append(over_time(source, [(irradiance, say("label.irradiance"))], "B"))
            lines.append(Series(say("label.irradiance"), ORANGE, unit="Wm2", dashed=True, right_axis=True))
        panels.append(
            Panel(
                say("panel.sun_power"),
                say("panel.sun_power_about"),
                "timeseries",
                "watt",
                tuple(targets),
                width=24,
                height=9,
                series=tuple(lines),
            )
        )
    energy: list[Label] = [(point, say("label.production")) for point in production_points(site, "energy")]
    energy += [(point, say("label.import")) for point in grid_points(site, "energy")]
    energy += [(point, say("label.export")) for point in grid_points(site, "energy_export")]
    if energy:
        lines = [Series(say("label.production"), YELLOW), Series(say("label.import"), BLUE), Series(say("label.export"), GREEN)]
        target = counted(source, energy, "1d")
        about = say("panel.sun_energy_about")
        panels.append(
            Panel(say("panel.sun_energy"), about, "timeseries", "kwatth", (target,), width=24, height=9, series=tuple(lines))
        )
    return Board(
        site.id, "sun", f"{site.name} · {say('board.sun')}", say("about.sun"), site.timezone, tuple(panels), time_from="now-7d"
    )
