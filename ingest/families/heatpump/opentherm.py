"""OpenTherm gateways on MQTT: `<prefix>/value/<node>/<name>`, names of the OpenTherm specification, one value per topic."""

from __future__ import annotations

from ingest.decoded import Measurement, Outgoing
from ingest.families.family import Hints, as_number, as_switch, compact
from ingest.families.heatpump.dialect import Dialect, Told
from ingest.families.instants import instant_of
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import plain_text, present, yes_no
from premises.reading import Value
from premises.site import Device, Point

Meaning = tuple[str, str | None, str]

NAMES: dict[str, Meaning] = {
    "Tr": ("temperature", "°C", "room"),
    "TrCH2": ("temperature", "°C", "room 2"),
    "Tboiler": ("temperature", "°C", "boiler"),
    "TflowCH2": ("temperature", "°C", "flow 2"),
    "Tret": ("temperature", "°C", "return"),
    "Tdhw": ("temperature", "°C", "dhw"),
    "Tdhw2": ("temperature", "°C", "dhw 2"),
    "Toutside": ("temperature", "°C", "outside"),
    "Tstorage": ("temperature", "°C", "solar storage"),
    "Tcollector": ("temperature", "°C", "solar collector"),
    "Texhaust": ("temperature", "°C", "exhaust"),
    "Theatexchanger": ("temperature", "°C", "heat exchanger"),
    "TrSet": ("setpoint_temperature", "°C", "room"),
    "TrSetCH2": ("setpoint_temperature", "°C", "room 2"),
    "TrOverride": ("setpoint_temperature", "°C", "room override"),
    "TSet": ("setpoint_temperature", "°C", "flow"),
    "TsetCH2": ("setpoint_temperature", "°C", "flow 2"),
    "TdhwSet": ("setpoint_temperature", "°C", "dhw"),
    "MaxTSet": ("setpoint_temperature", "°C", "flow maximum"),
    "RelModLevel": ("flame_modulation", "%", ""),
    "MaxRelModLevelSetting": ("burner_power", "%", "maximum"),
    "CHPressure": ("pressure", "bar", ""),
    "DHWFlowRate": ("flow", "l/min", "dhw"),
    "ch_enable": ("enabled", None, "heating"),
    "dhw_enable": ("enabled", None, "dhw"),
    "cooling_enable": ("enabled", None, "cooling"),
    "centralheating": ("heating_active", None, ""),
    "domestichotwater": ("heating_active", None, "dhw"),
    "flame": ("heating_active", None, "flame"),
    "fault": ("fault", None, ""),
    "OEMFaultCode": ("fault", None, "code"),
    "BurnerStarts": ("starts", None, "burner"),
    "BurnerOperationHours": ("operating_time", "h", "burner"),
    "DHWBurnerOperationHours": ("operating_time", "h", "dhw burner"),
    "CHPumpStarts": ("starts", None, "pump"),
    "CHPumpOperationHours": ("operating_time", "h", "pump"),
    # otmonitor's own names of the same
    "boilerwatertemperature": ("temperature", "°C", "boiler"),
    "boilertemperature": ("temperature", "°C", "boiler"),
    "returnwatertemperature": ("temperature", "°C", "return"),
    "dhwtemperature": ("temperature", "°C", "dhw"),
    "outsidetemperature": ("temperature", "°C", "outside"),
    "roomtemperature": ("temperature", "°C", "room"),
    "setpoint": ("setpoint_temperature", "°C", "room"),
    "controlsetpoint": ("setpoint_temperature", "°C", "flow"),
    "dhwsetpoint": ("setpoint_temperature", "°C", "dhw"),
    "chsetpoint": ("setpoint_temperature", "°C", "flow maximum"),
    "modulation": ("flame_modulation", "%", ""),
    "chwaterpressure": ("pressure", "bar", ""),
    "chmode": ("heating_active", None, ""),
    "dhwmode": ("heating_active", None, "dhw"),
    "chenable": ("enabled", None, "heating"),
    "dhwenable": ("enabled", None, "dhw"),
    "burnerstarts": ("starts", None, "burner"),
    "burnerhours": ("operating_time", "h", "burner"),
    "RelativeHumidity": ("humidity", "%", "room"),
    "CO2level": ("co2", "ppm", ""),
}
_STATES = frozenset(("enabled", "heating_active", "fault"))
_OWN = frozenset(("Tboiler", "TrSet", "TSet", "RelModLevel", "CHPressure", "TdhwSet", "MaxTSet", "MaxRelModLevelSetting"))


class OpenTherm(Dialect):
    name = "opentherm"

    def recognises(self, message: Message) -> float:
        levels = message.levels
        if levels[0].upper() == "OTGW" and len(levels) > 1:
            return 0.9
        if "otmonitor" in levels and levels[-1] in NAMES:
            return 0.9
        if len(levels) >= 3 and levels[-3] == "value" and levels[-1] in NAMES:
            return 0.85
        return 0.6 if levels[-1] in _OWN and not message.looks_like_object else 0.0

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Told:
        levels = message.levels
        device = hints.base or "/".join(levels[:-1])
        text, time = message.text, None
        known = NAMES.get(levels[-1])
        if known is not None and message.looks_like_object:  # otmonitor's `json2`
            fields = message.fields
            text, time = str(fields.get("value", "")), instant_of(fields.get("timestamp"), hints.zone)
        if known is None:
            there = present(text) if len(levels) <= 3 and levels[-1] not in ("set", "command") else None
            if isinstance(there, bool) and text.lower() in ("online", "offline"):
                return Told((Measurement("availability", there),), message.topic if hints.base is None else device)
            return Told((), device, f"{levels[-1][:40]} is not measured")
        quantity, unit, channel = known
        value = yes_no(text) if quantity in _STATES else plain_text(text)
        if isinstance(value, str) and quantity != "fault":
            raise MalformedError(f"{levels[-1]} is a number or a state, not {text[:40]!r}")
        return Told((Measurement(quantity, value, unit, channel, time),), device)

    def encode(self, device: Device, point: Point, value: Value) -> tuple[Outgoing, ...] | None:
        """Commands go to `<prefix>/set/<node>/…`; a lasting room setpoint, the flow's, hot water's, and heating on or off."""
        what = point.message_quantity or point.quantity.message
        base = device.topic.replace("/value/", "/set/", 1)
        name = {"room": "constant", "flow": "ctrlsetpt", "dhw": "maxdhwsetpt"}.get(point.channel)
        if what == "setpoint_temperature" and name is not None:
            return (Outgoing(f"{base}/{name}", str(compact(as_number(value))).encode()),)
        if what == "enabled" and point.channel in ("heating", "dhw"):
            name = "chenable" if point.channel == "heating" else "hotwater"
            return (Outgoing(f"{base}/{name}", b"1" if as_switch(value) else b"0"),)
        return None
