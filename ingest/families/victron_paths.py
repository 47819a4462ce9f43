"""D-Bus paths of Victron services, after the Venus OS wiki: the last level says what, the levels before it say of what."""

from __future__ import annotations

from functools import lru_cache

Meaning = tuple[str, str | None, str]

_LAST: dict[str, tuple[str, str | None]] = {
    "Power": ("power", "W"),
    "P": ("power", "W"),
    "InstallationPower": ("power", "W"),
    "S": ("apparent_power", "VA"),
    "ReactivePower": ("reactive_power", "var"),
    "ApparentPower": ("apparent_power", "VA"),
    "Current": ("current", "A"),
    "I": ("current", "A"),
    "Voltage": ("voltage", "V"),
    "V": ("voltage", "V"),
    "VoltageLineToLine": ("voltage", "V"),
    "MidVoltage": ("voltage", "V"),
    "MaxChargeVoltage": ("voltage", "V"),
    "MaxCellVoltage": ("voltage", "V"),
    "MinCellVoltage": ("voltage", "V"),
    "PENVoltage": ("voltage", "V"),
    "BatteryVoltage": ("battery_voltage", "V"),
    "MaxVoltage": ("voltage", "V"),
    "MaximumVoltage": ("voltage", "V"),
    "MinimumVoltage": ("voltage", "V"),
    "MaxBatteryVoltage": ("voltage", "V"),
    "MinBatteryVoltage": ("voltage", "V"),
    "Frequency": ("frequency", "Hz"),
    "F": ("frequency", "Hz"),
    "PowerFactor": ("power_factor", None),
    "Temperature": ("temperature", "°C"),
    "CellTemperature": ("temperature", "°C"),
    "ExternalTemperature": ("temperature", "°C"),
    "BatteryTemperature": ("temperature", "°C"),
    "MaxCellTemperature": ("temperature", "°C"),
    "MinCellTemperature": ("temperature", "°C"),
    "Humidity": ("humidity", "%"),
    "Pressure": ("pressure", "hPa"),
    "Irradiance": ("irradiance", "W/m²"),
    "WindSpeed": ("wind_speed", "m/s"),
    "CO2": ("co2", "ppm"),
    "Luminosity": ("illuminance", "lx"),
    "NOX": ("value", None),
    "PM25": ("pm25", "µg/m³"),
    "VOC": ("voc_index", None),
    "Soc": ("soc", "%"),
    "Soh": ("value", "%"),
    "MinimumSocLimit": ("soc_limit", "%"),
    "ActiveSocLimit": ("soc_limit", "%"),
    "TargetSoc": ("soc_limit", "%"),
    "MinimumSoc": ("soc_limit", "%"),
    "Level": ("value", "%"),
    "MaxPower": ("power_max", "W"),
    "CurrentLimit": ("current_limit", "A"),
    "ChargeCurrentLimit": ("current_limit", "A"),
    "MaxChargeCurrent": ("current_limit", "A"),
    "MaxDischargeCurrent": ("current_limit", "A"),
    "MaxCurrent": ("current_limit", "A"),
    "MinChargeCurrent": ("current_limit", "A"),
    "InverterPowerSetpoint": ("power_demand", "W"),
    "ScheduledSoc": ("soc_limit", "%"),
    "MinCurrent": ("current_limit", "A"),
    "SetCurrent": ("current_limit", "A"),
    "Mode": ("mode", None),
    "State": ("status_code", None),
    "Status": ("status_code", None),
    "VebusState": ("status_code", None),
    "ErrorCode": ("fault", None),
    "Dimming": ("brightness", "%"),
    "TodaysYield": ("energy_today", "kWh"),
    "ChargedEnergy": ("energy", "kWh"),
    "DischargedEnergy": ("energy_export", "kWh"),
    "AcPowerSetpoint": ("power_demand", "W"),
    "AcPowerSetPoint": ("power_demand", "W"),
    "MaxChargePower": ("power_max", "W"),
    "MaxDischargePower": ("power_max", "W"),
    "MaxFeedInPower": ("power_max", "W"),
    "Connected": ("reachable", None),
    "Capacity": ("charge", "Ah"),
    "InstalledCapacity": ("charge", "Ah"),
    "ConsumedAmphours": ("charge", "Ah"),
    "Remaining": ("volume", "m³"),
    "MidVoltageDeviation": ("value", "%"),
    "Runtime": ("operating_time", "s"),
    "TodayRuntime": ("operating_time", "s"),
    "AccumulatedRuntime": ("operating_time", "s"),
    "Aggregate": ("pulse_count", None),
    "ChargeMode": ("mode", None),
    "ChargingState": ("status_code", None),
    "InputState": ("status_code", None),
    "StartStop": ("enabled", None),
    "AutoStart": ("enabled", None),
    "AllowToCharge": ("enabled", None),
    "AllowToDischarge": ("enabled", None),
    "NrOfPhases": ("value", None),
    "RangeToGo": ("distance", "km"),
    "Odometer": ("distance", "km"),
    "TimeToGo": ("operating_time", "s"),
    "Uptime": ("uptime", "s"),
}
_OF_ENERGY = {"Forward": ("energy", "import"), "Reverse": ("energy_export", "")}
_WORDS = {"Ac": "", "Battery": "battery", "Pv": "pv", "PvOnGrid": "pv on grid", "PvOnOutput": "pv on output"}
_NAMES_ONLY = frozenset(
    ("ProductName", "ProductId", "Serial", "FirmwareVersion", "HardwareVersion", "CustomName", "DeviceInstance", "Connection",
     "ProcessName", "ProcessVersion", "Manufacturer")
)  # fmt: skip


