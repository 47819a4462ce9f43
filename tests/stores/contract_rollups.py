"""Roll-ups on every store: made once, kept, made anew where late readings touch them, and never another figure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

import pytest

from premises.ports import Resolution, TelemetryStore
from premises.reading import Flag, Reading
from premises.time import Interval
from stores.rollup import RolledUp
from tests.stores.contract_figures import FINGERPRINT, fingerprint, week_of_readings
from tests.stores.premises_of_tests import AIR, ENERGY, FIVE, LIT, MODE, NOON, reading

DAY = timedelta(days=1)
LATER = NOON + 8 * DAY
SPAN = Interval(NOON - DAY, NOON + 9 * DAY)


class RollingStore(TelemetryStore, Protocol):
    def roll_up(self, site: str, now: datetime) -> RolledUp: ...


def week(point: str, growth: float = 0.25, days: int = 7) -> list[Reading]:
    """A reading every hour."""
    return [reading(point, NOON + timedelta(hours=step), 100 + growth * step) for step in range(24 * days)]


def figures(store: TelemetryStore, point: str = ENERGY) -> list[object]:
    """All figures of a point over the week."""
    widths = (Resolution.QUARTER, Resolution.HOUR, Resolution.DAY, Resolution.MONTH)
    series = [store.series("studio", point, SPAN, width) for width in widths]
    return [*series, *(store.energy("studio", point, SPAN, width) for width in widths if point == ENERGY)]


class RollUpsContract:
    @pytest.mark.slow
    def test_figures_from_roll_ups_are_those_from_readings_to_the_last_bit(self, store: RollingStore) -> None:
        store.write("studio", week_of_readings())
        done = store.roll_up("studio", LATER)
        assert (done.points, done.moved) == (3, 3)
        assert done.days >= 3 * 3
        assert fingerprint(store) == FINGERPRINT
        assert store.roll_up("studio", LATER) == RolledUp(3, 0, 0)

    @pytest.mark.slow
    def test_roll_ups_made_day_by_day_are_those_made_at_once(self, store: RollingStore) -> None:
        told = week_of_readings()
        told.sort(key=lambda one: one.time)
        for day in range(8):
            part = [one for one in told if NOON + day * DAY <= one.time < NOON + (day + 1) * DAY]
            store.write("studio", part)
            store.roll_up("studio", NOON + (day + 1) * DAY)
        assert fingerprint(store) == FINGERPRINT

    @pytest.mark.slow
    def test_a_late_reading_makes_the_windows_it_touches_anew(self, store: RollingStore) -> None:
        told = week(ENERGY)
        store.write("studio", told[:20] + told[60:])
        store.roll_up("studio", LATER)
        gap = store.energy("studio", ENERGY, Interval(NOON + DAY, NOON + DAY + timedelta(hours=1)), Resolution.HOUR)[0]
        assert (gap.kwh, gap.estimated_kwh, gap.completeness) == (0.25, 0.25, 0.0)
        store.write("studio", told[20:60])
        before = figures(store)
        assert sum(bucket.estimated_kwh for bucket in store.energy("studio", ENERGY, SPAN, Resolution.DAY)) == 24 * 7 * 0.25 - 0.25
        store.roll_up("studio", LATER)
        assert figures(store) == before

    def test_the_end_of_a_long_gap_reaches_back_over_it(self, store: RollingStore) -> None:
        told = week(ENERGY, days=14)
        store.write("studio", told[:24])
        store.write("studio", told[24 * 5 : 24 * 9])
        store.roll_up("studio", LATER)
        store.write("studio", told[24 * 9 :])
        store.write("studio", [told[24 * 3]])
        store.roll_up("studio", LATER + 7 * DAY)
        days = store.energy("studio", ENERGY, Interval(NOON + DAY, NOON + 4 * DAY), Resolution.DAY)
        assert [bucket.kwh for bucket in days[1:-1]] == pytest.approx([6.0, 6.0])

    def test_states_and_texts_are_rolled_up_too(self, store: RollingStore) -> None:
        told = [reading(LIT, NOON + step * timedelta(hours=8), step % 3 == 0) for step in range(24)]
        told += [reading(MODE, NOON + step * timedelta(hours=5), f"mode {step}") for step in range(40)]
        store.write("studio", told)
        before = figures(store, LIT), figures(store, MODE)
        assert store.roll_up("studio", LATER).moved == 2
        assert (figures(store, LIT), figures(store, MODE)) == before
        assert store.series("studio", MODE, SPAN, Resolution.DAY)[2].text is not None

    def test_a_point_that_fell_silent_is_rolled_up_in_the_end(self, store: RollingStore) -> None:
        store.write("studio", [reading(AIR, NOON + FIVE * step, 14.0) for step in range(12)])
        assert store.roll_up("studio", LATER).moved == 0
        before = figures(store, AIR)
        assert store.roll_up("studio", NOON + 60 * DAY).moved == 1
        assert figures(store, AIR) == before
        store.write("studio", [reading(AIR, NOON + FIVE, 20.0, Flag.LATE)])
        assert store.series("studio", AIR, SPAN, Resolution.DAY)[1].high == 20.0

    def test_a_value_that_proves_false_only_after_a_silence_is_taken_back(self, store: RollingStore) -> None:
        noon_to_midnight = Interval(NOON, NOON + DAY / 2)
        store.write("studio", [reading(ENERGY, NOON, 100.0), reading(ENERGY, NOON + DAY, 900.0)])
        assert store.roll_up("studio", NOON + 60 * DAY).moved == 1
        spike = store.energy("studio", ENERGY, noon_to_midnight, Resolution.HOUR)
        assert sum(bucket.kwh or 0.0 for bucket in spike) == pytest.approx(400.0)
        store.write("studio", [reading(ENERGY, NOON + 7 * DAY, 107.0)])
        taken_back = store.energy("studio", ENERGY, noon_to_midnight, Resolution.HOUR)
        assert sum(bucket.kwh or 0.0 for bucket in taken_back) == pytest.approx(0.5)

    def test_a_gap_is_bridged_over_values_that_were_none(self, store: RollingStore) -> None:
        store.write("studio", [reading(ENERGY, NOON, 100.0), reading(ENERGY, NOON + 8 * DAY, 108.0)])
        store.write("studio", [reading(ENERGY, NOON + 3 * DAY + FIVE * step, 5e9, Flag.OUT_OF_RANGE) for step in range(20)])
        asked = Interval(NOON + 5 * DAY, NOON + 6 * DAY)
        assert [bucket.kwh for bucket in store.energy("studio", ENERGY, asked, Resolution.HOUR)] == pytest.approx([1 / 24] * 24)
