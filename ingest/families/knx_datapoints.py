"""KNX data point types that a building measures or sets, after the KNX standard 03_07_02."""

from __future__ import annotations

_MAIN: dict[str, tuple[str | None, str | None]] = {
    "1": ("switch_state", None),
    "5.001": ("brightness", "%"),
    "5.003": ("rotation", "°"),
    "5.004": ("brightness", "0-255"),
    "9.001": ("temperature", "°C"),
    "9.002": ("temperature", "K"),
    "9.004": ("illuminance", "lx"),
    "9.005": ("wind_speed", "m/s"),
    "9.006": ("pressure", "Pa"),
    "9.007": ("humidity", "%"),
    "9.008": ("co2", "ppm"),
    "9.020": ("voltage", "mV"),
    "9.021": ("current", "mA"),
    "9.022": ("irradiance", "W/m²"),
    "9.024": ("power", "kW"),
    "9.025": ("flow", "l/h"),
    "9.026": ("rain", "mm"),
    "9.027": ("temperature", "°F"),
    "9.028": ("wind_speed", "km/h"),
    "13.010": ("energy", "Wh"),
    "13.011": ("apparent_energy", "VAh"),
    "13.012": ("reactive_energy", "varh"),
    "13.013": ("energy", "kWh"),
    "13.014": ("apparent_energy", "kVAh"),
    "13.015": ("reactive_energy", "kvarh"),
    "14.019": ("current", "A"),
    "14.027": ("voltage", "V"),
    "14.028": ("voltage", "V"),
    "14.033": ("frequency", "Hz"),
    "14.056": ("power", "W"),
    "14.057": ("power_factor", None),
    "14.068": ("temperature", "°C"),
    "14.076": ("water_volume", "m³"),
    "14.080": ("apparent_power", "VA"),
    "17.001": ("mode", None),
    "18.001": ("mode", None),
    "20.102": ("mode", None),
    "1.001": ("switch_state", None),
    "1.002": ("switch_state", None),
    "1.003": ("enabled", None),
    "1.005": ("fault_active", None),
    "1.008": ("cover_state", None),
    "1.009": ("contact", None),
    "1.018": ("occupancy", None),
    "1.019": ("contact", None),
    "7.011": ("distance", None),
    "7.012": ("current", "mA"),
    "7.013": ("illuminance", "lx"),
    "7.600": ("color_temperature", "K (colour)"),
    "29.010": ("energy", "Wh"),
}


def meaning_of_datapoint(name: str) -> tuple[str | None, str | None] | None:
    """(message quantity, unit) of `DPT9.001`, `9.001` or `DPST-9-1`; None for a type that is not kept."""
    digits = name.upper().removeprefix("DPST").removeprefix("DPT").strip("- ").replace("-", ".")
    main, _, sub = digits.partition(".")
    if not main.isdigit() or (sub and not sub.isdigit()):
        return None
    return _MAIN.get(f"{int(main)}.{int(sub):03d}") if sub else _MAIN.get(str(int(main)))
