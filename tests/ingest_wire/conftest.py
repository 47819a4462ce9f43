"""Fixtures of the wire tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from greenroom.broker import EmbeddedBroker
from tests.ingest_wire.brokers import Running
from tests.mosquitto import Mosquitto


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    folder = tmp_path / "mosquitto"
    folder.mkdir()
    broker = Mosquitto(folder)
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(params=["mosquitto", "embedded"])
def broker(request: pytest.FixtureRequest) -> Iterator[Running]:
    """A broker of each kind that Greenroom runs with."""
    if request.param == "mosquitto":
        yield Running(request.getfixturevalue("mosquitto").url, 5)
        return
    embedded = EmbeddedBroker()
    embedded.start()
    yield Running(embedded.url, 4)
    embedded.stop()
