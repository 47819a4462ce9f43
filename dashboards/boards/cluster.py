"""Sites side by side; one board per language of the cluster. A variable chooses among the sites."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dashboards.boards.build import Maker, controlled
from dashboards.flux import Label, Source
from dashboards.panels import GREEN, WALL, Board, Column, Target, Variable
from dashboards.pick import grid_points, one, production_points
from dashboards.series import counted, over_time, present
from dashboards.told import bookings, daily, itself_now, ready_now, stale_count
from dashboards.words import Words
from premises.site import Cluster, Point, Site

REFS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
COLUMNS = ("title", "readiness", "confidence_pct", "spare_min", "local_call", "local_ready", "reason")


def board(cluster: Cluster, bucket: str, say: Words, *, rollups: bool = True) -> Board:
    """All sites of the cluster read from one bucket."""
    sources = [Source(site, bucket, rollups, chosen=True) for site in cluster.sites[: len(REFS)]]
    make = Maker(sources[0], say)
    columns = (
        Column("call", say("column.call"), WALL, 150),
        Column("zone_id", "zone_id", hidden=True),
        Column("zone_name", say("label.zone"), width=150),
        Column("title", say("column.title"), width=190),
        Column("readiness", say("column.readiness"), width=110, mappings=make.readiness()),
        Column("spare_min", say("column.spare"), "m", 90, 0),
        Column("reason", say("column.reason"), width=480),
        Column("confidence_pct", say("column.confidence"), "percent", 100, 0),
        Column("local_call", say("column.local_call"), width=140),
        Column("local_ready", say("column.ready")),
    )
    for source in sources:
        heated = controlled(source)
        if heated:
            steps, risks = ((None, GREEN),), make.risks()
            risk = ready_now(source, heated, "risk")
            make.add(
                "risk", "stat", "none", risk, of=source.site.name, width=24, height=4, mappings=risks, steps=steps, text_px=(12, 20)
            )
    for source in sources:
        make.add("tonight", "table", "none", bookings(source, COLUMNS), of=source.site.name, width=24, height=6, columns=columns)
    make.add("load_now", "stat", "watt", *_each(sources, present, _grid_power), width=12, height=4, decimals=1)
    stale = [stale_count(source, source.site.name, ref) for source, ref in zip(sources, REFS, strict=False)]
    make.add("stale", "stat", "none", *stale, width=6, height=4, decimals=0)
    alarms = [itself_now(source, "alarms", source.site.name, ref) for source, ref in zip(sources, REFS, strict=False)]
    make.add("alarms", "stat", "none", *alarms, width=6, height=4, decimals=0)
    make.add("power", "timeseries", "watt", *_each(sources, over_time, _grid_power))
    make.add("sun_power", "timeseries", "watt", *_each(sources, over_time, _sun_power))
    make.add("weather", "timeseries", "celsius", *_each(sources, over_time, _outdoor))
    make.add("energy_day", "timeseries", "kwatth", *_each(sources, _by_day, _grid_energy), bars=True, stacked=True, low=0)
    carbon = [daily(source, [("carbon_kg", source.site.name)], ref) for source, ref in zip(sources, REFS, strict=False)]
    make.add("carbon_day", "timeseries", "masskg", *carbon, bars=True, stacked=True, low=0)
    sites = Variable("site", say("label.site"), tuple((site.name, site.id) for site in cluster.sites), several=True)
    made = make.board("cluster", variables=(sites,), time_from="now-7d")
    title = f"{say('board.cluster')} · {cluster.name}"
    return replace(
        made,
        site=cluster.id,
        name=f"cluster-{say.language}",
        title=title,
        description=say("about.cluster"),
        timezone=cluster.sites[0].timezone,
    )


def _grid_power(site: Site) -> Point | None:
    return next(iter(grid_points(site, "power")), None)


def _sun_power(site: Site) -> Point | None:
    return next(iter(production_points(site, "power")), None)


def _grid_energy(site: Site) -> Point | None:
    return next(iter(grid_points(site, "energy")), None)


def _outdoor(site: Site) -> Point | None:
    return one(site, "outdoor", "outdoor_temperature")


Ask = Callable[[Source, list[Label], str], Target]


def _each(sources: list[Source], ask: Ask, pick: Callable[[Site], Point | None]) -> list[Target]:
    """One query per site that has the point, named for the site."""
    found = [(source, point) for source in sources if (point := pick(source.site)) is not None]
    return [ask(source, [(point, source.site.name)], ref) for (source, point), ref in zip(found, REFS, strict=False)]


def _by_day(source: Source, labels: list[Label], ref: str) -> Target:
    return counted(source, labels, "1d", ref)
