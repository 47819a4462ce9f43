"""Brokers of both kinds on loopback, and a stand-in for the house that answers the steps of a simulation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from greenroom.broker import EmbeddedBroker
from tests.mosquitto import Mosquitto
from tests.simulators.stand_in_house import StandInHouse


@pytest.fixture(params=["mosquitto", "embedded"], scope="module")
def broker_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker of each kind that Greenroom runs with."""
    if request.param == "mosquitto":
        mosquitto = Mosquitto(tmp_path_factory.mktemp("mosquitto"))
        mosquitto.start()
        yield mosquitto.url
        mosquitto.stop()
        return
    embedded = EmbeddedBroker()
    embedded.start()
    yield embedded.url
    embedded.stop()


@pytest.fixture
def house(broker_url: str) -> Iterator[StandInHouse]:
    stand_in = StandInHouse(broker_url)
    stand_in.start()
    yield stand_in
    stand_in.stop()
