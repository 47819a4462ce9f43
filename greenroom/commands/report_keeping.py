"""`greenroom report hold|release|expire`: how long editions are kept."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from greenroom.commands.report_issue import instant, placed, settings_of
from premises.errors import SettingError

_BY = click.option("--by", required=True, help="Who.")


@click.command("hold")
@click.argument("what")
@_BY
@click.option("--reason", required=True, help="Why it must be kept.")
@placed
def hold(what: str, by: str, reason: str, **given: Any) -> None:
    """Put a legal hold on WHAT: an edition's id, a report's id (all its editions), or site:ID."""
    from reports.editions.retention import Hold, Holds
    from reports.editions.shelf import FolderShelf

    root = settings_of(given).editions_path
    if not any(Hold(what, by, reason, "").holds(edition) for edition in FolderShelf(root).all()):
        raise SettingError(
            f"{what!r} holds no edition; name an edition, a report, or site:ID as `greenroom report list` shows them"
        )
    Holds(root).put(what, by, reason, instant(None))
    click.echo(f"held: {what}")


@click.command("release")
@click.argument("what")
@_BY
@placed
def release(what: str, by: str, **given: Any) -> int:
    """End the legal hold on WHAT. Exit status 1 where there was none."""
    from reports.editions.retention import Holds

    ended = Holds(settings_of(given).editions_path).release(what, by, instant(None))
    click.echo(f"released: {ended}")
    return int(not ended)


@click.command("expire")
@_BY
@click.option("--today", metavar="DAY", help="Take this as today, such as 2037-01-01.")
@click.option("--yes", is_flag=True, help="Delete them; without it, only show what would go.")
@placed
def expire(by: str, today: str | None, yes: bool, **given: Any) -> None:
    """Let go of editions past their retention that nobody holds. Their numbers and hashes are remembered."""
    from reports.editions.retention import Holds, let_go, past_their_date
    from reports.editions.shelf import FolderShelf

    now = instant(None)
    try:
        day = date.fromisoformat(today) if today else now.date()
    except ValueError:
        raise SettingError(f"--today {today!r} is no day; write it like 2037-01-01") from None
    root = settings_of(given).editions_path
    due = past_their_date(FolderShelf(root).all(), Holds(root).all(), day)
    for one in due:
        kept = f"held by {one.held_by.by}: {one.held_by.reason}" if one.held_by else "may go"
        click.echo(f"{one.edition.manifest.id}  kept until {one.edition.manifest.keep_until}  {kept}")
    if yes:
        click.echo(f"let go: {len(let_go(root, due, by, now))}")
