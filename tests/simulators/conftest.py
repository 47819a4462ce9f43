"""Brokers of both kinds on loopback, and a stand-in for the house that answers the steps of a simulation."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from greenroom.broker import EmbeddedBroker
from tests.simulators.stand_in_house import StandInHouse


def _mosquitto(folder: Path) -> Iterator[str]:
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        told = "Mosquitto is not installed: apt install mosquitto"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    config = folder / "mosquitto.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n")
    process = subprocess.Popen([program, "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.02)
    yield f"mqtt://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


@pytest.fixture(params=["mosquitto", "embedded"], scope="module")
def broker_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A broker of each kind that Greenroom runs with."""
    if request.param == "mosquitto":
        yield from _mosquitto(tmp_path_factory.mktemp("mosquitto"))
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
