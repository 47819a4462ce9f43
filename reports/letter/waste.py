"""What was used for nothing: losses that were found, stages that ran while nobody had booked them, load that no meter explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from premises.losses import Loss
from premises.site import Zone, ZoneUse
from reports.bacs.losses import losses_table
from reports.content import Amount, Block, Cell, CellKind, Chart, ChartKind, Column, Figures, Paragraph, Series, Table, Tone, say
from reports.inputs import SiteInputs
from reports.parts.energy import remainder_of
from reports.parts.figure import kwh_column
from reports.parts.hours import part_of_slots, stays
from reports.parts.sharing import priced
from reports.studio_pack.stages import metered


@dataclass(frozen=True)
class Standby:
    """A stage's energy outside bookings in the period, and what it cost."""

    zone: Zone
    kwh: float
    whole_kwh: float
    cost: float


@dataclass(frozen=True)
class Waste:
    """losses: by kWh, the greatest first."""

    one: SiteInputs
    losses: Sequence[Loss]
    standby: Sequence[Standby]

    def blocks(self) -> tuple[Block, ...]:
        lost = sum(loss.kwh or 0.0 for loss in self.losses)
        head: list[Block] = []
        if self.losses:
            head.append(Paragraph(say("letter.lost", count=len(self.losses), kwh=Amount(lost, "kWh")), Tone.WARNING))
        else:
            head.append(Paragraph(say("letter.no_losses"), Tone.NOTE))
        if self.losses:
            head.append(losses_table(self.one))
        if self.standby:
            head += [self._chart(), self._table()]
        head.append(Figures((remainder_of(self.one.ledger),)))
        return tuple(head)

    def _table(self) -> Table:
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (item.zone.name, item.kwh, 100 * item.kwh / item.whole_kwh if item.whole_kwh else None, item.cost)
            for item in self.standby
        )
        columns = (
            Column("zone", say("column.zone"), CellKind.NAME),
            kwh_column("standby", 1),
            Column("standby_pct", say("column.standby_pct"), CellKind.PERCENT, "%", 1),
            Column("cost", say("column.cost"), CellKind.MONEY, self.one.site.currency, 2),
        )
        return Table("standby", say("table.standby"), columns, rows, note=say("note.standby"))

    def _chart(self) -> Chart:
        return Chart(
            "standby_chart",
            say("chart.standby"),
            ChartKind.STACK,
            "kWh",
            tuple(item.zone.name for item in self.standby),
            (
                Series(say("column.booked"), tuple(item.whole_kwh - item.kwh for item in self.standby)),
                Series(say("column.standby"), tuple(item.kwh for item in self.standby)),
            ),
            say("chart.standby_text"),
        )


def waste_of(one: SiteInputs) -> Waste:
    """Computed from the ledger, the bookings and the losses found."""
    losses = sorted(one.losses, key=lambda loss: (-(loss.kwh or 0.0), loss.since, loss.id))
    standby = []
    for zone in one.site.zones:
        kwh = metered(one, zone) if zone.use is ZoneUse.STAGE else None
        if kwh is None:
            continue
        idle = np.nan_to_num(kwh) * (1.0 - part_of_slots(one.ledger, [stay.span for stay in stays(one, [zone.id])]))
        standby.append(Standby(zone, float(idle.sum()), float(np.nansum(kwh)), priced(one, idle, np.zeros(len(idle)))))
    return Waste(one, losses, sorted(standby, key=lambda item: (-item.kwh, item.zone.id)))
