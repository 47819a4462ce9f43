"""What names say that they measure, where a device's owner or a small gateway chose them; and what they must not be taken for."""

from __future__ import annotations

import pytest

from ingest.families.words import meaning_of

MEANT = {
    "energy_kWh": ("energy", "kWh"),
    "chargedKWh": ("energy", "kWh"),
    "PV_Energy_Today_kWh": ("energy_today", "kWh"),
    "acCurrent_mA": ("current", "mA"),
    "acVoltage_V": ("voltage", "V"),
    "battery_mV": ("battery_voltage", "mV"),
    "pressure_hPa": ("pressure", "hPa"),
    "wind_kmh": ("wind_speed", "km/h"),
    "grid_kw": ("power", "kW"),
    "Raumtemperatur": None,
    "Vorlauf Temperatur": ("temperature", "°C"),
    "temperature_2": ("temperature", "°C"),
    "target_temperature": ("setpoint_temperature", "°C"),
    "Target flow temp": ("setpoint_temperature", "°C"),
    "target_humidity": ("humidity", "%"),
    "state_of_charge": ("soc", "%"),
    "real_time_power": ("power", "W"),
    "energy_counter": ("energy", "kWh"),
    "gas_counter": ("gas_volume", "m³"),
    "water_meter": ("water_volume", None),
    "energy_delta": ("energy_delta", None),
    "valve_2_pulse": ("pulse_count", None),
}
NOT_MEANT = (
    "target_m3", "requested_power_w", "Redox Setpoint", "target_level",  # targets of something else
    "power_outage_count", "door_open_times", "movementCounter", "occupancy_duration",  # counts and times of what is measured
    "temperature_alarm", "co2_warning", "voltage_status", "temperature_sensor_id", "power_on_time",
    "txPower", "temperature_offset", "humidity_calibration", "firmware_version",  # settings and the radio
    "delta_temperature", "temperature_difference",  # no temperature, and kept in kelvin
    "current_version", "current stop",
)  # fmt: skip


@pytest.mark.parametrize("name", MEANT)
def test_a_name_says_what_it_measures_and_in_which_unit(name: str) -> None:
    meaning = meaning_of(name)
    assert (None if meaning is None else (meaning.quantity, meaning.unit)) == MEANT[name]


@pytest.mark.parametrize("name", NOT_MEANT)
def test_a_name_is_not_taken_for_what_it_only_speaks_of(name: str) -> None:
    assert meaning_of(name) is None
