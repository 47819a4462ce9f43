"""Heat pumps and boilers: HeishaMon, EMS-ESP, ebusd, ESPAltherma and mitsubishi2MQTT, one dialect each."""

from ingest.families.heatpump.gateway import HeatPump

__all__ = ["HeatPump"]
