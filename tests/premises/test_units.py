"""Units are converted once, at the door; temperatures and temperature differences are told apart."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from premises.errors import UnitError
from premises.quantities import QUANTITIES, ValueKind
from premises.units import UNITS, convert


@pytest.mark.parametrize(
    ("value", "unit", "kept", "canonical"),
    [
        (1500, "Wh", 1.5, "kWh"),
        (3.6, "MJ", 1.0, "kWh"),
        (60_000, "Wmin", 1.0, "kWh"),
        (50, "°F", 10.0, "°C"),
        (18, "delta_°F", 10.0, "K"),
        (3000, "mV", 3.0, "V"),
        (6, "m³/h", 100.0, "l/min"),
        (0.5, "ratio", 50.0, "%"),
        (1013.25, "hPa", 1013.25, "hPa"),
        (2, "kW", 2000, "W"),
    ],
)
def test_conversions_that_can_be_done_by_hand(value: float, unit: str, kept: float, canonical: str) -> None:
    assert math.isclose(convert(value, unit, canonical), kept, rel_tol=1e-12)


def test_ten_degrees_of_difference_are_no_temperature() -> None:
    with pytest.raises(UnitError, match="does not measure"):
        convert(10, "K", "°C")


def test_an_unknown_unit_names_those_that_fit() -> None:
    with pytest.raises(UnitError, match="MWh"):
        convert(1, "kilowatthours", "kWh")


def test_every_quantity_is_kept_in_a_canonical_unit_and_has_a_field_of_its_own() -> None:
    fields: dict[str, str] = {}
    for quantity in QUANTITIES.values():
        assert UNITS[quantity.unit].canonical == quantity.unit, quantity.name
        assert fields.setdefault(quantity.field, quantity.name) == quantity.name
        if quantity.kind is not ValueKind.NUMBER:
            assert quantity.low is None
            assert not quantity.counter


@given(st.floats(-1e6, 1e6), st.sampled_from(sorted(UNITS)))
def test_conversion_is_linear_and_never_invents(value: float, symbol: str) -> None:
    unit = UNITS[symbol]
    kept = convert(value, symbol, unit.canonical)
    assert math.isclose((kept - unit.offset) / unit.factor, value, rel_tol=1e-9, abs_tol=1e-6)
