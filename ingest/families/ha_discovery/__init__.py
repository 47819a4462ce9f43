"""Home Assistant MQTT discovery: entities are announced on config topics, readings then understood through them."""

from ingest.families.ha_discovery.discovery import HaDiscovery

__all__ = ["HaDiscovery"]
