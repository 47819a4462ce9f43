"""The contract on InfluxDB as it answered when it was recorded.

Record again after a change of what is sent: `GREENROOM_RECORD_INFLUX=1` with GREENROOM_TEST_INFLUX_URL, _ORG and _TOKEN, one
process (`pytest -n 0 tests/stores/test_influx_recorded.py`).
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from stores.influx_client import InfluxServer
from stores.influx_store import InfluxStore
from tests.stores.contract import ReadingsContract
from tests.stores.contract_figures import FiguresContract
from tests.stores.contract_rollups import RollUpsContract
from tests.stores.exchanges import BUCKET, Answer, Player, Recorder, Request, buckets_for_a_test, load, save, serving
from tests.stores.premises_of_tests import SITES

RECORDED = Path(__file__).parent / "recorded" / "influxdb.json.xz"
RECORDING = os.environ.get("GREENROOM_RECORD_INFLUX") == "1"


@pytest.fixture(scope="module")
def recordings() -> Iterator[dict[str, list[tuple[Request, Answer]]]]:
    """What was recorded, by test; in recording, what is being recorded, saved at the end."""
    if not RECORDING:
        yield load(RECORDED)
        return
    made: dict[str, list[tuple[Request, Answer]]] = {}
    yield made
    version = next(told.headers["X-Influxdb-Version"] for exchanges in made.values() for _, told in exchanges)
    save(RECORDED, made, f"InfluxDB {version}")


@pytest.fixture
def store(request: pytest.FixtureRequest, recordings: dict[str, list[tuple[Request, Answer]]]) -> Iterator[InfluxStore]:
    name = request.node.name
    if RECORDING:
        yield from _recorded(name, recordings)
        return
    player = Player(recordings[name])
    with serving(player.respond) as url:
        server = InfluxServer(url, "studio", "no-token", compress=True)
        yield InfluxStore(server, BUCKET, SITES)
        server.close()
    assert player.unexpected == []
    assert player.rest == 0


def _recorded(name: str, recordings: dict[str, list[tuple[Request, Answer]]]) -> Iterator[InfluxStore]:
    url, organisation, token = (os.environ[f"GREENROOM_TEST_INFLUX_{part}"] for part in ("URL", "ORG", "TOKEN"))
    owner = InfluxServer(url, organisation, token)
    with buckets_for_a_test(owner, f"recording-{secrets.token_hex(6)}") as bucket:
        recorder = Recorder(url, token, organisation, bucket)
        with serving(recorder.respond) as proxy:
            server = InfluxServer(proxy, "studio", "no-token", compress=True)
            yield InfluxStore(server, BUCKET, SITES)
            server.close()
        recordings[name] = recorder.exchanges
    owner.close()


class TestInfluxRecorded(ReadingsContract, FiguresContract, RollUpsContract):
    pass


@pytest.mark.skipif(RECORDING, reason="is being recorded")
def test_the_recording_is_small_and_holds_no_token() -> None:
    recorded = RECORDED.read_bytes()
    assert len(recorded) < 1_000_000
    assert "uthorization" not in str(load(RECORDED))
