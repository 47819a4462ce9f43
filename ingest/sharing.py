"""What several workers may divide between them, and what each of them, or one of them alone, must hear.

On a shared subscription a broker gives each message to one worker, and by MQTT's own rules no retained message to any. So a worker
that only shares would never learn what is announced and who is away. Hence three kinds of topics:

- **announcements** (discovery, units, births, availability): every worker hears them on a subscription of its own;
- **what hangs together**: Sparkplug nodes (aliases, sequence numbers) and devices that take commands (what they tell confirms the
  commands) are heard by the house alone, as a whole, and shared by nobody;
- the rest, nearly all of the readings, is shared.

Where a family has its announcements among its readings (`base/#`) a worker may hear one of them twice. That is harmless: what is
learned twice is learned once, and a reading of the same instant is stored once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ingest.families.family import Family
from ingest.topics import covers, without_covered
from premises.site import Device

TOGETHER = frozenset(("sparkplug_b",))
"""Families whose messages are understood only one after the other."""
PRESENCE = ("availability", "available", "LWT", "lwt", "status", "online", "connected", "bridge/state", "dtu/status", "mqtt")
"""Where devices and their gateways tell whether they are there, below the topic of a family that is subscribed to as `base/#`."""
ANNOUNCED: Mapping[str, tuple[str, ...]] = {
    "homie": ("+", "+/$name", "+/$type", "+/$properties", "+/+/+"),
    "wirenboard": ("meta/#", "controls/+/meta/#", "controls/+/meta"),
    "shelly_gen1": ("online", "announce"),
    "heatpump": (*PRESENCE, "global/+"),
    "opendtu": (*PRESENCE, "+/status/reachable"),
}
"""By family: what is announced below the topic of a device. A value of Homie lies at `node/property`, its attributes below."""


@dataclass(frozen=True)
class Topics:
    """Topic filters. shared: divided between workers; announced: heard by each; together: heard by the house alone."""

    shared: tuple[str, ...]
    announced: tuple[str, ...]
    together: tuple[str, ...]

    def of_house(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(shared, its own) of the worker that is the house."""
        return self.shared, without_covered((*self.announced, *self.together))

    def of_worker(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(shared, its own) of a worker beside the house."""
        return self.shared, self.announced


def divided(devices: Iterable[tuple[Device, Family, bool]]) -> Topics:
    """devices: with their family, and whether any of their points takes commands."""
    shared: list[str] = []
    announced: list[str] = []
    together: list[str] = []
    for device, family, acts in devices:
        filters = family.subscriptions(device)
        if acts or family.name in TOGETHER:
            together += filters
            announced += [one for one in filters if _tells_of_bridge(one)]  # of other devices too
            continue
        own = announcements(device, family)
        announced += own
        shared += [one for one in filters if not any(covers(wide, one) for wide in own)]
    return Topics(without_covered(shared), without_covered(announced), without_covered(together))


def announcements(device: Device, family: Family) -> list[str]:
    """Filters of what every worker must know of the device to understand it, and to know whether it is there."""
    filters = family.subscriptions(device)
    own = [one for one in filters if _tells_of_presence(one) or one.endswith("/config")]
    available = device.options.get("available", "").partition("|")[0].strip()
    if available:  # of a mapping in the site file
        own += [one for one in filters if one == available or one.endswith(f"/{available}")]
    for one in filters:
        if one.endswith("/#"):
            base = one.removesuffix("/#")
            own += [f"{base}/{tail}" for tail in ANNOUNCED.get(family.name, PRESENCE)]
    return list(dict.fromkeys(own))


def _tells_of_presence(one: str) -> bool:
    return "+" not in one and any(one.endswith(f"/{tail}") for tail in PRESENCE)


def _tells_of_bridge(one: str) -> bool:
    return one.endswith("/bridge/state")
