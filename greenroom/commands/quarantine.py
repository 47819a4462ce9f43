"""`greenroom quarantine`: look at messages that could not be taken, try them again after a correction, discard them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from premises.errors import FaultsError, SettingError, StoreUnavailableError
from premises.ports import Quarantined
from premises.time import format_instant

_IN_USE = "while Greenroom runs, it keeps the accounts: do this over its API or on its page, or stop it first"
_data = click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of journal and store.")
_as_json = click.option("--json", "as_json", is_flag=True, help="For programs: one JSON document.")


@click.group(name="quarantine")
def command() -> None:
    """Look at messages that could not be taken, try them again, discard them."""


@command.command("list")
@_data
@_as_json
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True)
@click.option("--after", type=click.IntRange(0), default=0, help="Only ids above this one.")
def list_all(data: Path | None, as_json: bool, limit: int, after: int) -> int:
    """List them, oldest first; also while Greenroom runs. Exit status 1 where there is none."""
    from ingest.quarantine import summary

    with _journal(data, read_only=True) as journal:
        kept: list[Quarantined] = journal.quarantine(limit, after)
    if as_json:
        click.echo(json.dumps([_told(one) for one in kept], indent=2))
    for one in kept if not as_json else ():
        click.echo(summary(one))
    if not kept and not as_json:
        click.echo("Nothing is in quarantine." if not after else f"Nothing is in quarantine after number {after}.")
    return int(not kept)


@command.command("show")
@click.argument("quarantine_id", type=click.IntRange(1))
@_data
@_as_json
def show(quarantine_id: int, data: Path | None, as_json: bool) -> None:
    """Show all that is known of one, escaped; also while Greenroom runs."""
    from ingest.quarantine import details

    with _journal(data, read_only=True) as journal:
        told = details(journal.quarantined(quarantine_id))
    if as_json:
        click.echo(json.dumps(told, indent=2))
        return
    for name, value in told.items():
        click.echo(f"{name:16}{'' if value is None else value}")


@command.command("retry")
@click.argument("site")
@click.argument("quarantine_ids", type=click.IntRange(1), nargs=-1)
@click.option("--all", "all_of_them", is_flag=True, help="Every message there is.")
@_data
@click.option("--store", help="duckdb:///path or influxdb://host:port/organisation?bucket=name")
@_as_json
def retry(
    site: str, quarantine_ids: tuple[int, ...], all_of_them: bool, data: Path | None, store: str | None, as_json: bool
) -> int:
    """Decode them again by SITE as it is now and store what they say. Exit status 1 where one of them stays."""
    from greenroom.premises_files import load_sites
    from ingest.desk import Beside, JournalDesk
    from ingest.interpreter import SiteInterpreter
    from stores.opening import open_store

    if all_of_them == bool(quarantine_ids):
        raise SettingError("give the ids of messages, or --all")
    try:
        sites = load_sites(site)
    except FaultsError as error:
        click.echo(str(error), err=True)
        return 1
    answers: list[dict[str, Any]] = []
    settings = _settings(data=data, store=store)
    with _journal(data, read_only=False) as journal:
        opened = open_store(settings.store_url, {one.id: one for one in sites}, token=settings.store_token)
        try:
            desk = JournalDesk(journal, Beside(journal, SiteInterpreter(sites).understand, opened))
            for one in _all_ids(journal) if all_of_them else quarantine_ids:
                stored, why = desk.retry(one)
                answers.append({"id": one, "stored": stored, "reason": why})
        finally:
            opened.close()
    _answer(answers, as_json)
    return int(not all(answer["stored"] for answer in answers))


@command.command("discard")
@click.argument("quarantine_ids", type=click.IntRange(1), nargs=-1, required=True)
@_data
@_as_json
def discard(quarantine_ids: tuple[int, ...], data: Path | None, as_json: bool) -> None:
    """Drop them for good; they count as ignored."""
    from ingest.quarantine import discard as drop

    with _journal(data, read_only=False) as journal:
        for one in quarantine_ids:
            drop(journal, one)
    _answer([{"id": one, "discarded": True} for one in quarantine_ids], as_json)


def _answer(answers: list[dict[str, Any]], as_json: bool) -> None:
    from ingest.quarantine import escaped

    if as_json:
        click.echo(json.dumps(answers, indent=2))
        return
    for answer in answers:
        if "discarded" in answer:
            click.echo(f"{answer['id']} is discarded")
        else:
            click.echo(f"{answer['id']} is stored" if answer["stored"] else f"{answer['id']} stays: {escaped(answer['reason'])}")


def _told(one: Quarantined) -> dict[str, Any]:
    from ingest.quarantine import escaped

    return {
        "id": one.id,
        "received_at": format_instant(one.message.received_at),
        "topic": escaped(one.message.topic, 1024),
        "family": None if one.family is None else escaped(one.family),
        "reason": escaped(one.reason, 2000),
        "payload_bytes": len(one.message.payload),
    }


def _all_ids(journal: Any) -> Iterator[int]:
    after = 0
    while some := journal.quarantine(100, after):
        for one in some:
            after = one.id
            yield one.id


def _settings(**given: object) -> Any:
    from greenroom.settings import Settings

    return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


@contextmanager
def _journal(data: Path | None, *, read_only: bool) -> Iterator[Any]:
    from greenroom.clock import SystemClock
    from stores.journal import SqliteJournal

    settings = _settings(data=data)
    if not settings.journal_path.is_file():
        raise SettingError(f"there is no journal in {settings.data}; give --data FOLDER")
    try:
        journal = SqliteJournal(settings.journal_path, clock=SystemClock(), read_only=read_only)
    except StoreUnavailableError as error:
        if read_only:
            raise
        raise StoreUnavailableError(f"{error}; {_IN_USE}") from None
    try:
        yield journal
    finally:
        journal.close()
