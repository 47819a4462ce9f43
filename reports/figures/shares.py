"""Shares that add up: largest remainder, independent of the order of the parts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from reports.figures.exact import FigureInputError as FigureInputError
from reports.figures.exact import fraction as fraction

Exact = int | str | Decimal | Fraction


def shared_out(total: Exact | float, weights: Mapping[str, Exact | float], decimals: int = 1) -> dict[str, Decimal]:
    """`total` shared out by weights, in units of the last of `decimals`, so that the parts add up to the rounded total exactly.

    Floors first, then the units left go to the largest fractions; ties to the identifier that comes first in ascending,
    case-insensitive order. An empty mapping with a total of 0 gives nothing. Raises FigureInputError for a negative weight,
    for weights that are all zero, and for a total that nobody can take.
    """
    unit = Fraction(1, 10**decimals)
    whole = fraction(total)
    if not weights:
        if whole == 0:
            return {}
        raise FigureInputError(f"{total} is to be shared out, but there is nobody to take it")
    exact = {name: fraction(weight) for name, weight in weights.items()}
    if any(weight < 0 for weight in exact.values()):
        names = ", ".join(sorted(name for name, weight in exact.items() if weight < 0))
        raise FigureInputError(f"a weight below 0: {names}")
    together = sum(exact.values())
    if together == 0:
        raise FigureInputError("all weights are 0; say by which key to share out instead of an equal split that nobody agreed to")
    units = int(rounded(whole, decimals) / Decimal(1).scaleb(-decimals))
    sign = -1 if units < 0 else 1
    parts = {name: abs(whole) * weight / together / unit for name, weight in exact.items()}
    floors = {name: part.numerator // part.denominator for name, part in parts.items()}
    left = abs(units) - sum(floors.values())
    order = sorted(parts, key=lambda name: (-(parts[name] - floors[name]), name.casefold(), name))
    if left < 0:  # the rounded total lies below the floors' sum: only where weights are few and the total was rounded down
        order, step = list(reversed(order)), -1
    else:
        step = 1
    for name in order[: abs(left)]:
        floors[name] += step
    return {name: sign * Decimal(count).scaleb(-decimals) for name, count in floors.items()}


def rounded(value: Exact | float, decimals: int) -> Decimal:
    """Half up (away from zero), once, at the end."""
    exact = fraction(value)
    scaled = abs(exact) * 10**decimals
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    result = Decimal(whole).scaleb(-decimals)
    return -result if exact < 0 and whole else result


def rounded_parts(parts: Mapping[str, Exact | float], decimals: int = 2) -> tuple[dict[str, Decimal], Decimal]:
    """Parts of either sign rounded by largest remainder, and their total rounded half up: the parts add up to it exactly."""
    unit = Fraction(1, 10**decimals)
    exact = {name: fraction(part) / unit for name, part in parts.items()}
    whole = rounded(sum(exact.values(), Fraction(0)) * unit, decimals)
    floors = {name: part.numerator // part.denominator for name, part in exact.items()}
    left = int(fraction(whole) / unit) - sum(floors.values())
    for name in sorted(exact, key=lambda name: (-(exact[name] - floors[name]), name.casefold(), name))[:left]:
        floors[name] += 1
    return {name: Decimal(count).scaleb(-decimals) for name, count in floors.items()}, whole


def money_share(amount: Exact | float, share: Fraction, decimals: int = 2) -> tuple[Decimal, Decimal]:
    """A funder's part of an amount and the rest: the fraction is kept, only the results are rounded, and they add up."""
    part = Decimal(rounded(fraction(amount) * share, decimals))
    return part, Decimal(rounded(fraction(amount), decimals)) - part


def percent_of(share: Fraction, decimals: int = 2) -> Decimal:
    """A share as percent for display only."""
    return (Decimal(share.numerator * 100) / Decimal(share.denominator)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
