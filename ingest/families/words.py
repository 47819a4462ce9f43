"""From the words of a name to what it measures: `firstfloor_inverter_energy_yesterday` is an energy of yesterday.

Used where a family has no fixed vocabulary and the owner of the device chose the names. Rules are tried in order; the
first whose words are all there wins. A name that no rule fits measures nothing that is known: None, never a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SEPARATORS = re.compile(r"[^0-9a-z]+")
# Units keep together what their capitals would part: `energy_kWh` and `acCurrent_mA` name kWh and mA.
_UNIT_SPELLED = re.compile(
    r"(?:(?<![A-Za-z])|(?<=[a-z0-9]))(?:[kK]Wh|MWh|kVArh|kVAh|kVAr|kVA|kW|mA|mV|kV|hPa|kPa|mAh|dBm|m3h)(?![a-z])"
)
_LONGEST = 128
_FOLD = str.maketrans("äöüàâéèêëîïôûç", "aouaaeeeeiiouc")


@dataclass(frozen=True, slots=True)
class Meaning:
    """A message quantity with the unit that is usual for it, None where none is."""

    quantity: str
    unit: str | None = None


def tokens(name: str) -> tuple[str, ...]:
    """The words of a name in lower case: camelCase, snake_case, kebab-case and blanks part them."""
    return _tokens(name[:_LONGEST])  # cut before it is remembered: hostile names are long


@lru_cache(maxsize=8192)
def _tokens(name: str) -> tuple[str, ...]:
    whole = _UNIT_SPELLED.sub(lambda unit: f" {unit.group().lower()} ", name)
    spaced = _CAMEL.sub(" ", whole).lower().translate(_FOLD)
    return tuple(word for word in _SEPARATORS.split(spaced) if word)


_UNIT_WORDS = {
    "kwh": "kWh", "wh": "Wh", "mwh": "MWh", "kw": "kW", "mw": "mW", "mv": "mV", "ma": "mA", "tempf": "°F",
    "fahrenheit": "°F", "kpa": "kPa", "lph": "l/h", "litres": "l", "liters": "l", "litre": "l", "m3h": "m³/h", "pa": "Pa",
    "kph": "km/h", "kmh": "km/h", "mbar": "mbar", "hpa": "hPa", "m3": "m³", "mah": "mAh",
}  # fmt: skip

_LAST_WORDS = {"c": "°C", "f": "°F", "w": "W", "v": "V", "a": "A"}

_ALIASES = {
    "temp": "temperature", "temperatur": "temperature", "temperatura": "temperature", "tempc": "temperature",
    "tempf": "temperature", "degrees": "temperature", "celsius": "temperature", "tmp": "temperature", "temperatuur": "temperature",
    "thermometer": "temperature", "cputemp": "temperature", "hum": "humidity", "humid": "humidity", "rh": "humidity",
    "humi": "humidity", "feuchte": "humidity", "luftfeuchte": "humidity", "luftfeuchtigkeit": "humidity", "humidite": "humidity",
    "lux": "illuminance", "illumination": "illuminance", "ambientlight": "illuminance", "light_lux": "illuminance",
    "helligkeit": "illuminance", "luminance": "illuminance", "lumination": "illuminance", "luminosity": "illuminance",
    "carbondioxide": "co2", "press": "pressure", "baro": "pressure", "barometer": "pressure", "druck": "pressure",
    "pression": "pressure", "batt": "battery", "bat": "battery", "batterie": "battery", "akku": "battery",
    "volt": "voltage", "volts": "voltage", "spannung": "voltage", "tension": "voltage", "vbat": "battery_voltage",
    "vbatt": "battery_voltage", "amps": "current", "amp": "current", "ampere": "current", "amperage": "current",
    "strom": "current", "courant": "current",
    "curr": "current", "watt": "power", "watts": "power", "leistung": "power", "puissance": "power",
    "energie": "energy", "kwh": "energy", "wh": "energy", "yield": "energy", "yields": "energy", "vrms": "voltage",
    "irms": "current", "ertrag": "energy", "freq": "frequency",
    "frequenz": "frequency", "hz": "frequency", "motion": "occupancy", "presence": "occupancy", "pir": "occupancy",
    "occupied": "occupancy", "movement": "occupancy", "door": "contact", "window": "contact", "reed": "contact",
    "dimmer": "brightness", "intensity": "brightness", "dim": "brightness", "brillance": "brightness",
    "setpt": "setpoint", "sollwert": "setpoint", "consigne": "setpoint", "target": "setpoint", "desired": "setpoint",
    "requested": "setpoint", "thermostat_target": "setpoint", "voc": "tvoc", "tvocs": "tvoc", "sound": "noise", "spl": "noise",
    "signal": "rssi", "linkquality": "link_quality", "lqi": "link_quality", "relay": "switch", "relais": "switch",
    "pf": "powerfactor", "cosphi": "powerfactor", "apparentpower": "apparent", "reactivepower": "reactive",
    "moisture": "soil", "leak": "water_leak", "leakage": "water_leak", "flood": "water_leak", "litres": "water_volume",
    "liters": "water_volume", "litre": "water_volume", "uptimesec": "uptime", "dewpoint": "dew_point", "fumee": "smoke",
    "durchfluss": "flow", "debit": "flow", "flowrate": "flow", "irradiation": "irradiance", "insolation": "irradiance",
    "windspeed": "wind_speed", "rainfall": "rain", "pm2": "pm25", "pm2p5": "pm25",
    "pm01": "pm1", "rco2": "co2", "atmp": "temperature", "rhum": "humidity", "pm02": "pm25", "formaldehyd": "formaldehyde",
    "hcho": "formaldehyde", "ch2o": "formaldehyde", "currenttemp": "temperature", "roomtemp": "temperature",
    "outdoortemp": "temperature",
    "outdoorstemp": "temperature", "flowtemp": "temperature", "returntemp": "temperature", "isday": "status",
}  # fmt: skip

_RULES: tuple[tuple[tuple[str, ...], Meaning], ...] = (
    (("angle",), Meaning("rotation", "°")),
    (("pulse",), Meaning("pulse_count")),
    (("dew", "point"), Meaning("dew_point", "°C")),
    (("dew_point",), Meaning("dew_point", "°C")),
    (("color", "temperature"), Meaning("color_temperature", "mired")),
    (("colour", "temperature"), Meaning("color_temperature", "mired")),
    (("setpoint",), Meaning("setpoint_temperature", "°C")),
    (("set", "temperature"), Meaning("setpoint_temperature", "°C")),
    (("temperature",), Meaning("temperature", "°C")),
    (("soil", "humidity"), Meaning("soil_moisture", "%")),
    (("soil", "conductivity"), Meaning("conductivity", "µS/cm")),
    (("conductivity",), Meaning("conductivity", "µS/cm")),
    (("gas", "concentration"), Meaning("gas_concentration")),
    (("humidity",), Meaning("humidity", "%")),
    (("eco2",), Meaning("eco2", "ppm")),
    (("co2",), Meaning("co2", "ppm")),
    (("carbon", "dioxide"), Meaning("co2", "ppm")),
    (("carbon", "monoxide"), Meaning("co", "ppm")),
    (("voc", "index"), Meaning("voc_index")),
    (("tvoc", "index"), Meaning("voc_index")),
    (("tvoc",), Meaning("tvoc")),
    (("formaldehyde",), Meaning("formaldehyde")),
    (("pm1",), Meaning("pm1", "µg/m³")),
    (("pm25",), Meaning("pm25", "µg/m³")),
    (("pm", "25"), Meaning("pm25", "µg/m³")),
    (("pm", "2", "5"), Meaning("pm25", "µg/m³")),
    (("pm10",), Meaning("pm10", "µg/m³")),
    (("pm", "10"), Meaning("pm10", "µg/m³")),
    (("gas", "resistance"), Meaning("gas_resistance", "Ω")),
    (("illuminance",), Meaning("illuminance", "lx")),
    (("light", "level"), Meaning("light_level")),
    (("irradiance",), Meaning("irradiance", "W/m²")),
    (("solar", "radiation"), Meaning("irradiance", "W/m²")),
    (("wind", "direction"), Meaning("wind_direction", "°")),
    (("wind", "speed"), Meaning("wind_speed", "m/s")),
    (("wind_speed",), Meaning("wind_speed", "m/s")),
    (("wind",), Meaning("wind_speed", "m/s")),
    (("rain",), Meaning("rain", "mm")),
    (("noise",), Meaning("noise", "dB")),
    (("pressure",), Meaning("pressure", "hPa")),
    (("soil",), Meaning("soil_moisture", "%")),
    (("battery", "voltage"), Meaning("battery_voltage", "V")),
    (("battery_voltage",), Meaning("battery_voltage", "V")),
    (("battery", "current"), Meaning("current", "A")),
    (("battery", "power"), Meaning("power", "W")),
    (("battery", "energy"), Meaning("energy", "kWh")),
    (("state", "charge"), Meaning("soc", "%")),
    (("soc", "limit"), Meaning("soc_limit", "%")),
    (("soc",), Meaning("soc", "%")),
    (("battery",), Meaning("battery", "%")),
    (("power", "factor"), Meaning("power_factor")),
    (("powerfactor",), Meaning("power_factor")),
    (("cos", "phi"), Meaning("power_factor")),
    (("apparent", "energy"), Meaning("apparent_energy", "kVAh")),
    (("reactive", "energy"), Meaning("reactive_energy", "kvarh")),
    (("apparent",), Meaning("apparent_power", "VA")),
    (("reactive",), Meaning("reactive_power", "var")),
    (("energy", "delta"), Meaning("energy_delta")),
    (("energy", "yesterday"), Meaning("energy_yesterday", "kWh")),
    (("energy", "today"), Meaning("energy_today", "kWh")),
    (("energy", "daily"), Meaning("energy_today", "kWh")),
    (("energy", "day"), Meaning("energy_today", "kWh")),
    (("daily", "production"), Meaning("energy_today", "kWh")),
    (("daily", "consumption"), Meaning("energy_today", "kWh")),
    (("energy", "export"), Meaning("energy_export", "kWh")),
    (("energy", "exported"), Meaning("energy_export", "kWh")),
    (("energy", "returned"), Meaning("energy_export", "kWh")),
    (("energy", "return"), Meaning("energy_export", "kWh")),
    (("energy", "reverse"), Meaning("energy_export", "kWh")),
    (("energy", "feed"), Meaning("energy_export", "kWh")),
    (("energy", "delivered", "grid"), Meaning("energy_export", "kWh")),
    (("energy",), Meaning("energy", "kWh")),
    (("accumulated", "consumption"), Meaning("energy_today", "kWh")),
    (("accumulated", "production"), Meaning("energy_today", "kWh")),
    (("total", "production"), Meaning("energy", "kWh")),
    (("total", "consumption"), Meaning("energy", "kWh")),
    (("power", "demand"), Meaning("power_demand", "W")),
    (("power", "limit"), Meaning("power_limit")),
    (("max", "power"), Meaning("power_max", "W")),
    (("power",), Meaning("power", "W")),
    (("compressor", "frequency"), Meaning("compressor_frequency", "Hz")),
    (("voltage",), Meaning("voltage", "V")),
    (("current", "limit"), Meaning("current_limit", "A")),
    (("max", "current"), Meaning("current_limit", "A")),
    (("maximum", "current"), Meaning("current_limit", "A")),
    (("operation", "mode"), Meaning("mode")),
    (("operating", "mode"), Meaning("mode")),
    (("current",), Meaning("current", "A")),
    (("frequency",), Meaning("frequency", "Hz")),
    (("flow",), Meaning("flow", "l/min")),
    (("gas", "volume"), Meaning("gas_volume", "m³")),
    (("gas", "counter"), Meaning("gas_volume", "m³")),
    (("gas", "meter"), Meaning("gas_volume", "m³")),
    (("water", "counter"), Meaning("water_volume")),
    (("water", "meter"), Meaning("water_volume")),
    (("gas", "consumption"), Meaning("gas_volume", "m³")),
    (("water_volume",), Meaning("water_volume", "l")),
    (("water", "volume"), Meaning("water_volume", "m³")),
    (("water", "consumption"), Meaning("water_volume", "m³")),
    (("water_leak",), Meaning("water_leak")),
    (("valve", "position"), Meaning("valve_position", "%")),
    (("heating", "demand"), Meaning("heating_demand", "%")),
    (("heating", "active"), Meaning("heating_active")),
    (("cover", "position"), Meaning("cover_position", "%")),
    (("shutter", "position"), Meaning("cover_position", "%")),
    (("blind", "position"), Meaning("cover_position", "%")),
    (("valve",), Meaning("valve_position", "%")),
    (("position",), Meaning("cover_position", "%")),
    (("occupancy",), Meaning("occupancy")),
    (("contact",), Meaning("contact")),
    (("smoke",), Meaning("smoke")),
    (("vibration",), Meaning("vibration")),
    (("link_quality",), Meaning("link_quality", "lqi")),
    (("link", "quality"), Meaning("link_quality", "lqi")),
    (("wifi", "quality"), Meaning("wifi_quality", "%")),
    (("rssi", "percent"), Meaning("wifi_quality", "%")),
    (("rssi",), Meaning("rssi", "dBm")),
    (("snr",), Meaning("snr", "dB")),
    (("uptime",), Meaning("uptime", "s")),
    (("efficiency",), Meaning("efficiency", "%")),
    (("brightness",), Meaning("brightness")),
    (("mode",), Meaning("mode")),
    (("fault",), Meaning("fault")),
    (("switch",), Meaning("switch_state")),
    (("distance",), Meaning("distance", "m")),
    (("availability",), Meaning("availability")),
    (("lwt",), Meaning("availability")),
)  # fmt: skip

_BY_FIRST: dict[str, list[tuple[int, tuple[str, ...], Meaning]]] = {}
for _place, (_words, _meaning) in enumerate(_RULES):
    _BY_FIRST.setdefault(_words[0], []).append((_place, _words, _meaning))
_KNOWN = frozenset(word for words, _ in _RULES for word in words) | _ALIASES.keys()


def meaning_of(name: str) -> Meaning | None:
    """What a name says that it measures, with the unit that it names or that is usual; None where it says nothing known."""
    return _meaning_of(name[:_LONGEST])


@lru_cache(maxsize=8192)
def _meaning_of(name: str) -> Meaning | None:
    said = tokens(name)
    if not _SETTINGS.isdisjoint(said):
        return None
    words = {_ALIASES.get(word, word) for word in said} | set(said)
    for word in said:  # lux1, temperature2: a number that was put behind the word
        stem = word.rstrip("0123456789")
        if stem != word and len(stem) > 2 and word not in _KNOWN and stem in _KNOWN:
            words.add(_ALIASES.get(stem, stem))
    best: tuple[int, tuple[str, ...], Meaning] | None = None
    for word in words:
        for candidate in _BY_FIRST.get(word, ()):
            if (best is None or candidate[0] < best[0]) and words.issuperset(candidate[1]):
                best = candidate
    unit = next((_UNIT_WORDS[word] for word in said if word in _UNIT_WORDS), None) or _LAST_WORDS.get(said[-1] if said else "")
    if best is None:
        return _by_unit_word(said)
    meaning = best[2]
    if meaning.quantity in _HAPPENINGS and not _TELLING.isdisjoint(said):
        return None  # how often, not whether
    if meaning.unit is not None and meaning.quantity not in _MAY_BE_COUNTED and _tells_of_it(said):
        return None  # something of what is measured: a count, a delay, an alarm, an id
    if meaning.quantity == "setpoint_temperature" and "temperature" not in words and not _OTHER_TARGETS.isdisjoint(words):
        return Meaning("humidity", "%") if "humidity" in words else None
    if meaning.quantity in ("temperature", "setpoint_temperature") and not _DIFFERENCES.isdisjoint(said):
        return None
    if meaning.quantity == "humidity" and not _OF_AIR_IN_GRAMS.isdisjoint(said):
        return None
    if meaning.quantity == "battery" and unit in ("V", "mV"):
        return Meaning("battery_voltage", unit)
    if meaning.quantity == "current" and said[0] == "current" and len(said) > 1 and not _PLACES.issuperset(said[1:]):
        return None  # the present one of something: `current stop`, `current_version`
    return Meaning(meaning.quantity, unit) if unit and _fits(meaning, unit) else meaning


_SETTINGS = frozenset(
    ("offset", "calibration", "hysteresis", "threshold", "interval", "correction", "firmware", "version", "timeout", "tx", "conv")
)
_TELLING = frozenset(("count", "counter", "times", "duration", "delay", "timer", "sequence", "number"))
"""Beside the word of a state these say that something of it is counted or timed, not the state itself."""
_OF_AIR_IN_GRAMS = frozenset(("abs", "absolute"))
"""Humidity in g/m³, which is none in percent."""
_DIFFERENCES = frozenset(("delta", "difference", "spread", "differenz"))
"""A difference of temperatures is no temperature: it is kept in kelvin, and no quantity of this house is it yet."""
_OTHER_TARGETS = frozenset(
    ("humidity", "power", "current", "voltage", "soc", "pressure", "speed", "position", "brightness", "co2", "energy",
    "m3", "ph", "redox", "chlorine", "hydrolysis", "ionization", "duration", "distance", "level", "volume", "frequency")
)  # fmt: skip
"""What else can have a target: `target_m3`, `requested_power`."""
_HAPPENINGS = frozenset(("occupancy", "contact", "smoke", "vibration", "water_leak", "switch_state", "valve_position"))


_MAY_BE_COUNTED = frozenset(("energy", "energy_export", "energy_today", "gas_volume", "water_volume", "soc", "uptime", "rssi"))
_OF_IT = frozenset(
    ("count", "counter", "counts", "duration", "delay", "timer", "alarm", "alert", "warning", "enable", "enabled", "id", "type",
     "name", "model", "address", "serial", "sequence", "outage", "resolution", "precision", "sensitivity", "accuracy")
)  # fmt: skip


def _tells_of_it(said: tuple[str, ...]) -> bool:
    """`power_outage_count`, `temperature_alarm`, `voltage_sensor_id`; a time at the end too, but for what is in real time."""
    return not _OF_IT.isdisjoint(said) or (said[-1] in ("time", "status", "state", "date") and "real" not in said)


def _by_unit_word(said: tuple[str, ...]) -> Meaning | None:
    """`total_kwh`, `grid_kw`: where nothing but the last word tells, a unit that can be of one thing only."""
    unit = _UNIT_WORDS.get(said[-1]) if len(said) > 1 else None
    quantity = quantity_of_unit(unit) if unit in ("kWh", "Wh", "MWh", "kW") else None
    return Meaning(quantity, unit) if quantity else None


_PLACES = frozenset(
    (
        "a", "b", "c", "n", "l1", "l2", "l3", "ab", "phase", "total", "ac", "dc", "in", "out", "input", "output", "rms", "1", "2",
        "3", "4", "neutral", "ma", "amps", "amp", "ampere", "sensor", "grid", "battery", "pv", "load", "max", "min", "avg",
        "consumption", "l", "ch",
    )
)  # fmt: skip


def _fits(meaning: Meaning, unit: str) -> bool:
    """Whether a unit that is named in a name fits what the name measures: `mw` of a voltage does not."""
    return quantity_of_unit(unit) == quantity_of_unit(meaning.unit or "") or (unit == "l" and meaning.quantity == "water_volume")


_QUANTITY_OF_UNIT = {
    "°C": "temperature", "°F": "temperature", "C": "temperature", "F": "temperature", "W": "power", "kW": "power", "MW": "power",
    "mW": "power", "VA": "apparent_power", "kVA": "apparent_power", "var": "reactive_power", "VAr": "reactive_power",
    "kvar": "reactive_power", "kWh": "energy", "Wh": "energy", "MWh": "energy", "GJ": "energy", "MJ": "energy", "kJ": "energy",
    "kvarh": "reactive_energy", "V": "voltage", "mV": "voltage", "kV": "voltage", "A": "current", "mA": "current",
    "Hz": "frequency", "kHz": "frequency", "ppm": "co2", "ppb": "tvoc", "lx": "illuminance", "lux": "illuminance",
    "W/m²": "irradiance", "W/m2": "irradiance", "hPa": "pressure", "mbar": "pressure", "bar": "pressure", "Pa": "pressure",
    "kPa": "pressure", "mmHg": "pressure", "l/min": "flow", "L/min": "flow", "l/h": "flow", "m³/h": "flow", "m3/h": "flow",
    "dBm": "rssi", "dB": "noise", "dB(A)": "noise", "m/s": "wind_speed", "km/h": "wind_speed", "lqi": "link_quality",
    "Ω": "gas_resistance", "\u2126": "gas_resistance", "µg/m³": "pm25", "μg/m³": "pm25", "m³": "water_volume", "l": "water_volume",
    "L": "water_volume", "m3": "water_volume", "mired": "color_temperature", "mm": "rain", "rpm": "fan_speed",
}  # fmt: skip


def quantity_of_unit(unit: str) -> str | None:
    """The message quantity that a unit alone tells, None where it could be several (%, s) or is unknown."""
    return _QUANTITY_OF_UNIT.get(unit)


_NORMAL_UNIT = {
    "c": "°C", "°c": "°C", "℃": "°C", "degc": "°C", "celsius": "°C", "f": "°F", "°f": "°F", "fahrenheit": "°F", "deg c": "°C",
    "w": "W", "kw": "kW", "wh": "Wh", "kwh": "kWh", "kw·h": "kWh", "kw*h": "kWh", "mwh": "MWh",
    "v": "V", "mv": "mV", "a": "A", "ma": "mA", "hz": "Hz",
    "va": "VA", "var": "var", "kvarh": "kvarh", "percent": "%", "%": "%", "lux": "lx", "lx": "lx", "hpa": "hPa", "mbar": "mbar",
    "bar": "bar", "pa": "Pa", "kpa": "kPa", "mmhg": "mmHg", "m3": "m³", "m^3": "m³", "m³": "m³", "l": "l", "l/min": "l/min",
    "l/h": "l/h", "m3/h": "m³/h", "m^3/h": "m³/h", "m³/h": "m³/h", "ppm": "ppm", "ppb": "ppb", "dbm": "dBm", "db": "dB",
    "w/m2": "W/m²", "w/m^2": "W/m²", "w/m²": "W/m²", "m/s": "m/s", "km/h": "km/h", "s": "s", "sec": "s", "seconds": "s",
    "min": "min", "minutes": "min", "h": "h", "hours": "h", "ms": "ms", "lqi": "lqi", "ohm": "Ω", "ω": "Ω", "\u2126": "\u2126",
    "kohm": "kΩ", "gcal": "Gcal", "rpm": "rpm", "r/min": "r/min", "µg/m³": "µg/m³", "μg/m³": "µg/m³", "ug/m3": "µg/m³",
    "db(a)": "dB(A)", "dba": "dB(A)", "kvar": "kvar", "kva": "kVA", "gj": "GJ", "mj": "MJ", "deg": "°", "°": "°", "mm": "mm",
}  # fmt: skip


def unit_named(text: str) -> str | None:
    """A unit as devices spell it, in the spelling kept here; the spelling itself where it is not known; None where empty."""
    stripped = text.strip()[:32]
    if not stripped:
        return None
    if stripped in ("MW", "mW", "kVA", "VAr", "L", "L/min", "K", "\u2126"):
        return stripped
    return _NORMAL_UNIT.get(stripped.lower(), stripped)
