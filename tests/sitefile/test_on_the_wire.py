"""The examples against the real formats: what their simulated devices say is understood, point by point, and they can be told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ingest.families.memory import Memory
from ingest.families.registry import FAMILIES
from ingest.interpreter import SiteInterpreter
from premises.quantities import ValueKind
from premises.reading import RawMessage
from premises.site import GREENROOM
from premises.sitefile import example, load_site
from premises.sitefile.families import families
from simulators.simulated import SimulatedSite
from tests.sitefile.test_examples import SITES

START = datetime(2026, 1, 20, 6, tzinfo=UTC)


def test_the_site_file_knows_the_families_that_the_intake_understands() -> None:
    assert set(FAMILIES) <= set(families())


@pytest.mark.slow
@pytest.mark.parametrize("name", SITES)
def test_every_point_of_an_example_is_heard_within_an_hour(name: str) -> None:
    site = load_site(example(name))
    simulated, interpreter = SimulatedSite(site, 1, start=START), SiteInterpreter([site])
    heard: set[str] = set()
    problems: set[str] = set()
    for quarter in range(1, 5):
        now = START + quarter * timedelta(minutes=15)
        for message in simulated.step(now):
            understood = interpreter.understand(RawMessage(message.topic, message.payload, now))
            heard |= {reading.point for _, reading in understood.readings}
            problems |= set(understood.problems)
    assert not problems
    assert {point.id for point in site.points if point.device != GREENROOM} == heard


@pytest.mark.parametrize("name", SITES)
def test_every_writable_point_of_an_example_can_be_told(name: str) -> None:
    site = load_site(example(name))
    for point in site.points:
        if point.writable:
            device = site.device(point.device)
            value = True if point.quantity.kind is ValueKind.FLAG else 20.0
            assert FAMILIES[device.family].encode(device, point, value, Memory(limit=10))
