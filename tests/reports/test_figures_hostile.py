"""Whatever is given, a figure answers in plain JSON or refuses in one line: nothing else comes out."""

import json
from decimal import Decimal
from typing import Any

import pytest

from reports.figures.exact import FigureInputError
from reports.figures.registry import answer_document, compute, figures

NUMBERS = [0, -1, 1, 3, 1e-9, 1e17, 1e308, float("nan"), float("inf"), 10**30, Decimal("1E-300"), Decimal("0.1")]
LISTS = [[], [None], [0], [0, 0], [None, None, None], [1, 2, 3], [3, 2, 1], [-5, 5], [1e17, 1e17, 1e17], ["a", "b"], [True], [[1]]]
NAMED = [{}, {"a": 1}, {"a": None}, {"a": 0, "b": 0}, {"a": -1}, {"a": [1, None]}, {"country": "FR"}]
FACTOR = {"country": "FR", "carrier": "electricity", "scope": "location", "year": 2023}
ROWS = [
    [{}],
    [{"name": "P"}],
    [{"name": "P", "from": 0, "to": 1}],
    [{"before": 1, "removed_at": 1, "installed_at": 0}],
    [{"category": "offices", "area_m2": 0}],
]
ODD: list[Any] = [None, True, False, "", "x", "2026-02-30", *NUMBERS, *LISTS, *NAMED, FACTOR, *ROWS]


def answered(name: str, given: dict[str, Any]) -> str:
    """The answer as strict JSON, or the refusal; any other error fails the test."""
    try:
        return json.dumps(answer_document(compute(name, given)), allow_nan=False)
    except FigureInputError as error:
        return str(error)


@pytest.mark.parametrize("name", list(figures()))
def test_odd_inputs_are_answered_or_refused(name: str) -> None:
    figure = figures()[name]
    for wanted in figure.inputs:
        for odd in ODD:
            for rest in (dict(figure.example), {}):
                line = answered(name, rest | {wanted.name: odd})
                assert line.startswith((f"{name}: ", '{"figure": '))
                assert "\n" not in line
