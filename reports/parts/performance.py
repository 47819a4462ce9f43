"""Seasonal performance of heat pumps and boilers: heat delivered over energy taken, where both have a counter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from premises.site import Plant, PlantKind, Site
from premises.tariff import Carrier
from premises.time import Interval
from reports.content import Cell, CellKind, Column, Figure, Figures, Month, Paragraph, Section, Table, Text, Tone, say
from reports.inputs import SiteInputs
from reports.ledger import HEAT, IMPORT, Ledger
from reports.ledger.sums import local_months, register_sum
from reports.parts.figure import derived, energy_figure, kwh_column

KINDS = (PlantKind.HEAT_PUMP, PlantKind.BOILER)
LEAST_KWH = 0.5
"""Energy taken below which a ratio says nothing: a plant that stood still."""


@dataclass(frozen=True, slots=True)
class Season:
    """Sums over the quarter hours in which heat and energy are both known; known: their share, 0 to 1."""

    heat_kwh: float
    energy_kwh: float
    known: float

    @property
    def factor(self) -> float | None:
        return self.heat_kwh / self.energy_kwh if self.energy_kwh >= LEAST_KWH else None


def heating_plants(site: Site) -> list[Plant]:
    """Those whose performance can be asked for."""
    return [plant for plant in site.plants if plant.kind in KINDS and plant.heat_power_w > 0]


def heat_register(plant: Plant, ledger: Ledger) -> str | None:
    """The plant or meter whose heat counter tells what it delivered; None where nothing does."""
    return next((name for name in (plant.id, plant.meter) if name and ledger.has(name, HEAT)), None)


def season_of(plant: Plant, ledger: Ledger, within: Interval | None = None) -> Season | None:
    """None where heat or energy has no counter of the plant's own."""
    heat, energy = heat_register(plant, ledger), plant.meter
    if heat is None or energy is None or not ledger.has(energy) or _shares_meter(plant, ledger.site):
        return None
    first, beyond = (0, len(ledger.kwh)) if within is None else ledger.span(within)
    given, taken = ledger.arrays(heat, HEAT)[0][first:beyond], ledger.arrays(energy, IMPORT)[0][first:beyond]
    known = ~(np.isnan(given) | np.isnan(taken))
    return Season(float(given[known].sum()), float(taken[known].sum()), float(known.mean()) if len(known) else 0.0)


def _shares_meter(plant: Plant, site: Site) -> bool:
    return any(other.meter == plant.meter and other.id != plant.id for other in site.plants)


def performance_figures(one: SiteInputs) -> list[Figure]:
    """One figure per heat pump and boiler; without a value, and why, where heat or energy is not metered apart."""
    return [_figure(one, plant) for plant in heating_plants(one.site)]


def _figure(one: SiteInputs, plant: Plant) -> Figure:
    ledger, season = one.ledger, season_of(plant, one.ledger)
    figure_id, name = f"{one.site.id}.seasonal_performance.{plant.id}", say("figure.seasonal_performance", plant=plant.name)
    heat = heat_register(plant, ledger)
    if season is None:
        return derived(figure_id, name, None, "1", decimals=2, definition="seasonal-performance", why=_lack(one, plant, heat))
    assert heat is not None
    assert plant.meter is not None
    of = [
        energy_figure(f"{figure_id}.heat", name, [(1, register_sum(ledger, heat, HEAT))]),
        energy_figure(f"{figure_id}.energy", name, [(1, register_sum(ledger, plant.meter))]),
    ]
    return derived(
        figure_id,
        name,
        season.factor,
        "1",
        of=of,
        decimals=2,
        definition="seasonal-performance",
        formula=say(_formula(plant)),
        why=None if season.factor is not None else say("why.stood_still"),
    )


def _formula(plant: Plant) -> str:
    if plant.carrier is not Carrier.ELECTRICITY:
        return "formula.seasonal_performance_fuel"
    return "formula.seasonal_performance_cooling" if plant.cool_power_w > 0 else "formula.seasonal_performance"


def _lack(one: SiteInputs, plant: Plant, heat: str | None) -> Text:
    if heat is None:
        return say("why.heat_not_metered")
    if plant.meter is not None and _shares_meter(plant, one.site):
        return say("why.meter_shared")
    return say("why.energy_not_metered")


def performance_section(inputs: Sequence[SiteInputs]) -> Section | None:
    """Every plant over the period, and by month where both are metered; None for sites without heat pump or boiler."""
    figures = [figure for one in inputs for figure in performance_figures(one)]
    if not figures:
        return None
    rows: list[tuple[Cell, ...]] = []
    for one in inputs:
        for plant in heating_plants(one.site):
            for month, span in local_months(one.ledger):
                season = season_of(plant, one.ledger, span)
                if season is not None:
                    told = (season.heat_kwh, season.energy_kwh, season.factor) if season.known else (None, None, None)
                    rows.append((one.site.id, plant.name, Month(month.year, month.month), *told, 100 * season.known))
    columns = (
        Column("site", say("column.site"), CellKind.NAME),
        Column("plant", say("column.plant"), CellKind.NAME),
        Column("month", say("column.month"), CellKind.MONTH),
        kwh_column("heat_delivered", 1),
        kwh_column("energy_taken", 1),
        Column("seasonal_performance", say("column.seasonal_performance"), CellKind.NUMBER, "", 2),
        Column("known_pct", say("column.known"), CellKind.PERCENT, "%", 1),
    )
    tables = (Table("performance", say("table.performance"), columns, tuple(rows)),) if rows else ()
    note = Paragraph(say("note.performance"), Tone.NOTE)
    return Section("performance", say("section.performance"), (Figures(tuple(figures)), *tables, note))
