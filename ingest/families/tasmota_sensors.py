"""Sensor blocks of Tasmota SENSOR messages, after its documentation: keys are the same for all drivers, units are not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ingest.decoded import Measurement
from ingest.families.lorawan_objects import object_measurements
from ingest.families.obis import meaning_of_obis
from ingest.families.scalars import plain, yes_no
from ingest.families.teleinfo import TELEINFO
from ingest.families.words import Meaning, meaning_of, unit_named

_ENERGY: dict[str, tuple[str, str | None, str]] = {
    "Total": ("energy", "kWh", ""),
    "Yesterday": ("energy_yesterday", "kWh", ""),
    "Today": ("energy_today", "kWh", ""),
    "Power": ("power", "W", ""),
    "ActivePower": ("power", "W", ""),
    "ApparentPower": ("apparent_power", "VA", ""),
    "ReactivePower": ("reactive_power", "var", ""),
    "Factor": ("power_factor", None, ""),
    "Voltage": ("voltage", "V", ""),
    "Current": ("current", "A", ""),
    "Frequency": ("frequency", "Hz", ""),
    "CurrentNeutral": ("current", "A", "n"),
    "PhaseAngle": ("rotation", "°", ""),
    "ExportActive": ("energy_export", "kWh", ""),
    "TotalExport": ("energy_export", "kWh", ""),
    "ImportActive": ("energy", "kWh", "import"),
    "ImportReactive": ("reactive_energy", "kvarh", "import"),
    "ExportReactive": ("reactive_energy", "kvarh", "export"),
    "TotalTariff": ("energy", "kWh", "tariff"),
    "ExportTariff": ("energy_export", "kWh", "tariff"),
}
_SENSOR: dict[str, tuple[str, str | None, str]] = {
    "Humidity": ("humidity", "%", ""),
    "Illuminance": ("illuminance", "lx", ""),
    "CarbonDioxide": ("co2", "ppm", ""),
    "CO2": ("co2", "ppm", ""),
    "eCO2": ("eco2", "ppm", ""),
    "TVOC": ("tvoc", "ppb", ""),
    "VOC": ("voc_index", None, ""),
    "Gas": ("gas_resistance", "kΩ", ""),
    "Resistance": ("gas_resistance", "Ω", ""),
    "PM1": ("pm1", "µg/m³", ""),
    "PM1.0": ("pm1", "µg/m³", ""),
    "PM2.5": ("pm25", "µg/m³", ""),
    "PM1_0": ("pm1", "µg/m³", ""),
    "PM2_5": ("pm25", "µg/m³", ""),
    "PM10": ("pm10", "µg/m³", ""),
    "Noise": ("noise", "dB", ""),
    "UvIndex": ("uv_index", None, ""),
    "Battery": ("battery", "%", ""),
    "RSSI": ("rssi", "dBm", ""),
    "SNR": ("snr", "dB", ""),
    "LinkQuality": ("link_quality", "lqi", ""),
    "Moisture": ("soil_moisture", "%", ""),
    "Voltage": ("voltage", "V", ""),
    "Current": ("current", "A", ""),
    "Power": ("power", "W", ""),
    "Frequency": ("frequency", "Hz", ""),
    "Distance": ("distance", "cm", ""),
    "BatteryPercentage": ("battery", "%", ""),
    "BatteryVoltage": ("battery_voltage", "V", ""),
    "Occupancy": ("occupancy", None, ""),
    "ActivePower": ("power", "W", ""),
    "RMSVoltage": ("voltage", "V", ""),
    "RMSCurrent": ("current", "A", ""),
    "ProbeTemperature": ("temperature", "°C", "probe"),
    "ReferenceTemperature": ("temperature", "°C", "reference"),
    "OBJTMP": ("temperature", "°C", "object"),
    "AMBTMP": ("temperature", "°C", "ambient"),
    "LocalTemperature": ("temperature", "°C", ""),
    "OccupiedHeatingSetpoint": ("setpoint_temperature", "°C", ""),
    "PIHeatingDemand": ("heating_demand", "%", ""),
}
_TEMPERATURES = {"Temperature": ("temperature", ""), "DewPoint": ("dew_point", ""), "HeatIndex": ("temperature", "heat index")}
_PRESSURES = {"Pressure": "", "SeaPressure": "sea level"}
_OPENTHERM: dict[str, tuple[str, str | None, str]] = {
    "TB": ("temperature", "°C", "TB boiler"),
    "TDHW": ("temperature", "°C", "TDHW hot water"),
    "TR": ("temperature", "°C", "TR return"),
    "TO": ("temperature", "°C", "TO outside"),
    "DHWS": ("setpoint_temperature", "°C", "DHWS"),
    "FLM": ("flame_modulation", "%", "FLM"),
    "PRES": ("pressure", "bar", "PRES"),
}
_QUIET = frozenset(
    ("RC522", "PN532", "ArtNet", "HdmiReceived", "TuyaReceived", "RfReceived", "IrReceived", "Wifi", "Berry", "Ping")
)
_BRIDGES = frozenset(("ZbReceived", "ZbInfo", "ZbLight", "LwReceived", "LwDecoded", "MtrReceived", "BLE"))
"""Blocks that hold a block for each device behind the bridge."""
_SWITCHES = ("Zb", "Mtr")
_OWN_BLOCKS: dict[str, dict[str, tuple[str, str | None, str]]] = {
    "AS3935": {"Distance": ("distance", "km", "")},  # lightning: its energy is no energy of a meter
    "RG-15": {"Total": ("rain", "mm", "total"), "Event": ("rain", "mm", "event"), "Active": ("rain", "mm", "")},
    "NeoPool": {"Temperature": ("temperature", "°C", "")},
}
_RAW_INPUTS = ("ANALOG", "ADS1115", "MCP3008")
_EXPANDERS = ("MCP230", "MCP_", "PCF8574", "XL9535")
_MOST_CELLS = 16


def energy_measurements(told: dict[str, Any], channel: str, time: datetime | None) -> Iterator[Measurement]:
    """The ENERGY block; lists hold one value per phase (or tariff), channel `phase 1` and so on."""
    for key, value in told.items():
        meaning = _ENERGY.get(key)
        if meaning is None:
            continue
        quantity, unit, own = meaning
        place = f"{channel} {own}".strip()
        if type(value) is dict:
            for part, each in list(value.items())[:8]:
                yield Measurement(quantity, plain(each), unit, f"{place} {part[:16]}".strip(), time)
        elif type(value) is list:
            word = "" if own == "tariff" else "phase "
            for index, each in enumerate(value[:8], 1):
                yield Measurement(quantity, plain(each), unit, f"{place} {word}{index}".strip(), time)
        else:
            yield Measurement(quantity, value if type(value) is float else plain(value), unit, place, time)


def sensor_measurements(name: str, told: dict[str, Any], beside: dict[str, Any], time: datetime | None) -> Iterator[Measurement]:
    """One sensor's block; channel is its name, with the id of the sensor where several are on one wire."""
    name = name[:64]
    if name in _QUIET or name.startswith("Status"):  # Status.Power is the relays' bit mask, no power
        return
    if name == "TIC":
        yield from _known(told, TELEINFO, time)
    elif name == "OPENTHERM":
        yield from _opentherm(told, time)
    elif name in _BRIDGES:
        yield from _behind_bridge(name, told, beside, time)
    elif name in _OWN_BLOCKS:
        for key, (quantity, unit, own) in _OWN_BLOCKS[name].items():
            if key in told:
                yield Measurement(quantity, plain(told[key]), unit, f"{name} {own}".strip(), time)
    elif name.startswith(("TX2", "WS2300")) and isinstance(told.get("Speed"), dict):
        yield from _wind(name, told, beside, time)
    elif name.startswith(_EXPANDERS):
        for key, value in list(told.items())[:32]:
            if key[:1] == "D" and key[1:].isdigit():
                yield Measurement("switch_state", yes_no(value), None, f"{name} {key}", time)
    elif name.startswith(("Switch", "Button")) and isinstance(told.get("Action"), str):
        state = yes_no(told["Action"])
        told_as = "switch_state" if isinstance(state, bool) and name.startswith("Switch") else "button_event"
        yield Measurement(told_as, state if told_as == "switch_state" else told["Action"][:64], None, name, time)
    elif name.startswith("Shutter"):
        if "Position" in told:
            yield Measurement("cover_position", plain(told["Position"]), "%", name, time)
        if "Tilt" in told:
            yield Measurement("tilt", plain(told["Tilt"]), None, name, time)
    elif name == "COUNTER":
        for key, value in told.items():
            if key[:1] == "C" and key[1:].isdigit():
                yield Measurement("pulse_count", plain(value), None, f"COUNTER {key}", time)
    elif name.startswith("Thermostat"):
        yield from _thermostat(name, told, time)
    else:
        identity = told.get("Id", told.get("Address"))
        indexed = identity is not None and "-" in name
        yield from _block(f"{name.rpartition('-')[0]} ({str(identity)[:32]})" if indexed else name, told, beside, time)


