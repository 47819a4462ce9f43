"""Losses of efficiency that were found, with what was advised and when they were closed."""

from __future__ import annotations

from premises.losses import Loss
from reports.content import Cell, CellKind, Column, Paragraph, Section, Table, Tone, say
from reports.inputs import SiteInputs


def losses_section(one: SiteInputs) -> Section:
    """All losses that overlap the period; none found is said, and is no proof that there was none."""
    table = losses_table(one)
    lines = [Paragraph(say("bacs.losses_found", count=len(one.losses)), Tone.PLAIN if one.losses else Tone.NOTE)]
    return Section(f"losses_{one.site.id}", say("section.losses"), (*lines, table))


def losses_table(one: SiteInputs) -> Table:
    """Since when, which kind, where, how many days, how much, and whether it still stands. kwh is an estimate or not available."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            loss.since,
            say(f"loss.{loss.kind.value}"),
            place_of(loss, one),
            loss.days,
            loss.kwh,
            say(f"advice.{loss.kind.value}"),
            loss.closed_at,
        )
        for loss in sorted(one.losses, key=lambda loss: (-(loss.kwh or 0.0), loss.since, loss.id))
    )
    columns = (
        Column("since", say("column.since"), CellKind.INSTANT),
        Column("kind", say("column.kind"), CellKind.NAME),
        Column("subject", say("column.subject")),
        Column("days", say("column.days"), CellKind.NUMBER),
        Column("lost_kwh", say("column.lost"), CellKind.NUMBER, "kWh", 0),
        Column("advice", say("column.advice")),
        Column("closed_at", say("column.closed_at"), CellKind.INSTANT),
    )
    return Table(f"losses_{one.site.id}", say("table.losses", site=one.site.name), columns, rows)


def place_of(loss: Loss, one: SiteInputs) -> str:
    """The zone's or plant's name."""
    names = {zone.id: zone.name for zone in one.site.zones} | {plant.id: plant.name for plant in one.site.plants}
    return names.get(loss.subject, loss.subject)
