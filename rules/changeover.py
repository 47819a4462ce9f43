"""A plant that gives heat or cold gives one at a time and rests between them; so does each zone that gets both."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from premises.command import Priority
from premises.decision import ZoneState
from premises.reason import Reason
from premises.site import Plant, PlantKind
from rules.cooling import TURN_REST
from rules.damp import dry_supply_c
from rules.plant import OFF_BELOW, ON_ABOVE, PlantWish, ZoneNeed, run
from rules.snapshot import PlantMemory, Snapshot, ZoneMemory, ZoneView
from rules.wording import degrees

HEAT, COLD = "heat", "cold"
URGENT = frozenset({ZoneState.FROST_GUARD, ZoneState.OVERRIDDEN})
"""What waits for no rest but the machine's own."""


def one_way(needs: Sequence[ZoneNeed], memory: PlantMemory, now: datetime, least: timedelta) -> tuple[list[ZoneNeed], str]:
    """What a plant for both is asked now, and which way that is: heat before cold, nothing while it rests between them.

    least: its own rest, which is all that frost and people's overrides wait for. Needs are all kept where nobody asks for cold.
    """
    warm, cold = [n for n in needs if not n.cooling], [n for n in needs if n.cooling]
    threshold = ON_ABOVE if memory.way == COLD else OFF_BELOW
    asked = any(need.demand > threshold for need in warm)
    way = HEAT if asked else COLD if cold else ""
    if way == "":
        return list(needs), memory.way
    if memory.way and memory.way != way and memory.way_at is not None:
        urgent = way == HEAT and any(n.demand > threshold and n.state in URGENT for n in warm)
        if timedelta(0) <= now - memory.way_at < (min(least, TURN_REST) if urgent else TURN_REST):
            return [], memory.way
    return (warm if way == HEAT else cold), way


def served(snapshot: Snapshot, plant: Plant, needs: Sequence[ZoneNeed], memory: PlantMemory, planned_c: float | None) -> PlantWish:
    """What the plant should do now. One that gives both goes one way at a time, its cold water no colder than ceilings bear."""
    if all(zone.cooling_plant != plant.id for zone in snapshot.site.zones):
        return run(plant, needs, snapshot.outdoor_c, memory, snapshot.now, planned_c)
    needs, way = one_way(needs, memory, snapshot.now, plant.min_rest)
    machine = replace(plant, kind=PlantKind.HEAT_PUMP) if plant.kind is PlantKind.CHILLER else plant  # both have a compressor
    wish = run(machine, needs, snapshot.outdoor_c, memory, snapshot.now, planned_c)
    dry = dry_supply_c(snapshot, [need.zone for need in needs if need.cooling])
    if dry is not None and wish.on and wish.supply_c is not None and wish.supply_c < dry[0]:
        supply = float(math.ceil(dry[0]))
        reason = Reason("plant_cool_dry", {"supply": f"{supply:.0f}", "zone": dry[1], "outside": degrees(snapshot.outdoor_c)})
        wish = replace(wish, supply_c=supply, reason=reason, memory=replace(wish.memory, supply_c=supply))
    going = wish.on and (bool(needs) or memory.way == way)  # while it runs at all, water of that kind is in the pipes
    return replace(wish, memory=replace(wish.memory, way=way, way_at=snapshot.now if going else memory.way_at))


def turned(
    snapshot: Snapshot, zone_id: str, memory: ZoneMemory, need: ZoneNeed | None, plants: Mapping[str, PlantMemory]
) -> ZoneMemory:
    """The memory of a zone that can have both, with when it last was given heat or cold. plants: as they run from now on."""
    zone = snapshot.site.zone(zone_id)
    if zone.cooling_plant is None or need is None:
        return memory
    plant = plants.get((zone.cooling_plant if need.cooling else zone.heating_plant) or "", PlantMemory())
    if need.cooling:
        return replace(memory, cooled_at=snapshot.now) if plant.on and plant.way == COLD else memory
    heated = plant.on and plant.way in ("", HEAT) and need.demand > OFF_BELOW
    return replace(memory, heated_at=snapshot.now) if heated else memory


def just_cooled(view: ZoneView, priority: Priority) -> bool:
    """Whether heat for bookings and saving still waits, because the zone was given cold a moment ago."""
    at = view.memory.cooled_at
    return at is not None and priority <= Priority.BOOKING and timedelta(0) <= view.now - at < TURN_REST
