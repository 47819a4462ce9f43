"""Entries: what decrees and funds ask for besides energy: the class of building automation, how long papers are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from reports.figures.exact import FigureInputError, Number
from reports.figures.form import Figure, Input, Kind, Output, number

CLASSES = ("A", "B", "C", "D")
YEARS_KEPT = 5


def bacs_class(classes: Sequence[str | None]) -> str | None:
    """The class of a building is the lowest among its functions (ISO 52120-1); None of no function."""
    told = ["" if one is None else one.strip().upper() for one in classes]
    odd = sorted({one for one in told if one not in CLASSES})
    if odd:
        raise FigureInputError(f"no class {', '.join(map(repr, odd))}; a class is one of {', '.join(CLASSES)}")
    return max(told, default=None)


def bacs_duty(heating_kw: Number, cooling_kw: Number, new_building: bool) -> dict[str, Any]:
    """From which nominal power on a building needs automation (CCH R175-2), heating and cooling not added together."""
    most = max(heating_kw, cooling_kw)
    due = None
    if most > 290:
        due = "on handover" if new_building else "2025-01-01"
    elif most > 70:
        due = "on handover" if new_building else "2030-01-01"
    return {"due": due, "largest_kw": float(most)}


def retention(last_payment: str) -> dict[str, str]:
    """Five years from 31 December of the year of the last payment (article 82); durability five years from the payment (65)."""
    try:
        paid = date.fromisoformat(last_payment)
    except ValueError:
        raise FigureInputError(f"last_payment {last_payment!r} is no day; write it like 2026-09-30") from None
    leap = (paid.month, paid.day) == (2, 29)
    durable = paid.replace(year=paid.year + YEARS_KEPT, day=28 if leap else paid.day)
    return {"kept_until": date(paid.year + YEARS_KEPT, 12, 31).isoformat(), "durable_until": durable.isoformat()}


FIGURES = (
    Figure(
        "bacs-class",
        "Class of building automation: the lowest among the building's functions",
        bacs_class,
        (Input("classes", "", Kind.TEXTS, "of each function that the building has: A, B, C or D", required=True),),
        (Output("class", "", missing="no function is given"),),
        "ISO 52120-1 (second-hand): a building has the lowest class of its functions",
        "a function without proof has no class and must not be left out",
        {"classes": ["A", "C", "B"]},
    ),
    Figure(
        "bacs-duty",
        "From when on a building needs automation and control",
        bacs_duty,
        (
            number("heating_kw", "kW", "nominal heating power", required=True),
            number("cooling_kw", "kW", "nominal cooling power", default=0),
            Input("new_building", "", Kind.FLAG, "permit after 21 July 2021 (above 290 kW) or 9 April 2024", default=False),
        ),
        (Output("due", "", missing="at most 70 kW: no duty"), Output("largest_kw", "kW")),
        "CCH R175-1 to R175-6, decrees 2020-887, 2023-259, 2025-1343; heating and cooling are not added together",
        "nothing is estimated",
        {"heating_kw": 340, "cooling_kw": 0},
    ),
    Figure(
        "retention",
        "Until when a fund's papers must be kept, and the operation must last",
        retention,
        (Input("last_payment", "", Kind.TEXT, "day of the last payment to the beneficiary, 2026-09-30", required=True),),
        (Output("kept_until", ""), Output("durable_until", "")),
        "Regulation (EU) 2021/1060, articles 82 and 65",
        "nothing is estimated; a legal hold outlasts both",
        {"last_payment": "2026-09-30"},
    ),
)
