"""The demo end to end: simulators, broker, intake, store, rules, report, in one process tree."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from gateway.keys import make_key
from greenroom.demo.run import Demo, DemoOptions, caught_up, fresh_folder
from greenroom.demo.watching import Watching
from greenroom.house import build
from greenroom.premises_files import load_one_site
from greenroom.settings import Settings
from premises.booking import Booking, BookingKey
from premises.command import CommandState
from premises.errors import SettingError
from premises.ports import Role
from premises.time import Interval, ManualClock, format_instant, parse_instant
from tests.notices.premises_of_tests import DUTY, studio

NOW = parse_instant("2026-01-20T12:00:00Z")


def settings(data: Path) -> Settings:
    given: dict[str, Any] = {"data": data}
    return Settings(**given)


def test_the_demo_empties_no_folder_but_its_own(tmp_path: Path) -> None:
    fresh_folder(tmp_path / "new")
    (tmp_path / "new" / "old.txt").write_text("x")
    fresh_folder(tmp_path / "new")
    assert not (tmp_path / "new" / "old.txt").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(SettingError, match="not the demo's"):
        fresh_folder(tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").exists()


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        options = DemoOptions(now=NOW, data=tmp_path / "demo", port=taken.getsockname()[1])
        with pytest.raises(SettingError, match="--port 0"), caught_up(options, lambda _at, _span: None):
            pass


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_booking_warms_and_lights_its_stage_and_cancelled_the_heat_goes_back(tmp_path: Path) -> None:
    """Through the real path: what is checked is what is stored, and what is told to a booking system."""
    site = load_one_site("la-kolok")
    now = parse_instant("2026-01-20T09:00:00Z")
    options = DemoOptions(now=now, days=1, data=tmp_path / "demo", port=0, speed=60.0)
    with caught_up(options, lambda _at, _span: None) as demo:
        running = demo.running
        status = running.intake.status()
        assert status.balanced
        assert status.quarantined == 0
        assert status.stored > 10_000
        near = next(booking for booking in demo.bookings if booking.key.id == "stage-1-near")
        decision = running.books.decisions.current(site.id)["stage-1"]
        assert decision.state.value in {"pre_heating", "ready"}
        assert "heating on: call" in decision.heat_reason.text("en")
        (answer,) = running.house.planner.ready_by(near)
        assert answer.heat_from is not None
        assert answer.energy_kwh > 0
        warmed = running.store.readings(site.id, "stage-1/air_temperature", Interval(now - timedelta(hours=3), now))
        assert float(warmed[-1].value) > float(warmed[0].value) + 1
        sent = {s.command.point: s for s in running.books.commands.recent(site.id, 5000) if s.state is CommandState.CONFIRMED}
        assert any(point.startswith("stage-1/setpoint_temperature") for point in sent)

        a_call_that_cannot_be_kept_is_an_alarm_on_the_page_and_wakes_nobody(demo, now)
        running.books.bookings.cancel(near.key, now)
        running.runners[site.id].tick(now)
        assert running.books.decisions.current(site.id)["stage-1"].wanted_c == site.zone("stage-1").setback_c

        assert demo.server is not None
        with urllib.request.urlopen(f"{demo.server.url}/v1/health", timeout=10) as response:
            health = json.load(response)
        assert health["intake"]["balanced"] is True
        with urllib.request.urlopen(f"{demo.server.url}/", timeout=20) as response:
            assert "La Kolok" in response.read().decode()
        a_booking_made_by_a_caller_brings_people_lamps_and_warmth(demo, now)


def a_booking_made_by_a_caller_brings_people_lamps_and_warmth(demo: Demo, now: datetime) -> None:
    """As the README has it, by HTTP while the demo runs: the simulators, a process of their own, hear of it."""
    running, site, stage = demo.running, demo.site, "stage-3"
    assert demo.server is not None
    nobody = running.store.latest(site.id)
    assert nobody[f"{stage}/occupancy"].value is False
    assert float(nobody[f"{stage}-rig/power"].value) < 500
    key, text = make_key(Role.BOOKER, "a caller", now, sources={"visitor"})
    running.books.keys.put(key)
    booking = {
        "zones": [stage],
        "start": format_instant(now - timedelta(hours=2)),
        "end": format_instant(now + timedelta(hours=8)),
        "status": "confirmed",
        "day_kind": "shoot",
        "people": 40,
        "rig_power_w": {"tungsten": 24_000},
        "comfort_c": 23.0,
    }
    request = urllib.request.Request(
        f"{demo.server.url}/v1/bookings/visitor/walk-in",
        json.dumps(booking).encode(),
        {"Authorization": f"Bearer {text}", "Content-Type": "application/json"},
        method="PUT",
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        assert response.status == 201
    demo.go_on()
    shown: dict[str, float] = {}

    def came() -> bool:
        latest = running.store.latest(site.id)
        shown.update(
            {name: float(latest[f"{stage}{name}"].value) for name in ("/occupancy", "-rig/power", "/setpoint_temperature")}
        )
        return shown["/occupancy"] == 1 and shown["-rig/power"] > 5_000 and shown["/setpoint_temperature"] >= 20

    until = time.monotonic() + 120
    while not came() and time.monotonic() < until:
        time.sleep(0.2)
    assert came(), shown


def a_call_that_cannot_be_kept_is_an_alarm_on_the_page_and_wakes_nobody(demo: Demo, now: datetime) -> None:
    """The jobs of live time, by hand: nothing stood while the days were replayed."""
    running, server = demo.running, demo.server
    assert server is not None
    watching = Watching(running)
    jobs = watching.jobs(60.0)
    assert jobs.keys() == {"alarms", "foresight", "losses"}
    assert not [alarm for alarm in running.books.alarms.active(demo.site.id) if alarm.cause == "will_not_be_ready"]
    call = now + timedelta(minutes=10)
    held = Interval(call, call + timedelta(hours=4))
    key = BookingKey("visitor", "sudden")
    running.books.bookings.put(Booking(key, demo.site.id, ("stage-3",), held, call=call, comfort_c=23.0), now)
    running.runners[demo.site.id].tick(now)
    for _look in range(2):
        for _every_s, call_job in jobs.values():
            call_job()
    standing = {alarm.cause: alarm for alarm in running.books.alarms.active(demo.site.id)}
    assert standing["will_not_be_ready"].subject == "stage-3"
    assert "device_away" not in standing
    with urllib.request.urlopen(f"{server.url}/?language=en", timeout=20) as response:
        page = unescape(response.read().decode())
    assert standing["will_not_be_ready"].text["en"] in page or standing["will_not_be_ready"].text["fr"] in page
    assert running.books.outbox.log() == []
    running.books.bookings.cancel(key, now)
    watching.close()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_same_seed_and_now_give_the_same_summary(tmp_path: Path) -> None:
    def summary(name: str) -> str:
        command = [
            sys.executable,
            "-m",
            "greenroom",
            "demo",
            "--once",
            "--days",
            "1",
            "--seed",
            "3",
            "--now",
            "2026-02-03T12:00:00Z",
        ]
        done = subprocess.run(
            [*command, "--data", str(tmp_path / name)], capture_output=True, text=True, timeout=280, check=False, cwd=tmp_path
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    first = summary("one")
    assert "messages received" in first
    assert "report of 2026-02" in first
    assert first == summary("two")


def test_whoever_tries_a_site_file_of_their_own_in_the_demo_wakes_nobody(tmp_path: Path) -> None:
    clock = ManualClock(NOW)
    running = build(settings(tmp_path), [studio(DUTY)], clock)
    watching = Watching(running)
    try:
        running.books.alarms.raise_("studio", "not_ready", "stage-1", {"en": "cold"}, NOW)
        for _ in range(3):
            clock.advance(timedelta(minutes=5))
            for _every_s, call in watching.jobs(1.0).values():
                call()
        assert [alarm.cause for alarm in running.books.alarms.active("studio")].count("not_ready") == 1
        assert running.books.outbox.log() == []
    finally:
        watching.close()
        running.close()


@pytest.mark.parametrize(("speed", "every_s"), [(1.0, 30.0), (0.5, 60.0), (60.0, 5.0)])
def test_the_demo_looks_as_often_as_its_time_goes_but_leaves_the_machine_its_rest(
    tmp_path: Path, speed: float, every_s: float
) -> None:
    running = build(settings(tmp_path), [studio()], ManualClock(NOW))
    watching = Watching(running)
    try:
        assert watching.jobs(speed)["alarms"][0] == every_s
    finally:
        watching.close()
        running.close()
