"""HeishaMon (Panasonic): one value per topic `main/<TOP name>`, after the project's MQTT-Topics.md; older names too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingest.decoded import Measurement, Outgoing
from ingest.families.family import Hints, as_number, as_switch, below
from ingest.families.heatpump.dialect import Dialect, Told
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import plain, plain_text, present
from premises.reading import Value
from premises.site import Device, Point

_CELSIUS = {
    "Main_Inlet_Temp": "main inlet", "Main_Outlet_Temp": "main outlet", "DHW_Temp": "dhw", "Outside_Temp": "outside",
    "Outside_Pipe_Temp": "outside pipe", "Room_Thermostat_Temp": "room thermostat", "Z1_Water_Temp": "z1 water",
    "Z2_Water_Temp": "z2 water", "Buffer_Temp": "buffer", "Solar_Temp": "solar", "Pool_Temp": "pool",
    "Main_Hex_Outlet_Temp": "main hex outlet", "Discharge_Temp": "discharge", "Inside_Pipe_Temp": "inside pipe",
    "Defrost_Temp": "defrost", "Eva_Outlet_Temp": "eva outlet", "Bypass_Outlet_Temp": "bypass outlet", "Ipm_Temp": "ipm",
    "Z1_Temp": "z1", "Z2_Temp": "z2", "Second_Inlet_Temp": "second inlet", "Economizer_Outlet_Temp": "economizer outlet",
    "Second_Room_Thermostat_Temp": "second room thermostat",
}  # fmt: skip
_TARGETS = {
    "Main_Target_Temp": "main outlet", "DHW_Target_Temp": "dhw", "Z1_Heat_Request_Temp": "z1 heat request",
    "Z1_Cool_Request_Temp": "z1 cool request", "Z2_Heat_Request_Temp": "z2 heat request",
    "Z2_Cool_Request_Temp": "z2 cool request", "Z1_Water_Target_Temp": "z1 water", "Z2_Water_Target_Temp": "z2 water",
    "Sterilization_Temp": "sterilization",
}  # fmt: skip
_POWERS = {
    f"{use}_{kind}_{what}": f"{word} {what.lower()}"
    for use, word in (("Heat", "heat"), ("Cool", "cool"), ("DHW", "dhw"))
    for kind in ("Energy", "Power")
    for what in ("Production", "Consumption")
}
_OTHERS: dict[str, tuple[str, str | None, str]] = {
    "Heatpump_State": ("heatpump_on", None, ""),
    "Pump_Flow": ("flow", "l/min", ""),
    "Compressor_Freq": ("compressor_frequency", "Hz", ""),
    "Compressor_Current": ("current", "A", "compressor"),
    "Pump_Speed": ("pump_speed", "r/min", ""),
    "Pump_Duty": ("pump_modulation", None, "duty"),
    "Water_Pressure": ("pressure", "bar", "water"),
    "Fan1_Motor_Speed": ("fan_speed", "r/min", "fan 1"),
    "Fan2_Motor_Speed": ("fan_speed", "r/min", "fan 2"),
    "High_Pressure": ("pressure", "kgf/cm²", "high"),
    "Low_Pressure": ("pressure", "kgf/cm²", "low"),
    "Operating_Mode_State": ("mode", None, ""),
    "Error_State": ("fault", None, ""),
    "Quiet_Mode_Level": ("mode", None, "quiet"),
    "Operations_Hours": ("operating_time", "h", ""),
    "Operations_Counter": ("starts", None, ""),
    "Defrosting_State": ("running_state", None, "defrosting"),
    "Force_DHW_State": ("enabled", None, "dhw forced"),
    "ThreeWay_Valve_State": ("running_state", None, "three-way valve"),
    "Internal_Heater_State": ("heating_active", None, "internal heater"),
    "External_Heater_State": ("heating_active", None, "external heater"),
    "Room_Heater_Operations_Hours": ("operating_time", "h", "room heater"),
    "DHW_Heater_Operations_Hours": ("operating_time", "h", "dhw heater"),
    "Z1_Pump_State": ("switch_state", None, "z1 pump"),
    "Z2_Pump_State": ("switch_state", None, "z2 pump"),
    "Error": ("fault", None, ""),
    "Alarm_State": ("fault", None, "alarm"),
    "Z1_Water_Pump": ("switch_state", None, "z1 water pump"),
    "Z2_Water_Pump": ("switch_state", None, "z2 water pump"),
    "Pool_Water_Pump": ("switch_state", None, "pool water pump"),
    "Solar_Water_Pump": ("switch_state", None, "solar water pump"),
    "Z1_Mixing_Valve": ("running_state", None, "z1 mixing valve"),
    "Z2_Mixing_Valve": ("running_state", None, "z2 mixing valve"),
    "TwoWay_Valve_State": ("running_state", None, "two-way valve"),
    "Holiday_Mode_State": ("mode", None, "holiday"),
    "Heating_Mode": ("mode", None, "heating"),
    "Cooling_Mode": ("mode", None, "cooling"),
    "Zones_State": ("mode", None, "zones"),
    "Solar_Mode": ("mode", None, "solar"),
    "Force_Heater_State": ("enabled", None, "heater forced"),
    "Sterilization_State": ("enabled", None, "sterilization"),
    "DHW_Heater_State": ("enabled", None, "dhw heater"),
    "Room_Heater_State": ("enabled", None, "room heater"),
    "Main_Schedule_State": ("enabled", None, "schedule"),
    "Quiet_Mode_Schedule": ("enabled", None, "quiet schedule"),
}
_S0 = {"Watt": ("power", "W"), "Watthour": ("energy_delta", "Wh"), "WatthourTotal": ("energy", "Wh")}
_NAMES: dict[str, tuple[str, str | None, str]] = (
    {name: ("temperature", "°C", channel) for name, channel in _CELSIUS.items()}
    | {name: ("setpoint_temperature", "°C", channel) for name, channel in _TARGETS.items()}
    | {name: ("power", "W", channel) for name, channel in _POWERS.items()}
    | {f"{name}_Extra": ("power", "W", f"{channel} extra") for name, channel in _POWERS.items()}
    | _OTHERS
)
_PARTS = ("main", "optional", "extra", "s0", "1wire", "sdc", "commands")
_SETS = {
    ("setpoint_temperature", "z1 heat request"): ("SetZ1HeatRequestTemperature", -5, 75),
    ("setpoint_temperature", "main outlet"): ("SetZ1HeatRequestTemperature", -5, 75),
    ("setpoint_temperature", "z1 cool request"): ("SetZ1CoolRequestTemperature", -5, 30),
    ("setpoint_temperature", "z2 heat request"): ("SetZ2HeatRequestTemperature", -5, 75),
    ("setpoint_temperature", "z2 cool request"): ("SetZ2CoolRequestTemperature", -5, 30),
    ("setpoint_temperature", "dhw"): ("SetDHWTemp", 40, 75),
    ("mode", ""): ("SetOperationMode", 0, 6),
    ("mode", "quiet"): ("SetQuietMode", 0, 3),
    ("mode", "holiday"): ("SetHolidayMode", 0, 1),
    ("mode", "zones"): ("SetZones", 0, 2),
}


_MOST_LISTED = 400


def _listed(fields: dict[str, Any]) -> Iterator[Measurement]:
    """The whole table at once, as its web page has it and small bridges pass on: `{"heatpump": [{"Name": …, "Value": …}]}`."""
    for part in ("heatpump", "heatpump extra", "1wire", "s0"):
        rows = fields.get(part)
        for row in rows[:_MOST_LISTED] if isinstance(rows, list) else ():
            known = _NAMES.get(row["Name"]) if isinstance(row, dict) and isinstance(row.get("Name"), str) else None
            value = plain(row.get("Value")) if known is not None else None
            if known is not None and not (isinstance(value, str) and known[0] not in ("fault", "mode", "running_state")):
                yield Measurement(known[0], value, known[1], known[2])


class HeishaMon(Dialect):
    name = "heishamon"

    def recognises(self, message: Message) -> float:
        levels = message.levels
        if len(levels) < 2:
            return 0.0
        if message.looks_like_object and isinstance((message.fields_or_none() or {}).get("heatpump"), list):
            return 0.8
        if levels[-1] in _NAMES and levels[-2] in ("main", "optional", "extra"):
            return 0.97
        if levels[0] == "panasonic_heat_pump":
            return 0.95
        return 0.9 if levels[-2] in ("main", "extra") and "_" in levels[-1] and levels[-1][:1].isupper() else 0.0

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Told:
        levels = message.levels
        device = hints.base or self._base(levels)
        rest = below(message.topic, device) or message.topic
        parts = rest.split("/")
        last = parts[-1]
        if last == "LWT":
            return self._presence(message, device)
        if message.looks_like_object:
            return Told(tuple(_listed(message.fields)), device, "no value of the heat pump")
        if parts[0] == "s0" and len(parts) > 1:
            measured = self._s0(parts)
        elif parts[0] == "1wire":
            measured = ("temperature", "°C", f"1wire {last}")
        elif parts[0] in ("commands", "log", "sdc"):
            return Told((), device, "a command, a log or a setting")
        else:
            measured = _NAMES.get(last)
        if measured is None:
            return Told((), device, f"{last[:40]} is not measured")
        quantity, unit, channel = measured
        value = plain_text(message.text)
        if isinstance(value, str) and quantity not in ("fault", "mode", "running_state"):
            raise MalformedError(f"{last[:40]} is a number, not {value[:40]!r}")
        return Told((Measurement(quantity, value, unit, channel),), device)

    def _base(self, levels: list[str]) -> str:
        for place in range(len(levels) - 1, 0, -1):
            if levels[place] in _PARTS:
                return "/".join(levels[:place])
        return "/".join(levels[:-1])

    def _s0(self, parts: list[str]) -> tuple[str, str | None, str] | None:
        known = _S0.get(parts[1])
        return (known[0], known[1], f"s0 {parts[2]}" if len(parts) > 2 else "s0") if known else None

    def _presence(self, message: Message, device: str) -> Told:
        there = present(message.text)
        if there is None:
            raise MalformedError(f"LWT is Online or Offline, not {message.text[:40]!r}")
        return Told((Measurement("availability", there),), device)

    def encode(self, device: Device, point: Point, value: Value) -> tuple[Outgoing, ...] | None:
        what = point.message_quantity or point.quantity.message
        if what == "heatpump_on":
            return (Outgoing(f"{device.topic}/commands/SetHeatpump", b"1" if as_switch(value) else b"0"),)
        if what == "enabled" and point.channel == "dhw forced":
            return (Outgoing(f"{device.topic}/commands/SetForceDHW", b"1" if as_switch(value) else b"0"),)
        if what == "enabled" and point.channel == "sterilization":
            return (Outgoing(f"{device.topic}/commands/SetForceSterilization", b"1" if as_switch(value) else b"0"),)
        known = _SETS.get((what, point.channel))
        if known is None:
            return None
        name, low, high = known
        whole = min(max(round(as_number(value)), low), high)  # the heat pump takes whole degrees only
        return (Outgoing(f"{device.topic}/commands/{name}", str(whole).encode()),)

    def settled(self, point: Point, value: Value) -> Value:
        known = _SETS.get((point.message_quantity or point.quantity.message, point.channel))
        return value if known is None else float(min(max(round(as_number(value)), known[1]), known[2]))
