"""The truth of a reading: unit once, type fixed, time decided, and everything odd flagged instead of dropped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.counters import judge, rolled_over
from ingest.decoded import Measurement
from ingest.families.instants import clock_time_today, instant_of
from ingest.families.scalars import plain, plain_text, yes_no
from ingest.normalise import PointReader, Refused
from premises.reading import Flag, Reading, Value
from premises.site import Point
from tests.ingest_families.premises import NOON, point

PARIS = ZoneInfo("Europe/Paris")


def read(
    to: Point | PointReader, value: Value | None, unit: str | None = None, at: datetime = NOON, retained: bool = False, **more: Any
) -> Reading:
    reader = to if isinstance(to, PointReader) else PointReader(to)
    channel = reader.point.channel
    reading = reader.read(Measurement("x", value, unit, channel, **more), at, retained)
    assert reading is not None
    return reading


@pytest.mark.parametrize(
    ("quantity", "value", "unit", "kept"),
    [
        ("energy", 64541.0, "Wh", 64.541),
        ("energy", 3.1, "Wh", 0.0031),
        ("energy", 60000, "Wmin", 1.0),
        ("power", 1.2, "kW", 1200.0),
        ("air_temperature", 68.0, "°F", 20.0),
        ("brightness", 127, "0-254", 50.0),
        ("color_temperature", 250, "mired", 4000.0),
        ("pressure", 1.01325, "bar", 1013.25),
        ("water_pressure", 1500, "mbar", 1.5),
        ("flow", 1.2, "m³/h", 20.0),
        ("battery_voltage", 3005, "mV", 3.005),
        ("heat_energy", 1, "Gcal", 1163.0),
        ("power_factor", 98, "%", 0.98),
    ],
)
def test_units_are_converted_once(quantity: str, value: float, unit: str, kept: float) -> None:
    assert read(point("d", quantity), value, unit).value == pytest.approx(kept, rel=1e-12)


def test_the_point_says_the_unit_that_the_message_leaves_out_and_the_sign() -> None:
    assert read(point("d", "energy", unit="Wh"), 1500).value == 1.5
    assert read(point("d", "power", sign=-1), 250.0, "W").value == -250.0


def test_an_unfit_unit_is_refused() -> None:
    with pytest.raises(Refused, match="kWh"):
        read(point("d", "power"), 5.0, "kWh")


def test_a_text_never_reaches_a_number_and_a_number_in_text_does() -> None:
    assert read(point("d", "power"), "12,5").value == 12.5
    for value in ("high", True):
        with pytest.raises(Refused):
            read(point("d", "power"), value)
    assert read(point("d", "mode"), 4).value == "4"
    assert len(str(read(point("d", "mode"), "x" * 5000).value)) <= 1024


@pytest.mark.parametrize(
    ("quantity", "channel", "value", "kept"),
    [
        ("occupancy", "", "trigger", True),
        ("occupancy", "", "no_motion", False),
        ("occupancy", "", 0, False),
        ("contact", "", "open", False),
        ("contact", "", "closed", True),
        ("contact", "", True, True),
        ("contact", "window (1=open)", 1, False),
        ("contact", "window (1=open)", "closed", True),
        ("switch_state", "", "ON", True),
        ("availability", "", "offline", False),
    ],
)
def test_states_are_yes_or_no_whatever_the_word(quantity: str, channel: str, value: Value, kept: bool) -> None:
    assert read(point("d", quantity, channel), value).value is kept


def test_a_word_that_is_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(Refused, match="yes or no"):
        read(point("d", "occupancy"), "perhaps")


@pytest.mark.parametrize(
    ("quantity", "channel", "value", "unit"),
    [
        ("air_temperature", "", -127.0, "°C"),
        ("supply_temperature", "DS18B20", 85.0, "°C"),
        ("supply_temperature", "", 327.67, "°C"),
        ("energy", "", 2.0**48 - 1, "Wh"),
        ("energy", "", 2147483647, "Wh"),
        ("illuminance", "", 65535, "lx"),
        ("humidity", "", 130.0, "%"),
    ],
)
def test_sentinels_and_what_cannot_be_are_kept_with_a_flag(quantity: str, channel: str, value: float, unit: str) -> None:
    assert Flag.OUT_OF_RANGE in read(point("d", quantity, channel), value, unit).flags


def test_a_sentinel_does_not_disturb_the_counter() -> None:
    reader = PointReader(point("d", "energy"))
    read(reader, 100.0, "kWh")
    read(reader, 2147483647, "kWh", NOON + timedelta(minutes=1))
    assert read(reader, 100.5, "kWh", NOON + timedelta(minutes=2)).flags == frozenset()


def test_a_jump_is_flagged_and_a_slow_change_is_not() -> None:
    reader = PointReader(point("d", "air_temperature"))
    assert read(reader, 20.0, "°C").flags == frozenset()
    assert Flag.RATE_OF_CHANGE in read(reader, 31.0, "°C", NOON + timedelta(minutes=1)).flags
    assert read(reader, 33.0, "°C", NOON + timedelta(minutes=2)).flags == frozenset()


@pytest.mark.parametrize(
    "told",
    [datetime(1970, 1, 1, 0, 5, tzinfo=UTC), NOON + timedelta(hours=2), datetime(2000, 1, 1, tzinfo=UTC)],
    ids=["never set", "two hours ahead", "the clock's own epoch"],
)
def test_a_wrong_clock_is_replaced_by_the_arrival(told: datetime) -> None:
    reading = read(point("d", "power"), 1.0, "W", time=told)
    assert reading.time == NOON
    assert reading.flags == {Flag.ARRIVAL_TIME}


def test_a_clock_that_is_a_little_ahead_is_believed() -> None:
    ahead = NOON + timedelta(minutes=4)
    assert read(point("d", "power"), 1.0, "W", time=ahead).time == ahead


def test_retained_values_are_never_fresh() -> None:
    reading = read(point("d", "power"), 1.0, "W", retained=True)
    assert Flag.RETAINED in reading.flags
    assert not reading.fresh


def test_late_readings_keep_their_time_and_wake_nobody() -> None:
    reader = PointReader(point("d", "power"))
    read(reader, 1.0, "W", time=NOON)
    late = read(reader, 2.0, "W", NOON + timedelta(seconds=9), time=NOON - timedelta(minutes=10))
    assert late.time == NOON - timedelta(minutes=10)
    assert late.flags == {Flag.LATE}


def test_a_device_clock_some_seconds_behind_the_arrival_of_another_topic_is_not_late() -> None:
    reader = PointReader(point("d", "power"))
    read(reader, 1.0, "W", NOON)
    assert read(reader, 2.0, "W", NOON + timedelta(seconds=1), time=NOON - timedelta(seconds=3)).flags == frozenset()


def test_a_value_that_overflows_is_refused() -> None:
    with pytest.raises(Refused, match="beyond"):
        read(point("d", "power"), 1e308, "MW")


@pytest.mark.parametrize("power", [0, 3, 6, 9], ids=["s", "ms", "us", "ns"])
def test_the_unit_of_a_time_stamp_is_seen_by_its_size(power: int) -> None:
    stamp = int(NOON.timestamp()) * 10**power
    assert instant_of(stamp) == NOON
    assert instant_of(str(stamp)) == NOON


def test_local_times_are_of_the_devices_own_zone() -> None:
    assert instant_of("2026-01-20T13:00:00", PARIS) == NOON
    assert instant_of("2026.01.20 13:00:00", PARIS) == NOON
    assert instant_of("2026-01-20T14:00:00+02:00", PARIS) == NOON
    assert instant_of("2026-01-20T12:00:00.123456789Z") == NOON.replace(microsecond=123456)
    assert instant_of("yesterday") is None
    assert instant_of(1e300) is None


def test_a_wall_clock_without_a_date_is_today_or_yesterday() -> None:
    assert clock_time_today("12:59:30", NOON, PARIS) == NOON - timedelta(seconds=30)
    assert clock_time_today("23:00:00", NOON, PARIS) == NOON - timedelta(hours=14)


def test_an_uptime_is_no_time() -> None:
    assert instant_of(1321890) == datetime.fromtimestamp(1321890, UTC), "and the normaliser sees that no clock says 1970"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("21.5", 21.5), ("21,5", 21.5), ("-0", 0), ("1e3", 1000.0), ("nan", None), ("N/A", None), ("", None), ("ON", True),
        ("off", False), ("1_000", "1_000"), ("٣٤", "٣٤"), ("0x10", "0x10"), ("1e400", None), ('"21.5"', 21.5), ("12\x00", 12),
        ("1.2.3", "1.2.3"),
    ],
)  # fmt: skip
def test_single_values_as_devices_write_them(text: str, value: Value | None) -> None:
    told = plain_text(text)
    assert told == value
    assert isinstance(told, bool) == isinstance(value, bool)


@given(st.text(max_size=40))
def test_any_text_is_a_value_or_none(text: str) -> None:
    assert plain(text) is None or isinstance(plain(text), float | int | bool | str)
    assert yes_no(text) is None or isinstance(yes_no(text), float | int | bool | str)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_as_text(value: float) -> None:
    assert plain_text(repr(value)) == value


class TestCounters:
    def flag(self, last: float, now: float, hours: float = 1.0, scale: float = 1.0) -> Flag | None:
        _, state = judge(None, last / scale, last, NOON)
        return judge(state, now / scale, now, NOON + timedelta(hours=hours))[0]

    def test_growth_is_plain(self) -> None:
        assert self.flag(1000.0, 1005.0) is None
        assert self.flag(1000.0, 1000.0) is None

    def test_reset_begins_again_near_zero(self) -> None:
        assert self.flag(1500.0, 0.2) is Flag.COUNTER_RESET

    def test_roll_over_goes_round_the_register(self) -> None:
        assert self.flag(99999.7, 0.3) is Flag.COUNTER_ROLLOVER
        assert self.flag(2**32 - 100, 50, scale=1000) is Flag.COUNTER_ROLLOVER

    def test_jitter_falls_by_its_own_rounding_and_is_not_counted_twice(self) -> None:
        _, state = judge(None, 36.5, 36.5, NOON)
        flag, state = judge(state, 36.4, 36.4, NOON + timedelta(minutes=1))
        assert flag is Flag.COUNTER_JITTER
        flag, state = judge(state, 36.5, 36.5, NOON + timedelta(minutes=2))
        assert (flag, state.value) == (None, 36.5)

    def test_meter_swap_goes_to_another_level_down_or_up(self) -> None:
        assert self.flag(45000.0, 31000.0) is Flag.METER_SWAP
        assert self.flag(1000.0, 90000.0) is Flag.METER_SWAP

    def test_a_long_gap_is_no_swap(self) -> None:
        assert self.flag(1000.0, 5000.0, hours=24 * 14) is None

    def test_registers_of_usual_width_only(self) -> None:
        assert rolled_over(65530, 3)
        assert not rolled_over(50000, 3)

    @given(st.lists(st.floats(0, 1e6), min_size=2, max_size=30))
    def test_the_state_never_falls_without_a_flag(self, values: list[float]) -> None:
        state, highest = None, 0.0
        for place, value in enumerate(values):
            flag, state = judge(state, value, value, NOON + timedelta(hours=place))
            assert flag is not None or state.value >= highest
            highest = state.value
