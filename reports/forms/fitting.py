"""Fitting a table to the page: how wide each column is, how large its letters, and whether the page is turned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

PORTRAIT_PT, LANDSCAPE_PT = 481.0, 728.0
"""Of A4, between the margins."""
_SIZES = (9.0, 8.4, 7.8, 7.2)
_SMALLEST = (7.2, 6.6, 6.0)
_INSET_PT = 8.0
_FEW_ROWS = 15
_LETTER = 0.53  # width of a letter by its size, on average, figures being of one width
_BOLD = 1.16
_WIDEST, _LONGEST_WORD, _SHORT_HEAD = 36, 22, 8.0
_BREAKS = re.compile(r"[ \n\t\-/]+")  # a no-break space breaks nothing


@dataclass(frozen=True, slots=True)
class Fit:
    """shares: of the width, by column; size: of letters, in points."""

    shares: tuple[float, ...]
    size: float
    landscape: bool


def fit(head: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool]) -> Fit:
    """Numbers are never broken; texts are, between words. The page is turned only where small letters do not help."""
    least, wished = [], []
    for place, name in enumerate(head):
        cells = [row[place] for row in rows]
        longest = max((len(cell) for cell in cells), default=1)
        word = min(_LONGEST_WORD, max((_word(cell) for cell in cells), default=1))
        short = min(_SHORT_HEAD, len(name) * _BOLD)  # a heading of little words is not set one below the other
        needed = max(_word(name) * _BOLD, longest if right[place] else word, short, 3.0)
        least.append(needed)
        wished.append(max(needed, min(_WIDEST, longest) if not right[place] else longest, min(14.0, len(name) * _BOLD)))
    for size in _SIZES[:2]:
        room = (PORTRAIT_PT - _INSET_PT * len(head)) / (_LETTER * size)
        if sum(wished) <= room:
            return Fit(_shares(least, wished, room), size, landscape=False)
    small = len(rows) <= _FEW_ROWS  # a page of its own would stand empty
    pages = ((PORTRAIT_PT, False, (*_SIZES, *_SMALLEST[1:]) if small else _SIZES), (LANDSCAPE_PT, True, (*_SIZES, *_SMALLEST)))
    for width, landscape, sizes in pages:
        for size in sizes:
            room = (width - _INSET_PT * len(head)) / (_LETTER * size)
            if sum(least) <= room:
                return Fit(_shares(least, wished, room), size, landscape)
    return Fit(tuple(least), _SMALLEST[-1], landscape=True)


def _shares(least: Sequence[float], wished: Sequence[float], room: float) -> tuple[float, ...]:
    """What is left of the room goes to where words would have to be broken up."""
    more = sum(wished) - sum(least)
    part = min(1.0, (room - sum(least)) / more) if more > 0 else 0.0
    inset = _INSET_PT / (_LETTER * 8.0)
    return tuple(round(low + (high - low) * part + inset, 3) for low, high in zip(least, wished, strict=True))


def _word(text: str) -> int:
    return max((len(word) for word in _BREAKS.split(text)), default=0) if text else 0
