"""`greenroom plan SITE`: the plan from what is stored, and what another tariff, setpoint, booking or weather would make of it."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from premises.errors import FaultsError, SettingError
from premises.time import Interval, parse_instant

if TYPE_CHECKING:
    from premises.plan import Plan
    from rules.what_if import Comparison


@click.command(name="plan")
@click.argument("site")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of the stores of a site that ran.")
@click.option("--store", help="duckdb:///path or influxdb://host:port/organisation?bucket=name")
@click.option("--books", help="sqlite:///path or postgresql://user@host/database")
@click.option("--at", "at_text", metavar="INSTANT", help="Plan as of then. Default: the newest reading.")
@click.option("--what-if", "changes", multiple=True, metavar="NAME=VALUE", help="tariff=, setpoint=, outdoor=, booking=, cancel=.")
@click.option("--leads", is_flag=True, help="Plan by learned leads alone, without the solver.")
@click.option("--language", default="en", show_default=True, help="Language of the reasons.")
@click.option("--json", "as_json", is_flag=True, help="For programs, slot by slot.")
def command(
    site: str, at_text: str | None, changes: tuple[str, ...], leads: bool, language: str, as_json: bool, **where: Any
) -> int:
    """Plan the next 48 hours of SITE (a site file, or the name of an example) from what is stored; nothing is commanded.

    With --what-if, once more with that changed, and the difference. Examples: --what-if tariff=0.12@22:00-06:00/0.24,
    --what-if setpoint=-1, --what-if outdoor=-5, --what-if booking=stage-1@2026-01-22T07:00Z/2026-01-22T18:00Z,shoot.
    """
    from greenroom.studies.changes import read_changes
    from greenroom.studies.study import opened
    from greenroom.studies.waiting import waiting
    from rules.optimiser import LinearOptimiser
    from rules.simple_plan import HORIZON
    from rules.what_if import what_if

    optimiser = None if leads else LinearOptimiser()
    try:
        at = instant(at_text)
        with waiting() as tell, opened(site, at=at, optimiser=optimiser, tell=tell, **where) as study:
            tell("planning")
            within = Interval(study.now, study.now + HORIZON)
            bookings = [b for b in study.bookings if b.occupied.overlaps(within)]
            change = read_changes(study.site, changes, within, bookings)
            comparison = what_if(study.engine.outlook(study.now, study.seen), change, optimiser)
    except FaultsError as error:
        click.echo(str(error), err=True)
        return 1
    if as_json:
        click.echo(json.dumps(_document(comparison, changes, language), ensure_ascii=False, indent=2))
    else:
        _print(comparison, changes, study.site.zoneinfo, language)
    return 0


def instant(text: str | None) -> datetime | None:
    """The instant of an option. Raises SettingError."""
    try:
        return parse_instant(text) if text else None
    except ValueError as error:
        raise SettingError(f"--at: {error}") from None


def _print(comparison: Comparison, changes: tuple[str, ...], tz: Any, language: str) -> None:
    from greenroom.studies.tables import console, difference_table, plan_table

    out = console()
    out.print(plan_table(comparison.after if changes else comparison.before, tz, language))
    if changes:
        out.print(difference_table(comparison, ", ".join(changes)))


def _document(comparison: Comparison, changes: tuple[str, ...], language: str) -> dict[str, Any]:
    told: dict[str, Any] = {"plan": plan_document(comparison.before, language)}
    if changes:
        told |= {
            "what_if": list(changes),
            "changed": plan_document(comparison.after, language),
            "difference": {
                "energy_kwh": round(comparison.energy_kwh, 3),
                "cost": round(comparison.cost, 4),
                "carbon_kg": round(comparison.carbon_kg, 4),
            },
        }
    return told


def plan_document(plan: Plan, language: str) -> dict[str, Any]:
    """A plan as plain values."""
    from premises.time import format_instant

    return {
        "site": plan.site,
        "made_at": format_instant(plan.made_at),
        "from": format_instant(plan.horizon.start),
        "to": format_instant(plan.horizon.end),
        "energy_kwh": round(plan.energy_kwh, 3),
        "cost": round(plan.cost, 4),
        "carbon_kg": round(plan.carbon_kg, 4),
        "currency": plan.currency,
        "zones": [
            {
                "zone": zone.zone,
                "rung": zone.rung.value,
                "slots": [
                    {
                        "start": format_instant(slot.start),
                        "setpoint_c": slot.setpoint_c,
                        "air_c": None if slot.air_c is None else round(slot.air_c, 2),
                        "heat_w": round(slot.heat_w),
                        "light_pct": slot.light_pct,
                        "reason": slot.reason.text(language),
                    }
                    for slot in zone.slots
                ],
            }
            for zone in plan.zones
        ],
    }
