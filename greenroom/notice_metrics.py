"""Counters of the outbox and of alarms, as Prometheus text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from premises.errors import GreenroomError
from stores.book import Books


class NoticesCollector(Collector):
    """Read from the books when asked for; books that are away leave these out rather than the whole answer."""

    def __init__(self, books: Books, sites: Iterable[str]) -> None:
        self._books = books
        self._sites = sites

    def collect(self) -> Iterator[Metric]:
        try:
            counts = self._books.outbox.counts()
            standing = [alarm for site in tuple(self._sites) for alarm in self._books.alarms.active(site)]
            lost = Counter(loss.kind.value for site in tuple(self._sites) for loss in self._books.losses.standing(site))
        except GreenroomError:
            return
        notices = GaugeMetricFamily("greenroom_notices", "Notices kept in the outbox, by state", labels=["state"])
        for state, count in counts.items():
            notices.add_metric([state.value], count)
        yield notices
        alarms = GaugeMetricFamily("greenroom_alarms", "Alarms that stand, by cause", labels=["cause"])
        for cause, count in sorted(Counter(alarm.cause for alarm in standing).items()):
            alarms.add_metric([cause], count)
        yield alarms
        unseen = sum(alarm.acknowledged_at is None for alarm in standing)
        yield GaugeMetricFamily("greenroom_alarms_unacknowledged", "Alarms that stand and that nobody acknowledged", value=unseen)
        losses = GaugeMetricFamily("greenroom_losses", "Losses of efficiency that go on, by kind", labels=["kind"])
        for kind, count in sorted(lost.items()):
            losses.add_metric([kind], count)
        yield losses


def notices_text(books: Books, sites: Iterable[str]) -> str:
    """The exposition text (Prometheus text format 0.0.4). sites: ids, looked at anew each time."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(NoticesCollector(books, sites))
    return generate_latest(registry).decode()
