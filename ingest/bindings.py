"""Which devices a topic tells of and which points their measurements are: what the site files say, ready for the decoder.

A changed site file makes a new table beside the one in use; what was learned of points and devices that stay the same is taken
over, and the tables are exchanged in one step.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.decoded import Measurement
from ingest.families.family import Family, Hints
from ingest.families.registry import family_named
from ingest.normalise import PointReader
from ingest.sharing import Topics, divided
from ingest.topics import TopicIndex, without_covered
from premises.site import GREENROOM, Device, Site
from premises.time import zone_named

_TOPICS_KEPT = 20_000
_NONE: list[PointReader] = []


class Bound:
    """A device with its family, its points by what a message calls them, and what is known of its availability."""

    __slots__ = ("available", "bridge", "device", "family", "hints", "key", "of_channel", "readers", "site")

    def __init__(self, site: Site, device: Device, family: Family) -> None:
        self.site = site.id
        self.device = device
        self.key = (site.id, device.id)
        self.family = family
        self.hints = Hints(device, zone_named(device.timezone or site.timezone))
        self.readers: dict[tuple[str, str | None], list[PointReader]] = {}
        self.of_channel: dict[str, list[PointReader]] = {}
        self.available = True
        self.bridge = True

    def add(self, reader: PointReader) -> None:
        point = reader.point
        what = point.message_quantity or point.quantity.message
        self.readers.setdefault((point.channel, what), []).append(reader)
        self.of_channel.setdefault(point.channel, []).append(reader)

    def follow(self, before: Bound | None) -> None:
        """Take over what was told of the availability of the same device."""
        if before is not None and _same_source(self, before):
            self.available, self.bridge = before.available, before.bridge

    def by_channel(self, measurement: Measurement) -> list[PointReader]:
        """The point of a measurement whose meaning the message does not tell: the only one of its channel."""
        if measurement.quantity is not None:
            return _NONE
        alone = self.of_channel.get(measurement.channel, _NONE)
        return alone if len(alone) == 1 else _NONE


class Bindings:
    """The table of some sites. Not changed once it is made, but for what readers and devices remember."""

    __slots__ = ("_by_topic", "_index", "bound", "filters", "readers", "sites")

    def __init__(self, sites: Sequence[Site], before: Bindings | None = None) -> None:
        """before: the table that this one follows; its readers go on where their point still measures the same thing."""
        self.sites = {site.id: site for site in sites}
        self.bound: dict[tuple[str, str], Bound] = {}
        self.readers: dict[tuple[str, str], PointReader] = {}
        self._index: TopicIndex[Bound] = TopicIndex()
        self._by_topic: dict[str, list[Bound]] = {}
        filters: list[str] = []
        for site in sites:
            for device in site.devices:
                if device.id == GREENROOM:
                    continue
                bound = Bound(site, device, family_named(device.family))
                if before is not None:
                    bound.follow(before.bound.get(bound.key))
                self.bound[bound.key] = bound
                for topic_filter in bound.family.subscriptions(device):
                    self._index.add(topic_filter, bound)
                    filters.append(topic_filter)
            for point in site.points:
                owner = self.bound.get((site.id, point.device))
                if owner is not None:
                    reader = PointReader(point)
                    if before is not None and _same_source(owner, before.bound.get(owner.key)):
                        reader.follow(before.readers.get((site.id, point.id)))
                    self.readers[site.id, point.id] = reader
                    owner.add(reader)
        self.filters = without_covered(filters)

    def topics(self) -> Topics:
        """What several workers divide between them, and what not."""
        acting = {(site.id, point.device) for site in self.sites.values() for point in site.points if point.writable}
        return divided((bound.device, bound.family, bound.key in acting) for bound in self.bound.values())

    def owners(self, topic: str) -> list[Bound]:
        """The devices that a topic tells of; remembered for the topics that were heard, up to a bound."""
        owners = self._by_topic.get(topic)
        if owners is None:
            owners = self._index.find(topic)
            if owners:
                if len(self._by_topic) >= _TOPICS_KEPT:
                    self._by_topic.clear()
                self._by_topic[topic] = owners
        return owners


def _same_source(now: Bound, before: Bound | None) -> bool:
    """Whether a device is still read from the same place in the same way."""
    return before is not None and (now.device.family, now.device.topic) == (before.device.family, before.device.topic)
