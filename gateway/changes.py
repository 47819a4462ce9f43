"""What changed since the last look, for one caller: the pure part of server-sent events."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.access import Caller, Right
from gateway.door import Gateway
from gateway.keys import holds
from gateway.routes.running import alarms_of
from gateway.routes.zones import zones_of
from gateway.shapes.events import EventDocument
from gateway.signin.sessions import anew
from gateway.writing import listed
from premises.ports import BookingQuery

BOOKINGS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Event:
    """One server-sent event. id: the place in the change feed of bookings, to go on from after a break."""

    name: str
    data: EventDocument
    id: int | None

    def encode(self) -> bytes:
        told = {name: part for name, part in self.data.model_dump(mode="json").items() if part is not None}
        place = f"id: {self.id}\n" if self.id is not None else ""
        return f"{place}event: {self.name}\ndata: {json.dumps(told, separators=(',', ':'))}\n\n".encode()


@dataclass(frozen=True)
class Seen:
    """What the caller was last told. revision None: no change of a booking yet, they are looked for since `begun`."""

    begun: datetime
    revision: int | None = None
    zones: dict[str, str] = field(default_factory=dict)
    alarms: str = ""


def still_holds(gateway: Gateway, caller: Caller) -> bool:
    """Whether the key or session of a long answer is still valid: it may have been revoked, or have expired, meanwhile."""
    if caller.session:
        return anew(gateway.house, caller) is not None
    key = gateway.house.keys.find(caller.key.prefix)
    return key is not None and holds(key, gateway.now())


def look(gateway: Gateway, caller: Caller, language: str, seen: Seen) -> tuple[list[Event], Seen]:
    """Events since `seen`, and what was seen now. Zones and alarms are told whole where anything of them is different."""
    events: list[Event] = []
    sites = gateway.house.sites
    since = seen.begun if seen.revision is None else None
    query = BookingQuery(after_revision=seen.revision or 0, updated_since=since, limit=BOOKINGS_AT_ONCE)
    found = gateway.house.bookings.find(query)
    for stored in found:
        if caller.sees_booking(stored.booking):
            told = EventDocument(booking=listed(stored, sites.get(stored.booking.site), caller))
            events.append(Event("booking", told, stored.revision))
    revision = found[-1].revision if found else seen.revision
    zones = dict(seen.zones)
    for zone in zones_of(gateway, caller, language):
        name, state = f"{zone.site}/{zone.id}", zone.model_dump_json(exclude={"air_at": True, "decision": {"at"}})
        if zones.get(name) != state:
            zones[name] = state
            events.append(Event("zone", EventDocument(zone=zone), revision))
    alarms_now = alarms_of(gateway, caller, language) if Right.SEE_RUNNING in caller.rights else []
    alarms = json.dumps([alarm.model_dump() for alarm in alarms_now])
    if alarms != seen.alarms and (alarms_now or seen.alarms):
        events.append(Event("alarms", EventDocument(alarms=alarms_now), revision))
    return events, replace(seen, revision=revision, zones=zones, alarms=alarms)
