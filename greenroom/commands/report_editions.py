"""`greenroom report list|verify|explain`: looking at what was issued."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from greenroom.commands.report_issue import open_desk, placed, premises_named, settings_of
from premises.errors import FaultsError, UnknownNameError
from premises.time import format_instant

if TYPE_CHECKING:
    from reports.editions.explain import Explanation
    from reports.editions.folder import Edition
    from reports.editions.verify import Finding

_SIGNS = {"fine": "ok     ", "warning": "warning", "wrong": "WRONG  "}


@click.command("list")
@click.argument("site", required=False)
@click.option("--kind", help="Only of that kind.")
@placed
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON document.")
def list_all(site: str | None, kind: str | None, as_json: bool, **given: Any) -> int:
    """List the editions that were issued, newest first. Exit status 1 where there is none."""
    from reports.editions.shelf import FolderShelf

    found = FolderShelf(settings_of(given).editions_path).editions(site, kind)
    if as_json:
        told = [asdict(info) | {"issued_at": format_instant(info.issued_at)} for info in found]
        click.echo(json.dumps(told, indent=2, default=str))
    for info in found if not as_json else ():
        after = f"  superseded by {info.superseded_by}" if info.superseded_by else ""
        signed = "" if info.signed else "  not signed"
        click.echo(f"{info.id}  {info.first} to {info.last}  issued {format_instant(info.issued_at)}{signed}{after}")
    return int(not found)


@click.command("verify")
@click.argument("what", type=click.Path(path_type=Path))
@click.option(
    "--key", "keys", multiple=True, type=click.Path(dir_okay=False, path_type=Path), help="Public key to trust; may be repeated."
)
@click.option("--site", help="Site or cluster file: compare with the store too, quarter hour by quarter hour.")
@placed
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON document.")
def verify(what: Path, keys: tuple[Path, ...], site: str | None, as_json: bool, **given: Any) -> int:
    """Verify WHAT: an edition's folder or id, or any single file of one. Exit status 1 where anything is wrong.

    Without --key, the public keys beside the house's own key are trusted.
    """
    from greenroom.reporting.finding import edition_folder, trusted_keys
    from reports.editions.folder import open_edition
    from reports.editions.verify import Verdict, verdict_of, verify_folder

    settings = settings_of(given)
    folder, told = edition_folder(what, settings.editions_path)
    findings = [*told, *(verify_folder(folder, trusted_keys(keys, settings.report_key_path)) if folder else ())]
    if folder is not None and site is not None:
        try:
            findings += _store_findings(open_edition(folder), site, settings)
        except FaultsError as error:
            click.echo(str(error), err=True)
            return 1
    _tell(findings, folder, as_json)
    return int(verdict_of(findings) is Verdict.WRONG)


def _store_findings(edition: Edition, site: str, settings: Any) -> list[Finding]:
    premises = premises_named(site)
    with open_desk(premises, settings) as desk:
        found: list[Finding] = desk.against_store(edition, premises)
        return found


def _tell(findings: list[Finding], folder: Path | None, as_json: bool) -> None:
    if as_json:
        told = [{"verdict": finding.verdict.value, "text": finding.text} for finding in findings]
        click.echo(json.dumps({"folder": str(folder) if folder else None, "findings": told}, indent=2))
        return
    for finding in findings:
        click.echo(f"{_SIGNS[finding.verdict.value]} {finding.text}")


@click.command("explain")
@click.argument("edition")
@click.argument("figure", required=False)
@click.option(
    "--rows", type=click.IntRange(0, 1_000_000), default=12, show_default=True, help="Quarter hours shown of each register."
)
@placed
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON document with every row.")
def explain(edition: str, figure: str | None, rows: int, as_json: bool, **given: Any) -> int:
    """Open a FIGURE of an EDITION (its id, or its folder) into the quarter hours of its meters; without FIGURE, list them.

    Exit status 1 where the rows do not add up to what the figure was told they are.
    """
    from reports.editions.explain import explain as opened
    from reports.editions.folder import open_edition
    from reports.editions.shelf import FolderShelf

    shelf = FolderShelf(settings_of(given).editions_path)
    path = Path(edition)
    found = open_edition(path) if (path / "manifest.json").is_file() else shelf.edition(edition)
    if figure is None:
        _list_figures(found)
        return 0
    told = opened(found, figure)
    if as_json:
        click.echo(json.dumps(_as_json(told), indent=2, default=str))
    else:
        _explain(told, rows)
    return int(any(one.agrees is False for one in told.opened))


def _list_figures(edition: Edition) -> None:
    from reports.forms.view import figure_value
    from reports.forms.writer import Writer

    report = edition.report(attachments=False)
    writer = Writer(report.languages[0], report.timezone)
    if not report.figures():
        raise UnknownNameError(f"{edition.manifest.id} has no figures")
    for name, one in report.figures().items():
        click.echo(f"{name:44} {figure_value(one, writer):>20}  {writer.text(one.name)}")


def _explain(told: Explanation, most: int) -> None:
    from reports.forms.view import figure_value
    from reports.forms.writer import Writer

    writer = Writer(told.report.languages[0], told.report.timezone)
    figure = told.figure
    click.echo(f"{writer.text(figure.name)}: {figure_value(figure, writer)}  [{figure.id}, {figure.standing.value}]")
    if figure.why:
        click.echo(f"  {writer.text(figure.why)}")
    if figure.formula:
        click.echo(f"  = {writer.text(figure.formula)}")
    if figure.definition:
        click.echo(f"  definition: greenroom figures {figure.definition}")
    for name, value in told.factors:
        click.echo(f"  factor: {name}: {value}")
    for one in told.opened:
        evidence = one.evidence
        if evidence.document:
            click.echo(f"  paper: {evidence.document}")
            continue
        span = evidence.interval
        days = f" from {format_instant(span.start)} to {format_instant(span.end)}" if span else ""
        sign = "less " if evidence.sign < 0 else ""
        click.echo(f"  {sign}{evidence.site}: {evidence.meter}/{evidence.register}{days}")
        for row in one.rows[:most]:
            kwh = "not known" if row.kwh is None else f"{row.kwh:.6f} kWh"
            notes = [f"estimated {row.estimated_kwh:.6f}"] * (row.estimated_kwh > 0) + [f"by hand {row.corrected_kwh:.6f}"] * (
                row.corrected_kwh > 0
            )
            click.echo(f"    {format_instant(row.start)}  {kwh}  {', '.join(notes)}".rstrip())
        if len(one.rows) > most:
            click.echo(f"    … and {len(one.rows) - most} more (--rows)")
        total = "not known" if one.sum_kwh is None else f"{one.sum_kwh:.6f} kWh"
        verdict = {True: "as the figure says", False: f"but the figure says {evidence.kwh} kWh", None: ""}[one.agrees]
        click.echo(f"    sum of {len(one.rows)} quarter hours: {total} {verdict}".rstrip())


def _as_json(told: Explanation) -> dict[str, Any]:
    figure = told.figure
    return {
        "edition": told.edition,
        "figure": figure.id,
        "value": None if figure.value is None else float(figure.value),
        "unit": figure.unit,
        "standing": figure.standing.value,
        "factors": dict(told.factors),
        "evidence": [
            {
                "site": one.evidence.site,
                "meter": one.evidence.meter,
                "register": one.evidence.register,
                "document": one.evidence.document,
                "sign": one.evidence.sign,
                "sum_kwh": one.sum_kwh,
                "agrees": one.agrees,
                "rows": [asdict(row) | {"start": format_instant(row.start)} for row in one.rows],
            }
            for one in told.opened
        ],
    }
