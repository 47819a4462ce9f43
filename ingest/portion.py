"""A run of journal entries, decoded: what the writer brings to the store and then settles."""

from __future__ import annotations

from dataclasses import dataclass, field

from premises.ports import Quarantined
from premises.reading import Sheaf


@dataclass(slots=True)
class SiteSheaves:
    """Readings of one site in sheaves and, beside each, the journal position of the message that it comes from."""

    sheaves: list[Sheaf] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    readings: int = 0

    def add(self, sheaf: Sheaf, position: int) -> None:
        self.sheaves.append(sheaf)
        self.positions.append(position)
        self.readings += len(sheaf.values)


@dataclass(slots=True)
class Portion:
    """All messages after the portion before it and up to position `last`: each is in exactly one of the three counts.

    with_readings: messages that yield readings; ignored; quarantined: already by the interpreter.
    """

    last: int
    with_readings: int = 0
    ignored: int = 0
    quarantined: list[Quarantined] = field(default_factory=list)
    sites: dict[str, SiteSheaves] = field(default_factory=dict)

    @property
    def readings(self) -> int:
        return sum(site.readings for site in self.sites.values())

    def of_site(self, name: str) -> SiteSheaves:
        """What there is of a site, to add to."""
        of_site = self.sites.get(name)
        if of_site is None:
            of_site = self.sites[name] = SiteSheaves()
        return of_site

    def merge(self, later: Portion) -> None:
        """Take in the portion that follows directly."""
        self.last = later.last
        self.with_readings += later.with_readings
        self.ignored += later.ignored
        self.quarantined += later.quarantined
        for name, more in later.sites.items():
            site = self.of_site(name)
            site.sheaves += more.sheaves
            site.positions += more.positions
            site.readings += more.readings
