"""Units: conversion to the one unit that Greenroom keeps of each quantity. It happens once, at the door.

A temperature (°C) and a temperature difference (K) are different kinds: 10 °C is 50 °F, 10 K is 18 °F of difference.
"""

from __future__ import annotations

from dataclasses import dataclass

from premises.errors import UnitError


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as `canonical = value * factor + offset`."""

    symbol: str
    canonical: str
    factor: float = 1.0
    offset: float = 0.0

    @property
    def divisor(self) -> float:
        """The whole number that a factor below one stands for, else 1: 3.1 Wh / 1000 is 0.0031 kWh, times 0.001 it is not."""
        inverse = 1 / self.factor if 0 < self.factor < 1 else 1.0
        return float(round(inverse)) if abs(inverse - round(inverse)) < 1e-9 * inverse else 1.0


def _table() -> dict[str, Unit]:
    families: dict[str, dict[str, tuple[float, float]]] = {
        "°C": {"°C": (1, 0), "C": (1, 0), "degC": (1, 0), "°F": (5 / 9, -160 / 9), "F": (5 / 9, -160 / 9)},
        "K": {"K": (1, 0), "delta_°C": (1, 0), "delta_°F": (5 / 9, 0)},
        "W": {"W": (1, 0), "kW": (1e3, 0), "MW": (1e6, 0), "mW": (1e-3, 0), "dW": (0.1, 0), "Gcal/h": (1.163e6, 0)},
        "VA": {"VA": (1, 0), "kVA": (1e3, 0)},
        "var": {"var": (1, 0), "VAr": (1, 0), "kvar": (1e3, 0)},
        "kWh": {
            "kWh": (1, 0),
            "Wh": (1e-3, 0),
            "MWh": (1e3, 0),
            "Wmin": (1 / 60e3, 0),
            "W·min": (1 / 60e3, 0),
            "Ws": (1 / 3.6e6, 0),
            "J": (1 / 3.6e6, 0),
            "kJ": (1 / 3600, 0),
            "MJ": (1 / 3.6, 0),
            "GJ": (1 / 0.0036, 0),
            "Gcal": (1163, 0),
        },
        "kvarh": {"kvarh": (1, 0), "varh": (1e-3, 0)},
        "kVAh": {"kVAh": (1, 0), "VAh": (1e-3, 0)},
        "V": {"V": (1, 0), "mV": (1e-3, 0), "kV": (1e3, 0)},
        "A": {"A": (1, 0), "mA": (1e-3, 0)},
        "Hz": {"Hz": (1, 0), "mHz": (1e-3, 0), "kHz": (1e3, 0)},
        "%": {
            "%": (1, 0),
            "ratio": (100, 0),
            "%RH": (1, 0),
            "0-1": (100, 0),
            "0-100": (1, 0),
            "0-254": (100 / 254, 0),
            "0-255": (100 / 255, 0),
            "0-1023": (100 / 1023, 0),
            "‰": (0.1, 0),
        },
        "ppm": {"ppm": (1, 0)},
        "ppb": {"ppb": (1, 0)},
        "µg/m³": {"µg/m³": (1, 0), "μg/m³": (1, 0), "ug/m3": (1, 0), "µg/m3": (1, 0)},
        "mg/m³": {"mg/m³": (1, 0), "mg/m3": (1, 0)},
        "Ω": {"Ω": (1, 0), "\u2126": (1, 0), "Ohm": (1, 0), "ohm": (1, 0), "kΩ": (1e3, 0), "k\u2126": (1e3, 0)},
        "m": {"m": (1, 0), "cm": (1e-2, 0), "km": (1e3, 0)},
        "mm": {"mm": (1, 0), "in": (25.4, 0)},
        "Ah": {"Ah": (1, 0), "mAh": (1e-3, 0)},
        "µS/cm": {"µS/cm": (1, 0), "μS/cm": (1, 0), "uS/cm": (1, 0), "mS/cm": (1e3, 0)},
        "1/kWh": {"1/kWh": (1, 0), "EUR/kWh": (1, 0), "€/kWh": (1, 0), "GBP/kWh": (1, 0), "ct/kWh": (1e-2, 0), "1/MWh": (1e-3, 0)},
        "g/kWh": {"g/kWh": (1, 0), "gCO2/kWh": (1, 0), "kg/kWh": (1e3, 0)},
        "lx": {"lx": (1, 0), "lux": (1, 0), "klx": (1e3, 0)},
        "W/m²": {"W/m²": (1, 0), "W/m2": (1, 0)},
        "hPa": {
            "hPa": (1, 0),
            "mbar": (1, 0),
            "Pa": (1e-2, 0),
            "kPa": (10, 0),
            "mmHg": (1.33322387415, 0),
            "inHg": (33.86388666667, 0),
        },
        "bar": {"bar": (1, 0), "kgf/cm²": (0.980665, 0), "psi": (0.0689475729, 0), "MPa": (10, 0)},
        "l/min": {"l/min": (1, 0), "L/min": (1, 0), "l/h": (1 / 60, 0), "m³/h": (1000 / 60, 0), "m3/h": (1000 / 60, 0)},
        "m³": {"m³": (1, 0), "m3": (1, 0), "l": (1e-3, 0), "L": (1e-3, 0)},
        "s": {"s": (1, 0), "ms": (1e-3, 0), "us": (1e-6, 0), "ns": (1e-9, 0), "min": (60, 0), "h": (3600, 0), "d": (86400, 0)},
        "dBm": {"dBm": (1, 0)},
        "dB": {"dB": (1, 0), "dB(A)": (1, 0)},
        "m/s": {"m/s": (1, 0), "km/h": (1 / 3.6, 0), "mph": (0.44704, 0), "kn": (1852 / 3600, 0)},
        "°": {"°": (1, 0), "deg": (1, 0)},
        "rpm": {"rpm": (1, 0), "RPM": (1, 0), "r/min": (1, 0), "1/min": (1, 0)},
        "K (colour)": {"K (colour)": (1, 0)},
        "1": {"1": (1, 0), "": (1, 0), "lqi": (1, 0), "cosφ": (1, 0)},
    }
    return {
        symbol: Unit(symbol, canonical, factor, offset)
        for canonical, members in families.items()
        for symbol, (factor, offset) in members.items()
        if factor
    }


UNITS: dict[str, Unit] = _table()

_BRIDGES: dict[tuple[str, str], float] = {
    ("bar", "hPa"): 1e3,
    ("hPa", "bar"): 1e-3,
    ("m", "mm"): 1e3,
    ("mm", "m"): 1e-3,
    ("%", "1"): 0.01,
    ("1", "%"): 100.0,
    ("ppm", "ppb"): 1e3,
    ("ppb", "ppm"): 1e-3,
    ("mg/m³", "µg/m³"): 1e3,
    ("µg/m³", "mg/m³"): 1e-3,
}
"""The same thing kept in two units for two quantities (air and water pressure): factors from one to the other."""


def convert(value: float, unit: str, canonical: str) -> float:
    """`value` given in `unit`, in the canonical unit. Raises UnitError for an unknown or unfit unit."""
    known = UNITS.get(unit)
    if unit == "mired" and canonical == "K (colour)":
        return 1e6 / value if value else 0.0
    if known is None:
        raise UnitError(f"unknown unit {unit!r}; known units of {canonical}: {', '.join(units_of(canonical))}")
    if known.canonical != canonical:
        bridge = _BRIDGES.get((known.canonical, canonical))
        if bridge is not None:
            return (value * known.factor + known.offset) * bridge
        raise UnitError(f"unit {unit!r} does not measure what is kept in {canonical}; fits: {', '.join(units_of(canonical))}")
    if known.factor == 1.0 and known.offset == 0.0:
        return value
    divisor = known.divisor
    return (value / divisor if divisor != 1.0 else value * known.factor) + known.offset


def units_of(canonical: str) -> tuple[str, ...]:
    """All unit symbols that convert to the canonical one."""
    return tuple(unit.symbol for unit in UNITS.values() if unit.canonical == canonical)
