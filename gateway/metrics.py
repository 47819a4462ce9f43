"""Metrics of the gateway and its house, as Prometheus text. One registry per application."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from premises.errors import GreenroomError
from premises.ports import House

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class HouseCollector(Collector):
    """The accounting identity and the checks, read when asked for."""

    def __init__(self, house: House) -> None:
        self._house = house

    def describe(self) -> Iterator[Metric]:
        """Nothing ahead of time: the house need not answer yet when the registry is made."""
        yield from ()

    def collect(self) -> Iterator[Metric]:
        try:
            status = self._house.intake.status()
        except GreenroomError:
            return
        messages = GaugeMetricFamily("greenroom_messages", "MQTT messages by what became of them", labels=["state"])
        for state in ("received", "stored", "journalled", "quarantined", "ignored", "in_flight"):
            messages.add_metric([state], float(getattr(status, state)))
        yield messages
        if self._house.metrics is None:  # else the intake tells these itself, and Prometheus takes a name once
            yield GaugeMetricFamily("greenroom_broker_connected", "1 where the broker is there", float(status.connected))
            oldest = GaugeMetricFamily("greenroom_oldest_unsent_seconds", "age of the oldest message not stored")
            oldest.add_metric([], status.oldest_unsent_s)
            yield oldest
        checks = GaugeMetricFamily("greenroom_check_ok", "1 where the part is well", labels=["check"])
        for check in self._house.checks():
            checks.add_metric([check.name], float(check.ok))
        yield checks


class Meters:
    """Requests by route, method and status, and how long they took."""

    def __init__(self, house: House) -> None:
        self.registry = CollectorRegistry()
        labels = ["method", "route", "status"]
        self._requests = Counter("greenroom_http_requests", "HTTP requests", labels, registry=self.registry)
        self._seconds = Histogram(
            "greenroom_http_seconds", "time to answer", ["method", "route"], buckets=BUCKETS, registry=self.registry
        )
        self.registry.register(HouseCollector(house))

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer. route: the path as declared, never as asked for, so that labels stay few."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def text(self) -> bytes:
        return generate_latest(self.registry)
