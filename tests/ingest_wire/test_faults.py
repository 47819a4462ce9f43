"""Faults under load: the process killed, the broker restarted. What the broker took is kept, once, and the accounts hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest_wire.brokers import Mosquitto
from tests.ingest_wire.crash import ordeal


@pytest.mark.slow
def test_killed_five_times_under_load_nothing_is_lost_and_nothing_doubled(mosquitto: Mosquitto, tmp_path: Path) -> None:
    folder = tmp_path / "victim"
    folder.mkdir()
    outcome = ordeal(mosquitto.url, mosquitto.port, folder, kills=5, rate_per_s=2000)
    assert outcome.acknowledged > 1000
    assert outcome.lost == []
    assert outcome.doubled == []
    assert outcome.missing == []
    assert outcome.imbalance == ""
    assert outcome.balanced
