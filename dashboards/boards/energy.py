"""Energy and carbon by day and month, against what the weather asks for and against always-on heating."""

from __future__ import annotations

from dashboards.boards.build import Maker
from dashboards.flux import Label, Source
from dashboards.panels import BLUE, GREEN, ORANGE, PURPLE, SKY, Board, Series
from dashboards.series import counted
from dashboards.told import daily
from dashboards.words import Words


def board(source: Source, say: Words) -> Board:
    make, site = Maker(source, say), source.site
    heating, expected, always = (say(f"label.{name}") for name in ("heating", "expected", "always_on"))
    lines = (Series(heating, ORANGE), Series(expected, BLUE, line=True), Series(always, PURPLE, line=True, dashed=True))
    asked = [("heating_kwh", heating), ("expected_kwh", expected), ("always_on_kwh", always)]
    make.add("heating_day", "timeseries", "kwatth", daily(source, asked), width=24, height=9, bars=True, series=lines, low=0)
    total, carbon = say("label.total"), say("label.carbon")
    marks = (Series(total, GREEN), Series(carbon, ORANGE, unit="masskg", right_axis=True, line=True))
    both = [("total_kwh", total), ("carbon_kg", carbon)]
    make.add("energy_day", "timeseries", "kwatth", daily(source, both), width=24, bars=True, series=marks, low=0)
    make.add("heating_month", "timeseries", "kwatth", daily(source, asked, every="1mo"), bars=True, series=lines, low=0, span="1y")
    make.add("energy_month", "timeseries", "kwatth", daily(source, both, every="1mo"), bars=True, series=marks, low=0, span="1y")
    uses: list[Label] = [
        (point, meter.name)
        for meter in site.meters
        if meter.role == "sub"
        for point in site.points_of(meter.id, "energy")
        if point.id == f"{meter.id}/energy"
    ]
    make.add("energy_use", "timeseries", "kwatth", counted(source, uses, "1d") if uses else None, width=24, bars=True, stacked=True)
    known = daily(source, [("completeness_pct", say("label.completeness"))])
    make.add("completeness", "timeseries", "percent", known, low=0, high=100, bars=True)
    outdoor = daily(source, [("outdoor_c", say("label.outdoor"))])
    make.add("outdoor_day", "timeseries", "celsius", outdoor, series=(Series(say("label.outdoor"), SKY),), bridge_min=2 * 24 * 60)
    marked = make.annotations("configuration", "correction", "meter_swap", "clock")
    return make.board("energy", annotations=marked, time_from="now-30d", refresh="15m")
