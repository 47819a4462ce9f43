"""`greenroom figures`: an auditor's calculator. One indicator from given numbers, with its source and its rule for gaps."""

from __future__ import annotations

import json
from typing import Any, BinaryIO

import click

from premises.errors import GreenroomError, UnknownNameError


@click.command(name="figures")
@click.argument("name", required=False)
@click.option("--input", "source", type=click.File("rb"), help="JSON object of inputs by name; - reads standard input.")
@click.option("--list", "list_all", is_flag=True, help="Name every figure with inputs, units, source and rule (or only NAME).")
@click.option("--example", is_flag=True, help="Print an example input of NAME.")
@click.option("--json", "as_json", is_flag=True, help="The list for programs.")
@click.option("--markdown", is_flag=True, help="The list as the page of the documentation.")
@click.pass_context
def command(
    ctx: click.Context,
    name: str | None,
    source: BinaryIO | None,
    list_all: bool,
    example: bool,
    as_json: bool,
    markdown: bool,
) -> None:
    """Compute the indicator NAME from given numbers and print it as JSON.

    Exit status: 0 done; 1 refused, for the figure cannot be told of these numbers; 2 wrong use, also an input that does not fit
    (one line names every fault and what would be right).
    """
    from reports.figures.registry import figure_named

    if name is None and not list_all:
        raise click.UsageError("name a figure, or use --list")
    if sum((list_all, example, source is not None)) > 1:
        raise click.UsageError("--list, --example and --input exclude each other")
    try:
        figure = None if name is None else figure_named(name)
    except UnknownNameError as error:
        raise click.UsageError(str(error)) from None
    if list_all:
        _list(name, as_json, markdown)
    elif figure is not None and example:
        click.echo(_document(dict(figure.example)))
    elif figure is None or source is None:
        raise click.UsageError(f"give --input FILE.json (or -), or --example to see what {name} takes")
    else:
        _compute(ctx, figure.name, source)


def _compute(ctx: click.Context, name: str, source: BinaryIO) -> None:
    from reports.figures.document import MOST_BYTES, read_document
    from reports.figures.exact import FigureInputError
    from reports.figures.reading import FigureFaultsError
    from reports.figures.registry import answer_document, compute

    try:
        given = read_document(source.read(MOST_BYTES + 1))
    except FigureInputError as error:
        _say(error)
        ctx.exit(2)
    try:
        answer = compute(name, given)
    except FigureFaultsError as error:
        if not error.misfit:
            _say(error)
            ctx.exit(1)
        _say(f"{error}; greenroom figures {name} --example prints an input that computes")
        ctx.exit(2)
    except GreenroomError as error:
        _say(error)
        ctx.exit(1)
    click.echo(_document(answer_document(answer)))


def _say(what: object) -> None:
    click.echo(f"greenroom: {' '.join(str(what).split())}", err=True)


def _list(name: str | None, as_json: bool, markdown: bool) -> None:
    from reports.figures.page import figures_page, listed
    from reports.figures.registry import figure_named, figures

    chosen = list(figures().values()) if name is None else [figure_named(name)]
    if markdown:
        click.echo(figures_page(), nl=False)
    elif as_json:
        click.echo(_document(listed(chosen)))
    else:
        _table(chosen)


def _table(chosen: list[Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    from reports.figures.page import input_words, output_words

    console = Console()
    if not console.is_terminal:
        console = Console(width=200)
    table = Table(title="Figures (inputs with * must be given)", show_lines=True)
    for column in ("figure", "inputs", "results", "source", "rule for gaps"):
        table.add_column(column, overflow="fold", no_wrap=column == "figure")
    for figure in chosen:
        inputs = "\n".join(input_words(wanted) for wanted in figure.inputs)
        table.add_row(figure.name, inputs, output_words(figure), figure.source, figure.rule)
    console.print(table)
    if len(chosen) == 1:
        console.print_json(_document(dict(chosen[0].example)))


def _document(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
