"""Entries: energy per area, per stage-day and booked hour; heat per electricity; standby; sums by carrier, use and zone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from reports.figures.exact import Amount, FigureInputError, Number, fraction, known, total
from reports.figures.form import Figure, Input, Kind, Output, amount, number, series
from reports.figures.performance import intensity, per_kind, saving_against, seasonal_performance, standby

_KNOWN = "the sum of what is known; completeness stands beside it, a gap is no zero"
_AMOUNTS = Input("energy_kwh", "kWh", Kind.AMOUNTS, "total, by month, or by carrier in final energy", required=True, low=0)


def electricity_intensity(electricity_kwh: Amount | Mapping[str, Number | None], area_m2: Number) -> float | None:
    """kWh of electricity per m²."""
    return intensity(electricity_kwh, area_m2)


def energy_intensity(energy_kwh: Amount | Mapping[str, Number | None], area_m2: Number) -> float | None:
    """kWh of final energy per m²."""
    return intensity(energy_kwh, area_m2)


def per_stage_day(energy_kwh: Any, stage_days: Any) -> Any:
    """kWh per booked stage-day, overall and by kind of day."""
    return per_kind(energy_kwh, stage_days)


def per_booked_hour(energy_kwh: Any, booked_hours: Any) -> Any:
    """kWh per booked hour, overall and by kind of day."""
    return per_kind(energy_kwh, booked_hours)


def standby_of(energy_kwh: Sequence[Number | None], booked: Sequence[bool], interval_minutes: Number) -> Any:
    """Energy outside bookings."""
    return standby(energy_kwh, booked, interval_minutes)


def heat_standby_of(heat_kwh: Sequence[Number | None], booked: Sequence[bool], interval_minutes: Number) -> Any:
    """Heat outside bookings."""
    return standby(heat_kwh, booked, interval_minutes)


def always_on(used_kwh: Amount, always_on_kwh: Amount | None, always_on_kw: Number | None, hours: Number | None) -> Any:
    """Saving against plant that always runs: its energy, or its power times the hours of the period."""
    if always_on_kwh is None:
        if always_on_kw is None or hours is None:
            raise FigureInputError("give always_on_kwh, or always_on_kw and hours")
        if isinstance(used_kwh, Sequence):
            if None in used_kwh:
                raise FigureInputError("used_kwh has gaps; give always_on_kwh by interval so that both count the same intervals")
            used_kwh = total(used_kwh)
        always_on_kwh = fraction(always_on_kw) * fraction(hours)
    elif always_on_kw is not None or hours is not None:
        raise FigureInputError("give either always_on_kwh, or always_on_kw and hours")
    return saving_against(always_on_kwh, used_kwh)


def energy_sums(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Sums by carrier, use and zone; import and export stay apart. A sum of rows of which nothing is known is None."""
    parts: dict[str, dict[str, list[Fraction | None]]] = {"by_carrier": {}, "by_use": {}, "by_zone": {}}
    totals: dict[str, list[Fraction | None]] = {"import": [], "export": []}
    missing = 0
    for row in rows:
        kwh = None if row["kwh"] is None else known(row["kwh"])
        missing += kwh is None or (isinstance(row["kwh"], Sequence) and None in row["kwh"])
        totals[row["register"]].append(kwh)
        if row["register"] == "import":
            for by, name in (("by_carrier", "carrier"), ("by_use", "use"), ("by_zone", "zone")):
                parts[by].setdefault(row[name] or "not said", []).append(kwh)
    return {
        "total_kwh": _sum_of(totals["import"]),
        "export_kwh": _sum_of(totals["export"]),
        "rows_with_gaps": missing,
        **{by: {name: _sum_of(kwh) for name, kwh in sorted(names.items())} for by, names in parts.items()},
    }


def _sum_of(values: Sequence[Fraction | None]) -> float | None:
    """0 of nothing, None where there is something but none of it is known."""
    told = known(values) if values else Fraction(0)
    return None if told is None else float(told)


def _standby(name: str, about: str, given: str, function: Any) -> Figure:
    return Figure(
        name,
        about,
        function,
        (
            series(given, required=True),
            Input("booked", "", Kind.FLAGS, "true where the interval is booked", required=True),
            number("interval_minutes", "min", default=60, low=1, high=44_640),
        ),
        (
            Output("standby_kwh", "kWh", "outside bookings", "no interval outside bookings is known"),
            Output("booked_kwh", "kWh", missing="no booked interval is known"),
            Output("standby_pct", "%", "of all that is known", "the energy outside or inside bookings is not known, or all is 0"),
            Output("mean_standby_kw", "kW", missing="no interval outside bookings is known"),
            Output("missing", "intervals"),
        ),
        "rule of this software: energy of the zone's meters outside bookings, the owner's account",
        "an interval with a gap counts in no sum and in no mean",
        {given: [2, 2, 18, None, 21, 3], "booked": [False, False, True, True, True, False], "interval_minutes": 60},
        (given,),
    )


