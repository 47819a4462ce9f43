"""Objectives: relative (Crelat) and absolute (Cabs), whichever is met; the rating in leaves."""

from __future__ import annotations

from reports.content import Cell, CellKind, Column, Figure, Figures, Paragraph, Section, Table, Tone, say
from reports.figures.exact import FigureInputError
from reports.figures.operat import Rating, RelativeObjective, crelat, rating
from reports.operat.climate import Adjusted
from reports.operat.entity import Entity
from reports.parts.figure import derived

_SOURCE = "arrêté du 10 avril 2020 (NOR LOGL2005904A), consolidated; annexe I of NOR ATDL2430864A"


def relative_of(entity: Entity) -> RelativeObjective | None:
    """None without a reference year. Modulated by activity where the reference year's own Cabs is known."""
    reference = entity.operat.reference
    if reference is None:
        return None
    if reference.cabs_kwh_m2:
        return crelat(reference.kwh_m2, entity.cabs.cabs, reference.cabs_kwh_m2)
    return crelat(reference.kwh_m2)


def rating_of(entity: Entity, adjusted: Adjusted) -> Rating | None:
    """None without a reference year, a result, or outside of the years that the line is drawn for."""
    reference, used = entity.operat.reference, adjusted.intensity.value or adjusted.raw_intensity.value
    if reference is None or used is None or not entity.whole_year:
        return None
    target = next((year for year in (2030, 2040, 2050) if entity.inputs.last.year <= year), 2050)
    try:
        return rating(
            float(used),
            reference.kwh_m2,
            entity.cabs.cabs,
            year=entity.inputs.last.year,
            reference_year=reference.year,
            target_year=target,
        )
    except FigureInputError:
        return None


def objectives_section(entity: Entity, adjusted: Adjusted) -> tuple[Section, tuple[Figure, ...]]:
    """The table of decades, the rating, and the figures that head the report."""
    site, relative = entity.one.site, relative_of(entity)
    absolute = derived(
        f"{site.id}.cabs",
        say("figure.cabs"),
        entity.cabs.cabs,
        "kWh/m²",
        decimals=1,
        formula=say("formula.cabs"),
        definition="operat-cabs",
        source=_SOURCE,
    )
    used = adjusted.intensity if adjusted.intensity.value is not None else adjusted.raw_intensity
    figures: list[Figure] = [used, absolute]
    rows: list[tuple[Cell, ...]] = []
    value = None if used.value is None or not entity.whole_year else float(used.value)
    decades = ((2030, "crelat_2030"), (2040, "crelat_2040"), (2050, "crelat_2050"))
    for decade, name in decades:
        goal = None if relative is None else float(getattr(relative, name))
        by_relative = None if value is None or goal is None else value <= goal
        by_absolute = None if value is None or decade != 2030 else value <= entity.cabs.cabs
        met = None if by_relative is None and by_absolute is None else bool(by_relative) or bool(by_absolute)
        rows.append((str(decade), goal, entity.cabs.cabs if decade == 2030 else None, value, by_relative, by_absolute, met))
        if decade == 2030 and relative is not None:
            figures.append(
                derived(
                    f"{site.id}.{name}",
                    say("figure.crelat", decade=str(decade)),
                    goal,
                    "kWh/m²",
                    decimals=1,
                    formula=say("formula.crelat"),
                    definition="operat-crelat",
                    source=_SOURCE,
                )
            )
    columns = (
        Column("decade", say("column.decade"), CellKind.NAME),
        Column("crelat_kwh_m2", say("column.crelat"), CellKind.NUMBER, "kWh/m²", 1),
        Column("cabs_kwh_m2", say("column.cabs"), CellKind.NUMBER, "kWh/m²", 1),
        Column("result_kwh_m2", say("column.result"), CellKind.NUMBER, "kWh/m²", 1),
        Column("by_relative", say("column.by_relative"), CellKind.FLAG),
        Column("by_absolute", say("column.by_absolute"), CellKind.FLAG),
        Column("met", say("column.met"), CellKind.FLAG),
    )
    blocks: list[Paragraph | Table | Figures] = [Table("objectives", say("table.objectives"), columns, tuple(rows))]
    given = rating_of(entity, adjusted)
    if given is not None:
        tone = Tone.GOOD if given.rating.endswith(("leaves", "leaf")) else Tone.WARNING
        blocks.append(Paragraph(say("operat.rating", rating=say(f"rating.{given.rating}")), tone))
    else:
        blocks.append(Paragraph(say("operat.no_rating"), Tone.NOTE))
    if relative is None:
        blocks.append(Paragraph(say("operat.no_reference"), Tone.NOTE))
    return Section("objectives", say("operat.objectives"), tuple(blocks)), tuple(figures)
