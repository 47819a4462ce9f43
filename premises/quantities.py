"""The quantities that a point can have: the unit kept, the type, the field name in the stores, and what is plausible.

Two vocabularies meet here. A *message quantity* is what a device message says it measures (`temperature`,
`energy`, …). A *quantity* is what the point means on the premises (`air_temperature`, `supply_temperature`): the site
file says which message quantity of which channel it is read from. Where both have the same name nothing need be said.

The field name carries the unit, so that a field has one type and one unit everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ValueKind(StrEnum):
    """The type of a point's value, fixed for ever: a text can never reach a numeric field."""

    NUMBER = "number"
    FLAG = "flag"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a point measures or sets.

    name: name on the premises; unit: the unit kept; field: field name in a wide store; kind: value type;
    message: the message quantity it is read from; low, high: plausible range in `unit` (outside: flagged, not dropped);
    counter: a total that only grows (energy comes from its differences); rate: plausible change per minute.
    """

    name: str
    unit: str
    field: str
    kind: ValueKind = ValueKind.NUMBER
    message: str = ""
    low: float | None = None
    high: float | None = None
    counter: bool = False
    rate: float | None = None

    def __post_init__(self) -> None:
        if not self.message:
            object.__setattr__(self, "message", self.name)


_N, _F, _T = ValueKind.NUMBER, ValueKind.FLAG, ValueKind.TEXT

_ALL = (
    # temperatures: the message says "temperature", the site file says of what
    Quantity("air_temperature", "°C", "air_c", _N, "temperature", -30, 60, rate=3),
    Quantity("mass_temperature", "°C", "mass_c", _N, "temperature", -30, 80, rate=3),
    Quantity("slab_temperature", "°C", "slab_c", _N, "temperature", -20, 60, rate=2),
    Quantity("outdoor_temperature", "°C", "outdoor_c", _N, "temperature", -45, 55, rate=3),
    Quantity("supply_temperature", "°C", "supply_c", _N, "temperature", -10, 110),
    Quantity("return_temperature", "°C", "return_c", _N, "temperature", -10, 110),
    Quantity("water_temperature", "°C", "water_c", _N, "temperature", -10, 110),
    Quantity("device_temperature", "°C", "device_c", _N, "temperature", -45, 130),
    Quantity("temperature", "°C", "temperature_c", _N, "temperature", -100, 1000),
    Quantity("dew_point", "°C", "dew_point_c", _N, low=-60, high=40),
    Quantity("setpoint_temperature", "°C", "setpoint_c", _N, low=0, high=45),
    Quantity("supply_setpoint", "°C", "supply_setpoint_c", _N, "setpoint_temperature", 0, 90),
    # what Greenroom itself wants and expects; written by the rules
    Quantity("wanted_temperature", "°C", "wanted_c", _N, low=0, high=45),
    Quantity("planned_temperature", "°C", "planned_c", _N, low=-30, high=60),
    Quantity("planned_heat", "W", "planned_heat_w", _N, low=0, high=5e6),
    Quantity("state", "1", "state", _T),
    Quantity("reason", "1", "reason", _T),
    # air and light
    Quantity("humidity", "%", "humidity_pct", _N, low=0, high=100),
    Quantity("co2", "ppm", "co2_ppm", _N, low=250, high=20000),
    Quantity("tvoc", "ppb", "tvoc_ppb", _N, low=0, high=65000),
    Quantity("illuminance", "lx", "illuminance_lx", _N, low=0, high=200000),
    Quantity("irradiance", "W/m²", "irradiance_w_m2", _N, "irradiance", -20, 1600),
    Quantity("pressure", "hPa", "pressure_hpa", _N, low=300, high=1200),
    Quantity("wind_speed", "m/s", "wind_m_s", _N, low=0, high=90),
    Quantity("noise", "dB", "noise_db", _N, low=0, high=150),
    Quantity("occupancy", "1", "occupied", _F),
    Quantity("contact", "1", "closed", _F),
    Quantity("smoke", "1", "smoke", _F),
    # electricity
    Quantity("power", "W", "power_w", _N, low=-5e6, high=5e6),
    Quantity("apparent_power", "VA", "apparent_power_va", _N, low=-5e6, high=5e6),
    Quantity("reactive_power", "var", "reactive_power_var", _N, low=-5e6, high=5e6),
    Quantity("power_factor", "1", "power_factor", _N, low=-1.01, high=1.01),
    Quantity("voltage", "V", "voltage_v", _N, low=0, high=1500),
    Quantity("current", "A", "current_a", _N, low=-10000, high=10000),
    Quantity("frequency", "Hz", "frequency_hz", _N, low=0, high=500),
    Quantity("energy", "kWh", "energy_kwh", _N, low=0, high=1e9, counter=True),
    Quantity("energy_export", "kWh", "energy_export_kwh", _N, low=0, high=1e9, counter=True),
    Quantity("energy_today", "kWh", "energy_today_kwh", _N, low=0, high=1e6),
    Quantity("efficiency", "%", "efficiency_pct", _N, low=0, high=105),
    # heat and water
    Quantity("heat_energy", "kWh", "heat_energy_kwh", _N, "energy", 0, 1e9, counter=True),
    Quantity("heat_power", "W", "heat_power_w", _N, "power", -5e6, 5e6),
    Quantity("flow", "l/min", "flow_l_min", _N, low=0, high=20000),
    Quantity("gas_volume", "m³", "gas_m3", _N, "gas_volume", 0, 1e9, counter=True),
    Quantity("water_volume", "m³", "water_m3", _N, low=0, high=1e9, counter=True),
    Quantity("compressor_frequency", "Hz", "compressor_hz", _N, low=0, high=200),
    Quantity("valve_position", "%", "valve_pct", _N, low=0, high=100),
    Quantity("heating_demand", "%", "heating_demand_pct", _N, low=0, high=100),
    Quantity("heating_active", "1", "heating_active", _F),
    Quantity("heatpump_on", "1", "heatpump_on", _F),
    Quantity("mode", "1", "mode", _T),
    Quantity("running_state", "1", "running_state", _T),
    # actuators
    Quantity("switch_state", "1", "on", _F),
    Quantity("brightness", "%", "brightness_pct", _N, low=0, high=100),
    Quantity("cover_position", "%", "cover_pct", _N, low=0, high=100),
    # the device itself
    Quantity("availability", "1", "available", _F),
    Quantity("battery", "%", "battery_pct", _N, low=0, high=100),
    Quantity("battery_voltage", "V", "battery_v", _N, low=0, high=60),
    Quantity("soc", "%", "soc_pct", _N, low=0, high=100),
    Quantity("link_quality", "1", "link_quality", _N, low=0, high=255),
    Quantity("rssi", "dBm", "rssi_dbm", _N, low=-150, high=20),
    Quantity("wifi_quality", "%", "wifi_quality_pct", _N, low=0, high=100),
    Quantity("uptime", "s", "uptime_s", _N, low=0),
    # the intake of Greenroom itself, subject "greenroom"
    Quantity("messages_received", "1", "received", _N, low=0, counter=True),
    Quantity("messages_stored", "1", "stored", _N, low=0, counter=True),
    Quantity("messages_journalled", "1", "journalled", _N, low=0),
    Quantity("messages_quarantined", "1", "quarantined", _N, low=0, counter=True),
    Quantity("messages_ignored", "1", "ignored", _N, low=0, counter=True),
    Quantity("oldest_unsent", "s", "oldest_unsent_s", _N, low=0),
)

QUANTITIES: dict[str, Quantity] = {quantity.name: quantity for quantity in _ALL}
