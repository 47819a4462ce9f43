"""Entries: what energy cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.figures.cost import Cost, cost_time_of_use, energy_by_band
from reports.figures.exact import FigureInputError, Number, fraction
from reports.figures.form import Figure, Input, Kind, Output, number


def cost_of(
    energy_kwh: Mapping[str, Number | None] | Sequence[Number | None] | Number,
    prices: Mapping[str, Number] | Sequence[Number] | Number,
    bands: Sequence[str] | None,
    net_kwh_per_gross_kwh: Number | None,
    **rest: Any,
) -> Cost:
    """Energy by band as a mapping, or by interval with the band of each; one number with one price has one band."""
    missing = 0
    if isinstance(prices, Sequence):
        raise FigureInputError("prices is a list; give one price, or a mapping of bands to prices")
    if isinstance(energy_kwh, Mapping):
        if bands is not None:
            raise FigureInputError("bands go with a list of intervals; energy_kwh is already by band")
        gaps = sorted(name for name, kwh in energy_kwh.items() if kwh is None)
        if gaps:
            raise FigureInputError(f"the energy of band {', '.join(gaps)} is missing; a bill needs it, a gap is no zero")
        sums = {name: fraction(kwh) for name, kwh in energy_kwh.items() if kwh is not None}
    elif isinstance(energy_kwh, Sequence):
        if bands is None and isinstance(prices, Mapping):
            raise FigureInputError("give bands, the name of each interval's band, or one price")
        sums, missing = energy_by_band(energy_kwh, ["all hours"] * len(energy_kwh) if bands is None else bands)
    else:
        sums = {"all hours": fraction(energy_kwh)}
    if not isinstance(prices, Mapping):
        prices = dict.fromkeys(sums, prices)
    elif set(sums) == {"all hours"} and len(prices) == 1:
        prices = {"all hours": next(iter(prices.values()))}
    if net_kwh_per_gross_kwh is not None:
        if net_kwh_per_gross_kwh <= 0:
            raise FigureInputError("net_kwh_per_gross_kwh must be above 0, e.g. 0.90")
        sums = {name: kwh / fraction(net_kwh_per_gross_kwh) for name, kwh in sums.items()}
    return cost_time_of_use(energy_kwh=sums, prices=prices, missing=missing, **rest)


_MONEY = "currency"
FIGURES = (
    Figure(
        "cost-time-of-use",
        "Cost of energy by band of the tariff, with power, standing charges and taxes",
        cost_of,
        (
            Input("energy_kwh", "kWh", Kind.AMOUNTS, "by band; or by interval, with bands; or one number", required=True, low=0),
            Input("prices", "currency/kWh", Kind.AMOUNTS, "by band, as billed (gas: per kWh gross)", required=True, gaps=False),
            Input("bands", "", Kind.TEXTS, "band of each interval of energy_kwh", gaps=False),
            number("net_kwh_per_gross_kwh", "1", "where energy_kwh is net but billed gross (gas: 0.90)", high=1),
            number("power_kva", "kVA", "subscribed", default=0),
            number("price_per_kva_month", "currency/kVA/month", default=0),
            number("standing_per_month", "currency/month", default=0),
            number("months", "months", default=1),
            number("taxes_per_kwh", "currency/kWh", "excise and the like", default=0),
            number("export_kwh", "kWh", default=0),
            number("export_price", "currency/kWh", "a credit, without tax", default=0, low=None),
            number("value_added_tax_pct", "%", default=0, high=100),
            number("reduced_tax_pct", "%", "on power and standing charges, where it differs", high=100),
            Input("decimals", "", Kind.WHOLE, default=2, low=0, high=6),
        ),
        (
            Output("net", _MONEY, "before value added tax"),
            Output("gross", _MONEY, "with value added tax"),
            Output("energy", _MONEY),
            Output("power", _MONEY),
            Output("standing", _MONEY),
            Output("taxes", _MONEY, "per kWh"),
            Output("export", _MONEY, "a credit, below 0"),
            Output("value_added_tax", _MONEY),
            Output("lines", _MONEY, "add up to net"),
            Output("energy_kwh", "kWh", "by band, as billed"),
            Output("missing", "intervals"),
        ),
        "the supply contract; exact decimals, lines by largest remainder so that they add up",
        "an interval with a gap is not billed and is counted as missing; a band with a gap is refused",
        {
            "energy_kwh": {"peak": 1200, "off-peak": 800.5},
            "prices": {"peak": 0.21, "off-peak": 0.15},
            "power_kva": 36,
            "price_per_kva_month": 1.5,
            "standing_per_month": 12,
            "taxes_per_kwh": 0.0225,
            "value_added_tax_pct": 20,
        },
        ("energy_kwh",),
    ),
    Figure(
        "cost-of-use",
        "Cost of a use at one price: energy x price, to the cent",
        lambda energy_kwh, price: cost_of(energy_kwh, price, None, None).net,
        (
            Input("energy_kwh", "kWh", Kind.AMOUNTS, required=True, low=0),
            number("price", "currency/kWh", required=True, low=None),
        ),
        (Output("cost", _MONEY),),
        "energy x price",
        "a gap by interval is not billed (completeness stands beside it); a named gap is refused",
        {"energy_kwh": 132.4, "price": 0.1875},
        ("energy_kwh",),
    ),
)
