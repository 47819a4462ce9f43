"""Instants and days as they stand in an input: an instant bears its offset, a day is a day; else it is refused."""

from __future__ import annotations

from datetime import date, datetime

from premises.time import parse_instant
from reports.figures.exact import FigureInputError


def instant(text: str, what: str) -> datetime:
    """An RFC 3339 instant. Raises FigureInputError for one without an offset."""
    try:
        return parse_instant(text)
    except ValueError as error:
        raise FigureInputError(f"{what}: {error}") from None


def a_day(text: str, what: str) -> date:
    """A day like 2026-03-29. Raises FigureInputError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FigureInputError(f"{what} {text!r} is no day; write it like 2026-03-29") from None
