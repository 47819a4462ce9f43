"""`greenroom backtest SITE`: what always-on heating, fixed leads and the plan would have used over the stored days."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from greenroom.commands.plan import instant
from premises.errors import FaultsError

if TYPE_CHECKING:
    from rules.backtest import History, Outcome


@click.command(name="backtest")
@click.argument("site")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of the stores of a site that ran.")
@click.option("--store", help="duckdb:///path or influxdb://host:port/organisation?bucket=name")
@click.option("--books", help="sqlite:///path or postgresql://user@host/database")
@click.option("--days", type=click.IntRange(1, 28), default=14, show_default=True, help="How many days to go back.")
@click.option("--at", "at_text", metavar="INSTANT", help="Go back from then. Default: the newest reading.")
@click.option("--lead", "leads", type=click.FloatRange(0, 48), multiple=True, help="A fixed lead in hours. Default: 2 and 6.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def command(site: str, days: int, at_text: str | None, leads: tuple[float, ...], as_json: bool, **where: Any) -> int:
    """Compare ways of heating SITE over its stored days, on the thermal models learned from them.

    The weather and the bookings are those that were; the building is what was learned of it, so ways are compared with each other,
    not model with truth: "as it was" is measured and stands beside. Exit status 1 where nothing is learned yet.
    """
    from greenroom.studies.history import history_of
    from greenroom.studies.study import opened
    from greenroom.studies.waiting import progress, waiting
    from rules.backtest import backtest
    from rules.optimiser import LinearOptimiser

    try:
        with waiting() as tell, opened(site, at=instant(at_text), tell=tell, **where) as study:
            history = history_of(study, days)
    except FaultsError as error:
        click.echo(str(error), err=True)
        return 1
    if not history.models or not history.weather.outdoor_c:
        click.echo(
            f"nothing is learned of {study.site.id} yet: it takes about five days with heat and an outdoor temperature", err=True
        )
        return 1
    with progress("heating these days again") as told:
        outcomes = backtest(history, leads or (2.0, 6.0), LinearOptimiser(), told)
    left_out = [zone.id for zone in study.site.zones if zone.heating_plant and zone.id not in history.models]
    if as_json:
        click.echo(json.dumps(_document(history, outcomes, left_out), ensure_ascii=False, indent=2))
    else:
        _print(history, outcomes, left_out)
    return 0


def _print(history: History, outcomes: list[Outcome], left_out: list[str]) -> None:
    from greenroom.studies.tables import console, outcome_table

    tz = history.site.zoneinfo
    days = history.slots / 96
    title = f"{history.site.id}, {days:.1f} days from {history.start.astimezone(tz):%a %d %b %Y %H:%M}"
    out = console()
    out.print(outcome_table(outcomes, title, history.site.currency))
    out.print(
        f"{len(history.models)} zones with a learned model; final energy of their heat, calls met within 0.5 K", highlight=False
    )
    if left_out:
        out.print(f"left out, as nothing is learned of them yet: {', '.join(left_out)}", highlight=False)


def _document(history: History, outcomes: list[Outcome], left_out: list[str]) -> dict[str, Any]:
    from premises.time import SLOT, format_instant

    return {
        "site": history.site.id,
        "from": format_instant(history.start),
        "to": format_instant(history.start + history.slots * SLOT),
        "currency": history.site.currency,
        "zones": sorted(history.models),
        "left_out": left_out,
        "ways": [asdict(outcome) for outcome in outcomes],
    }
