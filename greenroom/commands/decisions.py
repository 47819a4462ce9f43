"""`greenroom decisions`: what each tick knew and decided, decided again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from premises.errors import SettingError
from premises.time import Interval, format_instant, parse_instant

if TYPE_CHECKING:
    from rules.decision_log import Replayed


@click.group(name="decisions")
def command() -> None:
    """The log of decisions: what each tick knew, and what it came to."""


@command.command("replay")
@click.argument("site")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of a Greenroom that ran.")
@click.option("--since", metavar="INSTANT", help="Only ticks from then on.")
@click.option("--until", metavar="INSTANT", help="Only ticks before then.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def replay(site: str, data: Path | None, since: str | None, until: str | None, as_json: bool) -> int:
    """Decide every kept tick of the site with that id again, and say whether all came to the same, to the bit.

    Site file, bookings, plan and models are kept beside the readings, so it does not matter what has changed since. Another answer
    means that the rules have changed. Exit status 1 where any tick came to something else, or could not be read.
    """
    from greenroom.settings import Settings
    from greenroom.studies.waiting import progress
    from rules.decision_log import replayed
    from stores.decision_files import DecisionFiles

    settings = Settings() if data is None else Settings(data=data)  # type: ignore[call-arg]
    files = DecisionFiles(settings.decisions_path)
    span = files.span(site)
    if span is None:
        raise SettingError(f"no decisions of {site!r} are kept in {files.folder}; {_there(files.folder)}")
    asked = Interval(_instant("--since", since) or span.start, _instant("--until", until) or span.end)
    count, others, unread = 0, [], list[str]()
    with progress("deciding again") as told:
        for stretch in files.stretches(site, asked):
            for tick in replayed(stretch, lambda error: unread.append(str(error))):
                if tick.at in asked:
                    count += 1
                    others += [] if tick.same else [tick]
            told(min(1.0, (tick.at - asked.start) / max(asked.duration, span.duration / 1000)) if count else 0.0)
    _say(site, count, others, unread, as_json)
    return int(bool(others or unread))


def _there(folder: Path) -> str:
    names = sorted(path.name for path in folder.glob("*") if path.is_dir()) if folder.is_dir() else []
    return f"there are {', '.join(names)}" if names else "give --data FOLDER of a Greenroom that ran"


def _instant(option: str, text: str | None) -> datetime | None:
    try:
        return parse_instant(text) if text else None
    except ValueError as error:
        raise SettingError(f"{option}: {error}") from None


def _say(site: str, count: int, others: list[Replayed], unread: list[str], as_json: bool) -> None:
    if as_json:
        document: dict[str, Any] = {
            "site": site,
            "ticks": count,
            "same": count - len(others),
            "different": [_document(tick) for tick in others[:1000]],
            "unread": unread[:1000],
        }
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    came = f"{len(others):,} came to something else" if others else "all the same"
    click.echo(f"{count:,} ticks of {site} decided again: {came}")
    if unread:
        click.echo(f"{len(unread):,} stretches of the log could not be read to their end; the first: {unread[0]}")
    for tick in others[:20]:
        wishes = ", ".join(f"{zone.zone} {zone.state.value} {zone.wanted_c}" for zone in tick.decision.zones[:6])
        click.echo(f"  {tick.at.astimezone(UTC):%Y-%m-%d %H:%M}Z now: {wishes}")


def _document(tick: Replayed) -> dict[str, Any]:
    zones = [
        {"zone": zone.zone, "state": zone.state.value, "wanted_c": zone.wanted_c, "reason": zone.heat_reason.text("en")}
        for zone in tick.decision.zones
    ]
    return {"at": format_instant(tick.at), "now": zones}
