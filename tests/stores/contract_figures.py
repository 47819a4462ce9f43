"""What every telemetry store must make of its readings: series by window and energy from counters, bit for bit the same."""

from __future__ import annotations

import hashlib
import random
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from premises.errors import UnitError, UnknownNameError
from premises.ports import Bucket, EnergyBucket, Resolution, TelemetryStore
from premises.reading import Flag, Reading
from premises.time import Interval, local_day, local_month
from tests.stores.premises_of_tests import (
    AIR,
    ENERGY,
    FIVE,
    GAS,
    LIT,
    MODE,
    NOON,
    POWER,
    every_five_minutes,
    reading,
)

PARIS = ZoneInfo("Europe/Paris")
QUARTER = timedelta(minutes=15)
HOUR = Interval(NOON, NOON + timedelta(hours=1))


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


class SeriesContract:
    """Windows: means weighted by time, extremes, completeness."""

    def test_a_quarter_hour_is_weighted_by_time_not_by_number_of_readings(self, store: TelemetryStore) -> None:
        told = [(0, 10.0), (300, 20.0), (310, 20.0), (320, 20.0), (600, 40.0)]
        store.write("studio", [reading(POWER, NOON + seconds(at), value) for at, value in told])
        (quarter,) = store.series("studio", POWER, Interval(NOON, NOON + QUARTER), Resolution.QUARTER)
        assert quarter == Bucket(NOON, NOON + QUARTER, (10 + 20 + 40) / 3, 10.0, 40.0, 40.0, 5, 1.0)

    def test_every_window_that_touches_the_interval_comes_also_empty_ones(self, store: TelemetryStore) -> None:
        store.write("studio", every_five_minutes(AIR, NOON, [14.0]))
        touched = Interval(NOON - timedelta(hours=3, minutes=7), NOON + timedelta(minutes=1))
        hours = store.series("studio", AIR, touched, Resolution.HOUR)
        assert [bucket.start.hour for bucket in hours] == [8, 9, 10, 11, 12]
        assert hours[0] == Bucket(hours[0].start, hours[0].end, None, None, None, None, 0, 0.0)
        assert hours[-1].count == 1

    def test_the_last_value_holds_three_intervals_and_no_longer(self, store: TelemetryStore) -> None:
        store.write("studio", every_five_minutes(AIR, NOON, [14.0, 20.0]))
        first, second, third = store.series("studio", AIR, Interval(NOON, NOON + QUARTER * 3), Resolution.QUARTER)
        assert (first.mean, first.completeness, first.count) == (18.0, 1.0, 2)
        assert (second.mean, second.completeness, second.count) == (20.0, 300 / 900, 0)
        assert (second.low, second.high, second.last) == (None, None, None)
        assert (third.mean, third.completeness) == (None, 0.0)

    def test_a_gap_is_neither_zero_nor_the_last_value(self, store: TelemetryStore) -> None:
        store.write(
            "studio", every_five_minutes(AIR, NOON, [10.0]) + every_five_minutes(AIR, NOON + timedelta(minutes=45), [30.0] * 3)
        )
        (hour,) = store.series("studio", AIR, HOUR, Resolution.HOUR)
        assert hour.mean == 20.0  # a quarter of 10 °C, half an hour unknown, a quarter of 30 °C
        assert hour.completeness == 0.5

    def test_a_state_told_on_change_only_counts_as_share_of_time(self, store: TelemetryStore) -> None:
        store.write("studio", [reading(LIT, NOON - timedelta(hours=5), False), reading(LIT, NOON + timedelta(minutes=45), True)])
        (hour,) = store.series("studio", LIT, HOUR, Resolution.HOUR)
        assert (hour.mean, hour.last, hour.count, hour.completeness) == (0.25, 1.0, 1, 1.0)
        store.write("studio", [reading(LIT, NOON + timedelta(hours=1), False)])
        days = store.series("studio", LIT, Interval(NOON, NOON + timedelta(days=4)), Resolution.DAY)
        assert [day.completeness for day in days] == [pytest.approx(16 / 24), pytest.approx(14 / 24), 0, 0, 0]

    def test_a_value_out_of_range_is_kept_but_is_no_truth(self, store: TelemetryStore) -> None:
        odd = reading(AIR, NOON + FIVE, -127.0, Flag.OUT_OF_RANGE)
        store.write("studio", [*every_five_minutes(AIR, NOON, [14.0]), odd, *every_five_minutes(AIR, NOON + FIVE * 2, [14.0])])
        (quarter,) = store.series("studio", AIR, Interval(NOON, NOON + QUARTER), Resolution.QUARTER)
        assert (quarter.mean, quarter.low, quarter.count) == (14.0, 14.0, 2)
        assert store.readings("studio", AIR, HOUR)[1] == odd

    def test_days_are_local_and_have_23_24_or_25_hours(self, store: TelemetryStore) -> None:
        spring, autumn = local_day(date(2026, 3, 29), PARIS), local_day(date(2026, 10, 25), PARIS)
        for day, hours in ((spring, 23), (autumn, 25)):
            told = [reading(POWER, day.start + timedelta(minutes=15 * step), 4.0) for step in range(hours * 4)]
            store.write("studio", told)
            (bucket,) = store.series("studio", POWER, day, Resolution.DAY)
            assert (bucket.start, bucket.end, bucket.count) == (day.start, day.end, hours * 4)
            assert (bucket.mean, bucket.completeness) == (4.0, 1.0)
            assert len(store.series("studio", POWER, day, Resolution.HOUR)) == hours

    def test_a_month_is_local_too(self, store: TelemetryStore) -> None:
        october = local_month(2026, 10, PARIS)
        ends = [october.start - seconds(1), october.start, october.end - seconds(1), october.end]
        store.write("studio", [reading(AIR, at, float(step)) for step, at in enumerate(ends)])
        (month,) = store.series("studio", AIR, october, Resolution.MONTH)
        assert (month.start, month.end) == (october.start, october.end)
        assert (month.count, month.low, month.high, month.last) == (2, 1.0, 2.0, 2.0)
        whole = store.series("studio", AIR, Interval(october.start - seconds(1), october.end + seconds(1)), Resolution.MONTH)
        assert [bucket.count for bucket in whole] == [1, 2, 1]

    def test_raw_gives_one_bucket_per_reading(self, store: TelemetryStore) -> None:
        store.write("studio", every_five_minutes(AIR, NOON, [14.0, 15.0]))
        raw = store.series("studio", AIR, HOUR, Resolution.RAW)
        assert [(bucket.start, bucket.last, bucket.count) for bucket in raw] == [(NOON, 14.0, 1), (NOON + FIVE, 15.0, 1)]

    def test_texts_have_their_newest_only(self, store: TelemetryStore) -> None:
        store.write(
            "studio", [reading(MODE, NOON + seconds(at), text) for at, text in ((0, "heat"), (60, "defrost"), (3600, "off"))]
        )
        first, second = store.series("studio", MODE, Interval(NOON, NOON + timedelta(hours=2)), Resolution.HOUR)
        assert (first.text, first.count, first.mean, first.last) == ("defrost", 2, None, None)
        assert (second.text, second.completeness) == ("off", 1.0)
        assert [bucket.text for bucket in store.series("studio", MODE, HOUR, Resolution.RAW)] == ["heat", "defrost"]

    def test_a_late_reading_makes_its_windows_anew(self, store: TelemetryStore) -> None:
        store.write("studio", every_five_minutes(AIR, NOON, [10.0, 10.0, 10.0]))
        before = store.series("studio", AIR, HOUR, Resolution.QUARTER)
        store.write("studio", [reading(AIR, NOON + seconds(600), 40.0, Flag.LATE)])
        after = store.series("studio", AIR, HOUR, Resolution.QUARTER)
        assert before[0].mean == 10.0
        assert after[0].mean == 20.0


