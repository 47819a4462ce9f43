"""Devices: who is silent, whose battery is low, whose signal is weak."""

from __future__ import annotations

from dashboards.boards.build import Maker
from dashboards.flux import Label, Source
from dashboards.panels import GREEN, ORANGE, RED, Board, Column
from dashboards.series import over_time, present
from dashboards.told import devices, stale_count
from dashboards.words import Words

SIGNALS = (("link_quality", "none"), ("rssi", "dBm"), ("wifi_quality", "percent"), ("snr", "dB"), ("link_margin", "dB"))


def board(source: Source, say: Words) -> Board:
    make = Maker(source, say)
    steps = ((None, GREEN), (1.0, ORANGE), (5.0, RED))
    make.add("stale", "stat", "none", stale_count(source, say("label.stale")), width=6, height=12, steps=steps, decimals=0)
    stale = {"0": (say("label.heard"), GREEN), "1": (say("label.stale"), RED)}
    columns = (
        Column("device", say("column.device"), width=220),
        Column("stale", say("column.state"), width=110, mappings=stale),
        Column("age_s", say("column.age"), "dtdurations", 160),
        Column("zone", say("label.zone"), width=200),
        Column("family", say("column.family")),
    )
    make.add("devices", "table", "none", devices(source), width=18, height=12, columns=columns)
    low = ((None, RED), (15.0, ORANGE), (30.0, GREEN))
    battery = _points(source, "battery")
    if battery:
        make.add("battery", "bargauge", "percent", present(source, battery), height=10, steps=low, low=0, high=100, decimals=0)
        make.add(
            "battery_time", "timeseries", "percent", over_time(source, battery), height=10, low=0, high=100, bridge_min=24 * 60
        )
    for quantity, unit in SIGNALS:
        signal = _points(source, quantity)
        make.add(f"signal_{quantity}", "timeseries", unit, over_time(source, signal) if signal else None)
    reach = _points(source, "reachable") or _points(source, "availability")
    make.add("available", "timeseries", "bool_yes_no", over_time(source, reach, fn="min") if reach else None, low=0, high=1)
    return make.board("devices", annotations=make.annotations("alarm", "configuration", "meter_swap", "clock"))


def _points(source: Source, quantity: str) -> list[Label]:
    return [(point, point.device) for point in source.site.points if point.quantity.name == quantity]
