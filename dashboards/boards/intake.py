"""Greenroom itself: the intake's accounts and their identity, journal, quarantine, planner and its own readings."""

from __future__ import annotations

from typing import Any

from dashboards.boards.build import RATE, Maker
from dashboards.flux import Source
from dashboards.panels import GREEN, ORANGE, RED, Board
from dashboards.series import over_time
from dashboards.told import itself, itself_now
from dashboards.words import Words
from premises.site import GREENROOM


def board(source: Source, say: Words) -> Board:
    make = Maker(source, say)
    yes = {"0": (say("label.no"), RED), "1": (say("label.yes"), GREEN)}
    for field in ("balanced", "connected"):
        target = itself_now(source, field, say(f"label.{field}"))
        make.add(field, "stat", "none", target, width=4, height=4, mappings=yes, steps=((None, RED), (1.0, GREEN)))
    standing = ((None, GREEN), (1.0, ORANGE))
    for field, unit, steps in (
        ("alarms", "none", standing),
        ("rate_per_s", RATE, ()),
        ("plan_age_s", "s", ((None, GREEN), (1800.0, ORANGE), (7200.0, RED))),
        ("own_given_up", "none", standing),
    ):
        target = itself_now(source, field, say(f"label.{field}"))
        decimals = 1 if unit == RATE else 0
        make.add(field, "stat", unit, target, width=4, height=4, steps=steps, decimals=decimals)

    def accounts(key: str, names: tuple[str, ...], width: int, **more: Any) -> None:
        labels = [(source.site.point(f"{GREENROOM}/{name}"), say(f"label.{name.removeprefix('messages_')}")) for name in names]
        make.add(key, "timeseries", "none", over_time(source, labels, fn="last"), width=width, low=0, **more)

    accounts("messages", ("messages_received", "messages_stored", "messages_ignored"), 24)
    accounts("waiting", ("messages_journalled",), 8, soft_high=10)
    accounts("quarantine", ("messages_quarantined",), 8, soft_high=10)
    oldest = [(source.site.point(f"{GREENROOM}/oldest_unsent"), say("panel.oldest"))]
    make.add(
        "oldest", "timeseries", "s", over_time(source, oldest, fn="max"), width=8, steps=((None, GREEN), (60, ORANGE), (900, RED))
    )
    waiting = [("in_flight", say("label.in_flight")), ("own_waiting", say("label.own_waiting"))]
    make.add("in_flight", "timeseries", "none", itself(source, waiting, fn="max"), width=8)
    make.add("rate", "timeseries", RATE, itself(source, [("rate_per_s", say("label.rate_per_s"))], fn="mean"), width=8)
    solver = [("plan_optimised_pct", say("label.plan_optimised_pct"))]
    make.add("solver", "timeseries", "percent", itself(source, solver), width=8, low=0, high=100)
    return make.board("intake", annotations=make.annotations("alarm", "configuration"))