class EnergyContract:
    """Energy from counters: by difference, never negative, never a spike, gaps told as estimated."""

    def energy(self, store: TelemetryStore, told: list[Reading], hours: int = 1) -> EnergyBucket:
        store.write("studio", told)
        return store.energy("studio", ENERGY, Interval(NOON, NOON + timedelta(hours=hours)), Resolution.HOUR)[0]

    def test_an_hour_is_the_difference_of_its_ends(self, store: TelemetryStore) -> None:
        told = every_five_minutes(ENERGY, NOON, [100.0 + step / 2 for step in range(13)])
        assert self.energy(store, told) == EnergyBucket(NOON, NOON + timedelta(hours=1), 6.0, 0.0, 1.0)

    def test_a_step_over_an_edge_is_shared_by_time(self, store: TelemetryStore) -> None:
        store.write("studio", [reading(ENERGY, NOON + timedelta(minutes=at), value) for at, value in ((10, 0.0), (20, 1.0))])
        first, second = store.energy("studio", ENERGY, Interval(NOON, NOON + QUARTER * 2), Resolution.QUARTER)
        assert (first.kwh, second.kwh) == (0.5, 0.5)
        assert (first.completeness, second.completeness) == (300 / 900, 300 / 900)

    def test_a_gap_is_interpolated_and_told_as_estimated(self, store: TelemetryStore) -> None:
        told = [reading(ENERGY, NOON - timedelta(hours=1), 10.0), reading(ENERGY, NOON + timedelta(hours=3), 18.0)]
        assert self.energy(store, told) == EnergyBucket(NOON, NOON + timedelta(hours=1), 2.0, 2.0, 0.0)

    def test_a_gap_of_weeks_is_interpolated_too(self, store: TelemetryStore) -> None:
        told = [reading(ENERGY, NOON - timedelta(days=20), 0.0), reading(ENERGY, NOON + timedelta(days=20), 960.0)]
        assert self.energy(store, told) == EnergyBucket(NOON, NOON + timedelta(hours=1), 1.0, 1.0, 0.0)

    def test_where_nothing_is_known_nothing_is_said(self, store: TelemetryStore) -> None:
        nothing = EnergyBucket(NOON, NOON + timedelta(hours=1), None, 0.0, 0.0)
        assert self.energy(store, []) == nothing
        assert self.energy(store, [reading(ENERGY, NOON - FIVE, 10.0)]) == nothing

    @pytest.mark.parametrize("flags", [(), (Flag.COUNTER_RESET,)], ids=["unflagged", "flagged"])
    def test_a_reset_loses_next_to_nothing_and_is_no_spike(self, store: TelemetryStore, flags: tuple[Flag, ...]) -> None:
        told = every_five_minutes(ENERGY, NOON, [500.0, 501.0, 502.0, 0.5, 1.5, 2.5])
        told[3] = reading(ENERGY, told[3].time, 0.5, *flags)
        assert self.energy(store, told).kwh == pytest.approx(4.5)

    @pytest.mark.parametrize("flags", [(), (Flag.COUNTER_ROLLOVER,)], ids=["unflagged", "flagged"])
    def test_a_roll_over_is_counted_through(self, store: TelemetryStore, flags: tuple[Flag, ...]) -> None:
        told = every_five_minutes(ENERGY, NOON, [99_998.0, 99_998.5, 99_999.0, 0.5, 1.5])
        told[3] = reading(ENERGY, told[3].time, 0.5, *flags)
        assert self.energy(store, told).kwh == pytest.approx(3.5)

    @pytest.mark.parametrize("flags", [(), (Flag.COUNTER_JITTER,)], ids=["unflagged", "flagged"])
    def test_jitter_is_neither_reset_nor_consumption(self, store: TelemetryStore, flags: tuple[Flag, ...]) -> None:
        told = every_five_minutes(ENERGY, NOON, [5000.0, 5000.1, 5000.0, 5000.1, 5000.0, 5000.2])
        told[2] = reading(ENERGY, told[2].time, 5000.0, *flags)
        assert self.energy(store, told).kwh == pytest.approx(0.2)

    def test_a_meter_swap_is_said_to_be_unknown(self, store: TelemetryStore) -> None:
        told = every_five_minutes(ENERGY, NOON, [800.0, 801.0, 41_000.0, 41_001.0])
        told[2] = reading(ENERGY, told[2].time, 41_000.0, Flag.METER_SWAP)
        hour = self.energy(store, told)
        assert hour.kwh == pytest.approx(2.0)
        assert hour.completeness == pytest.approx(10 / 60)

    def test_another_register_without_a_flag_is_no_spike_either(self, store: TelemetryStore) -> None:
        assert self.energy(store, every_five_minutes(ENERGY, NOON, [800.0, 801.0, 41_000.0, 41_001.0])).kwh == pytest.approx(2.0)
        assert self.energy(store, every_five_minutes(ENERGY, NOON, [41_000.0, 41_001.0, 800.0, 801.0])).kwh == pytest.approx(2.0)

    @pytest.mark.parametrize("false", [0.0, 281_474_976_710.655, 300.0, 12_000.0])
    def test_one_false_value_is_passed_over(self, store: TelemetryStore, false: float) -> None:
        told = every_five_minutes(ENERGY, NOON, [11_000.0, 11_001.0, false, 11_003.0, 11_004.0])
        assert self.energy(store, told).kwh == pytest.approx(4.0)

    def test_an_inverter_that_shows_nothing_at_night_is_no_spike_at_dawn(self, store: TelemetryStore) -> None:
        night = [reading(ENERGY, NOON + timedelta(minutes=30 * step), 0.0) for step in range(1, 20)]
        told = [reading(ENERGY, NOON, 12_345.0), *night, reading(ENERGY, NOON + timedelta(hours=10), 12_345.5)]
        store.write("studio", told)
        hours = store.energy("studio", ENERGY, Interval(NOON, NOON + timedelta(hours=10)), Resolution.HOUR)
        assert sum(bucket.kwh or 0.0 for bucket in hours) == pytest.approx(0.5)
        assert sum(bucket.estimated_kwh for bucket in hours) == pytest.approx(0.5)

    def test_a_value_out_of_range_takes_no_part(self, store: TelemetryStore) -> None:
        told = every_five_minutes(ENERGY, NOON, [100.0, 100.5, 101.0])
        told[1] = reading(ENERGY, told[1].time, 100.9, Flag.OUT_OF_RANGE)
        assert self.energy(store, told).kwh == pytest.approx(1.0)

    def test_what_is_no_counter_has_no_energy(self, store: TelemetryStore) -> None:
        with pytest.raises(UnitError, match="counter"):
            store.energy("studio", POWER, HOUR, Resolution.HOUR)
        with pytest.raises(UnknownNameError):
            store.energy("studio", "grid/nothing", HOUR, Resolution.HOUR)

    def test_gas_is_counted_in_its_own_unit(self, store: TelemetryStore) -> None:
        store.write("studio", [reading(GAS, NOON + timedelta(hours=step), 7000.0 + 2 * step) for step in range(3)])
        first, second = store.energy("studio", GAS, Interval(NOON, NOON + timedelta(hours=2)), Resolution.HOUR)
        assert (first.kwh, second.kwh, second.completeness) == (2.0, 2.0, 1.0)