def meaning_of_path(service: str, path: list[str]) -> Meaning | None:
    """(message quantity, unit, channel) of a path of a service; None for names, settings of the display and the like."""
    return _meaning(service, "/".join(path)[:160])


@lru_cache(maxsize=8192)
def _meaning(service: str, joined: str) -> Meaning | None:
    path = joined.split("/")
    last = path[-1]
    if service == "settings":
        return "setting", None, joined.removeprefix("Settings/")
    if last in _NAMES_ONLY or (path[0] in ("Mgmt", "Devices") and service != "vebus"):
        return None
    if path[0] == "Alarms":
        return "fault", None, " ".join(path[1:])
    if path[0] == "Voltages" and last.startswith("Cell"):
        return "voltage", "V", f"cell {last.removeprefix('Cell')}"
    if path[0] == "Voltages":
        return "voltage", "V", f"cells {last.lower()}"
    if path[0] in ("Relay", "SwitchableOutput") and last == "State":
        return "switch_state", None, f"{'relay' if path[0] == 'Relay' else 'output'} {path[1]}"
    if "Energy" in path:
        return _energy(path)
    if path[0] == "Yield":
        return _yield(last)
    if path[0] == "History" and len(path) >= 4 and path[1] == "Daily":
        day = {"0": "today", "1": "yesterday"}.get(path[2], f"{path[2]} days ago")
        return _daily(day, path)
    if service == "evcharger" and last == "Session":
        return None
    known = _LAST.get(last)
    if known is None:
        return None
    quantity, unit = known
    if service in ("solarcharger", "inverter", "multi") and path[0] == "Load" and last == "State":
        quantity = "switch_state"
    return quantity, unit, _channel(path[:-1], last)


def _channel(parts: list[str], last: str) -> str:
    words = []
    for part, after in zip(parts, [*parts[1:], ""], strict=False):
        if part == "Dc":  # the direct-current side of a device; of the system its parts have names
            words.append("dc" if after in ("", "0", "1", "2", "In") else "")
        elif part in ("L1", "L2", "L3", "N"):
            words.append(part)
        elif part == "0" and words and words[-1] == "dc":
            words.append("")
        else:
            words.append(_WORDS.get(part, part.lower()))
    extra = {
        "CellTemperature": "cell",
        "ExternalTemperature": "external",
        "MidVoltage": "mid",
        "MaxChargeVoltage": "max charge",
        "MaxCellVoltage": "max cell",
        "MinCellVoltage": "min cell",
        "MaxCellTemperature": "max cell",
        "MinCellTemperature": "min cell",
        "VoltageLineToLine": "line to line",
        "Soh": "state of health",
        "Level": "level",
        "MinCurrent": "min",
        "MaxCurrent": "max",
        "MaxDischargeCurrent": "discharge",
    }.get(last, "")
    return " ".join(word for word in (*words, extra) if word)


def _energy(path: list[str]) -> Meaning | None:
    last = path[-1]
    if last in _OF_ENERGY:
        quantity, word = _OF_ENERGY[last]
        before = [part for part in path[:-1] if part not in ("Ac", "Energy")]
        return quantity, "kWh", " ".join((*before, word)).strip()
    if path[0] == "Session":
        return "energy_delta", "kWh", "session"
    return ("energy", "kWh", last) if path[0] == "Energy" else None


def _yield(last: str) -> Meaning | None:
    if last == "Power":
        return "power", "W", "pv"
    if last in ("User", "System"):
        return "energy", "kWh", "since user reset" if last == "User" else "since made"
    return None


def _daily(day: str, path: list[str]) -> Meaning | None:
    last = path[-1]
    tracker = f" tracker {path[4]}" if len(path) >= 6 and path[3] == "Pv" else ""
    if last == "Yield":
        quantity = "energy_today" if day == "today" else "energy_yesterday" if day == "yesterday" else "value"
        return quantity, "kWh", f"{day}{tracker}"
    known = _LAST.get(last)
    return (known[0], known[1], f"{day}{tracker} {last}" if known[0] != "power_max" else f"{day}{tracker}") if known else None
