"""The contract on a real InfluxDB 2, where one is given: GREENROOM_TEST_INFLUX_URL, _ORG and _TOKEN (of an operator)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from premises.ports import Resolution
from premises.reading import Reading, sheaves_of
from premises.time import Interval
from premises.told import Told
from stores.influx_client import InfluxServer
from stores.influx_store import InfluxStore
from tests.stores.contract import ReadingsContract
from tests.stores.contract_figures import FiguresContract
from tests.stores.contract_rollups import RollUpsContract
from tests.stores.exchanges import buckets_for_a_test
from tests.stores.premises_of_tests import AIR, FIVE, NOON, SITES, STUDIO, every_five_minutes, reading

URL = os.environ.get("GREENROOM_TEST_INFLUX_URL", "")
pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(not URL, reason="needs GREENROOM_TEST_INFLUX_URL, _ORG and _TOKEN of a real InfluxDB 2"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[InfluxServer]:
    server = InfluxServer(URL, os.environ["GREENROOM_TEST_INFLUX_ORG"], os.environ["GREENROOM_TEST_INFLUX_TOKEN"])
    yield server
    server.close()


@pytest.fixture
def store(server: InfluxServer) -> Iterator[InfluxStore]:
    """A store on buckets of its own, which are removed afterwards."""
    with buckets_for_a_test(server, f"contract-{secrets.token_hex(6)}") as name:
        yield InfluxStore(server, name, SITES)


class TestInfluxLive(ReadingsContract, FiguresContract, RollUpsContract):
    pass


class InSheaves(InfluxStore):
    """A store that is given all readings as the intake gives them."""

    def write(self, site: str, readings: Sequence[Reading]) -> None:
        self.write_sheaves(site, sheaves_of(readings))


class TestInfluxLiveInSheaves(ReadingsContract):
    @pytest.fixture
    def store(self, server: InfluxServer) -> Iterator[InfluxStore]:
        with buckets_for_a_test(server, f"contract-{secrets.token_hex(6)}") as name:
            yield InSheaves(server, name, SITES)


def test_a_device_that_is_replaced_does_not_cut_the_history(server: InfluxServer) -> None:
    replaced = replace(STUDIO, points=tuple(replace(point, device="sensor-2") for point in STUDIO.points))
    with buckets_for_a_test(server, f"contract-{secrets.token_hex(6)}") as name:
        InfluxStore(server, name, [STUDIO]).write("studio", every_five_minutes(AIR, NOON, [14.0, 14.5, 15.0]))
        store = InfluxStore(server, name, [replaced])
        store.write("studio", every_five_minutes(AIR, NOON + FIVE * 2, [16.0, 16.5]))
        found = store.readings("studio", AIR, Interval(NOON, NOON + FIVE * 12))
        assert [one.value for one in found] == [14.0, 14.5, 16.0, 16.5]
        assert store.latest("studio")[AIR].value == 16.5


def test_a_zone_that_is_renamed_leaves_nothing_twice(server: InfluxServer) -> None:
    renamed = replace(STUDIO, points=tuple(replace(point, zone="hall") if point.zone else point for point in STUDIO.points))
    told = [reading(AIR, NOON + timedelta(hours=step), 14.0 + step) for step in range(24 * 9)]
    span = Interval(NOON, NOON + timedelta(days=9))
    with buckets_for_a_test(server, f"contract-{secrets.token_hex(6)}") as name:
        before = InfluxStore(server, name, [STUDIO])
        before.write("studio", told)
        assert before.roll_up("studio", NOON + timedelta(days=9)).moved == 1
        after = InfluxStore(server, name, [renamed])
        after.write("studio", told[: 24 * 3])  # decoded again
        assert after.readings("studio", AIR, span) == told
        assert after.latest("studio")[AIR] == told[-1]
        figures = [before.series("studio", AIR, span, width) for width in (Resolution.QUARTER, Resolution.DAY)]
        assert [after.series("studio", AIR, span, width) for width in (Resolution.QUARTER, Resolution.DAY)] == figures
        assert after.roll_up("studio", NOON + timedelta(days=9)).moved == 1
        assert InfluxStore(server, name, [renamed]).roll_up("studio", NOON + timedelta(days=9)).moved == 0
        assert [after.series("studio", AIR, span, width) for width in (Resolution.QUARTER, Resolution.DAY)] == figures
        assert sum(one.count for one in figures[1]) == 24 * 9


def test_what_was_told_is_read_back_as_it_stands_after_it_was_told_again(store: InfluxStore) -> None:
    tags = {"zone": "stage 1", "booking": "desk/a,b=c"}
    store.tell("studio", [Told("booking", NOON, {"status": "confirmed", "title": "Film"}, tags)])
    store.tell("studio", [Told("booking", NOON + FIVE, {"status": "hold"}, tags), Told("booking", NOON, {"status": "gone"}, tags)])
    found = store.told("studio", "booking", "status", Interval(NOON, NOON + FIVE * 2))
    assert [(line.time, line.fields["status"], line.tags) for line in found] == [(NOON, "gone", tags), (NOON + FIVE, "hold", tags)]
