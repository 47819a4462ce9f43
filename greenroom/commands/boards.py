"""`greenroom boards`: Grafana boards from the site file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from premises.errors import SettingError

_DEFAULT_GRAFANA = "http://127.0.0.1:3000"


@click.group(name="boards")
def command() -> None:
    """Grafana boards from the site file: export, publish, check."""


def _grafana_options(function: Any) -> Any:
    for option in reversed(
        (
            click.argument("site"),
            click.option(
                "--grafana", envvar="GREENROOM_GRAFANA", default=_DEFAULT_GRAFANA, show_default=True, help="URL of Grafana."
            ),
            click.option(
                "--token", envvar="GREENROOM_GRAFANA_TOKEN", help="Token of a Grafana service account (better in the environment)."
            ),
            click.option("--user", envvar="GREENROOM_GRAFANA_USER", help="User, where there is no token."),
            click.option(
                "--password", envvar="GREENROOM_GRAFANA_PASSWORD", help="Password of the user (better in the environment)."
            ),
            click.option("--store", envvar="GREENROOM_STORE", required=True, help="influxdb://host:8086/organisation?bucket=name"),
            click.option("--influx-token", envvar="GREENROOM_INFLUX_TOKEN", help="Token that Grafana reads with."),
            click.option("--json", "as_json", is_flag=True),
        )
    ):
        function = option(function)
    return function


@command.command("export")
@click.argument("site")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of Grafana's provisioning files."
)
@click.option("--store", envvar="GREENROOM_STORE", default="influxdb://influxdb:8086/greenroom?bucket=greenroom", show_default=True)
def export_command(site: str, out: Path, store: str) -> None:
    """Write boards, folder and data source of SITE as files that Grafana provisions itself."""
    from dashboards.export import export
    from greenroom.premises_files import load_sites

    url, organisation, bucket = _influx(store)
    for path in export(load_sites(site), out, url, organisation, bucket):
        click.echo(str(path))


@command.command("publish")
@_grafana_options
def publish_command(site: str, **options: Any) -> int:
    """Make Grafana as the site file says; what is so already is not touched."""
    from dashboards.publish import publish

    return _told(_each(publish, site, options), options["as_json"], wrong=frozenset())


@command.command("check")
@_grafana_options
def check_command(site: str, **options: Any) -> int:
    """Say what in Grafana differs from the site file; exit status 1 where anything does."""
    from dashboards.publish import Act, check

    return _told(_each(check, site, options), options["as_json"], wrong=frozenset({Act.MISSING, Act.DRIFTED}))


def _each(do: Any, site: str, options: dict[str, Any]) -> list[Any]:
    from dashboards.grafana import GrafanaApi, version_of
    from dashboards.publish import Influx
    from greenroom.premises_files import load_sites

    url, organisation, bucket = _influx(options["store"])
    grafana = GrafanaApi(options["grafana"], options["token"], options["user"], options["password"])
    version_of(grafana)
    influx = Influx(url, organisation, options["influx_token"] or "", bucket)
    return [outcome for one in load_sites(site) for outcome in do(grafana, one, influx)]


def _influx(store: str) -> tuple[str, str, str]:
    """(URL for Grafana, organisation, bucket). Raises SettingError."""
    from stores.opening import influx_address

    if not store.startswith(("influxdb:", "influxdbs:")):
        raise SettingError("boards read from InfluxDB: give --store influxdb://host:8086/organisation?bucket=name")
    address = influx_address(store)
    return address.url, address.organisation, address.bucket


def _told(outcomes: Sequence[Any], as_json: bool, wrong: frozenset[Any]) -> int:
    if as_json:
        rows = [{"kind": o.kind, "uid": o.uid, "act": o.act.value, "differences": list(o.differences)} for o in outcomes]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for outcome in outcomes:
            click.echo(f"{outcome.act.value:10} {outcome.kind:12} {outcome.uid}")
            for difference in outcome.differences:
                click.echo(f"           {difference}")
    return int(any(outcome.act in wrong for outcome in outcomes))
