"""What each family of devices can tell and be told, as far as a site file must know it. The table is `families.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from premises.sitefile.wording import SURELY, nearest


@dataclass(frozen=True, slots=True)
class Channel:
    """Channels that match `pattern` as a whole: the message quantities on them (none named: any), and what can be set."""

    name: str
    pattern: re.Pattern[str]
    quantities: frozenset[str]
    writable: frozenset[str]

    def takes(self, message_quantity: str) -> bool:
        """Whether it can be set."""
        return message_quantity in self.writable or ("*" in self.writable and self.tells(message_quantity))

    def tells(self, message_quantity: str) -> bool:
        return not self.quantities or message_quantity in self.quantities


@dataclass(frozen=True, slots=True)
class Family:
    """A wire format.

    topic: an example of a base topic; below: what single messages add to it; open: devices name further channels of their
    own, on which `settable` message quantities can be set.
    """

    name: str
    topic: str
    below: re.Pattern[str] | None
    channels: tuple[Channel, ...]
    open: bool = False
    settable: frozenset[str] = frozenset()

    def channel(self, name: str) -> Channel | None:
        """What is known of the channel of that name, None where the family has none such (or it is a slip of a known one)."""
        known = next((channel for channel in self.channels if channel.pattern.fullmatch(name)), None)
        if known is None and self.open and nearest(name, (c.name for c in self.channels), SURELY) is None:
            return Channel(name, re.compile(re.escape(name)), frozenset(), self.settable)
        return known

    def writable(self) -> dict[str, list[str]]:
        """Channels by message quantity that can be set, for hints."""
        found: dict[str, list[str]] = {quantity: ["channels of its own"] for quantity in sorted(self.settable)}
        for channel in self.channels:
            for quantity in sorted(channel.writable):
                found.setdefault(quantity, []).append(channel.name)
        return found


@cache
def families() -> dict[str, Family]:
    """All families by name."""
    table = tomllib.loads(files("premises.sitefile").joinpath("families.toml").read_text(encoding="utf-8"))
    return {
        name: Family(
            name,
            entry["topic"],
            re.compile(entry["below"]) if "below" in entry else None,
            tuple(
                Channel(c["name"], re.compile(c["pattern"]), frozenset(c["quantities"]), frozenset(c.get("writable", ())))
                for c in entry["channels"]
            ),
            entry.get("open", False),
            frozenset(entry.get("writable", ())),
        )
        for name, entry in table.items()
    }
