"""The decision log on disk: hours packed when they are over, the oldest dropped, a line cut off left out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from premises.time import Interval
from stores.decision_files import START, DecisionFiles

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)


def lines(files: DecisionFiles, interval: Interval) -> list[list[str]]:
    return [list(stretch) for stretch in files.stretches("site", interval)]


def test_an_hour_is_one_stretch_and_is_packed_when_it_is_over(tmp_path: Path) -> None:
    files = DecisionFiles(tmp_path)
    for minutes in (0, 30, 59, 60, 61):
        at = NOON + timedelta(minutes=minutes)
        assert files.opens("site", at) is (minutes in (0, 60))
        files.append("site", at, [f"tick {minutes}"])
    assert sorted(path.name for path in (tmp_path / "site").iterdir()) == ["2026-01-20T12.jsonl.gz", "2026-01-20T13.jsonl"]
    whole = Interval(NOON, NOON + timedelta(hours=2))
    assert lines(files, whole) == [[START, "tick 0", "tick 30", "tick 59"], [START, "tick 60", "tick 61"]]
    assert lines(files, Interval(NOON + timedelta(hours=1), NOON + timedelta(hours=2))) == [[START, "tick 60", "tick 61"]]
    assert files.span("site") == whole
    assert files.span("elsewhere") is None


def test_after_a_restart_the_hour_goes_on_with_a_new_stretch(tmp_path: Path) -> None:
    DecisionFiles(tmp_path).append("site", NOON, ["one"])
    again = DecisionFiles(tmp_path)
    assert again.opens("site", NOON)
    again.append("site", NOON + timedelta(minutes=1), ["two"])
    assert lines(again, Interval(NOON, NOON + timedelta(hours=1))) == [[START, "one", START, "two"]]


def test_what_is_too_old_or_too_much_goes_first(tmp_path: Path) -> None:
    files = DecisionFiles(tmp_path, keep=timedelta(hours=5))
    for hour in range(9):
        files.append("site", NOON + timedelta(hours=hour), ["tick"])
    assert files.span("site") == Interval(NOON + timedelta(hours=2), NOON + timedelta(hours=9))
    small = DecisionFiles(tmp_path / "small", most_bytes=1)
    for hour in range(4):
        small.append("site", NOON + timedelta(hours=hour), ["tick"])
    assert len(list((tmp_path / "small" / "site").iterdir())) == 1


def test_a_line_cut_off_by_a_loss_of_power_is_left_out(tmp_path: Path) -> None:
    files = DecisionFiles(tmp_path)
    files.append("site", NOON, ["whole"])
    with (tmp_path / "site" / "2026-01-20T12.jsonl").open("a", encoding="utf-8") as file:
        file.write("half a li")
    assert lines(files, Interval(NOON, NOON + timedelta(hours=1))) == [[START, "whole"]]


def test_after_a_line_was_cut_off_the_next_start_stands_on_a_line_of_its_own(tmp_path: Path) -> None:
    DecisionFiles(tmp_path).append("site", NOON, ["whole"])
    with (tmp_path / "site" / "2026-01-20T12.jsonl").open("a", encoding="utf-8") as file:
        file.write("half a li")
    DecisionFiles(tmp_path).append("site", NOON + timedelta(minutes=1), ["again"])
    assert lines(DecisionFiles(tmp_path), Interval(NOON, NOON + timedelta(hours=1))) == [
        [START, "whole", "half a li", START, "again"]
    ]


def test_a_damaged_packed_hour_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    files = DecisionFiles(tmp_path)
    files.append("site", NOON, [f"{NOON:%c} {k} {k * k}" for k in range(5000)])
    files.append("site", NOON + timedelta(hours=1), ["next"])
    packed = tmp_path / "site" / "2026-01-20T12.jsonl.gz"
    packed.write_bytes(packed.read_bytes()[:-2000])
    first, second = lines(files, Interval(NOON, NOON + timedelta(hours=2)))
    assert 0 < len(first) < 5000
    assert second == [START, "next"]


def test_an_hour_that_is_gone_on_with_after_it_was_packed_keeps_both_parts(tmp_path: Path) -> None:
    """The clock is set back by an hour."""
    files = DecisionFiles(tmp_path)
    for minutes in (0, 60, 5, 70):
        files.append("site", NOON + timedelta(minutes=minutes), [f"tick {minutes}"])
    assert lines(files, Interval(NOON, NOON + timedelta(hours=1))) == [[START, "tick 0", START, "tick 5"]]
    assert not list((tmp_path / "site").glob("*.packing"))
