"""The accounts of the intake for Prometheus, read at the moment they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from premises.ports import Intake

_COUNTERS = (
    ("received", "Messages received, each once"),
    ("stored", "Messages whose readings are all in the store"),
    ("quarantined", "Messages that could not be taken and are kept for a person"),
    ("ignored", "Messages understood that hold nothing to keep"),
)
_GAUGES = (
    ("journalled", "Messages durable in the journal and not yet in the store"),
    ("in_flight", "Messages received and not yet durable"),
)
_AT_BOUNDS = ("refused_appends", "failed_writes", "pruned_messages", "quarantine_dropped")


class IntakeCollector(Collector):
    """received = stored + journalled + quarantined + ignored + in_flight holds within every answer."""

    def __init__(self, intake: Intake, journal_counts: Callable[[], Mapping[str, int]] | None = None) -> None:
        """journal_counts: `SqliteJournal.counts`, for what happened at its bounds and how much it holds."""
        self._intake = intake
        self._journal_counts = journal_counts

    def collect(self) -> Iterator[Metric]:
        status = self._intake.status()
        for name, text in _COUNTERS:
            yield CounterMetricFamily(f"greenroom_messages_{name}", text, value=getattr(status, name))
        for name, text in _GAUGES:
            yield GaugeMetricFamily(f"greenroom_messages_{name}", text, value=getattr(status, name))
        yield CounterMetricFamily("greenroom_readings_stored", "Readings in the store", value=status.readings_stored)
        yield GaugeMetricFamily(
            "greenroom_oldest_unsent_seconds", "Age of the oldest message not yet in the store", value=status.oldest_unsent_s
        )
        yield GaugeMetricFamily(
            "greenroom_messages_per_second", "Messages received, mean over the last minute", value=status.rate_per_s
        )
        yield GaugeMetricFamily("greenroom_broker_connected", "1 where the broker is there", value=float(status.connected))
        seen = GaugeMetricFamily("greenroom_device_last_seen_seconds", "When a device was last heard of", labels=["device"])
        for device, at in sorted(status.last_seen.items()):
            seen.add_metric([device], at.timestamp())
        yield seen
        if self._journal_counts is not None:
            yield from self._of_journal(self._journal_counts())

    def _of_journal(self, counts: Mapping[str, int]) -> Iterator[Metric]:
        bounds = CounterMetricFamily("greenroom_journal_at_bound", "What was given up or refused at a bound", labels=["what"])
        for name in _AT_BOUNDS:
            bounds.add_metric([name], counts.get(name, 0))
        yield bounds
        for name in ("unsettled_bytes", "settled_bytes"):
            yield GaugeMetricFamily(f"greenroom_journal_{name}", f"Journal: {name.replace('_', ' ')}", value=counts.get(name, 0))


def metrics_text(intake: Intake, journal_counts: Callable[[], Mapping[str, int]] | None = None) -> bytes:
    """The exposition text (Prometheus text format 0.0.4)."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(IntakeCollector(intake, journal_counts))
    return generate_latest(registry)
