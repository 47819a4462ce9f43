"""The contract on a real InfluxDB 2, where one is given: GREENROOM_TEST_INFLUX_URL, _ORG and _TOKEN (of an operator)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

import pytest

from stores.influx_client import InfluxServer
from stores.influx_store import InfluxStore
from tests.stores.contract import ReadingsContract
from tests.stores.contract_figures import FiguresContract
from tests.stores.contract_rollups import RollUpsContract
from tests.stores.exchanges import buckets_for_a_test
from tests.stores.premises_of_tests import SITES

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
