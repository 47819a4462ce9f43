"""`greenroom report issue|draft|kinds|key`: making reports and the key that signs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from greenroom.clock import SystemClock
from premises.errors import FaultsError, SettingError, UnknownNameError
from premises.time import parse_instant

_PLACES = (
    click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of store, books, editions and key."),
    click.option("--store", help="duckdb:///path or influxdb://host:port/organisation?bucket=name"),
    click.option("--books", help="sqlite:///path or postgresql://user:password@host/database"),
    click.option("--editions", type=click.Path(file_okay=False, path_type=Path), help="Folder of the reports that were issued."),
)
_ASKED = (
    click.argument("kind"),
    click.argument("site"),
    click.option("--period", required=True, help="2026, 2026-10, 2026-10-12 or 2026-10-12..2026-10-16, local days, both included."),
    click.option("--only", help="One tenant's or one production's."),
    click.option("--language", "languages", multiple=True, help="May be repeated. Default: the site's."),
    click.option("--now", "now_text", metavar="INSTANT", help="Take this as the present instant, such as 2026-11-03T08:00:00Z."),
)
Command = Callable[..., Any]


def placed(command: Command) -> Command:
    """Options that say where everything lies."""
    for option in reversed(_PLACES):
        command = option(command)
    return command


def asked(command: Command) -> Command:
    """Arguments and options that say which report."""
    for option in reversed(_ASKED):
        command = option(command)
    return command


def settings_of(given: dict[str, Any]) -> Any:
    """Settings from the environment and from what was given on the command line."""
    from greenroom.settings import Settings

    names = ("data", "store", "books", "editions", "report_key")
    return Settings(**{name: given[name] for name in names if given.get(name) is not None})


def instant(text: str | None) -> datetime:
    """That instant, or the present. Raises SettingError."""
    try:
        return parse_instant(text) if text else SystemClock().now()
    except ValueError as error:
        raise SettingError(f"--now: {error}") from None


def premises_named(site: str) -> Any:
    """The site or cluster. Raises FaultsError, SettingError."""
    from greenroom.premises_files import load_sites_and_clusters

    sites, clusters = load_sites_and_clusters(site)
    return clusters[0] if clusters else sites[0]


def open_desk(premises: Any, settings: Any, key: Any = None) -> Any:
    """A context with a ReportDesk over the store and books of the settings."""
    from greenroom.reporting.opening import opened_desk

    return opened_desk(premises, settings, key)


@click.command("issue")
@asked
@click.option("--reason", default="", help="Why an edition is superseded: needed for a correction.")
@click.option(
    "--form", "forms", multiple=True, type=click.Choice(["pdf", "html", "xlsx", "csv"]), help="May be repeated; default: all."
)
@click.option("--by", default="", help="Who issues; default: the user of this machine.")
@click.option("--key", "report_key", type=click.Path(dir_okay=False, path_type=Path), help="Private key that signs.")
@placed
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON document.")
def issue(kind: str, site: str, period: str, as_json: bool, **given: Any) -> int:
    """Issue report KIND of SITE as a numbered, frozen and signed edition. Exit status 1 where nothing was issued."""
    from greenroom.reporting.desk import Asked, key_of
    from greenroom.reporting.period import parse_period

    settings, now = settings_of(given), instant(given["now_text"])
    first, last = parse_period(period)
    wanted = Asked(kind, first, last, given["only"], tuple(given["languages"]), given["reason"])
    key = key_of(settings)
    try:
        premises = premises_named(site)
    except FaultsError as error:
        click.echo(str(error), err=True)
        return 1
    with open_desk(premises, settings, key) as desk:
        done = desk.issue(premises, wanted, given["by"] or _user(), now, tuple(given["forms"]))
    if key is None:
        click.echo(f"not signed: make a key with `greenroom report key` ({settings.report_key_path})", err=True)
    told = [{"edition": e.manifest.id, "folder": str(e.folder), "manifest": e.manifest_hash} for e in done.editions]
    if as_json:
        click.echo(json.dumps({"issued": told, "unchanged": list(done.unchanged)}, indent=2))
    for one in told if not as_json else ():
        click.echo(f"{one['edition']}  {one['folder']}")
    for name in done.unchanged if not as_json else ():
        click.echo(f"{name}: its newest edition says the same", err=True)
    return 0 if told else 1


@click.command("draft")
@asked
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write into.")
@click.option("--form", "forms", multiple=True, type=click.Choice(["pdf", "html", "xlsx", "csv"]), help="May be repeated.")
@placed
def draft(kind: str, site: str, period: str, out: Path, forms: tuple[str, ...], **given: Any) -> int:
    """Write report KIND of SITE into a folder, marked as a draft: no number, no signature."""
    from greenroom.reporting.desk import Asked, emblems_of
    from greenroom.reporting.period import parse_period
    from reports.forms.forms import ALL_FORMS, render_forms

    settings, now = settings_of(given), instant(given["now_text"])
    first, last = parse_period(period)
    wanted = Asked(kind, first, last, given["only"], tuple(given["languages"]))
    try:
        premises = premises_named(site)
    except FaultsError as error:
        click.echo(str(error), err=True)
        return 1
    with open_desk(premises, settings) as desk:
        made = [report for _, _, reports in desk.make(premises, wanted, now) for report in reports]
    for report in made:
        folder = out / report.id if len(made) > 1 else out
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in render_forms(report, None, forms or ALL_FORMS, emblems_of(settings)).items():
            (folder / name).write_bytes(data)
            click.echo(str(folder / name))
    return 0 if made else 1


@click.command("kinds")
def kinds_command() -> None:
    """List the kinds of reports, with their usual period."""
    from reports.kinds import kinds

    for kind in kinds().values():
        per = f", one for each {kind.per}" if kind.per else ""
        cluster = ", also of a cluster as a whole" if kind.cluster else ""
        click.echo(f"{kind.name:14}{kind.span.value}{per}{cluster}")


@click.command("key")
@click.option(
    "--key", "report_key", type=click.Path(dir_okay=False, path_type=Path), help="File to write; default: in the data folder."
)
@click.option("--passphrase", is_flag=True, help="Ask for a passphrase that locks the key.")
@placed
def key(passphrase: bool, **given: Any) -> None:
    """Make the Ed25519 key that signs editions, readable by you alone, and its public key beside it."""
    from reports.editions.keys import make_key, public_path

    path = settings_of(given).report_key_path
    word = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True) if passphrase else None
    told = make_key(path, word)
    click.echo(f"{told}  {path}")
    click.echo(f"give {public_path(path)} to whoever is to verify, by another way than the reports", err=True)


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        raise UnknownNameError("this machine does not tell who you are; give --by NAME") from None
