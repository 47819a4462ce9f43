"""Golden messages: one file per family, in the order in which a gateway would send them. A family without a file fails.

Each line is `{topic, payload, outcome, readings}`; a reading is `[quantity, message value, message unit, channel, value, unit]`.
To add a case, add a line.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.decode import LineDecoder
from ingest.families.registry import FAMILIES
from tests.ingest_families.premises import NOON

GOLDEN = Path(__file__).parent / "golden"
BY_OTHER_TESTS = {"mapped", "sparkplug_b"}  # mapped needs a site file, Sparkplug B is binary


def _lines(family: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (GOLDEN / f"{family}.jsonl").read_text(encoding="utf-8").splitlines()]


def _same(told: Any, due: Any) -> bool:
    if isinstance(due, bool) or isinstance(told, bool) or not isinstance(due, int | float):
        return type(told) is type(due) and bool(told == due)
    return isinstance(told, int | float) and abs(told - due) <= 1e-9 * max(1.0, abs(due))


@pytest.mark.parametrize("family", sorted(FAMILIES.keys() - BY_OTHER_TESTS))
def test_every_golden_message_gives_its_readings(family: str) -> None:
    decoder = LineDecoder(NOON)
    for line in _lines(family):
        told = decoder.decode_line({"topic": line["topic"], "payload": line["payload"], "family": family})
        readings = [
            [one["quantity"], one["message_value"], one["message_unit"], one["channel"], one["value"], one["unit"]]
            for one in told["readings"]
        ]
        assert told["outcome"] == line["outcome"], (line["topic"], line["payload"], told)
        assert not told["reason"].startswith("not understood"), (line["topic"], told["reason"])
        assert len(readings) == len(line["readings"]), (line["topic"], line["payload"], readings)
        for got, due in zip(readings, line["readings"], strict=True):
            assert all(_same(one, other) for one, other in zip(got, due, strict=True)), (line["topic"], got, due)


@pytest.mark.parametrize("family", sorted(FAMILIES.keys() - BY_OTHER_TESTS))
def test_messages_are_recognised_without_being_told_the_family(family: str) -> None:
    decoder = LineDecoder(NOON)
    lines = [line for line in _lines(family) if line["outcome"] == "readings" and line["topic"]]
    found = [decoder.decode_line({"topic": line["topic"], "payload": line["payload"]})["family"] for line in lines]
    share = found.count(family) / len(lines)
    assert share >= 0.8, [(line["topic"], name) for line, name in zip(lines, found, strict=True) if name != family]


def test_there_is_no_golden_file_without_a_family() -> None:
    assert {path.stem for path in GOLDEN.glob("*.jsonl")} <= FAMILIES.keys()
