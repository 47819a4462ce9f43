"""Whether each booking found its room as it was wished for when people arrived, from what was decided and measured then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from premises.booking import Booking
from premises.decision import ZoneDecision, ZoneState
from reports.content import Cell, CellKind, Column, Table, say
from reports.inputs import SiteInputs
from reports.parts.hours import confirmed

TOLERANCE_K = 0.5
"""Room air this much below the wish still counts as ready: what people notice, and a sensor tells apart."""
ABOUT_CALL = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Readiness:
    """ready None: nothing tells. air_c and wanted_c as they were when the call came."""

    booking: Booking
    zone: str
    ready: bool | None
    air_c: float | None = None
    wanted_c: float | None = None


def readiness_of(one: SiteInputs) -> list[Readiness]:
    """Of each booking and heated zone whose call lies in the period's past part, in order of call."""
    found = []
    for booking in confirmed(one.bookings):
        if not one.ledger.period.start <= booking.call_at < one.ledger.until or not booking.acts:
            continue
        heated = [zone for zone in booking.zones if one.site.zone(zone).heating_plant is not None]
        found += [_of(one, booking, zone) for zone in heated]
    return sorted(found, key=lambda item: (item.booking.call_at, item.zone))


def _of(one: SiteInputs, booking: Booking, zone: str) -> Readiness:
    told = [decision for decision in one.decisions if decision.zone == zone]
    before = [d for d in told if booking.call_at - timedelta(days=2) <= d.at <= booking.call_at]
    after = [d for d in told if booking.call_at < d.at <= booking.call_at + ABOUT_CALL]
    chosen = _with_wish([*after[:1], *reversed(before)])
    if chosen is None or chosen.air_c is None or chosen.wanted_c is None:
        return Readiness(booking, zone, None)
    warm = chosen.air_c >= chosen.wanted_c - TOLERANCE_K or chosen.state is ZoneState.READY
    return Readiness(booking, zone, warm, chosen.air_c, chosen.wanted_c)


def _with_wish(decisions: list[ZoneDecision]) -> ZoneDecision | None:
    """The first that holds comfort or heats for it: set-back says nothing about a call."""
    telling = (ZoneState.OCCUPIED, ZoneState.READY, ZoneState.PRE_HEATING, ZoneState.OVERRIDDEN)
    return next((decision for decision in decisions if decision.state in telling), None)


def readiness_table(one: SiteInputs, found: list[Readiness]) -> Table:
    """Every call with what was wished for and what was there."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            item.booking.call_at,
            one.site.zone(item.zone).name,
            say(f"day_kind.{item.booking.day_kind.value}"),
            item.booking.title,
            item.wanted_c,
            item.air_c,
            item.ready,
        )
        for item in found
    )
    columns = (
        Column("call", say("column.call"), CellKind.INSTANT),
        Column("zone", say("column.zone"), CellKind.NAME),
        Column("day_kind", say("column.day_kind")),
        Column("title", say("column.title")),
        Column("wanted_c", say("column.wanted"), CellKind.NUMBER, "°C", 1),
        Column("air_c", say("column.air"), CellKind.NUMBER, "°C", 1),
        Column("ready", say("column.ready"), CellKind.FLAG),
    )
    return Table("readiness", say("table.readiness"), columns, rows)
