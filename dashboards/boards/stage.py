"""One zone, chosen at the top: bookings over air, mass, wish and plan ahead; heat, light, air quality, and why."""

from __future__ import annotations

from dashboards.boards.build import Maker, controlled
from dashboards.flux import Source
from dashboards.panels import BLUE, GREEN, ORANGE, PURPLE, RED, SKY, WALL, YELLOW, Board, Column, Series, Variable
from dashboards.series import zone_level, zone_power
from dashboards.told import booking_bars, plan_ahead, ready_of_chosen, reasons
from dashboards.words import Words


def board(source: Source, say: Words) -> Board:
    make, zones = Maker(source, say), controlled(source)
    if not zones:
        return make.board("stage")
    free = {say("label.free"): (say("label.free"), "rgba(128, 128, 128, 0.08)")}
    bars = booking_bars(source, zones, say("label.free"), chosen=True)
    make.add("zone_bookings", "state-timeline", "string", bars, width=24, height=4, mappings=free, colour=BLUE)
    state = zone_level(source, [("state", say("panel.zone_state"))], fn="last")
    make.add("zone_state", "state-timeline", "string", state, width=24, height=4, mappings=make.states(), window="15m")
    _warmth(make)
    _light(make)
    _air(make)
    standing = ready_of_chosen(source, [("short_k", say("label.short")), ("frost_margin_k", say("label.frost_margin"))])
    lines = (Series(say("label.short"), RED), Series(say("label.frost_margin"), SKY, right_axis=True))
    make.add("zone_short", "timeseries", "kelvin", standing, series=lines, low=0, limit=1.0, decimals=1)
    spare = ready_of_chosen(source, [("spare_min", say("label.spare")), ("confidence_pct", say("label.confidence"))])
    lines = (Series(say("label.spare"), BLUE), Series(say("label.confidence"), GREEN, unit="percent", right_axis=True))
    make.add("zone_spare", "timeseries", "m", spare, series=lines)
    columns = (
        Column("_time", say("column.time"), WALL, 160),
        Column("state", say("panel.zone_state"), width=130, mappings=make.states()),
        Column("text", say("column.reason")),
    )
    make.add("zone_reasons", "table", "none", reasons(source), width=24, height=8, columns=columns)
    chosen = make.annotations("booking", "reason", "override", "alarm", "clock", chosen=True)
    zone = Variable("zone", say("label.zone"), tuple((zone.name, zone.id) for zone in zones))
    return make.board("stage", variables=(zone,), annotations=chosen, time_from="now-24h", time_to="now+24h")


def _warmth(make: Maker) -> None:
    source, say = make.source, make.say
    air, wanted, planned, mass = (say(f"label.{name}") for name in ("air", "wanted", "planned", "mass"))
    ahead, wish = f"{planned} ({say('label.ahead')})", f"{wanted} ({say('label.ahead')})"
    make.add(
        "zone_air",
        "timeseries",
        "celsius",
        zone_level(source, [("air_c", air)]),
        zone_level(source, [("wanted_c", wanted), ("planned_c", planned)], "B", "last"),
        ready_of_chosen(source, [("mass_c", mass)], "C"),
        plan_ahead(source, [("planned_c", ahead), ("wanted_c", wish)], "P"),
        width=24,
        height=10,
        decimals=1,
        series=(
            Series(air, GREEN),
            Series(wanted, ORANGE, dashed=True),
            Series(wish, ORANGE, dashed=True),
            Series(planned, SKY, dashed=True),
            Series(ahead, SKY),
            Series(mass, PURPLE),
        ),
    )
    demand, heat = say("label.demand"), say("label.planned_heat")
    asked = _those_there(make, {"heating_demand_pct": demand, "valve_pct": say("label.valve")})
    later = f"{heat} ({say('label.ahead')})"
    make.add(
        "zone_heat",
        "timeseries",
        "watt",
        zone_level(source, [("planned_heat_w", heat)], fn="last"),
        zone_level(source, asked, "B") if asked else None,
        plan_ahead(source, [("planned_heat_w", later)], "P"),
        series=(
            Series(heat, ORANGE),
            Series(later, ORANGE, dashed=True),
            Series(demand, BLUE, unit="percent", right_axis=True),
            Series(say("label.valve"), BLUE, unit="percent", dashed=True, right_axis=True),
        ),
    )


def _light(make: Maker) -> None:
    source, say = make.source, make.say
    later = f"{say('label.level')} ({say('label.ahead')})"
    levels = _those_there(make, {"brightness_pct": say("label.level")})
    make.add(
        "zone_light",
        "timeseries",
        "percent",
        zone_level(source, levels) if levels else None,
        plan_ahead(source, [("light_pct", later)], "P"),
        low=0,
        high=100,
        bridge_min=24 * 60,
        series=(Series(say("label.level"), YELLOW, fill=10), Series(later, YELLOW, dashed=True)),
    )
    meters = [(meter.id, meter.name) for meter in make.site.meters if make.site.points_of(meter.id, "power")]
    zoned = {point.subject for point in make.site.points if point.zone and point.quantity.name == "power"}
    named = [(subject, name) for subject, name in meters if subject in zoned]
    make.add("zone_power", "timeseries", "watt", zone_power(source, named) if named else None, stacked=True)


def _those_there(make: Maker, fields: dict[str, str]) -> list[tuple[str, str]]:
    """Fields that any zone of the site has, with their labels."""
    zones = {zone.id for zone in controlled(make.source)}
    written = {point.quantity.field for point in make.site.points if point.zone in zones}
    return [(field, label) for field, label in fields.items() if field in written]


def _air(make: Maker) -> None:
    source, say = make.source, make.say
    humidity = say("label.humidity")
    asked = _those_there(make, {"co2_ppm": "CO2", "humidity_pct": humidity})
    lines = (Series("CO2", GREEN), Series(humidity, SKY, unit="percent", right_axis=True))
    make.add("zone_air_quality", "timeseries", "ppm", zone_level(source, asked) if asked else None, series=lines)