def _behind_bridge(name: str, told: dict[str, Any], beside: dict[str, Any], time: datetime | None) -> Iterator[Measurement]:
    """One block per device behind a Zigbee, Matter, LoRaWAN or Bluetooth bridge; Matter tells a single one bare."""
    devices = told if any(type(fields) is dict for fields in told.values()) else {name: told}
    for device, fields in list(devices.items())[:64]:
        if isinstance(fields, dict):
            place = str(fields.get("Name") or device)[:64]
            if name == "LwDecoded":
                yield from object_measurements(fields, time, place)
            else:
                yield from _block(place, fields, beside, time, zigbee=name.startswith(_SWITCHES))


def _wind(name: str, told: dict[str, Any], beside: dict[str, Any], time: datetime | None) -> Iterator[Measurement]:
    """Anemometers: the present speed and direction plain, their means and extremes on channels of their own."""
    unit = unit_named(str(beside.get("SpeedUnit") or "")) or "km/h"
    speed, direction = told.get("Speed"), told.get("Dir")
    for key, value in list(speed.items())[:8] if isinstance(speed, dict) else ():
        yield Measurement("wind_speed", plain(value), unit, name if key == "Act" else f"{name} {key[:16].lower()}", time)
    for key in ("Deg", "Avg"):
        if isinstance(direction, dict) and key in direction:
            yield Measurement("wind_direction", plain(direction[key]), "°", name if key == "Deg" else f"{name} avg", time)


