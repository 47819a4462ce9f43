"""`greenroom report samples NAME`: reports of an example's simulated past days, to see what they look like."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import click

from premises.errors import SettingError

SEED = 1


@click.command("samples")
@click.argument("site")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write into.")
@click.option("--first", default="2026-03-02", show_default=True, metavar="DAY", help="First simulated local day.")
@click.option("--days", type=click.IntRange(1, 366), default=7, show_default=True, help="How many days; some seconds each four.")
@click.option("--kind", "names", multiple=True, help="May be repeated. Default: every kind that the site has.")
@click.option("--form", "forms", multiple=True, type=click.Choice(["pdf", "html", "xlsx", "csv"]), help="May be repeated.")
@click.option("--language", "languages", multiple=True, help="May be repeated. Default: the site's.")
@click.option("--only", help="One tenant's or one production's.")
def command(
    site: str,
    out: Path,
    first: str,
    days: int,
    names: tuple[str, ...],
    forms: tuple[str, ...],
    languages: tuple[str, ...],
    only: str | None,
) -> int:
    """Simulate days of SITE (a site or cluster file, or an example), and write its reports from what its devices said."""
    from greenroom.commands.report_issue import premises_named
    from greenroom.demo.samples import simulated_sources
    from reports.forms.forms import ALL_FORMS, render_forms
    from reports.kinds import ReportRefusedError, kinds, make

    try:
        start = date.fromisoformat(first)
    except ValueError:
        raise SettingError(f"--first {first!r} is no day; write it like 2026-03-02") from None
    last, premises = start + timedelta(days=days - 1), premises_named(site)
    now = datetime(last.year, last.month, last.day, tzinfo=UTC) + timedelta(days=3)
    written = 0
    with simulated_sources(premises, start, last, seed=SEED, say=lambda text: click.echo(text, err=True)) as sources:
        for name in names or tuple(kinds()):
            if name not in kinds():
                raise SettingError(f"--kind {name!r}: there are {', '.join(kinds())}")
            try:
                inputs = kinds()[name].gather(premises, sources, start, last, now, languages=languages, only=only)
                reports = make(name, inputs)
            except ReportRefusedError as error:
                click.echo(f"{name}: {error}", err=True)
                continue
            for report in reports:
                folder = out / report.id
                folder.mkdir(parents=True, exist_ok=True)
                for file, data in render_forms(report, None, forms or ALL_FORMS).items():
                    (folder / file).write_bytes(data)
                click.echo(str(folder))
                written += 1
    return 0 if written else 1
