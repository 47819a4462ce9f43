"""`greenroom quarantine`: look at messages that could not be taken, try them again after a correction, discard them.

Looking reads the journal, also beside a Greenroom that runs. What changes the accounts is done by who keeps them: by the
running house, asked at its door, or, where none runs, on the journal itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from premises.errors import FaultsError, SettingError, StoreUnavailableError
from premises.ports import Quarantined
from premises.time import format_instant

_IN_USE = (
    "Greenroom runs, so it keeps the accounts, but its API cannot be asked: give its address with --url and an engineer's key"
    " in GREENROOM_KEY, do this on its page, or stop it first"
)
_url = click.option("--url", envvar="GREENROOM_URL", help="Address of the running Greenroom (key: GREENROOM_KEY).")
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

    with _journal(_settings(data=data), read_only=True) as journal:
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

    with _journal(_settings(data=data), read_only=True) as journal:
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
@_url
@click.option("--store", help="duckdb:///path or influxdb://host:port/organisation?bucket=name")
@_as_json
def retry(
    site: str,
    quarantine_ids: tuple[int, ...],
    all_of_them: bool,
    data: Path | None,
    url: str | None,
    store: str | None,
    as_json: bool,
) -> int:
    """Decode them again by SITE as it is now and store what they say. Exit status 1 where one of them stays.

    Where Greenroom runs on that folder (or at --url), it does it itself, by the site file that it goes by.
    """
    from greenroom.premises_files import load_sites
    from ingest.desk import Beside, JournalDesk
    from ingest.interpreter import SiteInterpreter
    from stores.opening import open_store

    if all_of_them == bool(quarantine_ids):
        raise SettingError("give the ids of messages, or --all")
    settings = _settings(data=data, store=store)

    @contextmanager
    def beside(journal: Any) -> Iterator[Any]:
        sites = load_sites(site)
        opened = open_store(settings.store_url, {one.id: one for one in sites}, token=settings.store_token)
        try:
            yield JournalDesk(journal, Beside(journal, SiteInterpreter(sites).understand, opened))
        finally:
            opened.close()

    answers: list[dict[str, Any]] = []
    try:
        with _desk(settings, url, beside) as desk:
            for one in list(_all_ids(desk)) if all_of_them else quarantine_ids:
                stored, why = desk.retry(one)
                answers.append({"id": one, "stored": stored, "reason": why})
    except FaultsError as error:
        click.echo(str(error), err=True)
        return 1
    _answer(answers, as_json)
    return int(not all(answer["stored"] for answer in answers))


@command.command("discard")
@click.argument("quarantine_ids", type=click.IntRange(1), nargs=-1, required=True)
@_data
@_url
@_as_json
def discard(quarantine_ids: tuple[int, ...], data: Path | None, url: str | None, as_json: bool) -> None:
    """Drop them for good; they count as ignored. Where Greenroom runs on that folder (or at --url), it does it itself."""
    from ingest.quarantine import discard as drop

    @contextmanager
    def beside(journal: Any) -> Iterator[Any]:
        yield _Dropping(lambda one: drop(journal, one))

    with _desk(_settings(data=data), url, beside) as desk:
        for one in quarantine_ids:
            desk.discard(one)
    _answer([{"id": one, "discarded": True} for one in quarantine_ids], as_json)


@dataclass(frozen=True)
class _Dropping:
    discard: Callable[[int], None]


@contextmanager
def _desk(settings: Any, url: str | None, beside: Callable[[Any], AbstractContextManager[Any]]) -> Iterator[Any]:
    """Who does it: the house at `url`, the one that has the journal, or we ourselves on a journal that nobody has."""
    from greenroom.clock import SystemClock
    from greenroom.quarantine_of_running import SameQuarantine, running_quarantine

    with ExitStack() as open_ones:
        journal, held = None, None
        if url is None:
            try:
                journal = open_ones.enter_context(_journal(settings, read_only=False))
            except StoreUnavailableError as error:
                held = error
        if journal is not None:
            yield open_ones.enter_context(beside(journal))
            return
        key = os.environ.get("GREENROOM_KEY", "")
        running = open_ones.enter_context(running_quarantine(settings, url, key, SystemClock()))
        if held is None:
            yield running
            return
        ours = open_ones.enter_context(_journal(settings, read_only=True))
        yield SameQuarantine(running, ours, f"{held}; {_IN_USE}")


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


def _all_ids(desk: Any) -> Iterator[int]:
    after = 0
    while some := desk.look(100, after):
        for one in some:
            after = one.id
            yield one.id


def _settings(**given: object) -> Any:
    from greenroom.settings import Settings

    return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


@contextmanager
def _journal(settings: Any, *, read_only: bool) -> Iterator[Any]:
    from greenroom.clock import SystemClock
    from stores.journal import SqliteJournal

    if not settings.journal_path.is_file():
        raise SettingError(f"there is no journal in {settings.data}; give --data FOLDER")
    journal = SqliteJournal(settings.journal_path, clock=SystemClock(), read_only=read_only)
    try:
        yield journal
    finally:
        journal.close()