def week_of_readings(seed: int = 7) -> list[Reading]:
    """A week as it comes: gaps, resets, jitter, flags, late and doubled readings, out of order."""
    chance = random.Random(seed)
    told, counter = [], 1000.0
    for step in range(7 * 288):
        at = NOON + FIVE * step + timedelta(microseconds=chance.randrange(5_000_000))
        counter = 0.0 if chance.random() < 0.002 else counter + chance.random()
        if chance.random() < 0.05 or 700 < step < 760:
            continue
        shown = counter - 0.1 * (chance.random() < 0.02)
        told.append(reading(ENERGY, at, max(round(shown, 3), 0.0)))
        told.append(reading(POWER, at, chance.uniform(-500.0, 9000.0), *([Flag.RATE_OF_CHANGE] if chance.random() < 0.01 else [])))
        told.append(reading(AIR, at, round(chance.uniform(10, 24), 2), *([Flag.OUT_OF_RANGE] if chance.random() < 0.01 else [])))
    doubled = chance.sample(told, 200)
    shuffled = told[:3000] + chance.sample(told[3000:], len(told) - 3000)
    return shuffled + doubled


def fingerprint(store: TelemetryStore) -> str:
    """All figures of the week, to the last bit."""
    span = Interval(NOON - timedelta(days=2), NOON + timedelta(days=9))
    shown = []
    for resolution in (Resolution.QUARTER, Resolution.HOUR, Resolution.DAY, Resolution.MONTH):
        shown += [repr(store.series("studio", point, span, resolution)) for point in (ENERGY, POWER, AIR)]
        shown.append(repr(store.energy("studio", ENERGY, span, resolution)))
    return hashlib.sha256("\n".join(shown).encode()).hexdigest()


class FiguresContract(SeriesContract, EnergyContract):
    def test_a_week_of_trouble_gives_the_same_figures_to_the_last_bit_on_every_store(self, store: TelemetryStore) -> None:
        told = week_of_readings()
        for first in range(0, len(told), 1000):
            store.write("studio", told[first : first + 1000])
        assert fingerprint(store) == FINGERPRINT


FINGERPRINT = "c1502230a99b8c6e17626526b063d0b029c3a431e30192915141be3924dfe40a"
"""Of the week, on any store. It changes only where the rules of the figures are changed on purpose."""
