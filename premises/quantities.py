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
    Quantity("forecast_temperature", "°C", "forecast_c", _N, low=-60, high=60),
    Quantity("forecast_pv_power", "W", "forecast_pv_w", _N, low=0, high=5e7),
    Quantity("standby_power", "W", "standby_w", _N, low=0, high=5e6),
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
    # further message quantities: what devices of all families tell
    Quantity("water_pressure", "bar", "water_pressure_bar", _N, "pressure", 0, 40),
    Quantity("eco2", "ppm", "eco2_ppm", _N, low=0, high=65000),
    Quantity("co", "ppm", "co_ppm", _N, low=0, high=10000),
    Quantity("voc_index", "1", "voc_index", _N, low=0, high=1000),
    Quantity("formaldehyde", "mg/m³", "formaldehyde_mg_m3", _N, low=0, high=100),
    Quantity("pm1", "µg/m³", "pm1_ug_m3", _N, low=0, high=5000),
    Quantity("pm25", "µg/m³", "pm25_ug_m3", _N, low=0, high=5000),
    Quantity("pm10", "µg/m³", "pm10_ug_m3", _N, low=0, high=5000),
    Quantity("gas_resistance", "Ω", "gas_resistance_ohm", _N, low=0, high=1e9),
    Quantity("light_level", "1", "light_level", _N, low=0, high=100),
    Quantity("wind_direction", "°", "wind_deg", _N, low=0, high=360),
    Quantity("rain", "mm", "rain_mm", _N, low=0, high=1e6),
    Quantity("soil_moisture", "%", "soil_moisture_pct", _N, low=0, high=100),
    Quantity("water_leak", "1", "water_leak", _F),
    Quantity("gas_alarm", "1", "gas_alarm", _F),
    Quantity("co_alarm", "1", "co_alarm", _F),
    Quantity("vibration", "1", "vibration", _F),
    Quantity("fault", "1", "fault", _T),
    Quantity("fault_active", "1", "fault_active", _F, "fault"),
    Quantity("reachable", "1", "reachable", _F),
    Quantity("producing", "1", "producing", _F),
    Quantity("enabled", "1", "enabled", _F),
    Quantity("charging", "1", "charging", _F),
    Quantity("vehicle_connected", "1", "vehicle_connected", _F),
    Quantity("button_event", "1", "button_event", _T),
    Quantity("status", "1", "status", _T),
    Quantity("status_code", "1", "status_code", _N),
    Quantity("cover_state", "1", "cover_state", _T),
    Quantity("lock_state", "1", "lock_state", _T),
    Quantity("tilt", "%", "tilt_pct", _N, low=0, high=100),
    Quantity("rotation", "°", "rotation_deg", _N, low=-360, high=360),
    Quantity("color_temperature", "K (colour)", "color_temperature_k", _N, low=1000, high=20000),
    Quantity("reactive_energy", "kvarh", "reactive_energy_kvarh", _N, low=0, high=1e9, counter=True),
    Quantity("apparent_energy", "kVAh", "apparent_energy_kvah", _N, low=0, high=1e9, counter=True),
    Quantity("energy_yesterday", "kWh", "energy_yesterday_kwh", _N, low=0, high=1e6),
    Quantity("energy_delta", "kWh", "energy_delta_kwh", _N, low=-1e6, high=1e6),
    Quantity("power_demand", "W", "power_demand_w", _N, low=-5e6, high=5e6),
    Quantity("power_max", "W", "power_max_w", _N, low=-5e6, high=5e6),
    Quantity("power_limit", "%", "power_limit_pct", _N, low=0, high=100),
    Quantity("power_limit_absolute", "W", "power_limit_w", _N, "power_limit", 0, 5e6),
    Quantity("current_limit", "A", "current_limit_a", _N, low=0, high=10000),
    Quantity("soc_limit", "%", "soc_limit_pct", _N, low=0, high=100),
    Quantity("irradiation", "%", "irradiation_pct", _N, low=0, high=200),
    Quantity("green_share", "%", "green_share_pct", _N, low=0, high=100),
    Quantity("cop", "1", "cop", _N, low=0, high=30),
    Quantity("burner_power", "%", "burner_pct", _N, low=0, high=100),
    Quantity("flame_modulation", "%", "flame_pct", _N, low=0, high=100),
    Quantity("pump_modulation", "%", "pump_pct", _N, low=0, high=100),
    Quantity("pump_speed", "rpm", "pump_rpm", _N, low=0, high=20000),
    Quantity("fan_speed", "rpm", "fan_rpm", _N, low=0, high=20000),
    Quantity("fan_level", "%", "fan_pct", _N, low=0, high=100),
    Quantity("sg_ready_mode", "1", "sg_ready_mode", _N, low=0, high=4),
    Quantity("press_count", "1", "press_count", _N, low=0),
    Quantity("pulse_count", "1", "pulse_count", _N, low=0, counter=True),
    Quantity("starts", "1", "starts", _N, low=0, counter=True),
    Quantity("operating_time", "s", "operating_s", _N, low=0),
    Quantity("snr", "dB", "snr_db", _N, low=-60, high=60),
    Quantity("link_margin", "dB", "link_margin_db", _N, low=-100, high=100),
    Quantity("dali_measurement", "1", "dali_measurement", _N),
    Quantity("setting", "1", "setting", _N),
    Quantity("pv_remaining", "1", "pv_remaining", _N),
    Quantity("phase_remaining", "1", "phase_remaining", _N),
    Quantity("guard_remaining", "1", "guard_remaining", _N),
    Quantity("plan_overrun", "1", "plan_overrun", _N),
    Quantity("bdSeq", "1", "bd_seq", _N, low=0, high=255),
    Quantity("distance", "m", "distance_m", _N, low=0, high=1e7),
    Quantity("gas_concentration", "ppm", "gas_ppm", _N, low=0, high=1e6),
    Quantity("smoke_concentration", "ppm", "smoke_ppm", _N, low=0, high=1e6),
    Quantity("air_quality_index", "1", "air_quality_index", _N, low=0, high=1000),
    Quantity("nox_index", "1", "nox_index", _N, low=0, high=1000),
    Quantity("pm4", "µg/m³", "pm4_ug_m3", _N, low=0, high=5000),
    Quantity("uv_index", "1", "uv_index", _N, low=0, high=30),
    Quantity("conductivity", "µS/cm", "conductivity_us_cm", _N, low=0, high=1e6),
    Quantity("charge", "Ah", "charge_ah", _N, low=-1e6, high=1e6),
    Quantity("volume", "m³", "volume_m3", _N, low=0, high=1e6),
    Quantity("people", "1", "people", _N, low=0, high=1e6),
    Quantity("window_open", "1", "window_open", _F),
    Quantity("tamper", "1", "tamper", _F),
    Quantity("energy_month", "kWh", "energy_month_kwh", _N, low=0, high=1e7),
    Quantity("energy_price", "1/kWh", "energy_price", _N, low=-100, high=100),
    Quantity("carbon_intensity", "g/kWh", "carbon_g_kwh", _N, low=0, high=5000),
    Quantity("value", "1", "value", _N),
    # the intake of Greenroom itself, subject "greenroom"
    Quantity("messages_received", "1", "received", _N, low=0, counter=True),
    Quantity("messages_stored", "1", "stored", _N, low=0, counter=True),
    Quantity("messages_journalled", "1", "journalled", _N, low=0),
    Quantity("messages_quarantined", "1", "quarantined", _N, low=0, counter=True),
    Quantity("messages_ignored", "1", "ignored", _N, low=0, counter=True),
    Quantity("oldest_unsent", "s", "oldest_unsent_s", _N, low=0),
)

QUANTITIES: dict[str, Quantity] = {quantity.name: quantity for quantity in _ALL}
