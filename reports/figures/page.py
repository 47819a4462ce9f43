"""The figures as a list for people and programs, and as the page of the documentation."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from reports.factors import FactorRegister
from reports.figures.form import Figure, Input, Kind
from reports.figures.registry import figures

_HEAD = """# The figures

`greenroom figures NAME --input FILE.json` computes one indicator from given numbers (`-` reads standard input) and prints
JSON: `value` with `unit`, all `values` with `units` where there are several, `not_available` with the reason where a
denominator is 0, `completeness` of lists with gaps, `factors` taken from the register, the `inputs`, `source` and `rule`.
`greenroom figures NAME --example` prints an input that computes; `greenroom figures --list` lists all (`--json` for programs).
Exit status: 0 done; 1 refused, for the figure cannot be told of these numbers; 2 wrong use, also an input that does not fit (one
line names every fault).

Numbers are exact decimals: nothing is rounded but shares and money, and those add up. `null` in a list is missing and never 0:
a sum of which nothing is known is null too, with the reason.
Where an input is a factor, give a number or `{"country": "FR", "carrier": "electricity", "scope": "location", "year": 2024}`.
Inputs with * must be given; usual other names are taken too (`production_kwh` for `generation_kwh`, `tmin_c` for
`low_c`), never two for one input. The functions behind are those of `reports.figures`, and `compute` of `reports.figures.registry`.

This page is made from the registry by `greenroom figures --list --markdown`; a test compares them.

| figure | inputs | results | source | rule for gaps |
| --- | --- | --- | --- | --- |
"""


_FACTORS = """
## Factors of the register

Scopes stand apart: a factor of one is never used for another. The figure `factor` gives source and note (found, second-hand or
recalled); a later year is never used for an earlier one, an earlier one for a later year is provisional.

| scope | carrier | country, year, value (publisher) |
| --- | --- | --- |
"""

_SHAPES = {
    Kind.SERIES: "list",
    Kind.AMOUNT: "number or list",
    Kind.TABLE: "by name",
    Kind.AMOUNTS: "number, list or by name",
    Kind.WEIGHTS: "by name or list",
    Kind.SERIES_TABLE: "lists by name",
    Kind.FACTOR: "number or factor",
    Kind.FACTOR_OR_TABLE: "number, factor or by name",
    Kind.TEXT: "text",
    Kind.TEXTS: "list of texts",
    Kind.FLAG: "true or false",
    Kind.FLAGS: "list of true or false",
}


def input_words(wanted: Input) -> str:
    """`name* (unit; shape)`, with the choices or the columns where there are any."""
    told = "; ".join(filter(None, (wanted.unit, _SHAPES.get(wanted.kind, ""))))
    unit = f" ({told})" if told else ""
    choices = f" one of {', '.join(wanted.choices)}" if wanted.choices else ""
    columns = f" rows of {', '.join(input_words(column) for column in wanted.columns)}" if wanted.columns else ""
    return f"{wanted.name}{'*' if wanted.required else ''}{unit}{choices}{columns}"


def output_words(figure: Figure) -> str:
    """Results with units, the headline first."""
    return ", ".join(f"{output.name} ({output.unit})" if output.unit else output.name for output in figure.outputs)


def figures_page() -> str:
    """The page docs/figures.md."""
    rows = [
        f"| `{figure.name}`<br>{_cell(figure.about)} | {_cell(', '.join(input_words(i) for i in figure.inputs))} "
        f"| {_cell(output_words(figure))} | {_cell(figure.source)} | {_cell(figure.rule)} |"
        for figure in figures().values()
    ]
    examples = [f"- `{figure.name}`: `{json.dumps(dict(figure.example), ensure_ascii=False)}`" for figure in figures().values()]
    return _HEAD + "\n".join(rows) + "\n\n## One example input each\n\n" + "\n".join(examples) + "\n" + _factors()


def _factors() -> str:
    """The register's factors, a row per scope and carrier: what the figure `factor` can tell."""
    places: dict[tuple[str, str], list[str]] = {}
    for factor in FactorRegister().all():
        where = f"{factor.country} {'any year' if factor.year is None else factor.year}: {factor.value:g} {factor.unit}"
        places.setdefault((factor.scope, factor.carrier), []).append(f"{where} ({factor.publisher})")
    rows = [f"| {scope} | {carrier} | {'; '.join(sorted(told))} |" for (scope, carrier), told in sorted(places.items())]
    return _FACTORS + "\n".join(rows) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def listed(chosen: Iterable[Figure]) -> list[dict[str, Any]]:
    """The registry as plain JSON values."""
    return [
        {
            "name": figure.name,
            "about": figure.about,
            "inputs": [_input(wanted) for wanted in figure.inputs],
            "outputs": [
                {"name": output.name, "unit": output.unit, "about": output.about, "not_available": output.missing}
                for output in figure.outputs
            ],
            "source": figure.source,
            "rule": figure.rule,
            "example": dict(figure.example),
        }
        for figure in chosen
    ]


def _input(wanted: Input) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": wanted.name,
        "unit": wanted.unit,
        "kind": wanted.kind.value,
        "required": wanted.required,
        "about": wanted.about,
    }
    more = {"default": wanted.default, "minimum": wanted.low, "maximum": wanted.high, "above": wanted.above}
    told |= {name: value for name, value in more.items() if value is not None}
    if wanted.choices:
        told["choices"] = list(wanted.choices)
    if wanted.columns:
        told["columns"] = [_input(column) for column in wanted.columns]
    return told
