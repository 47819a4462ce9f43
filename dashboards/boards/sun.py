"""Production against its forecast (or yesterday's course), self-consumption, performance ratio and grid."""

from __future__ import annotations

from dashboards.boards.build import Maker
from dashboards.flux import Label, Source
from dashboards.panels import BLUE, GREEN, ORANGE, SKY, YELLOW, Board, Series
from dashboards.pick import grid_points, one, production_points
from dashboards.series import counted, over_time, ratio, self_use, shifted
from dashboards.words import Words
from premises.site import GREENROOM

LEAST_W_M2 = 50.0
"""Irradiance below which a performance ratio says nothing (IEC 61724-1 leaves out twilight, too)."""


def board(source: Source, say: Words) -> Board:
    make, site = Maker(source, say), source.site
    made = production_points(site, "power")
    if not made and not production_points(site, "energy"):
        return make.board("sun")
    _power(make)
    irradiance = one(site, "outdoor", "irradiance")
    peak_w = sum(string.peak_power_w for string in site.pv_strings)
    if made and irradiance is not None and peak_w > 0:
        # (P / P_peak) / (G / 1000 W/m²)
        share = ratio(source, made[0], irradiance, say("label.performance_ratio"), least=LEAST_W_M2, factor=1000.0 / peak_w)
        make.add("performance_ratio", "timeseries", "percentunit", share, low=0, high=1.2, window="15m")
    _energy(make)
    _outdoor(make)
    return make.board("sun", annotations=make.annotations("clock", "meter_swap"), time_from="now-7d")


def _power(make: Maker) -> None:
    source, say, site = make.source, make.say, make.site
    power: list[Label] = [(point, say("label.sun")) for point in production_points(site, "power")]
    if not power:
        return
    irradiance = make.labels("outdoor", {"irradiance": "irradiance"})
    told = one(site, GREENROOM, "forecast_pv_power") if site.forecast is not None else None
    if told is None:
        # nobody forecasts: what the planner takes is yesterday's course, and the description says so
        key, expected = "sun_power", say("label.as_yesterday")
        target = shifted(source, [(power[0][0], expected)], "1d", "F")
    else:
        key, expected = "sun_power_told", say("label.told_before")
        target = over_time(source, [(told, expected)], "F")
    make.add(
        key,
        "timeseries",
        "watt",
        over_time(source, power),
        target,
        over_time(source, irradiance, "B") if irradiance else None,
        width=24,
        height=9,
        series=(
            Series(say("label.sun"), YELLOW, fill=20),
            Series(expected, SKY, dashed=True),
            Series(say("label.irradiance"), ORANGE, unit="Wm2", dashed=True, right_axis=True),
        ),
    )


def _outdoor(make: Maker) -> None:
    """Outside as it was against what was told the day before, where the site has a forecast."""
    source, say, site = make.source, make.say, make.site
    told, outdoor = one(site, GREENROOM, "forecast_temperature"), one(site, "outdoor", "outdoor_temperature")
    if site.forecast is None or told is None or outdoor is None:
        return
    lines = (Series(say("label.outdoor"), BLUE), Series(say("label.told_before"), SKY, dashed=True))
    measured = over_time(source, [(outdoor, say("label.outdoor"))])
    before = over_time(source, [(told, say("label.told_before"))], "F")
    make.add("outdoor_told", "timeseries", "celsius", measured, before, width=24, series=lines, decimals=1)


def _energy(make: Maker) -> None:
    source, say, site = make.source, make.say, make.site
    made, sent = production_points(site, "energy"), grid_points(site, "energy_export")
    if made and sent:
        lines = (
            Series(say("label.self_share"), GREEN, unit="percentunit", right_axis=True, line=True),
            Series(say("label.self_used"), YELLOW),
        )
        target = self_use(source, made[0], sent[0], say("label.self_share"), say("label.self_used"))
        make.add("self_use", "timeseries", "kwatth", target, series=lines, bars=True, low=0)
    energy: list[Label] = [(point, say("label.production")) for point in made]
    energy += [(point, say("label.import")) for point in grid_points(site, "energy")]
    energy += [(point, say("label.export")) for point in sent]
    gross = (
        Series(say("label.production"), YELLOW),
        Series(say("label.import"), BLUE),
        Series(say("label.export"), GREEN, below=True),
    )
    target = counted(source, energy, "1d")
    make.add("sun_energy", "timeseries", "kwatth", target, width=24, height=9, series=gross, bars=True, stacked=True)
