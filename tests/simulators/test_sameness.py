"""Same seed, same bytes: a simulated site is a function of what it is given."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from premises.sitefile import example, load_site
from simulators.simulated import SimulatedSite
from tests.simulators.small_site import START, shoot, small_site


def digest(seed: int, days: float = 1.0) -> str:
    simulated = SimulatedSite(small_site(), seed, [shoot()], start=START)
    told = hashlib.sha256()
    for step in range(1, int(days * 288) + 1):
        if step == 20:
            simulated.queue("zigbee2mqtt/stage valve/set", b'{"occupied_heating_setpoint": 20}')
        for message in simulated.step(START + step * timedelta(minutes=5)):
            told.update(repr(message).encode())
    return told.hexdigest()


def test_the_same_seed_gives_the_same_bytes_over_a_day() -> None:
    assert digest(1) == digest(1)


@pytest.mark.slow
def test_another_process_gives_the_same_bytes_too() -> None:
    """Python orders sets anew in each process; nothing on the wire may depend on that."""
    asked = "from tests.simulators.test_sameness import digest; print(digest(1, 0.25))"
    here = Path(__file__).parents[2]
    told = {
        subprocess.run(
            [sys.executable, "-c", asked], cwd=here, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    assert told == {digest(1, 0.25).encode() + b"\n"}


def test_another_seed_gives_others() -> None:
    assert digest(1, 0.1) != digest(2, 0.1)


def test_how_often_one_looks_does_not_change_what_happens() -> None:
    often, seldom = (SimulatedSite(small_site(), 1, [shoot()], start=START) for _ in range(2))
    for minute in range(1, 301):
        often.step(START + timedelta(minutes=minute, seconds=7))
    seldom.step(START + timedelta(minutes=300, seconds=7))
    assert often.truth.air_c == seldom.truth.air_c
    assert often.truth.electricity_kwh == seldom.truth.electricity_kwh


def test_a_later_start_meets_the_same_weather_and_people() -> None:
    early = SimulatedSite(small_site(), 1, [shoot()], start=START)
    late = SimulatedSite(small_site(), 1, [shoot()], start=START + timedelta(hours=30))
    for simulated in (early, late):
        simulated.step(START + timedelta(hours=32))
    assert early.building.outdoor_c == late.building.outdoor_c
    assert early.building.people(1) == late.building.people(1) > 0
    assert early.building.pv_w.tolist() == late.building.pv_w.tolist()


@pytest.mark.slow
def test_la_kolok_speaks_sixty_to_eighty_times_in_five_minutes_and_every_point_is_told() -> None:
    site = load_site(example("la-kolok"))
    simulated = SimulatedSite(site, 1, start=START)
    simulated.step(START)
    steps = [simulated.step(START + step * timedelta(minutes=5)) for step in range(1, 25)]
    assert 60 <= sum(len(step) for step in steps) / len(steps) <= 85
    told = {point.id for device in simulated.devices for point, _ in device.points}
    wanted = {point for point in site.points if point.device != "greenroom"}
    radio = {point for point in wanted if point.quantity.name in ("battery", "link_quality")}  # the device's own, not the room's
    assert {point.id for point in wanted - radio} == told
    spoken = {message.topic: bytes(message.payload) for step in steps for message in step}
    for topic in {site.device(point.device).topic for point in radio}:
        assert b'"battery"' in spoken[topic]
        assert b'"linkquality"' in spoken[topic]
