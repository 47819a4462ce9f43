"""The sun on the finest interval common to all registers: self-consumption, self-sufficiency, yield, performance ratio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from premises.tariff import Carrier
from premises.time import Interval
from reports.content import Cell, CellKind, Column, Figure, Figures, Month, Paragraph, Section, Standing, Table, say
from reports.inputs import SiteInputs
from reports.ledger import EXPORT, Ledger
from reports.ledger.sums import added, local_months, meters
from reports.parts.energy import export_of, generation_of, load_of
from reports.parts.figure import derived, kwh_column


@dataclass(frozen=True, slots=True)
class Sun:
    """Sums over the quarter hours in which generation, import and export are all known; known: their share, 0 to 1."""

    generation_kwh: float
    import_kwh: float
    export_kwh: float
    known: float

    @property
    def self_consumed_kwh(self) -> float:
        return max(0.0, self.generation_kwh - self.export_kwh)

    @property
    def load_kwh(self) -> float:
        return self.import_kwh + self.self_consumed_kwh

    @property
    def self_consumption_pct(self) -> float | None:
        return 100 * self.self_consumed_kwh / self.generation_kwh if self.generation_kwh > 0 else None

    @property
    def self_sufficiency_pct(self) -> float | None:
        return 100 * self.self_consumed_kwh / self.load_kwh if self.load_kwh > 0 else None


@dataclass(frozen=True, slots=True)
class SunSeries:
    """Quarter hours of the three gross registers, kWh, NaN where any is not known."""

    index: pd.DatetimeIndex
    generation: np.ndarray
    taken: np.ndarray
    sent: np.ndarray

    def sums(self, within: Interval | None = None) -> Sun:
        edges = (None, None) if within is None else (pd.Timestamp(within.start), pd.Timestamp(within.end))
        first = 0 if edges[0] is None else int(self.index.searchsorted(edges[0]))
        beyond = len(self.index) if edges[1] is None else int(self.index.searchsorted(edges[1]))
        part = slice(first, beyond)
        made, taken, sent = self.generation[part], self.taken[part], self.sent[part]
        known = ~np.isnan(made)
        share = float(known.mean()) if len(known) else 0.0
        return Sun(float(made[known].sum()), float(taken[known].sum()), float(sent[known].sum()), share)


def sun_series(ledger: Ledger) -> SunSeries | None:
    """None for a site without production meter or without both registers at the grid."""
    grids = [meter.id for meter in meters(ledger.site, "grid", Carrier.ELECTRICITY)]
    made = [meter.id for meter in meters(ledger.site, "production", Carrier.ELECTRICITY)]
    if not grids or not made or not any(ledger.has(grid, EXPORT) for grid in grids):
        return None
    columns = [added(ledger, made), added(ledger, grids), added(ledger, grids, EXPORT)]
    table = np.column_stack([column.to_numpy() for column in columns])
    table[np.isnan(table).any(axis=1)] = np.nan
    index = ledger.kwh.index
    assert isinstance(index, pd.DatetimeIndex)
    return SunSeries(index, table[:, 0], table[:, 1], table[:, 2])


def sun_figures(inputs: SiteInputs) -> list[Figure]:
    """Rates, yield and ratio of one site; none for a site without sun."""
    series = sun_series(inputs.ledger)
    if series is None:
        return []
    site, sums = inputs.site, series.sums()
    made, load, sent = generation_of(inputs.ledger), load_of(inputs.ledger), export_of(inputs.ledger)
    of = [made, load, sent]
    peak = sum(string.peak_power_w for string in site.pv_strings) / 1000
    yielded = float(made.value) / peak if made.value is not None and peak else None
    used = derived(
        f"{site.id}.self_consumed",
        say("figure.self_consumed"),
        sums.self_consumed_kwh if sums.known else None,
        "kWh",
        of=[made, sent],
        formula=say("formula.self_consumed"),
        definition="solar-balance",
    )
    rates = [
        ("self_consumption", sums.self_consumption_pct, "self-consumption"),
        ("self_sufficiency", sums.self_sufficiency_pct, "self-sufficiency"),
    ]
    return [
        used,
        *(
            derived(
                f"{site.id}.{name}",
                say(f"figure.{name}"),
                value,
                "%",
                of=of,
                decimals=1,
                formula=say(f"formula.{name}"),
                definition=definition,
            )
            for name, value, definition in rates
        ),
        derived(
            f"{site.id}.specific_yield",
            say("figure.specific_yield"),
            yielded,
            "kWh/kWp",
            of=[made],
            formula=say("formula.specific_yield"),
            definition="specific-yield",
            source="IEC 61724-1",
        ),
        derived(
            f"{site.id}.performance_ratio",
            say("figure.performance_ratio"),
            None,
            "1",
            definition="performance-ratio",
            standing=Standing.FINAL,
            why=say("why.no_plane_irradiation"),
            source="IEC 61724-1",
        ),
    ]


def sun_section(inputs: Sequence[SiteInputs]) -> Section | None:
    """The sun of all sites that have any, by month; None where none has."""
    sunny = [(one, series) for one in inputs if (series := sun_series(one.ledger)) is not None]
    if not sunny:
        return None
    figures = [figure for one, _ in sunny for figure in sun_figures(one)]
    rows: list[tuple[Cell, ...]] = []
    for one, series in sunny:
        for month, span in local_months(one.ledger):
            sums = series.sums(span)
            told: tuple[Cell, ...] = (None,) * 7
            if sums.known:
                told = (
                    sums.generation_kwh,
                    sums.self_consumed_kwh,
                    sums.export_kwh,
                    sums.import_kwh,
                    sums.load_kwh,
                    sums.self_consumption_pct,
                    sums.self_sufficiency_pct,
                )
            rows.append((one.site.id, Month(month.year, month.month), *told, 100 * sums.known))
    columns = (
        Column("site", say("column.site"), CellKind.NAME),
        Column("month", say("column.month"), CellKind.MONTH),
        *(kwh_column(name) for name in ("generation", "self_consumed", "export", "import", "load")),
        Column("self_consumption_pct", say("column.self_consumption"), CellKind.PERCENT, "%", 1),
        Column("self_sufficiency_pct", say("column.self_sufficiency"), CellKind.PERCENT, "%", 1),
        Column("known_pct", say("column.known"), CellKind.PERCENT, "%", 1),
    )
    table = Table("sun", say("table.sun"), columns, tuple(rows))
    return Section("sun", say("section.sun"), (Figures(tuple(figures)), table, Paragraph(say("note.sun_interval"))))
