"""`greenroom model`: what is learned of a zone, how far it goes astray, and a day of it beside what was measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from greenroom.commands.plan import instant
from premises.errors import FaultsError, SettingError

if TYPE_CHECKING:
    from rules.model_card import ModelCard


@click.group(name="model")
def command() -> None:
    """What is learned of zones: thermal models, their errors, and plots."""


@command.command("show")
@click.argument("site")
@click.argument("zone", required=False)
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of the stores of a site that ran.")
@click.option("--store", help="duckdb:///path or influxdb://host:port/organisation?bucket=name")
@click.option("--books", help="sqlite:///path or postgresql://user@host/database")
@click.option("--at", "at_text", metavar="INSTANT", help="As learned until then. Default: the newest reading.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the plot there: FILE.svg or FILE.html.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def show(site: str, zone: str | None, at_text: str | None, out: Path | None, as_json: bool, **where: Any) -> int:
    """Show the learned model of ZONE of SITE (a site file, or the name of an example); without ZONE, of all zones in a table.

    The plot lets the model run freely for the last day, from the first measured temperature on, and sets it beside what was
    measured. Standby is what runs on in quiet nights, where the zone has meters. Exit status 1 where nothing is learned yet.
    """
    from greenroom.studies.study import opened, zone_of
    from greenroom.studies.waiting import waiting
    from rules.model_card import card
    from rules.simple_plan import heated_zones
    from rules.standby import standby_loads

    if out is not None and (out.suffix not in (".svg", ".html") or zone is None):
        raise SettingError("--out: name a zone, and a file that ends in .svg or .html")
    try:
        with waiting() as tell, opened(site, at=instant(at_text), tell=tell, **where) as study:
            names = [zone_of(study, zone)] if zone else [z.id for z in heated_zones(study.site)]
            cards = {name: card(study.engine, name) for name in names}
            standby = standby_loads(study.store, study.site, study.engine.layout, study.now)
    except FaultsError as error:
        click.echo(str(error), err=True)
        return 1
    known = {name: told for name, told in cards.items() if told is not None}
    if as_json:
        documents = {name: None if told is None else _document(told, standby.get(name)) for name, told in cards.items()}
        click.echo(json.dumps(documents, indent=2))
    elif zone and known:
        _print(known[zone], study.site.zoneinfo, standby.get(zone))
    elif known:
        _table(cards, standby)
    if not known:
        click.echo(
            f"nothing is learned of {', '.join(names)} yet: it takes about five days with heat and an outdoor temperature", err=True
        )
        return 1
    if out is not None and zone is not None:
        _write(known[zone], study.site.zoneinfo, f"{study.site.id} {zone}", out, standby.get(zone))
    return 0


def _write(told: ModelCard, tz: Any, title: str, out: Path, standby_w: float | None) -> None:
    from greenroom.studies.plots import page, svg

    text = svg(told, tz, title) if out.suffix == ".svg" else page(told, tz, title, standby_w)
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingError(f"--out {out}: {error.strerror}") from None
    click.echo(f"written to {out}", err=True)


def _print(told: ModelCard, tz: Any, standby_w: float | None) -> None:
    from rich.table import Table

    from greenroom.studies.plots import facts, signs
    from greenroom.studies.tables import console

    out = console()
    table = Table(title=told.zone, show_header=False)
    for name, value in facts(told, standby_w):
        if value:
            table.add_row(name, value)
    out.print(table)
    for line in signs(told, tz):
        out.print(line, highlight=False, markup=False)


def _table(cards: dict[str, ModelCard | None], standby: dict[str, float]) -> None:
    from rich.table import Table

    from greenroom.studies.plots import lead_from
    from greenroom.studies.tables import console

    table = Table(title="learned models")
    for column in (
        "zone",
        "loss W/K",
        "capacity kWh/K",
        "mass h",
        "dead time min",
        "error K",
        "last 3 days K",
        "lead from",
        "standby W",
    ):
        table.add_column(column, justify="left" if column == "zone" else "right")
    for name, told in cards.items():
        if told is None:
            table.add_row(name, *["–"] * 7, _watts(standby.get(name)))
            continue
        table.add_row(
            name,
            f"{told.loss_w_k:.0f}",
            f"{told.capacity_kwh_k:.1f}",
            f"{told.mass_h:.0f}",
            f"{told.delay_min:.0f}",
            "–" if told.error_k is None else f"{told.error_k:.2f}",
            "–" if told.recent_k is None else f"{told.recent_k:.2f}",
            lead_from(told.lead),
            _watts(standby.get(name)),
        )
    console().print(table)


def _watts(load_w: float | None) -> str:
    return "–" if load_w is None else f"{load_w:.0f}"


def _document(told: ModelCard, standby_w: float | None) -> dict[str, Any]:
    from premises.time import format_instant

    lead = told.lead
    return {
        "loss_w_k": told.loss_w_k,
        "capacity_kwh_k": told.capacity_kwh_k,
        "mass_h": told.mass_h,
        "delay_min": told.delay_min,
        "one_day_error_k": told.error_k,
        "recent_one_day_error_k": told.recent_k,
        "standby_w": standby_w,
        "half_open_valve_pct": told.half_open_pct,
        "solar_m2": told.solar_m2,
        "gain_share": told.gain_share,
        "beside_w_k": told.beside_w_k,
        "trusted": told.trusted,
        "lead": None if lead is None else {"warm_ups": lead.count, "error_h": lead.error_h, "table_error_h": lead.table_error_h},
        "course": [
            {"at": format_instant(at), "measured_c": None if measured != measured else measured, "free_run_c": free}
            for at, measured, free in told.course
        ],
    }
