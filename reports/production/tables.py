"""Tables of a production's statement."""

from __future__ import annotations

from reports.content import Cell, CellKind, Column, Table, say
from reports.figures.shares import rounded_parts
from reports.parts.figure import kwh_column
from reports.parts.hours import stage_days
from reports.production.account import Account


def bookings_table(account: Account) -> Table:
    """The windows that were metered."""
    site = account.one.site
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            str(stay.booking.key),
            site.zone(stay.zone).name,
            say(f"day_kind.{stay.booking.day_kind.value}"),
            stay.span.start,
            stay.span.end,
            stay.hours,
        )
        for stay in account.stays
    )
    columns = (
        Column("booking", say("column.booking"), CellKind.NAME),
        Column("zone", say("column.zone"), CellKind.NAME),
        Column("day_kind", say("column.day_kind")),
        Column("start", say("column.start"), CellKind.INSTANT),
        Column("end", say("column.end"), CellKind.INSTANT),
        Column("hours", say("column.hours"), CellKind.NUMBER, "h", 2),
    )
    total = (say("cell.total"), None, None, None, None, account.booked_hours)
    return Table("windows", say("table.windows"), columns, rows, total if rows else None)


def days_table(account: Account) -> Table:
    """By stage and kind of day: stage-days, kWh, kWh per stage-day; preparation, shoot and strike apart."""
    site = account.one.site
    sums: dict[tuple[str, str], float] = {}
    for (zone, kind, _), kwh in account.by.items():
        sums[zone, kind.value] = sums.get((zone, kind.value), 0.0) + kwh
    shown, whole = rounded_parts({f"{zone}|{kind}": kwh for (zone, kind), kwh in sums.items()}, 1)
    rows: list[tuple[Cell, ...]] = []
    for zone, name in sorted(sums):
        stays = [stay for stay in account.stays if stay.zone in zone.split("+") and stay.booking.day_kind.value == name]
        days = sum(stage_days(stays, site).values())
        names = ", ".join(site.zone(one).name for one in zone.split("+"))
        used = shown[f"{zone}|{name}"]
        rows.append((names, say(f"day_kind.{name}"), days, used, float(used) / days if days else None))
    columns = (
        Column("zone", say("column.zone"), CellKind.NAME),
        Column("day_kind", say("column.day_kind"), CellKind.NAME),
        Column("stage_days", say("column.stage_days"), CellKind.NUMBER),
        kwh_column("energy", 1),
        Column("kwh_per_stage_day", say("column.per_stage_day"), CellKind.NUMBER, "kWh/stage-day", 1),
    )
    return Table("stage_days", say("table.stage_days"), columns, tuple(rows), (say("cell.total"), None, None, whole, None))


def uses_table(account: Account) -> Table:
    """By stage and use: rig, light and what else has a meter."""
    site = account.one.site
    sums: dict[tuple[str, str], float] = {}
    for (zone, _, use), kwh in account.by.items():
        sums[zone, use] = sums.get((zone, use), 0.0) + kwh
    shown, whole = rounded_parts({f"{zone}|{use}": kwh for (zone, use), kwh in sums.items()}, 1)
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (", ".join(site.zone(one).name for one in zone.split("+")), say(f"use.{use}"), shown[f"{zone}|{use}"])
        for zone, use in sorted(sums)
    )
    columns = (
        Column("zone", say("column.zone"), CellKind.NAME),
        Column("use", say("column.use"), CellKind.NAME),
        kwh_column("energy", 1),
    )
    return Table("production_uses", say("table.production_uses"), columns, rows, (say("cell.total"), None, whole))


def fuels_table(account: Account) -> Table:
    """Fuel of generators that was put in for this production; none is said as none was put in, not as 0 litres."""
    fuels = [fuel for fuel in account.one.supplements.fuels if fuel.production == account.production]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (fuel.day, fuel.carrier, fuel.quantity, fuel.unit, fuel.net_kwh, fuel.document) for fuel in fuels
    )
    columns = (
        Column("day", say("column.day"), CellKind.DAY),
        Column("fuel", say("column.fuel"), CellKind.NAME),
        Column("quantity", say("column.quantity"), CellKind.NUMBER, "", 1),
        Column("unit", say("column.unit")),
        kwh_column("net"),
        Column("document", say("column.document")),
    )
    return Table("fuels", say("table.fuels"), columns, rows, note=None if rows else say("note.no_fuel"))
