"""A clock that was set back: what is remembered of later instants counts as of now, or minimum times would hold for hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from rules.snapshot import Memory


def rewound(memory: Memory, now: datetime) -> Memory:
    """The memory as it was told up to now; the same where the last tick is not ahead of now."""
    if memory.at is None or memory.at <= now:
        return memory

    def past(at: datetime | None) -> datetime | None:
        return None if at is None else min(at, now)

    zones = {
        name: replace(
            zone,
            latch=None if zone.latch is None else replace(zone.latch, since=min(zone.latch.since, now)),
            warm_at=past(zone.warm_at),
            hand_since=past(zone.hand_since),
            door_since=past(zone.door_since),
            trimmed_at=past(zone.trimmed_at),
        )
        for name, zone in memory.zones.items()
    }
    plants = {name: replace(plant, since=past(plant.since)) for name, plant in memory.plants.items()}
    shed = tuple(replace(one, since=min(one.since, now)) for one in memory.shed)
    return replace(memory, zones=zones, plants=plants, shed=shed, eased_at=past(memory.eased_at), at=now)