def _cells(channel: str, key: str, values: list[Any], beside: dict[str, Any], time: datetime | None) -> Iterator[Measurement]:
    """Sensors of several cells or gates tell one value each, in order."""
    quantity, unit = {"Temperature": ("temperature", _temperature_unit(beside, False)), "Distance": ("distance", "cm")}[key]
    for place, value in enumerate(values[:_MOST_CELLS], 1):
        yield Measurement(quantity, plain(value), unit, f"{channel} {place}", time)


def _block(
    channel: str, told: dict[str, Any], beside: dict[str, Any], time: datetime | None, zigbee: bool = False
) -> Iterator[Measurement]:
    in_watts = not zigbee and any(key[:8].lower() == "amperage" for key in told)
    for key, value in told.items():
        kind = type(value)
        if in_watts and key[:7] == "current" and kind in (int, float):  # meter scripts whose `current` is the present power
            yield Measurement("power", value, "W", f"{channel} {key}".strip(), time)
            continue
        if kind is dict or kind is list:
            if kind is list and key in ("Temperature", "Distance"):
                yield from _cells(channel, key, value, beside, time)
            elif kind is dict and channel == "ANALOG" and key.startswith("CTEnergy"):
                yield from _block(f"ANALOG {key[:16]}", value, beside, time)
            continue
        if key in _TEMPERATURES:
            quantity, own = _TEMPERATURES[key]
            yield Measurement(quantity, plain(value), _temperature_unit(beside, zigbee), f"{channel} {own}".strip(), time)
        elif key in _PRESSURES:
            unit = str(beside.get("PressureUnit", "hPa"))
            unit = unit if unit in ("hPa", "mmHg", "inHg") else "hPa"
            yield Measurement("pressure", plain(value), unit, f"{channel} {_PRESSURES[key]}".strip(), time)
        elif key == "Illuminance" and channel == "ANALOG":
            yield Measurement("illuminance", plain(value), None, channel, time)
        elif channel in _RAW_INPUTS and key[:1] == "A" and key[1:].isdigit():
            yield Measurement(None, plain(value), None, f"{channel} {key}", time)
        elif key == "Power" and zigbee:
            yield Measurement("switch_state", yes_no(value), None, channel, time)
        elif key == "Dimmer" and zigbee:
            yield Measurement("brightness", plain(value), "0-254", channel, time)
        elif key == "CT" and zigbee:
            yield Measurement("color_temperature", plain(value), "mired", channel, time)
        elif key == "Contact" or key == "DoorOpen":
            yield Measurement("contact", yes_no(value), None, f"{channel} (1=open)" if key == "DoorOpen" else channel, time)
        elif key == "Battery" and isinstance(value, float) and value < 5:
            yield Measurement("battery_voltage", value, "V", channel, time)
        elif key in _SENSOR:
            quantity, known_unit, own = _SENSOR[key]
            yield Measurement(quantity, plain(value), known_unit, f"{channel} {own}".strip(), time)
        elif kind in (int, float) and not zigbee:
            yield from _free(channel, key, value, time)


