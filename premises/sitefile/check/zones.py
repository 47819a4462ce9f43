"""Zones: sizes, comfort, plants, walls, who follows whom."""

from __future__ import annotations

from premises.booking import DayKind
from premises.site import Emitter
from premises.sitefile.build import comfort_of
from premises.sitefile.check.findings import Findings, circle
from premises.sitefile.defaults import usual_supply_max_c
from premises.sitefile.form.energy import PlantForm
from premises.sitefile.form.site import SiteForm
from premises.sitefile.form.zones import ZoneForm
from premises.sitefile.text import Place

ROUNDING_M2 = 0.5
"""Areas of rooms are rounded; their sum may pass the floor area by so much for each zone."""


def check_zones(form: SiteForm, findings: Findings) -> None:
    plants = {plant.id: plant for plant in form.plants}
    for index, zone in enumerate(form.zones):
        place: Place = ("zones", index)
        findings.refer((*place, "tenant"), "tenants", zone.tenant)
        _size(zone, place, findings)
        _comfort(zone, place, findings)
        _plants(zone, place, plants, findings)
        _hours(zone, place, findings)
    _walls(form, findings)
    _following(form, findings)
    _areas(form, findings)


def _size(zone: ZoneForm, place: Place, findings: Findings) -> None:
    if zone.height_m is not None and zone.volume_m3 is not None:
        findings.say((*place, "volume_m3"), "is given beside height_m", "give only one of the two", ((*place, "height_m"),))
    elif zone.volume_m3 is not None and not 1.8 <= zone.volume_m3 / zone.area_m2 <= 60:
        height = zone.volume_m3 / zone.area_m2
        findings.say(
            (*place, "volume_m3"),
            f"makes a height of {height:.1f} m over {zone.area_m2:g} m²",
            "check both",
            ((*place, "area_m2"),),
        )


def _comfort(zone: ZoneForm, place: Place, findings: Findings) -> None:
    for kind, comfort in comfort_of(zone).items():
        block = zone.comfort.get(kind)
        if block is None:
            continue
        here = (*place, "comfort", kind.value)
        if block.cool_c is not None and comfort.heat_c is not None and comfort.heat_c >= block.cool_c:
            key = "heat_c" if "heat_c" in block.model_fields_set else "cool_c"
            message = f"heating to {comfort.heat_c:g} °C and cooling to {block.cool_c:g} °C would run against each other"
            findings.say((*here, key), message, "heat_c must be below cool_c, by 2 °C or more at best", (here, (*place, "use")))
        if block.cool_c is not None and zone.cooling_plant is None:
            findings.say(
                (*here, "cool_c"),
                "nothing cools this zone",
                "name a cooling_plant, or leave cool_c out",
                ((*place, "cooling_plant"),),
            )
        if block.heat_c is not None and "heat_c" in block.model_fields_set and block.heat_c < zone.frost_c:
            findings.say(
                (*here, "heat_c"), f"is below frost_c, {zone.frost_c:g} °C", "frost_c is never fallen below", ((*place, "frost_c"),)
            )
    warmest = max((c.heat_c for c in comfort_of(zone).values() if c.heat_c is not None), default=None)
    if zone.frost_c > zone.setback_c:
        findings.say(
            (*place, "setback_c"),
            f"is below frost_c, {zone.frost_c:g} °C",
            "setback_c must be frost_c or more",
            ((*place, "frost_c"),),
        )
    if warmest is not None and zone.setback_c > warmest and "setback_c" in zone.model_fields_set:
        findings.say(
            (*place, "setback_c"),
            f"is above every heat_c of the zone ({warmest:g} °C at most)",
            "set it lower",
            ((*place, "comfort"), (*place, "use")),
        )
    if zone.setback_c >= zone.cool_setback_c:
        findings.say((*place, "cool_setback_c"), f"must be above setback_c, {zone.setback_c:g} °C", "", ((*place, "setback_c"),))


