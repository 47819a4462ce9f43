"""A run of journal entries, decoded: what the writer brings to the store and then settles."""

from __future__ import annotations

from dataclasses import dataclass, field

from premises.ports import Quarantined
from premises.reading import Reading


@dataclass(slots=True)
class SiteReadings:
    """Readings of one site and, beside each, the journal position of the message that it comes from."""

    readings: list[Reading] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Portion:
    """All messages after the portion before it and up to position `last`: each is in exactly one of the three counts.

    with_readings: messages that yield readings; ignored; quarantined: already by the interpreter.
    """

    last: int
    with_readings: int = 0
    ignored: int = 0
    quarantined: list[Quarantined] = field(default_factory=list)
    sites: dict[str, SiteReadings] = field(default_factory=dict)

    @property
    def readings(self) -> int:
        return sum(len(site.readings) for site in self.sites.values())

    def merge(self, later: Portion) -> None:
        """Take in the portion that follows directly."""
        self.last = later.last
        self.with_readings += later.with_readings
        self.ignored += later.ignored
        self.quarantined += later.quarantined
        for name, more in later.sites.items():
            site = self.sites.setdefault(name, SiteReadings())
            site.readings += more.readings
            site.positions += more.positions