def _free(channel: str, key: str, value: Any, time: datetime | None) -> Iterator[Measurement]:
    """Blocks of smart meter scripts and analogue inputs, whose keys their owner chose: only what their words tell."""
    if key in _NOT_THOSE:
        return
    named = _METER.get(key.lower()) or _register(key) or meaning_of(_PHASED.sub(r"\1 \2", key))
    if isinstance(named, Meaning) and named.quantity == "setpoint_temperature" and "temp" not in key.lower():
        return  # a target of what is dosed or moved
    if channel == "ANALOG" and named is not None and key.startswith("Temperature"):
        yield Measurement("temperature", plain(value), "°C", f"{channel} {key}", time)
    elif isinstance(named, tuple):
        yield Measurement(named[0], plain(value), named[1], f"{channel} {key}".strip(), time)
    elif named is not None:
        yield Measurement(named.quantity, plain(value), named.unit, f"{channel} {key}".strip(), time)


_NOT_THOSE = frozenset(("aHumidity", "UvaIntensity", "UvbIntensity", "UvaRaw", "UvbRaw"))
"""Absolute humidity in g/m³ and ultraviolet in W/m²: their words would be taken for relative humidity and for a lamp's level."""
_PHASED = re.compile(r"^(current|amperage|voltage|power)_?(?:p|l|phase_?)([123])$", re.IGNORECASE)
_CODED = re.compile(r"(?:^|_)(\d{1,3}[._-]\d{1,2}[._-]\d{1,3})$")


def _register(key: str) -> tuple[str, str | None] | None:
    """`1_8_0`: the register of a meter that its owner's script names by its code; the script has chosen the unit of energies."""
    coded = _CODED.search(key[-24:])
    code = coded.group(1) if coded is not None else key if key[:1].isdigit() and key.count("_") >= 1 else ""
    found = meaning_of_obis(code.replace("_", ".").replace("-", ".")) if code else None
    return None if found is None else (found[0], None if "energy" in found[0] else found[1])


