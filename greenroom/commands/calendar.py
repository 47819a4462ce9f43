"""`greenroom calendar read FILE`: what Greenroom makes of a calendar feed."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import BinaryIO

import click
from rich.console import Console
from rich.table import Table

from greenroom.clock import SystemClock
from premises.errors import SettingError
from premises.time import parse_instant

_MOST_BYTES = 64 * 1024 * 1024


@click.group(name="calendar")
def command() -> None:
    """Read calendar feeds (RFC 5545, as it is really sent)."""


@command.command("read")
@click.argument("file", type=click.File("rb"))
@click.option("--from", "start", required=True, metavar="DATE", help="First local day, or an instant.")
@click.option("--to", "end", required=True, metavar="DATE", help="Local day (or instant) before which it ends.")
@click.option("--zone", required=True, help="IANA zone of floating times and of the days, such as Europe/Paris.")
@click.option("--json", "as_json", is_flag=True, help="Print bookings and skipped events as JSON.")
def read(file: BinaryIO, start: str, end: str, zone: str, as_json: bool) -> None:
    """Read FILE and print what it books in that span, and every event that was skipped with its reason."""
    from gateway.calendars import read_calendar

    document = read_calendar(file.read(_MOST_BYTES), _edge("--from", start), _edge("--to", end), zone)
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    table = Table("start", "end", "status", "title", "location")
    for booking in document["bookings"]:
        table.add_row(*(str(booking[name]) for name in ("start", "end", "status", "title", "location")))
    console = Console()
    console.print(table)
    for skipped in document["skipped"]:
        console.print(f"skipped {skipped['uid']}: {skipped['reason']}", highlight=False, markup=False)


def _edge(option: str, text: str) -> date | datetime:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-01-20") else parse_instant(text)
    except ValueError:
        today = SystemClock().now().date()
        raise SettingError(f"{option} {text!r} is neither a day like {today} nor an instant like {today}T12:00:00Z") from None