def _per(name: str, about: str, function: Any, days: str, unit: str, counts: dict[str, int]) -> Figure:
    return Figure(
        name,
        about,
        function,
        (
            Input(
                "energy_kwh", "kWh", Kind.AMOUNTS, "of the stage's meters in booked windows; may be by kind", required=True, low=0
            ),
            Input(days, unit, Kind.AMOUNTS, "a total, or by kind (prep, shoot, strike)", required=True, low=0, gaps=False),
        ),
        (
            Output("overall", f"kWh/{unit}", missing=f"nothing is known of the energy, or {days} is 0"),
            Output("by_kind", f"kWh/{unit}"),
        ),
        "rule of this software; there is no published benchmark",
        "a kind whose energy is not known counts neither with its energy nor with its " + days.replace("_", " "),
        {"energy_kwh": {"prep": 310, "shoot": 2480}, days: counts},
    )


_EXAMPLE_ROWS = [
    {"carrier": "electricity", "use": "lighting", "zone": "stage-1", "kwh": [12, 14]},
    {"carrier": "electricity", "register": "export", "kwh": 5},
    {"carrier": "gas", "use": "heating", "zone": "stage-1", "kwh": 40},
]

FIGURES = (
    Figure(
        "energy-sums",
        "Energy by carrier, use and zone; import and export gross",
        energy_sums,
        (
            Input(
                "rows",
                "",
                Kind.ROWS,
                "one per meter register",
                required=True,
                columns=(
                    Input("carrier", "", Kind.TEXT, required=True),
                    Input("use", "", Kind.TEXT),
                    Input("zone", "", Kind.TEXT),
                    Input("register", "", Kind.CHOICE, choices=("import", "export"), default="import"),
                    amount("kwh"),
                ),
            ),
        ),
        (
            Output("total_kwh", "kWh", "of the import registers", "no import register is known"),
            Output("export_kwh", "kWh", missing="no export register is known"),
            Output("by_carrier", "kWh"),
            Output("by_use", "kWh"),
            Output("by_zone", "kWh"),
            Output("rows_with_gaps", "rows"),
        ),
        "sums of meter registers",
        _KNOWN,
        {"rows": _EXAMPLE_ROWS},
    ),
    Figure(
        "electricity-intensity",
        "Electricity per floor area",
        electricity_intensity,
        (
            Input("electricity_kwh", "kWh", Kind.AMOUNTS, "total, by month, or by name", required=True, low=0),
            number("area_m2", "m²", required=True),
        ),
        (Output("intensity", "kWh/m²", missing="the area is 0 or nothing is known of the energy"),),
        "ratio of use to area; OPERAT takes the surface de consommations énergétiques",
        _KNOWN,
        {"electricity_kwh": [9000, 8000, None, 7500], "area_m2": 2000},
    ),
    Figure(
        "energy-intensity",
        "Final energy per floor area",
        energy_intensity,
        (_AMOUNTS, number("area_m2", "m²", required=True)),
        (Output("intensity", "kWh/m²", missing="the area is 0 or nothing is known of the energy"),),
        "ratio of use to area; OPERAT takes the surface de consommations énergétiques",
        _KNOWN,
        {"energy_kwh": {"electricity": 90000, "gas": 45000}, "area_m2": 1500},
    ),
    _per("kwh-per-stage-day", "Energy per booked stage-day", per_stage_day, "stage_days", "stage-day", {"prep": 2, "shoot": 4}),
    _per("kwh-per-booked-hour", "Energy per booked hour", per_booked_hour, "booked_hours", "h", {"prep": 16, "shoot": 44}),
    _standby("standby", "Energy used while nothing is booked", "energy_kwh", standby_of),
    _standby("heat-standby", "Heat delivered while nothing is booked", "heat_kwh", heat_standby_of),
    Figure(
        "always-on-saving",
        "Saving against the counterfactual of plant that is always on",
        always_on,
        (
            amount("used_kwh", required=True),
            amount("always_on_kwh", about="what it would have used"),
            number("always_on_kw", "kW", "or its power"),
            number("hours", "h", "and the hours of the period"),
        ),
        (
            Output("saving_kwh", "kWh"),
            Output("saving_pct", "%", missing="the counterfactual is 0"),
            Output("counterfactual_kwh", "kWh"),
            Output("used_kwh", "kWh"),
            Output("missing", "intervals"),
        ),
        "rule of this software: the stated counterfactual less what was used",
        "only intervals known in both count",
        {"used_kwh": 210, "always_on_kw": 2.5, "hours": 168},
        ("used_kwh", "always_on_kwh"),
    ),
    Figure(
        "seasonal-performance",
        "Heat delivered per electricity taken (SPF of a season, COP of an interval)",
        seasonal_performance,
        (
            amount("heat_kwh", required=True),
            amount("electricity_kwh", required=True),
            amount("auxiliary_kwh", about="pumps and back-up heater, for the wider boundary", default=0),
        ),
        (
            Output("factor", "1", missing="no electricity was taken, or no interval is known in both"),
            Output("heat_kwh", "kWh"),
            Output("electricity_kwh", "kWh"),
            Output("by_interval", "1", "coefficient of performance of each interval"),
            Output("missing", "intervals"),
        ),
        "ratio of heat to electricity over the season; boundaries as in SEPEMO (name yours)",
        "an interval with a gap in either counts in neither sum",
        {"heat_kwh": [30, 42, None, 12], "electricity_kwh": [9, 12, 8, 4]},
        ("heat_kwh", "electricity_kwh", "auxiliary_kwh"),
    ),
)