_METER: dict[str, tuple[str, str | None]] = {
    "total": ("energy", "kWh"),
    "totalin": ("energy", "kWh"),
    "totalout": ("energy_export", "kWh"),
    "ht_total_in": ("energy", "kWh"),
    "nt_total_in": ("energy", "kWh"),
    "power_total_in": ("energy", "kWh"),
    "power_total_out": ("energy_export", "kWh"),
    "bezug": ("energy", "kWh"),
    "einspeisung": ("energy_export", "kWh"),
    "zaehlerstand": ("energy", "kWh"),
    "wirkleistung_l1": ("power", "W"),
    "wirkleistung_l2": ("power", "W"),
    "wirkleistung_l3": ("power", "W"),
    "aktuelle_wirkleistung": ("power", "W"),
    "momentanleistung": ("power", "W"),
    "einspeiseleistung": ("power", "W"),
    "enrg_imp": ("energy", "kWh"),
    "enrg_exp": ("energy_export", "kWh"),
    "total_in": ("energy", "kWh"),
    "e_in": ("energy", "kWh"),
    "e_out": ("energy_export", "kWh"),
    "total_out": ("energy_export", "kWh"),
    "counter_pos": ("energy", "kWh"),
    "counter_neg": ("energy_export", "kWh"),
    "power_curr": ("power", "W"),
    "power_in": ("power", "W"),
    "power_p1": ("power", "W"),
    "power_p2": ("power", "W"),
    "power_p3": ("power", "W"),
    "curr_w": ("power", "W"),
    "current_consumption": ("power", "W"),
    "watt_summe": ("power", "W"),
    "power": ("power", "W"),
    "p": ("power", "W"),
    "volt_p1": ("voltage", "V"),
    "volt_p2": ("voltage", "V"),
    "volt_p3": ("voltage", "V"),
    "amperage_p1": ("current", "A"),
    "amperage_p2": ("current", "A"),
    "amperage_p3": ("current", "A"),
    "freq": ("frequency", "Hz"),
    "hz": ("frequency", "Hz"),
    "count": ("gas_volume", "m³"),
}


def _temperature_unit(beside: dict[str, Any], zigbee: bool) -> str | None:
    unit = beside.get("TempUnit")
    if unit == "F":
        return "°F"
    return "°C" if unit == "C" or zigbee else None


def _known(told: dict[str, Any], table: dict[str, tuple[str, str | None, str]], time: datetime | None) -> Iterator[Measurement]:
    for key, value in told.items():
        meaning = table.get(key)
        if meaning is not None and type(value) is not dict and type(value) is not list:
            yield Measurement(meaning[0], plain(value), meaning[1], meaning[2], time)


def _opentherm(told: dict[str, Any], time: datetime | None) -> Iterator[Measurement]:
    yield from _known(told, _OPENTHERM, time)
    for key in ("BTMP", "HWTMP"):
        pair = told.get(key)
        if isinstance(pair, dict) and "REQ" in pair:
            yield Measurement("setpoint_temperature", plain(pair["REQ"]), "°C", f"{key}.REQ", time)
    slave = told.get("SLAVE")
    if isinstance(slave, dict):
        for key, quantity, channel in (("CH", "heating_active", "SLAVE.CH"), ("DHW", "heating_active", "SLAVE.DHW")):
            if key in slave:
                yield Measurement(quantity, plain(slave[key]), None, channel, time)
        if "FAULT" in slave:
            yield Measurement("fault", plain(slave["FAULT"]), None, "SLAVE.FAULT", time)


def _thermostat(name: str, told: dict[str, Any], time: datetime | None) -> Iterator[Measurement]:
    for key, quantity, unit in (
        ("TempTargetSet", "setpoint_temperature", "°C"),
        ("TempMeasuredRead", "temperature", "°C"),
        ("CtrDutyCycleRead", "heating_demand", "%"),
    ):
        if key in told:
            yield Measurement(quantity, plain(told[key]), unit, name, time)
