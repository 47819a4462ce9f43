"""Simulated devices, one module per family of wire format; `FAMILIES` names them all. Written from the families' public
documentation, sharing no code with what reads them."""

from __future__ import annotations

from collections.abc import Callable

from simulators.devices.dali import WbDaliDevice
from simulators.devices.device import Fitting, SimulatedDevice
from simulators.devices.esphome import EsphomeNode
from simulators.devices.heishamon import HeishaMon
from simulators.devices.opendtu import OpenDtu
from simulators.devices.shelly import ShellyGen2
from simulators.devices.wirenboard import WirenBoardDevice
from simulators.devices.zigbee import ZigbeeDevice

FAMILIES: dict[str, Callable[[Fitting], SimulatedDevice]] = {
    "shelly_gen2": ShellyGen2,
    "zigbee2mqtt": ZigbeeDevice,
    "opendtu": OpenDtu,
    "heatpump": HeishaMon,
    "dali_knx": WbDaliDevice,
    "wirenboard": WirenBoardDevice,
    "esphome": EsphomeNode,
}
