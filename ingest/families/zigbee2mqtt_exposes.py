"""What the attributes of Zigbee2MQTT devices measure, after the exposes of its device converters."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple


class Exposed(NamedTuple):
    """quantity, unit and channel of an attribute; state: words for yes and no count."""

    quantity: str
    unit: str | None = None
    channel: str = ""
    state: bool = False


ATTRIBUTES: dict[str, Exposed] = {
    "temperature": Exposed("temperature", "°C"),
    "local_temperature": Exposed("temperature", "°C"),
    "device_temperature": Exposed("temperature", "°C", "device"),
    "cpu_temperature": Exposed("temperature", "°C", "device"),
    "external_temperature_input": Exposed("temperature", "°C", "external_input"),
    "external_measured_room_sensor": Exposed("temperature", "°C", "external_input"),
    "external_temperature": Exposed("temperature", "°C", "external"),
    "remote_temperature": Exposed("temperature", "°C", "remote"),
    "temperature_probe": Exposed("temperature", "°C", "probe"),
    "probe_temperature": Exposed("temperature", "°C", "probe"),
    "floor_temperature": Exposed("temperature", "°C", "floor"),
    "outdoor_temperature": Exposed("temperature", "°C", "outdoor"),
    "soil_temperature": Exposed("temperature", "°C", "soil"),
    "local_temperature_floor": Exposed("temperature", "°C", "floor"),
    "dew_point": Exposed("dew_point", "°C"),
    "humidity": Exposed("humidity", "%"),
    "external_humidity": Exposed("humidity", "%", "external"),
    "soil_moisture": Exposed("soil_moisture", "%"),
    "pressure": Exposed("pressure", "hPa"),
    "co2": Exposed("co2", "ppm"),
    "eco2": Exposed("eco2", "ppm"),
    "co": Exposed("co", "ppm"),
    "voc": Exposed("tvoc", "ppb"),
    "voc_index": Exposed("voc_index"),
    "formaldehyd": Exposed("formaldehyde"),
    "hcho": Exposed("formaldehyde"),
    "formaldehyde": Exposed("formaldehyde"),
    "pm1": Exposed("pm1", "µg/m³"),
    "pm25": Exposed("pm25", "µg/m³"),
    "pm10": Exposed("pm10", "µg/m³"),
    "noise": Exposed("noise", "dB"),
    "illuminance": Exposed("illuminance", "lx"),
    "illuminance_lux": Exposed("illuminance", "lx"),
    "occupancy": Exposed("occupancy", state=True),
    "presence": Exposed("occupancy", channel="presence", state=True),
    "motion": Exposed("occupancy", channel="motion", state=True),
    "contact": Exposed("contact", state=True),
    "smoke": Exposed("smoke", state=True),
    "gas": Exposed("gas_alarm", state=True),
    "carbon_monoxide": Exposed("co_alarm", state=True),
    "water_leak": Exposed("water_leak", state=True),
    "vibration": Exposed("vibration", state=True),
    "rain": Exposed("rain", state=True),
    "fault": Exposed("fault", state=True),
    "wind_speed": Exposed("wind_speed", "m/s"),
    "wind_direction": Exposed("wind_direction", "°"),
    "power": Exposed("power", "W"),
    "power_apparent": Exposed("apparent_power", "VA"),
    "apparent_power": Exposed("apparent_power", "VA"),
    "power_reactive": Exposed("reactive_power", "var"),
    "reactive_power": Exposed("reactive_power", "var"),
    "power_factor": Exposed("power_factor"),
    "current": Exposed("current", "A"),
    "current_neutral": Exposed("current", "A", "n"),
    "ac_frequency": Exposed("frequency", "Hz"),
    "frequency": Exposed("frequency", "Hz"),
    "energy": Exposed("energy", "kWh"),
    "consumed_energy": Exposed("energy", "kWh"),
    "consumption": Exposed("energy", "kWh"),
    "energy_consumed": Exposed("energy", "kWh"),
    "current_summ_delivered": Exposed("energy", "kWh"),
    "produced_energy": Exposed("energy_export", "kWh"),
    "energy_produced": Exposed("energy_export", "kWh"),
    "current_summ_received": Exposed("energy_export", "kWh"),
    "energy_today": Exposed("energy_today", "kWh"),
    "energy_yesterday": Exposed("energy_yesterday", "kWh"),
    "gas_consumption": Exposed("gas_volume", "m³"),
    "water_consumed": Exposed("water_volume", "l"),
    "flow": Exposed("flow", "m³/h"),
    "battery": Exposed("battery", "%"),
    "battery_voltage": Exposed("battery_voltage", "mV"),
    "linkquality": Exposed("link_quality", "lqi"),
    "rssi": Exposed("rssi", "dBm"),
    "brightness": Exposed("brightness", "0-254"),
    "color_temp": Exposed("color_temperature", "mired"),
    "position": Exposed("cover_position", "%"),
    "lift": Exposed("cover_position", "%"),
    "tilt": Exposed("tilt", "%"),
    "current_heating_setpoint": Exposed("setpoint_temperature", "°C", "current"),
    "occupied_heating_setpoint": Exposed("setpoint_temperature", "°C", "occupied"),
    "unoccupied_heating_setpoint": Exposed("setpoint_temperature", "°C", "unoccupied"),
    "internal_heating_setpoint": Exposed("setpoint_temperature", "°C", "internal"),
    "occupied_cooling_setpoint": Exposed("setpoint_temperature", "°C", "cooling"),
    "unoccupied_cooling_setpoint": Exposed("setpoint_temperature", "°C", "unoccupied cooling"),
    "current_cooling_setpoint": Exposed("setpoint_temperature", "°C", "current cooling"),
    "pi_heating_demand": Exposed("heating_demand", "%"),
    "pi_cooling_demand": Exposed("heating_demand", "%", "cooling"),
    "valve_position": Exposed("valve_position", "%"),
    "valve_opening_degree": Exposed("valve_position", "%", "opening limit"),
    "valve_opening_percentage": Exposed("valve_position", "%"),
    "system_mode": Exposed("mode"),
    "running_state": Exposed("running_state"),
    "fan_state": Exposed("switch_state", channel="fan", state=True),
    "fan_mode": Exposed("mode", channel="fan"),
    "fan_speed": Exposed("fan_level", "%"),
    "action": Exposed("button_event"),
    "click": Exposed("button_event", channel="click"),
    "lock_state": Exposed("lock_state"),
    "uptime": Exposed("uptime", "s"),
    "total_power": Exposed("power", "W", "total"),
    "total_active_power": Exposed("power", "W", "total"),
    "active_power": Exposed("power", "W"),
    "mean_power": Exposed("power", "W", "mean"),
    "total_power_reactive": Exposed("reactive_power", "var", "total"),
    "total_reactive_power": Exposed("reactive_power", "var", "total"),
    "total_power_apparent": Exposed("apparent_power", "VA", "total"),
    "total_apparent_power": Exposed("apparent_power", "VA", "total"),
    "rms_voltage": Exposed("voltage", "V"),
    "voltage_rms": Exposed("voltage", "V"),
    "current_average": Exposed("current", "A", "average"),
    "total_energy": Exposed("energy", "kWh", "total"),
    "active_energy": Exposed("energy", "kWh"),
    "energy_wh": Exposed("energy", "Wh"),
    "daily_energy": Exposed("energy_today", "kWh"),
    "reverse_energy": Exposed("energy_export", "kWh"),
    "reactive_energy": Exposed("reactive_energy", "kvarh"),
    "energy_reactive": Exposed("reactive_energy", "kvarh"),
    **{f"energy_tier_{tier}": Exposed("energy", "kWh", f"tier {tier}") for tier in range(1, 5)},
    "cumulative_heat": Exposed("energy", "kWh", "heat"),
    "flow_rate": Exposed("flow", "m³/h"),
    "room_temperature": Exposed("temperature", "°C", "room"),
    "air_temp": Exposed("temperature", "°C", "air"),
    "floor_temp": Exposed("temperature", "°C", "floor"),
    "water_temperature": Exposed("temperature", "°C", "water"),
    "temperature_sensor": Exposed("temperature", "°C", "sensor"),
    "temperature_f": Exposed("temperature", "°F", "°F"),
    "apparent_temperature": Exposed("temperature", "°C", "apparent"),
    "wind_chill": Exposed("temperature", "°C", "wind chill"),
    "moisture": Exposed("soil_moisture", "%"),
    "distance": Exposed("distance", "m"),
    "carbon_monoxide_value": Exposed("co", "ppm"),
    "battpercentage": Exposed("battery", "%"),
    "fault_code": Exposed("fault"),
    "error_status": Exposed("fault"),
    "operating_time": Exposed("operating_time", "h"),
    "power_on_time": Exposed("operating_time", "s"),
    "target_distance": Exposed("distance", "m"),
    "mains_voltage": Exposed("voltage", "V"),
    "curtain_position": Exposed("cover_position", "%"),
    "position_percent": Exposed("cover_position", "%"),
    "pm4": Exposed("pm4", "µg/m³"),
    "nox_index": Exposed("nox_index"),
    "aqi": Exposed("air_quality_index"),
    "gas_value": Exposed("gas_concentration"),
    "gas_concentration": Exposed("gas_concentration"),
    "smoke_concentration": Exposed("smoke_concentration", "ppm"),
    "smoke_density": Exposed("smoke_concentration"),
    "ec": Exposed("conductivity", "µS/cm"),
    "soil_conductivity": Exposed("conductivity", "µS/cm"),
    "charging": Exposed("charging", state=True),
    "charging_status": Exposed("charging", state=True),
    "tamper": Exposed("tamper", state=True),
    "window": Exposed("window_open", state=True),
    "window_open": Exposed("window_open", state=True),
    "open_window": Exposed("window_open", state=True),
    "window_open_detected": Exposed("window_open", state=True),
    "open_window_detected": Exposed("window_open", state=True),
    "opening": Exposed("contact", channel="opening (1=open)", state=True),
    **{f"energy_t{tariff}": Exposed("energy", "kWh", f"tariff {tariff}") for tariff in range(1, 5)},
    "total_energy_consumption": Exposed("energy", "kWh", "total"),
    "total_output_energy": Exposed("energy_export", "kWh", "total"),
    "energy_month": Exposed("energy_month", "kWh"),
}

SETPOINTS = ("occupied_heating_setpoint", "current_heating_setpoint")
"""The setpoint in force, the first that is told; its channel is the plain one."""

ENDPOINTS = frozenset(
    (
        "l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8", "left", "right", "center", "top", "bottom", "a", "b", "c", "ab", "bc", "ca",
        "top_left", "top_right", "bottom_left", "bottom_right", "phase_a", "phase_b", "phase_c", "phase_ab", "phase_bc", "phase_ca",
        "ch1", "ch2", "ch3", "ch4", "1", "2", "3", "4", "5", "6", "7", "8", "relay", "main", "usb", "light", "rgb", "white", "cct",
        "total", "wall", "system",
    )
)  # fmt: skip
_WITH_ENDPOINT = frozenset(
    ("state", "voltage", "power", "current", "energy", "power_factor", "brightness", "color_temp", "position", "temperature",
    "humidity", "occupancy", "contact", "action", "produced_energy", "power_reactive", "power_apparent", "ac_frequency", "tilt",
    "illuminance", "soil_moisture", "presence", "flow", "battery", "energy_produced", "energy_consumed", "apparent_power",
    "reactive_power", "frequency", "water_consumed", "system_mode", "local_temperature", "current_heating_setpoint",
    "occupied_heating_setpoint", "running_state", "pi_heating_demand")
)  # fmt: skip


def parted(key: str) -> tuple[str, str]:
    """An attribute name as (attribute, endpoint): `power_phase_a` is (power, phase_a); endpoint "" where there is none."""
    return (key, "") if key in ATTRIBUTES or len(key) > 64 else _parted(key)


@lru_cache(maxsize=4096)
def _parted(key: str) -> tuple[str, str]:
    at = key.find("_")
    while at > 0:
        if key[at + 1 :] in ENDPOINTS and key[:at] in _WITH_ENDPOINT:
            return key[:at], key[at + 1 :]
        at = key.find("_", at + 1)
    return key, ""
