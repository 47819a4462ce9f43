"""`greenroom report corrections import|list|withdraw|template`: what people know that no meter told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from greenroom.commands.report_issue import instant, placed, settings_of
from premises.errors import FaultsError, UnknownNameError
from premises.time import format_instant

if TYPE_CHECKING:
    from premises.corrections import Correction
    from stores.book import Books


@click.group("corrections")
def corrections() -> None:
    """Meter readings by hand, invoices, guarantees of origin, factors, fuel, meter swaps. The measured is never overwritten."""


@corrections.command("template")
@click.option("--site", help="Site file or example: only the lines without which its reports are refused.")
@click.option("--year", type=click.IntRange(2000, 2100), help="Of those lines; default: this year.")
def template(site: str | None, year: int | None) -> None:
    """Print a CSV file to fill in, with a line of each kind, or with those that a site needs."""
    from greenroom.premises_files import load_one_site
    from reports.corrections.table import needed
    from reports.corrections.table import template as filled

    if site is None:
        click.echo(filled(), nl=False)
    else:
        click.echo(needed(load_one_site(site), year or instant(None).year), nl=False)


@corrections.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--site", required=True, help="Site file, or the name of an example.")
@click.option("--by", default="", help="Who enters them, where the file does not say.")
@click.option("--check", "only_check", is_flag=True, help="Only tell the faults.")
@click.option("--now", "now_text", metavar="INSTANT", help="Take this as the present instant.")
@placed
def import_file(file: Path, site: str, by: str, only_check: bool, now_text: str | None, **given: Any) -> int:
    """Enter the corrections of a CSV FILE, all or none; exit status 1 with every fault listed."""
    from greenroom.premises_files import load_one_site
    from reports.corrections.table import LARGEST_BYTES, read_corrections

    try:
        premises = load_one_site(site)
        with file.open("rb") as opened:
            data = opened.read(LARGEST_BYTES + 1)
        with _books(given) as books:
            known = books.corrections.find(premises.id)
            found = read_corrections(data, str(file), premises, instant(now_text), by, known)
            new = 0 if only_check else books.corrections.add(found)
    except FaultsError as error:
        click.echo(str(error), err=True)
        return 1
    except OSError as error:
        raise UnknownNameError(f"{file} cannot be read: {error.strerror}") from None
    click.echo(
        f"{len(found)} corrections without fault, {new} new" if not only_check else f"{len(found)} corrections without fault"
    )
    return 0


@corrections.command("list")
@click.argument("site")
@click.option("--withdrawn", is_flag=True, help="Also those that were taken back.")
@placed
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON document.")
def list_all(site: str, withdrawn: bool, as_json: bool, **given: Any) -> int:
    """List the corrections of SITE (its id) by time. Exit status 1 where there is none."""
    with _books(given) as books:
        found = books.corrections.find(site, withdrawn=withdrawn)
    if as_json:
        click.echo(json.dumps([_told(one) for one in found], indent=2, default=str))
    for one in found if not as_json else ():
        until = f" to {format_instant(one.until)}" if one.until else ""
        value = "" if one.value is None else f"  {one.value:g} {one.unit}"
        gone = f"  WITHDRAWN by {one.withdrawn_by}: {one.withdrawn_reason}" if one.withdrawn_at else ""
        click.echo(f"{one.id}  {one.subject}  {format_instant(one.since)}{until}{value}  {one.by}: {one.reason}{gone}")
    return int(not found)


@corrections.command("withdraw")
@click.argument("correction")
@click.option("--by", required=True, help="Who.")
@click.option("--reason", required=True, help="Why.")
@placed
def withdraw(correction: str, by: str, reason: str, **given: Any) -> None:
    """Take a CORRECTION (its id) back; it stays listed with who and why."""
    with _books(given) as books:
        found = books.corrections.withdraw(correction, by, reason, instant(None))
    if found is None:
        raise UnknownNameError(f"there is no correction {correction!r}; `greenroom report corrections list SITE` shows them")
    click.echo(f"withdrawn: {found.id}, by {found.withdrawn_by}: {found.withdrawn_reason}")


def _told(one: Correction) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


@contextmanager
def _books(given: dict[str, Any]) -> Iterator[Books]:
    from stores.book import open_books

    settings = settings_of(given)
    books = open_books(settings.books_url)
    try:
        yield books
    finally:
        books.close()
