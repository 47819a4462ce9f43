"""A worker beside a house: it takes its share, and refuses settings by which it would do the house's work twice."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from greenroom.clock import SystemClock
from greenroom.house import build
from greenroom.settings import Settings
from greenroom.worker import Worker
from premises.errors import SettingError
from premises.sitefile import example, load_site
from tests.ingest_wire.fakes import FakeWire

SITE = load_site(example("la-kolok"))
INFLUX = "influxdb://127.0.0.1:9/studio"


def settings(folder: Path, **given: object) -> Settings:
    return Settings(data=folder, solver=False, calendars=False, influx_token="no-token", **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"client_id": "two", "store": INFLUX}, "GREENROOM_BROKER_SHARE"),
        ({"broker_share": "crew", "store": INFLUX}, "GREENROOM_CLIENT_ID"),
        ({"broker_share": "crew", "client_id": "two"}, "one owner"),
    ],
)
def test_what_it_needs_is_said_before_anything_is_opened(tmp_path: Path, given: dict[str, str], told: str) -> None:
    with ExitStack() as closing, pytest.raises(SettingError, match=told):
        Worker(settings(tmp_path / "w", **given), [SITE], SystemClock(), closing)
    assert not (tmp_path / "w").exists()


def test_the_house_and_a_worker_hear_all_between_them(tmp_path: Path) -> None:
    house_wire, worker_wire = FakeWire(), FakeWire()
    house = build(settings(tmp_path / "house", broker_share="crew"), [SITE], SystemClock())
    house.intake.attach(house_wire)
    with ExitStack() as closing:
        given = settings(tmp_path / "worker", broker_share="crew", client_id="two", store=INFLUX)
        worker = Worker(given, [SITE], SystemClock(), closing)
        worker.intake.attach(worker_wire)
    house.close()
    assert house_wire.filters == worker_wire.filters
    assert set(house.interpreter.subscriptions()) <= {*house_wire.filters, *house_wire.own}
    assert set(worker_wire.own) < {*house_wire.own, *worker_wire.own}
    assert any(one.startswith("panasonic_heat_pump") for one in house_wire.own), "what acts is heard by the house"
    assert not any(one.startswith("panasonic_heat_pump") for one in (*worker_wire.own, *worker_wire.filters))


def test_without_a_share_a_house_hears_everything_itself(tmp_path: Path) -> None:
    wire = FakeWire()
    house = build(settings(tmp_path), [SITE], SystemClock())
    house.intake.attach(wire)
    house.close()
    assert (wire.filters, wire.own) == (list(house.interpreter.subscriptions()), [])
