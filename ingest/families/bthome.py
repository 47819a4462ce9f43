"""BTHome version 2 objects as relays print them: one key per measurement, several of a kind as a list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ingest.decoded import Measurement
from ingest.families.scalars import plain

_KEYS: dict[str, tuple[str, str | None, str]] = {
    "temperature": ("temperature", "°C", ""),
    "humidity": ("humidity", "%", ""),
    "dewpoint": ("dew_point", "°C", ""),
    "pressure": ("pressure", "hPa", ""),
    "illuminance": ("illuminance", "lx", ""),
    "battery": ("battery", "%", ""),
    "rssi": ("rssi", "dBm", ""),
    "window": ("contact", None, "window (1=open)"),
    "door": ("contact", None, "door (1=open)"),
    "opening": ("contact", None, "opening (1=open)"),
    "garage_door": ("contact", None, "garage door (1=open)"),
    "motion": ("occupancy", None, ""),
    "occupancy": ("occupancy", None, ""),
    "presence": ("occupancy", None, "presence"),
    "rotation": ("rotation", "°", ""),
    "tilt": ("tilt", None, ""),
    "button": ("button_event", None, ""),
    "co2": ("co2", "ppm", ""),
    "tvoc": ("tvoc", None, ""),
    "pm2_5": ("pm25", "µg/m³", ""),
    "pm10": ("pm10", "µg/m³", ""),
    "power": ("power", "W", ""),
    "energy": ("energy", "kWh", ""),
    "voltage": ("voltage", "V", ""),
    "current": ("current", "A", ""),
    "moisture": ("soil_moisture", "%", ""),
    "smoke": ("smoke", None, ""),
    "vibration": ("vibration", None, ""),
    "water": ("water_volume", "l", ""),
    "volume": ("water_volume", "l", ""),
    "gas": ("gas_volume", "m³", ""),
    "volume_flow_rate": ("flow", "m³/h", ""),
    "speed": ("wind_speed", "m/s", ""),
    "wind_speed": ("wind_speed", "m/s", ""),
    "wind_direction": ("wind_direction", "°", ""),
    "precipitation": ("rain", "mm", ""),
    "distance": ("distance", "mm", ""),
    "acoustic": ("noise", "dB", ""),
}


def bthome_measurements(told: dict[str, Any], time: datetime | None = None, channel: str = "") -> Iterator[Measurement]:
    """Measurements of a decoded BTHome packet; the index in a list is added to the channel."""
    for key, value in told.items():
        meaning = _KEYS.get(key)
        if meaning is None or type(value) is dict:
            continue
        quantity, unit, own = meaning
        place = f"{channel} {own}".strip()
        if type(value) is list:
            for index, each in enumerate(value[:16]):
                yield Measurement(quantity, plain(each), unit, f"{place} {index}".strip(), time)
        else:
            yield Measurement(quantity, plain(value), unit, place, time)
