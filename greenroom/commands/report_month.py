"""`greenroom report pages SITE --month 2026-10 --out DIR`: the pages of a month from what is stored, without an edition."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from greenroom.clock import SystemClock
from premises.errors import FaultsError, SettingError
from premises.time import parse_instant

_MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")


@click.command(name="pages")
@click.argument("site")
@click.option("--month", required=True, metavar="YYYY-MM", help="Local month of the site, such as 2026-10.")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write into.")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of the embedded store.")
@click.option("--store", help="duckdb:///path or influxdb://host:port/organisation?bucket=name")
@click.option("--language", "languages", multiple=True, help="Language of a page; may be repeated. Default: the site's.")
@click.option("--now", "now_text", metavar="INSTANT", help="Take this as the present instant, such as 2026-11-03T08:00:00Z.")
@click.option("--json", "as_json", is_flag=True, help="Print the files as JSON.")
def command(
    site: str,
    month: str,
    out: Path,
    data: Path | None,
    store: str | None,
    languages: tuple[str, ...],
    now_text: str | None,
    as_json: bool,
) -> int:
    """Write the pages of a month of SITE (a site file, or the name of an example), without an edition."""
    from greenroom.premises_files import load_one_site
    from greenroom.settings import Settings
    from reports.monthly import make_report
    from stores.opening import open_store

    found = _MONTH.fullmatch(month)
    if not found:
        raise SettingError(f"--month {month!r} is no month; write it like 2026-10")
    try:
        now = parse_instant(now_text) if now_text else SystemClock().now()
    except ValueError as error:
        raise SettingError(f"--now: {error}") from None
    try:
        premises = load_one_site(site)
    except FaultsError as error:
        click.echo(str(error), err=True)
        return 1
    given = {"data": data, "store": store}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    if settings.store is None and not (settings.data / "readings.duckdb").is_file():
        raise SettingError(f"there is no store in {settings.data}; give --data FOLDER or --store URL")
    telemetry = open_store(settings.store_url, [premises], token=settings.store_token)
    try:
        files = make_report(premises, telemetry, int(found[1]), int(found[2]), out, now, languages or None)
    finally:
        telemetry.close()
    if as_json:
        click.echo(json.dumps([str(path) for path in files]))
    else:
        for path in files:
            click.echo(str(path))
    return 0
