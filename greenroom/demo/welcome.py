"""What the demo says when it has caught up: the address of the page and three commands to try."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from gateway.keys import make_key
from greenroom.demo.bookings import SOURCE
from premises.ports import Role
from premises.site import ZoneUse
from premises.time import floor_to, format_instant

if TYPE_CHECKING:
    from greenroom.demo.run import Demo


def welcome(demo: Demo) -> str:
    """Makes the demo's key and says how to use it; the key is good for a day and for the demo's own books only."""
    assert demo.server is not None
    now = demo.running.clock.now()
    key, text = make_key(Role.ADMINISTRATOR, "demo", now, expires_at=now + timedelta(days=1))
    demo.running.books.keys.put(key)
    url = demo.server.url
    stages = [zone.id for zone in demo.site.zones if zone.use is ZoneUse.STAGE]
    call = floor_to(now, timedelta(minutes=15)) + timedelta(hours=6)
    body = {
        "site": demo.site.id,
        "zones": [stages[2 % len(stages)]],
        "start": format_instant(call - timedelta(hours=1)),
        "end": format_instant(call + timedelta(hours=8)),
        "call": format_instant(call),
        "day_kind": "shoot",
        "status": "confirmed",
        "title": "A booking of my own",
    }
    address = f"{url}/v1/bookings/{SOURCE}/mine"
    authorised = f"-H 'Authorization: Bearer {text}'"
    local = now.astimezone(demo.site.zoneinfo)
    return "\n".join(
        [
            "",
            f"The live page:  {url}/",
            "",
            "Book a stage, six hours from now:",
            f"  curl -X PUT {address} {authorised} -H 'Content-Type: application/json' -d '{json.dumps(body)}'",
            "Ask whether it will be ready, from when, and at what cost:",
            f"  curl {address} {authorised}",
            "Make the report of this month:",
            f"  .venv/bin/greenroom report {demo.site.id} --month {local:%Y-%m} --out report --data {demo.settings.data}",
            "",
            "Ctrl-C ends everything.",
        ]
    )
