"""`greenroom replay SITE`: decodes the messages that the journal keeps once more, after a mapping was corrected."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from premises.errors import FaultsError, SettingError
from premises.time import parse_instant


@click.command(name="replay")
@click.argument("site")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of journal and store.")
@click.option("--store", help="duckdb:///path or influxdb://host:port/organisation?bucket=name")
@click.option("--since", metavar="INSTANT", help="Only messages received since then.")
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON document.")
def command(site: str, since: str | None, as_json: bool, **options: Any) -> int:
    """Decode the kept messages of SITE again and store what they say; the same readings replace what was there."""
    from greenroom.premises_files import load_sites
    from greenroom.settings import Settings
    from ingest.interpreter import SiteInterpreter
    from ingest.replay import replay
    from stores.journal import SqliteJournal
    from stores.opening import open_store

    settings = Settings(**{name: value for name, value in options.items() if value is not None})
    if not settings.journal_path.is_file():
        raise SettingError(f"there is no journal in {settings.data}; give --data FOLDER")
    try:
        sites = load_sites(site)
        start = parse_instant(since) if since else None
    except FaultsError as error:
        click.echo(str(error), err=True)
        return 1
    except ValueError as error:
        raise SettingError(f"--since: {error}") from None
    journal = SqliteJournal(settings.journal_path, read_only=True)  # a running Greenroom may have it
    store = open_store(settings.store_url, {one.id: one for one in sites}, token=settings.store_token)
    try:
        after = journal.position_at(start) - 1 if start else 0
        done = replay(journal, SiteInterpreter(sites), store, after=max(0, after))
    finally:
        store.close()
        journal.close()
    if as_json:
        click.echo(json.dumps(asdict(done), indent=2))
        return int(bool(done.refused or done.not_understood))
    click.echo(
        f"messages read {done.messages:,}: with readings {done.with_readings:,}, ignored {done.ignored:,}, "
        f"not understood {done.not_understood:,}; readings written {done.readings:,}"
    )
    for reason, count in sorted(done.refused.items()):
        click.echo(f"refused {count:,}: {reason}", err=True)
    return int(bool(done.refused or done.not_understood))