def _plants(zone: ZoneForm, place: Place, plants: dict[str, PlantForm], findings: Findings) -> None:
    for key, power in (("heating_plant", "heat_power_w"), ("cooling_plant", "cool_power_w")):
        name = getattr(zone, key)
        if findings.refer((*place, key), "plants", name) and name in plants and getattr(plants[name], power) == 0:
            because = ((*findings.place_of("plants", name), power),)
            verb = "heat" if key == "heating_plant" else "cool"
            findings.say(
                (*place, key), f"plant {name!r} does not {verb}", f"give the plant its {power}, or name another plant", because
            )
    heating = plants.get(zone.heating_plant or "")
    if zone.emitter is Emitter.NONE and zone.heating_plant:
        findings.say(
            (*place, "emitter"),
            "is none, yet the zone has a heating_plant",
            f"one of: {', '.join(e for e in Emitter if e is not Emitter.NONE)}",
        )
    if heating is not None and zone.emitter_supply_c is not None:
        highest = usual_supply_max_c(heating.kind) if heating.supply_max_c is None else heating.supply_max_c
        if zone.emitter_supply_c > highest:
            message = f"is above what plant {heating.id!r} can supply, {highest:g} °C"
            hint = "give emitter_power_w at a supply temperature that the plant reaches"
            findings.say((*place, "emitter_supply_c"), message, hint, (findings.place_of("plants", heating.id),))


def _hours(zone: ZoneForm, place: Place, findings: Findings) -> None:
    for index, hours in enumerate(zone.opening_hours):
        here = (*place, "opening_hours", index)
        if hours.since and hours.until and hours.until <= hours.since:
            findings.say(
                (*here, "until"), "must be after since", "it is the first day on which the hours hold no more", ((*here, "since"),)
            )
        if hours.day_kind is DayKind.DARK:
            findings.say((*here, "day_kind"), "dark means that nobody is in", "leave the hours out instead")


def _walls(form: SiteForm, findings: Findings) -> None:
    said: dict[tuple[str, str], float] = {}
    for index, zone in enumerate(form.zones):
        for number, wall in enumerate(zone.neighbours):
            place = ("zones", index, "neighbours", number)
            if not findings.refer((*place, "zone"), "zones", wall.zone):
                continue
            if wall.zone == zone.id:
                findings.say((*place, "zone"), "a zone cannot be its own neighbour")
            elif (zone.id, wall.zone) in said:
                findings.say((*place, "zone"), f"zone {wall.zone!r} is named twice", "add the two conductances up")
            elif said.get((wall.zone, zone.id), wall.conductance_w_k) != wall.conductance_w_k:
                other = said[wall.zone, zone.id]
                message = f"zone {wall.zone!r} says {other:g} W/K of the same wall, this zone {wall.conductance_w_k:g}"
                findings.say(
                    (*place, "conductance_w_k"),
                    message,
                    "write each wall once, for either zone",
                    (findings.place_of("zones", wall.zone),),
                )
            said[zone.id, wall.zone] = wall.conductance_w_k


def _following(form: SiteForm, findings: Findings) -> None:
    above = {zone.id: [follow.zone for follow in zone.follows] for zone in form.zones}
    told: set[frozenset[str]] = set()
    for index, zone in enumerate(form.zones):
        for number, follow in enumerate(zone.follows):
            findings.refer(("zones", index, "follows", number, "zone"), "zones", follow.zone)
        way = circle(zone.id, above)
        if way is not None and frozenset(way) not in told:
            told.add(frozenset(way))
            findings.say(("zones", index, "follows"), f"zones follow each other in a circle: {' → '.join(way)}", "break it at one")


def _areas(form: SiteForm, findings: Findings) -> None:
    total = sum(zone.area_m2 for zone in form.zones)
    if total > form.floor_area_m2 + ROUNDING_M2 * len(form.zones):
        message = f"is {form.floor_area_m2:g} m², yet the zones add up to {total:g} m²"
        findings.say(("floor_area_m2",), message, "correct the areas of the zones or the floor area")
    leased = sum(tenant.area_m2 for tenant in form.tenants)
    if leased > form.floor_area_m2 + ROUNDING_M2 * len(form.tenants):
        message = f"the tenants' areas add up to {leased:g} m², more than the floor area, {form.floor_area_m2:g} m²"
        findings.say(("tenants",), message, "correct their area_m2 or the floor area", (("floor_area_m2",),))
    if form.energy_area_m2 is not None and form.energy_area_m2 > form.floor_area_m2:
        findings.say(("energy_area_m2",), f"is more than the floor area, {form.floor_area_m2:g} m²", "", (("floor_area_m2",),))
