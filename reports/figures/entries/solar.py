"""Entries: what a photovoltaic plant yields and where its energy goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from reports.figures.battery import solar_balance_battery
from reports.figures.exact import Amount, FigureInputError, Number, total
from reports.figures.form import Figure, Output, amount, number
from reports.figures.solar import (
    SolarBalance,
    percent,
    performance_ratio,
    solar_balance,
    solar_balance_metered,
    specific_yield,
)

_SOURCE = "French ministry's definition of the rates (autoconsommation, autoproduction); the site's energy balance"
_RULE = (
    "self-consumed = min(generation, load) of each of the finest common intervals, or generation - export from gross registers; "
    "never netted over the period; an interval with a gap in any input counts in no sum"
)
_INPUTS = (
    amount("generation_kwh", about="gross generation, AC", required=True),
    amount("load_kwh", about="the site's load by interval; with it no import and export"),
    amount("import_kwh", about="gross import register"),
    amount("export_kwh", about="gross export register"),
    amount("charge_kwh", about="into the battery, with import and export"),
    amount("discharge_kwh", about="out of the battery, with import and export"),
    amount("self_consumed_kwh", about="where it is already known as a total"),
    number("interval_minutes", "min", "length of the intervals: the coarser, the higher the result; state it", low=1, high=44_640),
)
_INTERVALS = {"generation_kwh": [0, 3, 8, None], "load_kwh": [2, 4, 5, 6], "interval_minutes": 15}
_TOGETHER = ("generation_kwh", "load_kwh", "import_kwh", "export_kwh", "charge_kwh", "discharge_kwh")
_NO_LOAD = "the load is 0 or not given"
_NO_SUN = "there was no generation"


def balance_of(generation_kwh: Amount, *, interval_minutes: Number | None = None, **registers: Amount | None) -> dict[str, Any]:
    """The balance from what is given: generation with load, with import and export (and battery), or with self-consumed energy."""
    balance = _balance(generation_kwh, **registers)
    told = balance if isinstance(balance, dict) else asdict(balance)
    return told | {"interval_minutes": None if interval_minutes is None else float(interval_minutes)}


def _balance(
    generation_kwh: Amount,
    load_kwh: Amount | None = None,
    import_kwh: Amount | None = None,
    export_kwh: Amount | None = None,
    charge_kwh: Amount | None = None,
    discharge_kwh: Amount | None = None,
    self_consumed_kwh: Amount | None = None,
) -> SolarBalance | dict[str, Any]:
    if self_consumed_kwh is not None or (export_kwh is not None and import_kwh is None and load_kwh is None):
        return _known_use(generation_kwh, load_kwh, export_kwh, self_consumed_kwh)
    if import_kwh is not None and export_kwh is not None:
        if load_kwh is not None:
            raise FigureInputError("load_kwh follows from import, generation and export; leave it out or give it without them")
        if charge_kwh is not None or discharge_kwh is not None:
            five = (generation_kwh, import_kwh, export_kwh, charge_kwh or 0, discharge_kwh or 0)
            if not all(isinstance(column, Sequence) for column in five):
                raise FigureInputError("with a battery every register must be a list of the same intervals")
            return solar_balance_battery(*(_listed(column) for column in five))
        return solar_balance_metered(_listed(generation_kwh), _listed(import_kwh), _listed(export_kwh))
    if load_kwh is None:
        raise FigureInputError("generation alone tells nothing; give load_kwh by interval, or import_kwh and export_kwh")
    if import_kwh is not None or export_kwh is not None or charge_kwh is not None or discharge_kwh is not None:
        raise FigureInputError("give load_kwh alone, or import_kwh and export_kwh (a battery's registers with those)")
    if not isinstance(generation_kwh, Sequence) or not isinstance(load_kwh, Sequence):
        raise FigureInputError(
            "totals of generation and load would be netted over the period; give lists by interval, or import_kwh and export_kwh"
        )
    return solar_balance(generation_kwh, load_kwh)


def _known_use(
    generation_kwh: Amount, load_kwh: Amount | None, export_kwh: Amount | None, self_consumed_kwh: Amount | None
) -> dict[str, Any]:
    given = [value for value in (generation_kwh, load_kwh, export_kwh, self_consumed_kwh) if isinstance(value, Sequence)]
    if any(None in value for value in given):
        raise FigureInputError(
            "a list with gaps cannot be set against totals; give import_kwh and export_kwh, or load_kwh, by interval"
        )
    generated = total(generation_kwh)
    used = generated - total(export_kwh or 0) if self_consumed_kwh is None else total(self_consumed_kwh)
    load = None if load_kwh is None else total(load_kwh)
    if not 0 <= used <= generated or (load is not None and used > load):
        raise FigureInputError("more is self-consumed or exported than was generated or used; check the totals")
    return {
        "generation_kwh": float(generated),
        "load_kwh": None if load is None else float(load),
        "self_consumed_kwh": float(used),
        "import_kwh": None if load is None else float(load - used),
        "export_kwh": float(generated - used),
        "self_consumption_pct": percent(used, generated),
        "self_sufficiency_pct": percent(used, load),
        "annual_balance_pct": percent(generated, load),
        "known": 1.0,
    }


def _listed(value: Amount) -> Sequence[Number | None]:
    return value if isinstance(value, Sequence) else [value]


_RATES = {
    "self_consumption_pct": Output("self_consumption_pct", "%", "self-consumed / generation", _NO_SUN),
    "self_sufficiency_pct": Output("self_sufficiency_pct", "%", "self-consumed / load", _NO_LOAD),
    "annual_balance_pct": Output("annual_balance_pct", "%", "generation / load, may exceed 100 %", _NO_LOAD),
}
_SUMS = (
    Output("generation_kwh", "kWh"),
    Output("load_kwh", "kWh", missing="the load is not given"),
    Output("self_consumed_kwh", "kWh"),
    Output("import_kwh", "kWh", missing="the import is not given"),
    Output("export_kwh", "kWh"),
    Output("known", "1", "share of the intervals that counted", counted=False),
    Output("interval_minutes", "min", "a coarser interval gives a higher result", "not stated; say how long the intervals are"),
)


def _rate(name: str, about: str, head: str) -> Figure:
    return Figure(name, about, balance_of, _INPUTS, (_RATES[head], *_SUMS), _SOURCE, _RULE, _INTERVALS, _TOGETHER)


FIGURES = (
    Figure(
        "solar-balance",
        "Where solar energy went, and where the load's energy came from",
        balance_of,
        _INPUTS,
        (_SUMS[2], *(output for output in _SUMS if output.name != "self_consumed_kwh"), *_RATES.values()),
        _SOURCE,
        _RULE + "; a battery's discharge keeps the origin of its charge, charge from the grid is no self-consumption",
        {"generation_kwh": [10, 6, 0], "import_kwh": [1, 2, 5], "export_kwh": [4, 0, 0], "interval_minutes": 60},
        _TOGETHER,
    ),
    _rate(
        "self-consumption", "Share of the generation that the site used itself (taux d'autoconsommation)", "self_consumption_pct"
    ),
    _rate(
        "self-sufficiency", "Share of the load that came from the site's own sun (taux d'autoproduction)", "self_sufficiency_pct"
    ),
    _rate("annual-balance", "Generation over load of the whole period: not self-sufficiency", "annual_balance_pct"),
    Figure(
        "specific-yield",
        "Generation per installed peak power",
        specific_yield,
        (amount("generation_kwh", required=True), number("peak_power_kw", "kWp", required=True)),
        (Output("specific_yield", "kWh/kWp", missing="the peak power is 0"),),
        "IEC 61724-1, final yield Y_f",
        "the sum of what is known; completeness stands beside it",
        {"generation_kwh": [2100, 4400, 1900], "peak_power_kw": 80},
        ("generation_kwh",),
    ),
    Figure(
        "performance-ratio",
        "Final yield over reference yield",
        performance_ratio,
        (
            amount("generation_kwh", required=True),
            number("peak_power_kw", "kWp", required=True),
            amount("irradiation_kwh_m2", "kWh/m²", "in the plane of the array", required=True),
        ),
        (Output("performance_ratio", "1", missing="the peak power or the irradiation is 0"),),
        "IEC 61724-1, PR = Y_f / Y_r, reference irradiance 1 kW/m²",
        "lists of the same intervals: one with a gap in either counts in neither",
        {"generation_kwh": 76000, "peak_power_kw": 80, "irradiation_kwh_m2": 1180},
        ("generation_kwh", "irradiation_kwh_m2"),
    ),
)
