"""Entries: what funds ask for."""

from __future__ import annotations

from typing import Any

from reports.figures.exact import Number
from reports.figures.form import Figure, Input, Kind, Output, number, table
from reports.figures.funds import INDICATORS, achievement, co_financing, funder_share, pro_rata

_RULE = "the fraction is kept; only results are rounded, half up, once, and they add up"
_NO_BASE = "no baseline is given"
_NO_COST = "the eligible cost is 0"


def achieved(
    achieved: Number, target: Number, baseline: Number | None, code: str | None, lower_is_better: bool | None
) -> dict[str, Any]:
    """Ratio, and the reduction beside it."""
    found = achievement(achieved, target, baseline, code, lower_is_better)
    return {
        "ratio": found.ratio,
        "ratio_pct": found.ratio_pct,
        "met": found.met,
        "change": found.change,
        "reduction": found.reduction,
        "reduction_pct": found.reduction_pct,
        "indicator": found.name,
        "indicator_unit": found.unit,
    }


_COST = number("eligible_cost", "currency", "total eligible cost", required=True)
_CONTRIBUTION = number("contribution", "currency", "of the fund", required=True)

FIGURES = (
    Figure(
        "funder-share",
        "A fund's share of the cost as a fraction, and its part of a claim",
        funder_share,
        (
            _CONTRIBUTION,
            _COST,
            number("claim", "currency", "amount to share"),
            Input("decimals", "", Kind.WHOLE, "of the money", default=2, low=0, high=6),
            Input("percent_decimals", "", Kind.WHOLE, "of the percent shown", default=2, low=0, high=9),
        ),
        (
            Output("rate", "1", missing=_NO_COST),
            Output("rate_pct", "%", "not rounded", _NO_COST),
            Output("fraction", "", missing=_NO_COST),
            Output("rest_pct", "%", missing=_NO_COST),
            Output("part", "currency", "of the claim", "no claim is given, or the eligible cost is 0"),
            Output("rest", "currency", "claim - part", "no claim is given, or the eligible cost is 0"),
            Output("shown_pct", "%", "rounded for display only", _NO_COST),
            Output("shown_rest_pct", "%", "100 - shown_pct", _NO_COST),
        ),
        "Regulation (EU) 2021/1060, article 112: fund contribution / total eligible cost (recalled)",
        _RULE,
        {"contribution": 300000, "eligible_cost": 700000, "claim": 1000.01},
    ),
    Figure(
        "co-financing-rate",
        "Shares of several funders, in percent that add up; what no funder pays is `other`",
        co_financing,
        (
            table("contributions", "currency", "by funder", required=True, gaps=False),
            number("eligible_cost", "currency", "the contributions' sum where not given"),
            number("claim", "currency", "amount to share"),
            Input("decimals", "", Kind.WHOLE, "of the percent", default=2, low=0, high=6),
        ),
        (
            Output("rate", "1", "by funder, not rounded"),
            Output("percent", "%", "add up to 100"),
            Output("fraction", ""),
            Output("claim", "currency", "add up to the claim"),
        ),
        "fund contribution / total eligible cost; largest remainder",
        _RULE,
        {"contributions": {"ERDF": 300000, "Region": 150000}, "eligible_cost": 700000, "claim": 9999.99},
    ),
    Figure(
        "pro-rata",
        "A fund's part of an indicator: an extra line, named as such; the indicator itself is stated in full",
        pro_rata,
        (
            number("amount", "as amount", "of the whole operation", required=True),
            _CONTRIBUTION,
            _COST,
            Input("decimals", "", Kind.WHOLE, default=1, low=0, high=9),
        ),
        (
            Output("part", "as amount"),
            Output("rest", "as amount", "amount rounded - part"),
            Output("full", "as amount", "what the indicator states"),
            Output("exact", "as amount", "part, not rounded"),
        ),
        "rule of this software; indicators are stated for the whole operation",
        _RULE,
        {"amount": 41.5, "contribution": 300000, "eligible_cost": 700000},
    ),
    Figure(
        "achievement-ratio",
        "Achieved over target of a fund's indicator, with the reduction beside it",
        achieved,
        (
            number("achieved", "as the code", required=True, low=None),
            number("target", "as the code", required=True, low=None),
            number("baseline", "as the code", "the year before", low=None),
            Input("code", "", Kind.CHOICE, "names it and its unit", choices=tuple(INDICATORS)),
            Input("lower_is_better", "", Kind.FLAG, "by the code where not said: RCR26 and RCR29 are levels"),
        ),
        (
            Output("ratio", "1", "achieved / target", "the target is 0"),
            Output("ratio_pct", "%", missing="the target is 0"),
            Output("met", ""),
            Output("reduction", "as the code", "baseline - achieved", _NO_BASE),
            Output("reduction_pct", "%", "of the baseline", _NO_BASE + ", or it is 0"),
            Output("change", "as the code", "achieved - baseline", _NO_BASE),
            Output("indicator", "", missing="no code is given"),
            Output("indicator_unit", "", missing="no code is given"),
        ),
        "Regulation (EU) 2021/1060, annex XVII, fields 49 to 55; Regulation (EU) 2021/1058, annex I",
        "levels of two years, not savings; nothing is estimated",
        {"achieved": 320, "target": 300, "baseline": 500, "code": "RCR26"},
    ),
)
