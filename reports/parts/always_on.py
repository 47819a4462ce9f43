"""Saving against heating that is always on, an estimate.

Heat is lost in proportion to the difference between inside and outside. So the day's energy for heating, times
(comfort - outside) / (inside as measured - outside), weighted by area, is what keeping every heated zone at comfort all day
would have used. Free gains and the heat of the walls are left out. The page's day of yesterday is told by the same rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from premises.booking import DayKind
from premises.site import Site, Zone
from reports.content import Attachment, Cell, CellKind, Column, Figure, Table, say
from reports.figures.performance import Saving, saving_against
from reports.inputs import SiteInputs
from reports.ledger.sums import register_sum
from reports.parts.days import daily_meters, heating_meters, local_day
from reports.parts.figure import derived, energy_figure

LEAST_DIFFERENCE_K = 2.0
"""With less difference to outside, the ratio says nothing of the day."""


def heated(site: Site) -> list[Zone]:
    """Zones that a plant heats."""
    return [zone for zone in site.zones if zone.heating_plant is not None]


def comfort_c(zone: Zone) -> float:
    """The warmest wish among its kinds of day."""
    wishes = [wish.heat_c for kind, wish in zone.comfort.items() if wish.heat_c is not None and kind is not DayKind.DARK]
    return max(wishes, default=zone.setback_c)


def always_on_saving(one: SiteInputs) -> tuple[Saving, int]:
    """Over the days of which energy for heating and temperatures are known; and how many those are."""
    names = [meter.id for meter in heating_meters(one.site)]
    used: list[float] = []
    would: list[float] = []
    for day, kwh in daily_meters(one.ledger, names).items():
        factor = _factor_of(one, day)
        if factor is not None:
            used.append(kwh)
            would.append(kwh * factor)
    return saving_against(would, used), len(used)


def _factor_of(one: SiteInputs, day: date) -> float | None:
    if day not in one.outdoor_days:
        return None
    told = one.inside_days
    inside = [(zone, told[zone.id][day]) for zone in heated(one.site) if zone.id in told and day in told[zone.id]]
    area = sum(zone.area_m2 for zone, _ in inside)
    had = sum(zone.area_m2 * (air - one.outdoor_days[day]) for zone, air in inside)
    if area <= 0 or had < LEAST_DIFFERENCE_K * area:
        return None
    would = sum(zone.area_m2 * (max(comfort_c(zone), air) - one.outdoor_days[day]) for zone, air in inside)
    return would / had


def temperature_days(inputs: Sequence[SiteInputs]) -> Attachment | None:
    """Mean air by local day, outdoors and of each heated zone: what the estimate rests on besides the meters."""
    rows: list[tuple[Cell, ...]] = []
    for one in inputs:
        if not one.inside_days:
            continue
        places = [("outdoor", one.outdoor_days), *sorted(one.inside_days.items())]
        first, last = local_day(one.ledger.period.start, one.site), local_day(one.ledger.period.end, one.site)
        rows += [(one.site.id, day, place, c) for place, days in places for day, c in sorted(days.items()) if first <= day < last]
    if not rows:
        return None
    columns = (
        Column("site", say("column.site"), CellKind.NAME),
        Column("day", say("column.day"), CellKind.DAY),
        Column("zone", say("column.zone")),
        Column("air_c", say("column.mean_air"), CellKind.NUMBER, "°C", 2),
    )
    return Attachment("temperature_days", Table("temperature_days", say("table.temperature_days"), columns, tuple(rows)))


def always_on_figures(one: SiteInputs) -> list[Figure]:
    """kWh and percent saved; none for a site that heats nothing."""
    if not heated(one.site) or not heating_meters(one.site):
        return []
    saving, days = always_on_saving(one)
    terms = [(1, register_sum(one.ledger, meter.id)) for meter in heating_meters(one.site)]
    used = energy_figure(f"{one.site.id}.heating", say("use.heating"), terms)
    made = []
    for name, value, unit, decimals in (
        ("always_on_saving", saving.saving_kwh, "kWh", 0),
        ("always_on_saving_pct", saving.saving_pct, "%", 1),
    ):
        figure_id, title = f"{one.site.id}.{name}", say(f"figure.{name}")
        formula = say("formula.always_on", count=days)
        why = None if days else say("why.no_temperatures")
        shown = value if days else None
        made.append(
            derived(
                figure_id, title, shown, unit, of=[used], decimals=decimals, definition="always-on-saving", formula=formula, why=why
            )
        )
    return made
