"""All families. A further one is one module and one line here."""

from __future__ import annotations

from ingest.families.ahoydtu import AhoyDtu
from ingest.families.dali_knx import DaliKnx
from ingest.families.esphome import EspHome
from ingest.families.evcc import Evcc
from ingest.families.family import Family
from ingest.families.ha_discovery import HaDiscovery
from ingest.families.heatpump import HeatPump
from ingest.families.homie import Homie
from ingest.families.lorawan import LoRaWan
from ingest.families.mapped import Mapped
from ingest.families.memory import Memory
from ingest.families.message import Message
from ingest.families.misc_sensors import MiscSensors
from ingest.families.opendtu import OpenDtu
from ingest.families.shelly_gen1 import ShellyGen1
from ingest.families.shelly_gen2 import ShellyGen2
from ingest.families.solar_other import SolarOther
from ingest.families.sparkplug_b import SparkplugB
from ingest.families.tasmota import Tasmota
from ingest.families.victron import Victron
from ingest.families.wirenboard import WirenBoard
from ingest.families.zigbee2mqtt import Zigbee2Mqtt
from premises.errors import UnknownNameError

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Zigbee2Mqtt(),
        ShellyGen1(),
        ShellyGen2(),
        Tasmota(),
        EspHome(),
        Homie(),
        HaDiscovery(),
        OpenDtu(),
        AhoyDtu(),
        SolarOther(),
        Victron(),
        Evcc(),
        HeatPump(),
        DaliKnx(),
        WirenBoard(),
        LoRaWan(),
        SparkplugB(),
        MiscSensors(),
        Mapped(),
    )
}
LEAST_CONFIDENCE = 0.25
"""Below this a message is taken for none of the families."""


def family_named(name: str) -> Family:
    """The family of that name. Raises UnknownNameError that names those there are."""
    try:
        return FAMILIES[name]
    except KeyError:
        raise UnknownNameError(f"no family {name!r}; there are {', '.join(FAMILIES)}") from None


def recognise(message: Message, memory: Memory) -> tuple[Family, float] | None:
    """The family that the message is most surely of, with the confidence; None where none is sure enough."""
    best: Family | None = None
    most = LEAST_CONFIDENCE
    for family in FAMILIES.values():
        confidence = family.recognises(message, memory)
        if confidence > most:
            best, most = family, confidence
    return (best, most) if best is not None else None
