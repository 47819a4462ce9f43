"""Other gateways: OpenMQTTGateway, Klimalogger, eNode, Aqara gateways, ESPurna, smart meter readers, rtl_433, bare topics."""

from ingest.families.misc_sensors.gateways import MiscSensors

__all__ = ["MiscSensors"]
