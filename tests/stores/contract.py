"""What every telemetry store must do with readings. One suite, run on each store: see test_duckdb.py and test_influx.py."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from premises.errors import StoreRefusedError, UnknownNameError
from premises.ports import Resolution, TelemetryStore
from premises.reading import Flag, Quality, Reading
from premises.time import Interval
from tests.stores.premises_of_tests import (
    AIR,
    AIR_REAR,
    ENERGY,
    EXPORT,
    FIVE,
    LIT,
    MODE,
    NOON,
    ODD_NAMES,
    POWER,
    every_five_minutes,
    reading,
)

HOUR = Interval(NOON, NOON + timedelta(hours=1))
LONG = Interval(NOON - timedelta(days=400), NOON + timedelta(days=400))


class ReadingsContract:
    """Readings go in and come out whole."""

    def test_readings_of_every_kind_come_back_as_they_were_written(self, store: TelemetryStore) -> None:
        told = [
            reading(AIR, NOON, 14.2),
            reading(AIR_REAR, NOON, -0.1),
            reading(LIT, NOON, True),
            reading(MODE, NOON, 'heat "Ω" \\ line\nbreak, = ${x}'),
            reading(ENERGY, NOON + timedelta(microseconds=1), 123456.789),
            reading(POWER, NOON, 1e-7, Flag.RATE_OF_CHANGE, Flag.LATE),
            reading(EXPORT, NOON, 0.1 + 0.2, quality=Quality.ESTIMATED),
        ]
        store.write("studio", told)
        for one in told:
            assert store.readings("studio", one.point, HOUR) == [one]

    def test_a_whole_number_is_kept_as_a_float(self, store: TelemetryStore) -> None:
        store.write("studio", [reading(POWER, NOON, 230)])
        (found,) = store.readings("studio", POWER, HOUR)
        assert found.value == 230.0
        assert type(found.value) is float

    def test_false_and_empty_text_are_values(self, store: TelemetryStore) -> None:
        store.write("studio", [reading(LIT, NOON, False), reading(MODE, NOON, "")])
        assert store.readings("studio", LIT, HOUR)[0].value is False
        assert store.readings("studio", MODE, HOUR)[0].value == ""

    def test_points_of_one_message_keep_their_own_values(self, store: TelemetryStore) -> None:
        together = [reading(point, NOON, value) for point, value in ((ENERGY, 10.5), (EXPORT, 2.25), (POWER, -350.0))]
        store.write("studio", together)
        assert [store.readings("studio", one.point, HOUR)[0].value for one in together] == [10.5, 2.25, -350.0]

    def test_writing_twice_is_the_same_as_once(self, store: TelemetryStore) -> None:
        batch = every_five_minutes(AIR, NOON, [14.0, 14.1, 14.2])
        store.write("studio", batch)
        store.write("studio", batch)
        assert store.readings("studio", AIR, HOUR) == batch
        assert [bucket.count for bucket in store.series("studio", AIR, HOUR, Resolution.HOUR)] == [3]

    def test_the_newer_write_wins_and_takes_the_flag_with_it(self, store: TelemetryStore) -> None:
        store.write("studio", [reading(AIR, NOON, 85.0, Flag.OUT_OF_RANGE, quality=Quality.CORRECTED)])
        store.write("studio", [reading(AIR, NOON, 14.5)])
        assert store.readings("studio", AIR, HOUR) == [reading(AIR, NOON, 14.5)]
        store.write("studio", [reading(AIR, NOON, 14.6, Flag.LATE), reading(AIR, NOON, 14.7)])
        assert store.readings("studio", AIR, HOUR) == [reading(AIR, NOON, 14.7)]
        assert store.latest("studio")[AIR] == reading(AIR, NOON, 14.7)

    def test_the_order_of_writing_does_not_matter(self, store: TelemetryStore) -> None:
        batch = every_five_minutes(AIR, NOON, [14.0, 14.1, 14.2, 14.3])
        store.write("studio", [batch[3], batch[0]])
        store.write("studio", [batch[2]])
        store.write("studio", [batch[1]])
        assert store.readings("studio", AIR, HOUR) == batch

    def test_the_span_is_half_open_and_the_limit_takes_the_oldest(self, store: TelemetryStore) -> None:
        batch = every_five_minutes(AIR, NOON - FIVE, [float(step) for step in range(14)])
        store.write("studio", batch)
        assert [one.value for one in store.readings("studio", AIR, HOUR)] == [float(step) for step in range(1, 13)]
        assert store.readings("studio", AIR, HOUR, limit=2) == batch[1:3]
        store.write("studio", batch)
        assert store.readings("studio", AIR, HOUR, limit=2) == batch[1:3]
        assert store.readings("studio", AIR, Interval(NOON, NOON)) == []

    def test_nothing_written_is_nothing_read(self, store: TelemetryStore) -> None:
        store.write("studio", [])
        assert store.latest("studio") == {}
        assert store.latest("studio", []) == {}
        assert store.points_seen("studio") == []
        assert store.readings("studio", AIR, LONG) == []

    def test_the_latest_is_newest_in_time_not_in_writing(self, store: TelemetryStore) -> None:
        store.write("studio", [reading(AIR, NOON, 14.0), reading(LIT, NOON, True), reading(MODE, NOON, "heat", Flag.RETAINED)])
        store.write("studio", [reading(AIR, NOON - timedelta(days=2), 3.0, Flag.LATE)])
        assert store.latest("studio") == {
            AIR: reading(AIR, NOON, 14.0),
            LIT: reading(LIT, NOON, True),
            MODE: reading(MODE, NOON, "heat", Flag.RETAINED),
        }
        assert set(store.latest("studio", [AIR, POWER])) == {AIR}

    def test_points_seen_are_sorted(self, store: TelemetryStore) -> None:
        store.write(
            "studio", [reading(MODE, NOON, "heat"), reading(AIR_REAR, NOON, 1.0), reading(AIR, NOON - timedelta(days=90), 1.0)]
        )
        assert store.points_seen("studio") == [MODE, AIR, AIR_REAR]

    @pytest.mark.parametrize(
        "bad",
        [
            reading(AIR, NOON, "warm"),
            reading(AIR, NOON, True),
            reading(AIR, NOON, math.nan),
            reading(AIR, NOON, math.inf),
            reading(LIT, NOON, 1.0),
            reading(LIT, NOON, "on"),
            reading(MODE, NOON, 3.0),
            reading(MODE, NOON, "x" * 5000),
            reading(MODE, NOON, "lone \ud800"),
            reading("stage-9/air_temperature", NOON, 20.0),
            reading(AIR, datetime(1960, 1, 1, tzinfo=UTC), 20.0),
            Reading(AIR, datetime(2026, 1, 20, 12), 20.0, NOON),  # noqa: DTZ001 - the fault that is meant
        ],
        ids=["text", "flag", "nan", "inf", "number", "word", "number of a text", "long", "surrogate", "unknown", "1960", "naive"],
    )
    def test_what_does_not_fit_is_refused_and_nothing_of_its_batch_is_kept(self, store: TelemetryStore, bad: Reading) -> None:
        with pytest.raises(StoreRefusedError) as refused:
            store.write("studio", [reading(POWER, NOON, 1.0), bad, reading(ENERGY, NOON, 1.0)])
        assert bad.point in str(refused.value)
        assert store.points_seen("studio") == []

    def test_names_with_signs_of_every_query_language_are_only_names(self, store: TelemetryStore) -> None:
        site, (first, second) = ODD_NAMES.id, [point.id for point in ODD_NAMES.points]
        store.write(site, [reading(first, NOON, 1.5), reading(second, NOON, 2.5)])
        store.write("studio", [reading(AIR, NOON, 3.5)])
        assert store.points_seen(site) == sorted([first, second])
        assert store.readings(site, first, HOUR) == [reading(first, NOON, 1.5)]
        assert {point: one.value for point, one in store.latest(site).items()} == {first: 1.5, second: 2.5}
        assert store.series(site, second, HOUR, Resolution.HOUR)[0].last == 2.5
        assert store.latest("studio").keys() == {AIR}

    def test_unknown_names_say_what_there_is(self, store: TelemetryStore) -> None:
        with pytest.raises(UnknownNameError, match="studio"):
            store.latest("cinema")
        with pytest.raises(UnknownNameError, match="stage-9"):
            store.readings("studio", "stage-9/air_temperature", HOUR)
        with pytest.raises(UnknownNameError):
            store.latest("studio", ["stage-9/air_temperature"])

    def test_it_says_what_it_is(self, store: TelemetryStore) -> None:
        assert any(character.isdigit() for character in store.check())
