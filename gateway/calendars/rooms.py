"""The room that an event takes, where it is told as a guest and not as the location."""

from __future__ import annotations

from gateway.calendars.lines import Component, parse_line

ROOMS_MOST = 10


def booked_room(component: Component) -> str:
    """Names of the rooms that are invited (CUTYPE of RFC 5545) and have not declined; "" where there are none."""
    rooms: list[str] = []
    for content in component.text:
        line = parse_line(content) if content[:9].upper() == "ATTENDEE;" else None
        if line is None or line.parameter("CUTYPE").upper() not in ("ROOM", "RESOURCE"):
            continue
        if line.parameter("PARTSTAT").upper() != "DECLINED":
            rooms.append(line.parameter("CN").strip())
    return "; ".join(dict.fromkeys(room for room in rooms[:ROOMS_MOST] if room))
