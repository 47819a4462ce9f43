"""What a fund is told: co-financing as a fraction, its part of a claim, and how far an indicator's target is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from reports.figures.exact import FigureInputError, Number, fraction, ratio
from reports.figures.shares import money_share, rounded, shared_out

INDICATORS = {
    "RCO19": ("Public buildings with improved energy performance", "m²", False),
    "RCO22": ("Additional production capacity for renewable energy", "MW", False),
    "RCO97": ("Renewable energy communities supported", "communities", False),
    "RCR26": ("Annual primary energy consumption", "MWh/year", True),
    "RCR29": ("Estimated greenhouse gas emissions", "t CO2eq/year", True),
    "RCR31": ("Total renewable energy produced", "MWh/year", False),
    "RCR32": ("Additional operational capacity installed for renewable energy", "MW", False),
}
"""Code: name, unit, and whether a lower level is better. Regulation (EU) 2021/1058, annex I, table 1; units of Jems."""


@dataclass(frozen=True, slots=True)
class FunderShare:
    """rate: contribution / eligible cost, also as the fraction it is; part and rest of a claim add up to it exactly."""

    rate: float | None
    rate_pct: float | None
    fraction: str | None
    rest_pct: float | None
    part: Decimal | None
    rest: Decimal | None
    shown_pct: Decimal | None = None
    shown_rest_pct: Decimal | None = None


def funder_share(
    contribution: Number, eligible_cost: Number, claim: Number | None = None, decimals: int = 2, percent_decimals: int = 2
) -> FunderShare:
    """A fund's share of a project's cost. The fraction is kept: only the results in money are rounded (half up, once)."""
    if contribution > eligible_cost:
        raise FigureInputError(
            f"the contribution {float(contribution):g} is above the eligible cost {float(eligible_cost):g}; give at most the cost"
        )
    if eligible_cost == 0:
        return FunderShare(None, None, None, None, None, None)
    share = fraction(contribution) / fraction(eligible_cost)
    part, rest = money_share(fraction(claim), share, decimals) if claim is not None else (None, None)
    shown = rounded(100 * share, percent_decimals)
    written = f"{share.numerator}/{share.denominator}"
    return FunderShare(float(share), float(100 * share), written, float(100 * (1 - share)), part, rest, shown, 100 - shown)


@dataclass(frozen=True, slots=True)
class CoFinancing:
    """Rates by funder: exact, as fractions, and in percent that add up; what no funder pays stands under "other"."""

    rate: dict[str, float]
    fraction: dict[str, str]
    percent: dict[str, Decimal]
    claim: dict[str, Decimal]


def co_financing(
    contributions: Mapping[str, Number], eligible_cost: Number | None = None, claim: Number | None = None, decimals: int = 2
) -> CoFinancing:
    """Shares of several funders. Raises FigureInputError where they give more than the cost, or the cost is 0."""
    given = {name: fraction(amount) for name, amount in contributions.items()}
    together = sum(given.values(), Fraction(0))
    cost = together if eligible_cost is None else fraction(eligible_cost)
    if cost <= 0:
        raise FigureInputError("the eligible cost is 0; give a cost above 0")
    if together > cost:
        raise FigureInputError(f"the contributions add up to {float(together):g}, more than the eligible cost {float(cost):g}")
    if together < cost:
        given["other"] = given.get("other", Fraction(0)) + cost - together
    shares = {name: amount / cost for name, amount in given.items()}
    return CoFinancing(
        {name: float(share) for name, share in shares.items()},
        {name: f"{share.numerator}/{share.denominator}" for name, share in shares.items()},
        shared_out(100, given, decimals),
        {} if claim is None else shared_out(fraction(claim), given, 2),
    )


@dataclass(frozen=True, slots=True)
class ProRata:
    """A fund's part of an indicator, named as such: an extra, for the indicator itself is stated in full."""

    full: float
    part: Decimal
    rest: Decimal
    exact: float


def pro_rata(amount: Number, contribution: Number, eligible_cost: Number, decimals: int = 1) -> ProRata:
    """amount x contribution / eligible cost; part and rest add up to the amount rounded."""
    if eligible_cost <= 0 or contribution > eligible_cost:
        raise FigureInputError("the contribution must lie between 0 and an eligible cost above 0")
    share = fraction(contribution) / fraction(eligible_cost)
    part = rounded(fraction(amount) * share, decimals)
    return ProRata(float(amount), part, rounded(fraction(amount), decimals) - part, float(fraction(amount) * share))


@dataclass(frozen=True, slots=True)
class Achievement:
    """ratio: achieved / target. reduction: baseline - achieved, where a baseline is given; met: None where no target is set."""

    ratio: float | None
    ratio_pct: float | None
    change: float | None
    reduction: float | None
    reduction_pct: float | None
    met: bool
    name: str | None
    unit: str | None


def achievement(
    achieved: Number, target: Number, baseline: Number | None = None, code: str | None = None, lower_is_better: bool | None = None
) -> Achievement:
    """How far a target is reached (Regulation (EU) 2021/1060, annex XVII, fields 49 to 55).

    lower_is_better: by the code where it is not said (RCR26 and RCR29 are levels: lower is better).
    """
    name, unit, lower = INDICATORS[code] if code is not None else (None, None, False)
    if lower_is_better is not None:
        lower = lower_is_better
    reduction = None if baseline is None else fraction(baseline) - fraction(achieved)
    achieved_ratio = ratio(fraction(achieved), fraction(target))
    return Achievement(
        achieved_ratio,
        ratio(fraction(achieved), fraction(target), 100),
        None if reduction is None else float(-reduction),
        None if reduction is None else float(reduction),
        None if reduction is None or baseline is None else ratio(reduction, fraction(baseline), 100),
        achieved <= target if lower else achieved >= target,
        name,
        unit,
    )
