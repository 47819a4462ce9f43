"""Control types, units and usual control names of Wiren Board devices, after the convention and its meter templates."""

from __future__ import annotations

import re

from ingest.families.words import Meaning, meaning_of

BY_TYPE: dict[str, tuple[str, str | None]] = {
    "temperature": ("temperature", "°C"),
    "rel_humidity": ("humidity", "%"),
    "atmospheric_pressure": ("pressure", "mbar"),
    "rainfall": ("rain", "mm"),
    "wind_speed": ("wind_speed", "m/s"),
    "power": ("power", "W"),
    "power_consumption": ("energy", "kWh"),
    "voltage": ("voltage", "V"),
    "water_flow": ("flow", "m³/h"),
    "water_consumption": ("water_volume", "m³"),
    "resistance": ("gas_resistance", "Ω"),
    "concentration": ("co2", "ppm"),
    "heat_power": ("power", "Gcal/h"),
    "heat_energy": ("energy", "Gcal"),
    "current": ("current", "A"),
    "pressure": ("pressure", "bar"),
    "lux": ("illuminance", "lx"),
    "sound_level": ("noise", "dB"),
    "switch": ("switch_state", None),
    "alarm": ("fault_active", None),
}
BY_UNIT: dict[str, tuple[str | None, str | None]] = {
    "deg C": ("temperature", "°C"),
    "°C": ("temperature", "°C"),
    "%, RH": ("humidity", "%"),
    "W": ("power", "W"),
    "kW": ("power", "kW"),
    "kWh": ("energy", "kWh"),
    "V": ("voltage", "V"),
    "mV": ("voltage", "mV"),
    "A": ("current", "A"),
    "mA": ("current", "mA"),
    "Hz": ("frequency", "Hz"),
    "m^3/h": ("flow", "m³/h"),
    "m^3": ("water_volume", "m³"),
    "Gcal/h": ("power", "Gcal/h"),
    "Gcal": ("energy", "Gcal"),
    "bar": ("pressure", "bar"),
    "mbar": ("pressure", "mbar"),
    "Pa": ("pressure", "Pa"),
    "m/s": ("wind_speed", "m/s"),
    "ppm": ("co2", "ppm"),
    "ppb": ("tvoc", "ppb"),
    "lx": ("illuminance", "lx"),
    "dB": ("noise", "dB"),
    "var": ("reactive_power", "var"),
    "VA": ("apparent_power", "VA"),
    "kvarh": ("reactive_energy", "kvarh"),
    "rpm": ("fan_speed", "rpm"),
    "deg": ("rotation", "°"),
    "%": (None, "%"),
}
# Registers of electricity meters: total, by phase and by tariff; AP, AN are active energy taken and given, RP, RN reactive.
_REGISTER = re.compile(r"^(?:Total\s+)?([AR])([PN])(?:\s*energy)?(?:[_ ]?(?:L?\d|T\d))?(?:[_ ]\d)?$")
_PHASE = re.compile(r"\b(?:phase\s*([ABC123])|([ABC123])\s*phase|(L[123]))\b", re.IGNORECASE)
_TARIFF = re.compile(r"\b(tariff\s*\d+)\b", re.IGNORECASE)
_SHORT = re.compile(r"^(Urms|Irms|U|I|P|Q|S|PF|Phi|Frequency)(?:\s*(?:L?[123]|total))?$", re.IGNORECASE)
_CHANNEL = re.compile(r"^(?:(?:Ch|Channel|Total)\.?\s*\d*\s+)+(?=(?:Urms|Irms|P|Q|S|PF|AP|AN|RP|RN)\b)", re.IGNORECASE)
_ONE_WIRE = re.compile(r"^28-[0-9a-fA-F]{4,16}$")
_RELAY = re.compile(r"^K\d{1,2}$")
_SHORT_MEANINGS = {
    "urms": Meaning("voltage", "V"),
    "u": Meaning("voltage", "V"),
    "i": Meaning("current", "A"),
    "irms": Meaning("current", "A"),
    "p": Meaning("power", "W"),
    "q": Meaning("reactive_power", "var"),
    "s": Meaning("apparent_power", "VA"),
    "pf": Meaning("power_factor"),
    "phi": Meaning("rotation", "°"),
    "frequency": Meaning("frequency", "Hz"),
}
_EXACT = {
    "battery": Meaning("battery_voltage", "V"),
    "vin": Meaning("voltage", "V"),
    "5vout": Meaning("voltage", "V"),
    "max motion": Meaning("occupancy"),
    "current motion": Meaning("occupancy"),
    "air quality (voc)": Meaning("tvoc", "ppb"),
    "enabled": Meaning("enabled"),
}


# Ports of the controllers' GPIO service, and dimmers whose channels carry no more than a number.
_PORT = re.compile(
    r"^(?:[AD]\d{1,2}_(?:IN|OUT)|EXT\d+_[A-Z0-9]+|(?:5V|W\d+|MOD\d+)_?[A-Z]*_?(?:IN|OUT)|R\d{1,2}|\d?V?_?OUT|D\d{1,2})$"
)
_LEVEL = re.compile(r"^Channel \d(?: Brightness)?$|^(?:Channels? [\d_]+|RGB Palette|White|Strip) Brightness$", re.IGNORECASE)
_DIMMERS = ("wb-mdm", "wb-led", "wb-mrgbw", "wb-dim")


def by_device(device: str, control: str) -> Meaning | None:
    """What a control of a device of that topic is where its own name says too little."""
    name = device.rsplit("/", 1)[-1]
    if name == "wb-gpio" and _PORT.match(control):
        return Meaning("switch_state")
    return Meaning("brightness", "%") if name.startswith(_DIMMERS) and _LEVEL.match(control) else None


def by_name(control: str) -> Meaning | None:
    """What a control's name says that it measures, None where it says nothing known."""
    name = _CHANNEL.sub("", control.strip()[:96])
    exact = _EXACT.get(name.lower())
    if exact is not None:
        return exact
    register = _REGISTER.match(name)
    if register is not None:
        if register.group(1) == "R":
            return Meaning("reactive_energy", "kvarh")
        return Meaning("energy" if register.group(2) == "P" else "energy_export", "kWh")
    short = _SHORT.match(name)
    if short is not None:
        return _SHORT_MEANINGS[short.group(1).lower()]
    if _ONE_WIRE.match(name):
        return Meaning("temperature", "°C")
    if _RELAY.match(name):
        return Meaning("switch_state")
    if "power consumption" in name.lower():
        return Meaning("energy", "kWh")
    return meaning_of(name)


def channel_of(control: str) -> str:
    """The channel is the control's name, so that a site file can name it."""
    return control
