"""`greenroom backup`: create, verify and restore archives of all that Greenroom keeps."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click


@click.group(name="backup")
def command() -> None:
    """Create, verify and restore archives of all that Greenroom keeps."""


@command.command("create")
@click.argument("site", required=False)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The archive, such as greenroom.tar.gz."
)
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of journal, store and books.")
@click.option("--store", help="duckdb:///path or influxdb://host:port/organisation?bucket=name")
@click.option("--books", help="sqlite:///path or postgresql://user:password@host/database")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest.")
def create_command(site: str | None, out: Path, as_json: bool, **options: Any) -> None:
    """Put books, journal, readings, settings without secrets, editions and the site file SITE into one archive.

    Greenroom may run meanwhile. What PostgreSQL and InfluxDB hold is backed up by their own tools: the command says how.
    """
    from greenroom.backup.create import create
    from greenroom.clock import SystemClock
    from greenroom.premises_files import find_premises
    from greenroom.settings import Settings

    settings = Settings(**{name: value for name, value in options.items() if value is not None})
    premises = None if site is None else find_premises(site)
    manifest = create(settings, premises, out, SystemClock(), _progress())
    if as_json:
        click.echo(json.dumps(asdict(manifest), indent=2, ensure_ascii=False))
        return
    size = out.stat().st_size / 1024**2
    click.echo(f"{out}: {len(manifest.parts)} parts, {size:.1f} MiB")
    for one in manifest.left_out:
        click.echo(f"not in it: {one.what}; {one.how}")


def _progress() -> Callable[[str], None]:
    """Tells each folder once, whatever is in it."""
    told: set[str] = set()

    def tell(name: str) -> None:
        head = name.partition("/")[0]
        if head not in told:
            told.add(head)
            click.echo(head, err=True)

    return tell


@command.command("verify")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify_command(archive: Path) -> None:
    """Say whether every part of ARCHIVE is there and unchanged, and the databases open."""
    from greenroom.backup.restore import verify

    manifest = verify(archive)
    total = sum(part.bytes for part in manifest.parts) / 1024**2
    click.echo(f"{archive}: whole; {len(manifest.parts)} parts, {total:.1f} MiB, made {manifest.made_at} by {manifest.greenroom}")


@command.command("restore")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to restore into.")
@click.option("--over", is_flag=True, help="Move files aside that are there already; without it they are left and nothing is done.")
def restore_command(archive: Path, data: Path, over: bool) -> None:
    """Put the parts of ARCHIVE into a data folder. Greenroom must not run meanwhile."""
    from greenroom.backup.restore import restore
    from greenroom.clock import SystemClock

    manifest, moved = restore(archive, data, SystemClock(), over=over)
    for path in moved:
        click.echo(f"moved aside: {path.name}")
    click.echo(f"{len(manifest.parts)} parts are in {data}; the site file lies in {data / 'site'}; secrets must be set again")
    for one in manifest.left_out:
        click.echo(f"not in it: {one.what}; {one.how}")
