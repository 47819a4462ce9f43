"""Golden messages with their values exchanged at random, against a site that knows every device: whatever comes is a reading
within its bounds, a flagged reading, or a refusal with its reason."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.decoded import Outcome
from ingest.interpreter import SiteInterpreter
from ingest.normalise import AHEAD, OLDEST
from ingest.recognition import TO_BE_NAMED
from premises.quantities import ValueKind
from premises.reading import Flag, RawMessage, Reading
from premises.site import Point, Site
from premises.sitefile import load_text
from tests.ingest_families.premises import NOON, message
from tests.ingest_families.test_recognition import HOUSE, capture, proposed

ODD: list[Any] = [
    0, -1, 1e-9, -127, 85, 255, 999, 65535, 1e6, -1e6, 2**31 - 1, 2**48 - 1, 2**63, -(2**63), 2**70, 1e15, 1e300, -1e308, True,
    False, None, "", "21,5", "1.234,5", "on", "abc", "NaN", "-inf", "1e999", "0x10", "12 kW", "21.5 °F", "\u0000", [], [1, 2, 3],
    {}, {"value": 1e12}, "2026-01-20T12:00:00", 1768910400, 1768910400123, "1970-01-01T00:00:00Z", 4e9, "9" * 40,
]  # fmt: skip
KINDS = {ValueKind.NUMBER: float, ValueKind.FLAG: bool, ValueKind.TEXT: str}


@pytest.fixture(scope="module")
def heard() -> list[RawMessage]:
    return [raw for _, raw in capture()]


@pytest.fixture(scope="module")
def house(heard: list[RawMessage]) -> Site:
    site = load_text(HOUSE + proposed(heard).replace(TO_BE_NAMED, "hall"), "proposed")
    assert isinstance(site, Site)
    return site


def _changed(told: Any, dice: st.DataObject, depth: int = 0) -> Any:
    """About a third of the values exchanged, keys and shape mostly as they are."""
    if isinstance(told, dict) and depth < 8:
        return {key: _changed(value, dice, depth + 1) for key, value in told.items()}
    if isinstance(told, list) and depth < 8:
        return [_changed(value, dice, depth + 1) for value in told]
    turn = dice.draw(st.integers(0, 8))
    if turn == 0:
        return dice.draw(st.sampled_from(ODD))
    if turn == 1 and isinstance(told, int | float):
        return told * dice.draw(st.sampled_from((-1, 0.001, 1000, 1e6, 1e12, 1e200)))
    return str(told) if turn == 2 else told


def _payload(text: str, dice: st.DataObject) -> bytes:
    try:
        return json.dumps(_changed(json.loads(text), dice)).encode()
    except ValueError:
        return str(dice.draw(st.sampled_from([text, *ODD]))).encode()


def _as_it_should_be(reading: Reading, point: Point) -> None:
    value = reading.value
    assert type(value) is KINDS[point.quantity.kind], (point.id, value)
    assert OLDEST <= reading.time <= reading.received_at + AHEAD, (point.id, reading.time)
    if isinstance(value, float):
        assert math.isfinite(value), (point.id, value)
        told = value * point.sign
        low, high = point.quantity.low, point.quantity.high
        within = (low is None or told >= low or value >= low) and (high is None or told <= high or value <= high)
        assert within or Flag.OUT_OF_RANGE in reading.flags, (point.id, value, reading.flags)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(dice=st.data())
def test_whatever_a_known_device_says_ends_as_a_reading_or_as_a_refusal_with_its_reason(
    heard: list[RawMessage], house: Site, dice: st.DataObject
) -> None:
    interpreter = SiteInterpreter([house])
    points = {point.id: point for point in house.points}
    first = dice.draw(st.integers(0, len(heard) - 12))
    for raw in heard[first : first + 12]:
        said = _payload(raw.payload.decode(), dice)
        told = interpreter.understand(message(raw.topic, said, NOON, retained=dice.draw(st.booleans())))
        assert not any("not understood" in text for text in (told.reason, *told.problems)), (raw.topic, said, told)
        if told.outcome is not Outcome.READINGS:
            assert told.reason, (raw.topic, said)
            assert not told.readings
        assert all(told.problems), (raw.topic, said)
        for _, reading in told.readings:
            _as_it_should_be(reading, points[reading.point])
