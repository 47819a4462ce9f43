"""`greenroom boards`: Grafana boards and alert rules from the site file."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from premises.errors import SettingError

if TYPE_CHECKING:
    from dashboards.publish import Influx, Wish
    from premises.site import Cluster, Site

_SHOWN = 8
_DEFAULT_GRAFANA = "http://127.0.0.1:3000"


@click.group(name="boards")
def command() -> None:
    """Grafana boards and alert rules from the site file: export, publish, check."""


def _content_options(function: Any) -> Any:
    for option in reversed(
        (
            click.argument("site"),
            click.option("--language", help="Language of the boards: en, fr or nl. Default: the site's first."),
            click.option("--alerts/--no-alerts", default=True, show_default=True, help="Alert rules of Greenroom beside boards."),
            click.option(
                "--rollups/--no-rollups",
                default=True,
                show_default=True,
                help="Long ranges from kept quarter hours; off where `greenroom stores setup` was not run.",
            ),
            click.option(
                "--books",
                envvar="GREENROOM_GRAFANA_BOOKS",
                help="Books in PostgreSQL as Grafana reads them, postgresql://reader@host/greenroom "
                "(password: GREENROOM_GRAFANA_BOOKS_PASSWORD).",
            ),
            click.option(
                "--influx-url", help="InfluxDB as Grafana reaches it, http://influxdb:8086, where that is another address."
            ),
        )
    ):
        function = option(function)
    return function


def _grafana_options(function: Any) -> Any:
    for option in reversed(
        (
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
            click.option(
                "--team", "teams", type=int, multiple=True, help="Number of a Grafana team that alone may look; again for more."
            ),
            click.option("--json", "as_json", is_flag=True),
        )
    ):
        function = option(function)
    return _content_options(function)


@command.command("export")
@_content_options
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder of Grafana's provisioning files."
)
@click.option("--store", envvar="GREENROOM_STORE", default="influxdb://influxdb:8086/greenroom?bucket=greenroom", show_default=True)
def export_command(out: Path, **options: Any) -> None:
    """Write boards, folder, data source and alert rules of SITE as files that Grafana provisions itself."""
    from dashboards.export import export

    for path in export(_premises(options["site"]), out, _influx(options), _wish(options)):
        click.echo(str(path))


@command.command("publish")
@_grafana_options
def publish_command(**options: Any) -> int:
    """Make Grafana as the site file says; what is so already is not touched."""
    from dashboards.publish import publish

    return _told(_each(publish, options), options["as_json"], wrong=frozenset())


@command.command("check")
@_grafana_options
def check_command(**options: Any) -> int:
    """Say what in Grafana differs from the site file; exit status 1 where anything does."""
    from dashboards.publish import Act, check

    return _told(_each(check, options), options["as_json"], wrong=frozenset({Act.MISSING, Act.DRIFTED, Act.EXTRA}))


def _each(do: Any, options: dict[str, Any]) -> list[Any]:
    from dashboards.grafana import GrafanaApi, version_of

    influx, wish = _influx(options), _wish(options)
    grafana = GrafanaApi(options["grafana"], options["token"], options["user"], options["password"])
    if not influx.token:
        raise SettingError(
            "Grafana needs a token to read InfluxDB with: set GREENROOM_INFLUX_TOKEN (one that may only read is best)"
        )
    version_of(grafana)
    return [outcome for one in _premises(options["site"]) for outcome in do(grafana, one, influx, wish)]


def _premises(name: str) -> Sequence[Site | Cluster]:
    """Every site, and the cluster itself where the file is one."""
    from greenroom.premises_files import load_sites_and_clusters

    sites, clusters = load_sites_and_clusters(name)
    return [*sites, *clusters]


def _wish(options: dict[str, Any]) -> Wish:
    from dashboards.books import book_server
    from dashboards.publish import Wish

    teams = options.get("teams") or ()
    password = os.environ.get("GREENROOM_GRAFANA_BOOKS_PASSWORD", "")
    books = book_server(options["books"], password) if options["books"] else None
    return Wish(options["alerts"], tuple(teams) if teams else None, options["language"], books)


def _influx(options: dict[str, Any]) -> Influx:
    """Where Grafana reads. Raises SettingError."""
    from dashboards.publish import Influx
    from stores.opening import influx_address

    store = options["store"]
    if not store.startswith(("influxdb:", "influxdbs:")):
        raise SettingError("boards read from InfluxDB: give --store influxdb://host:8086/organisation?bucket=name")
    address = influx_address(store)
    url = options["influx_url"] or address.url
    return Influx(url, address.organisation, options.get("influx_token") or "", address.bucket, options["rollups"])


def _told(outcomes: Sequence[Any], as_json: bool, wrong: frozenset[Any]) -> int:
    if as_json:
        rows = [{"kind": o.kind, "uid": o.uid, "act": o.act.value, "differences": list(o.differences)} for o in outcomes]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for outcome in outcomes:
            click.echo(f"{outcome.act.value:10} {outcome.kind:12} {outcome.uid}")
            for difference in outcome.differences[:_SHOWN]:
                click.echo(f"           {difference}")
            if len(outcome.differences) > _SHOWN:
                click.echo(f"           and {len(outcome.differences) - _SHOWN} more; --json shows them all")
    return int(any(outcome.act in wrong for outcome in outcomes))
