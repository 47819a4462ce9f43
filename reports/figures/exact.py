"""Exact arithmetic: a number is the decimal that it is written as, and a result is rounded to a float once, at the very end."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction

from premises.errors import GreenroomError

Number = int | float | Decimal | Fraction
Amount = Number | Sequence[Number | None]
_WIDE = Context(prec=80)


class FigureInputError(GreenroomError, ValueError):
    """An input of a figure is missing, of the wrong length or out of its range."""


def fraction(value: Number | str) -> Fraction:
    """The exact value of a number; a float is taken as the decimal that it prints as (0.1 is one tenth)."""
    return Fraction(repr(float(value))) if isinstance(value, float) else Fraction(value)


def total(amount: Amount) -> Fraction:
    """The exact sum of what is known (None is missing), in any order the same; a single number is its own sum."""
    if not isinstance(amount, Sequence):
        return fraction(amount)
    together, others = Decimal(0), Fraction(0)
    for value in amount:
        if value is None:
            continue
        if isinstance(value, Fraction):
            others += value
        else:
            exact = Decimal(value) if isinstance(value, int | Decimal) else Decimal(repr(float(value)))
            together = _WIDE.add(together, exact)
    return Fraction(together) + others


def known(amount: Amount) -> Fraction | None:
    """The sum of what is known, or None where nothing is: a list of gaps is no zero."""
    if isinstance(amount, Sequence) and all(value is None for value in amount):
        return None
    return total(amount)


def ratio(part: Number | None, whole: Number | None, times: int = 1) -> float | None:
    """times x part / whole; None where whole is 0 or either is not known."""
    if part is None or whole is None or whole == 0:
        return None
    return float(times * fraction(part) / fraction(whole))
