"""`greenroom stores`: prepare and check the stores."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import click

from premises.errors import SettingError


@click.group(name="stores")
def command() -> None:
    """Prepare and check the stores."""


@command.command("setup")
@click.option("--store", envvar="GREENROOM_STORE", required=True, help="influxdb://host:8086/organisation?bucket=name")
@click.option("--operator-token", envvar="GREENROOM_INFLUX_OPERATOR_TOKEN", help="A token that may manage the server.")
@click.option("--owner", help="First user of a server that was never set up.")
@click.option(
    "--owner-password", envvar="GREENROOM_INFLUX_OWNER_PASSWORD", help="Password of that user (better in the environment)."
)
@click.option("--new-token", is_flag=True, help="Make another token although there is one.")
@click.option(
    "--readings-days",
    envvar="GREENROOM_READINGS_DAYS",
    type=click.IntRange(60),
    default=400,
    show_default=True,
    help="Readings are kept so long.",
)
@click.option(
    "--quarters-days", type=click.IntRange(400), default=2196, show_default=True, help="Quarter hours are; days for ever."
)
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON document, with the token where one was made.")
def setup(
    store: str,
    operator_token: str | None,
    owner: str | None,
    owner_password: str | None,
    new_token: bool,
    readings_days: int,
    quarters_days: int,
    as_json: bool,
) -> None:
    """Make organisation, buckets, retention and Greenroom's own token in InfluxDB 2; what is so already is left."""
    from stores.influx_setup import Owner, setup_influx
    from stores.opening import influx_address
    from stores.retention import Retention

    if not store.startswith("influxdb"):
        raise SettingError("only InfluxDB needs setting up: give --store influxdb://host:8086/organisation?bucket=name")
    if not operator_token:
        raise SettingError("give a token that may manage the server in GREENROOM_INFLUX_OPERATOR_TOKEN")
    if owner and not owner_password:
        raise SettingError("give the password of the first user in GREENROOM_INFLUX_OWNER_PASSWORD")
    address = influx_address(store)
    first = Owner(owner, owner_password) if owner and owner_password else None
    kept = Retention(raw=timedelta(days=readings_days), quarter=timedelta(days=quarters_days))
    done = setup_influx(
        address.url, address.organisation, address.bucket, operator_token, retention=kept, owner=first, new_token=new_token
    )
    if as_json:
        buckets = {bucket: act.value for bucket, act in done.buckets.items()}
        told = {"version": done.version, "organisation": done.organisation.value, "buckets": buckets, "token": done.token}
        click.echo(json.dumps(told, indent=2))
        return
    click.echo(f"InfluxDB {done.version}: organisation {address.organisation} {done.organisation.value}", err=True)
    for bucket, act in done.buckets.items():
        click.echo(f"bucket {bucket} {act.value}", err=True)
    if done.token is not None:
        click.echo(done.token)


@command.command("check")
@click.argument("site")
@click.option("--store", envvar="GREENROOM_STORE", required=True)
def check(site: str, store: str) -> None:
    """Say what answers at the store's address."""
    from greenroom.premises_files import load_sites
    from stores.opening import open_store

    opened = open_store(store, {one.id: one for one in load_sites(site)})
    try:
        click.echo(opened.check())
    finally:
        opened.close()


@command.command("months")
@click.argument("site")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of the embedded store.")
@click.option("--store", envvar="GREENROOM_STORE", help="duckdb:///path or influxdb://host:port/organisation?bucket=name")
@click.option("--years", type=click.IntRange(1, 30), default=5, show_default=True, help="How many years back.")
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON document. Else CSV.")
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def months(site: str, data: Path | None, store: str | None, years: int, as_json: bool, output: Path | None) -> None:
    """Monthly energy by functional zone and use of SITE, as the French decree on building automation (BACS) has it kept.

    Five years back, with what was estimated and how complete each month is; also beside a Greenroom that runs.
    """
    from greenroom.clock import SystemClock
    from greenroom.premises_files import load_sites
    from greenroom.settings import Settings
    from premises.zone_months import as_csv, as_row, months_back, zone_months
    from stores.opening import open_store

    given = {"data": data, "store": store}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    sites = load_sites(site)
    opened = open_store(settings.store_url, {one.id: one for one in sites}, token=settings.store_token)
    try:
        now = SystemClock().now()
        spans = [(one, *months_back(now.astimezone(one.zoneinfo).date(), years)) for one in sites]
        found = [row for one, first, beyond in spans for row in zone_months(one, opened, first, beyond)]
    finally:
        opened.close()
    told = json.dumps([as_row(row) for row in found], indent=2) + "\n" if as_json else as_csv(found)
    if output is not None:
        output.write_text(told, encoding="utf-8", newline="")
        click.echo(f"{len(found)} lines in {output}", err=True)
    else:
        click.echo(told, nl=False)
