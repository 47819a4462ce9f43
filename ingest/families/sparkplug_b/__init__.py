"""Sparkplug B: protobuf payloads, births that define aliases, deaths that make stale, sequence numbers, rebirth requests."""

from ingest.families.sparkplug_b.session import SparkplugB

__all__ = ["SparkplugB"]
