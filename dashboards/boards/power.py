"""The electric connection: power against the contracted limit, phases, and the rigs of the stages."""

from __future__ import annotations

from dashboards.boards.build import Maker
from dashboards.flux import Label, Source
from dashboards.panels import BLUE, RED, SKY, Board, Series
from dashboards.pick import grid_points
from dashboards.series import over_time, present
from dashboards.words import Words
from premises.site import Site

POWER_FACTOR = 0.93
"""French and Belgian low-voltage contracts count kVA; reactive energy is charged beyond tan φ = 0.4, which is this factor."""


def limit_w(site: Site) -> float | None:
    """Active power at the contracted apparent power of the electricity connection, None where no contract says it."""
    meters = {point.subject for point in grid_points(site, "power")}
    powers = [contract.power_kva for contract in site.contracts if contract.meter in meters and contract.power_kva]
    return 1000.0 * POWER_FACTOR * powers[-1] if powers else None


def board(source: Source, say: Words) -> Board:
    make, site = Maker(source, say), source.site
    limit = limit_w(site)
    for point in grid_points(site, "power"):
        named: list[Label] = [(point, say("label.grid"))]
        steps = () if limit is None else ((None, BLUE), (0.8 * limit, "#E69F00"), (limit, RED))
        make.add("load_now", "stat", "watt", present(source, named), width=6, height=8, decimals=1, steps=steps)
        lines = (Series(say("label.grid"), BLUE), Series(say("label.peak"), SKY, dashed=True))
        targets = (over_time(source, named), over_time(source, [(point, say("label.peak"))], "B", "max"))
        make.add("connection", "timeseries", "watt", *targets, width=18, height=8, limit=limit, series=lines)
    for key, quantity, unit in (
        ("phase_current", "current", "amp"),
        ("phase_voltage", "voltage", "volt"),
        ("phase_power", "power", "watt"),
    ):
        phases = [(point, f"L{1 + 'abc'.index(point.id[-1])}") for point in site.points if _is_phase(site, point.id, quantity)]
        make.add(key, "timeseries", unit, over_time(source, phases) if phases else None)
    rigs: list[Label] = [
        (point, meter.name) for meter in site.meters if meter.use == "rig" for point in site.points_of(meter.id, "power")[:1]
    ]
    make.add("rig", "timeseries", "watt", over_time(source, rigs) if rigs else None, width=24, stacked=True)
    uses: list[Label] = [
        (point, meter.name)
        for meter in site.meters
        if meter.role == "sub" and meter.use != "rig"
        for point in site.points_of(meter.id, "power")
        if point.id == f"{meter.id}/power"
    ]
    make.add("use_power", "timeseries", "watt", over_time(source, uses) if uses else None, width=24, stacked=True)
    return make.board("power", annotations=make.annotations("alarm", "booking", "clock"))


def _is_phase(site: Site, point_id: str, quantity: str) -> bool:
    grid = {meter.id for meter in site.meters if meter.role == "grid"}
    subject, _, rest = point_id.partition("/")
    return subject in grid and rest in {f"{quantity}.{phase}" for phase in "abc"}
