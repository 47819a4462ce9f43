"""The decision log: every tick can be decided again from what is kept, and comes to the same to the bit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from premises.booking import BookingStatus, Floor, LampType, OverrideKind
from premises.ports import LiveValue
from premises.reading import Reading
from premises.site import Cluster
from premises.sitefile import example, example_names, load_premises
from premises.time import Interval
from rules.claims import schedule
from rules.decide import decide
from rules.decision_log import DecisionRecorder, read_points, replayed
from rules.layout import layout_of
from rules.optimiser import LinearOptimiser
from rules.snapshot import LearnedLead, Snapshot
from rules.snapshot_text import RecordError, Script, decoded, digest, encoded, text_of, value_of, vocabulary
from rules.thermal import ZoneModel
from rules.warm_time import WarmTime
from tests.rules.studio import Story, at, booked, hall, make_up, office, override, stage, studio

DAY = timedelta(days=1)
MODEL = ZoneModel(0.04, 0.012, 1.6e-5, 1.5e-5, 32.0, learned=True, error_k=0.3)


def a_day() -> list[str]:
    """The log of a day with pre-heat, presence, an override, a lost sensor, a moved call, an option, a plan."""
    story = Story(studio(stage(), make_up(), office(), hall()), "2026-01-20 04:00")
    story.runner.engine.optimiser = LinearOptimiser()
    story.runner.engine.models["stage"] = MODEL
    shoot = booked(
        "2026-01-20 12:00", "2026-01-20 20:00", people=30, rig_power_w={LampType.TUNGSTEN: 40000.0}, floor=Floor.CHILDREN
    )
    story.book_in(shoot, booked("2026-01-21 08:00", "2026-01-21 12:00", name="maybe", status=BookingStatus.OPTION))
    recorder, lines = DecisionRecorder(), []
    for step in range(60):
        now = at("2026-01-20 04:00") + step * timedelta(minutes=20)
        if step == 10:
            story.overrides.put(override("hall", OverrideKind.TEMPERATURE, 18.0, "2026-01-20 07:00", "2026-01-20 09:00"))
        if step == 20:
            story.live.show("stage/occupancy", True, now)
        if step == 30:
            story.live.lose("make-up/air_temperature")
        if step == 35:
            story.book_in(replace(shoot, call=at("2026-01-20 16:00")))
        story.clock.set(now)
        story.measure(outdoor=3.0 + step / 50, stage=min(20.2, 14.0 + step / 5))
        story.runner.diary.refresh(now)
        if step % 6 == 0 or step == 35:
            story.runner.replan(now)
        engine = story.runner.engine
        snapshot = engine.snapshot(now, story.runner._seen(now))
        decision = story.runner.tick(now)
        lines += recorder.lines(snapshot, decision)
    return lines


@pytest.fixture(scope="module")
def log() -> list[str]:
    return a_day()


def test_every_tick_of_a_day_comes_to_the_same_again(log: list[str]) -> None:
    again = list(replayed(log))
    assert len(again) == 60
    assert all(tick.same for tick in again)
    assert any(zone.state.value == "pre_heating" for tick in again for zone in tick.decision.zones)


def test_what_was_not_decided_so_is_found(log: list[str]) -> None:
    tampered = [line.replace("14.2", "19.9") for line in log]
    assert not all(tick.same for tick in replayed(tampered))


def test_parts_are_kept_once(log: list[str]) -> None:
    plans = [line for line in log if line.startswith('["p"') and '"Plan"' in line[:60]]
    assert 1 < len(plans) < 60
    assert len(log) < 60 * 9
    ticks = [json.loads(line) for line in log if line.startswith('["t"')]
    assert len(ticks) == 60


def test_a_new_stretch_can_be_read_by_itself(log: list[str]) -> None:
    assert len(list(replayed([*log, '["start"]', *log]))) == 120
    with pytest.raises(RecordError, match="lost its beginning"):
        list(replayed(log[-1:]))


def test_a_stretch_that_cannot_be_read_costs_no_other(log: list[str]) -> None:
    """A loss of power in mid-line, a restart, and the same hour goes on."""
    torn, why = [*log[:-40], log[-40][:20]], list[str]()
    again = list(replayed([*torn, '["start"]', *log], lambda error: why.append(str(error))))
    assert len(again) > 60
    assert all(tick.same for tick in again)
    assert len(why) == 1
    assert "no line of a decision log" in why[0]


def renamed(log: list[str], name: str, before: list[str], *, more: dict[str, object] | None = None) -> list[str]:
    """The log as a Greenroom would have written it whose class had these fields; more: values of those that are gone since."""
    today = vocabulary()[name]

    def turned(plain: object) -> object:
        if not isinstance(plain, list):
            return plain
        inside = [turned(kept) for kept in plain]
        if inside[:2] == ["o", name]:
            told = dict(zip(today, inside[2:], strict=True)) | (more or {})
            return ["o", name, *(told[field] for field in before)]
        return inside

    found = []
    for line in log:
        kind, *rest = json.loads(line)
        if kind == "v":
            rest = [rest[0] | {name: before}]
        elif kind in ("p", "r"):
            place = 1 if kind == "p" else 0
            rest[place] = turned(rest[place])
        found.append(json.dumps([kind, *rest], ensure_ascii=False, separators=(",", ":")))
    return found


def test_a_log_of_before_an_upgrade_is_decided_again(log: list[str]) -> None:
    """A model had a field that is gone, fields stood in another order, and one that has a default now was not there."""
    model = list(vocabulary()["ZoneModel"])
    assert all(tick.same for tick in replayed(renamed(log, "ZoneModel", ["old", *reversed(model)], more={"old": ["l", 1, 2]})))
    assert all(tick.same for tick in replayed(renamed(log, "ZoneModel", [field for field in model if field != "bend"])))


def test_a_decision_is_judged_by_what_could_be_said_when_it_was_kept(log: list[str]) -> None:
    """Where decisions tell more than they did, the digests of before still hold."""
    then = dict(vocabulary()) | {"ZoneDecision": tuple(f for f in vocabulary()["ZoneDecision"] if f != "cool_c")}
    before = Script(then)
    kept = [json.dumps(["v", then])]
    ticks = iter(replayed(log))
    for line in renamed(log, "ZoneDecision", list(then["ZoneDecision"]))[1:]:
        kind, *rest = json.loads(line)
        if kind == "t":
            rest[3] = digest(before.text_of(next(ticks).decision))
        kept.append(json.dumps([kind, *rest]))
    again = list(replayed(kept))
    assert len(again) == 60
    assert all(tick.same for tick in again)
    assert not all(tick.same for tick in replayed([json.dumps(["v", vocabulary()]), *kept[1:]]))


class Watched(dict[str, LiveValue]):
    """Readings that remember which of them were looked at."""

    def __init__(self, known: dict[str, LiveValue]) -> None:
        super().__init__(known)
        self.looked_at: set[str] = set()

    def get(self, point: str, default: object = None) -> LiveValue | None:  # type: ignore[override]
        self.looked_at.add(point)
        return super().get(point)

    def __getitem__(self, point: str) -> LiveValue:
        self.looked_at.add(point)
        return super().__getitem__(point)

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("deciding looks at points one by one, so that it is known which the log must keep")


@pytest.mark.parametrize("name", example_names())
def test_deciding_looks_at_no_point_that_the_log_does_not_keep(name: str) -> None:
    """A rule that reads a new kind of point would otherwise not be decided again to the bit."""
    premises, now = load_premises(example(name)), at("2026-01-20 10:00")
    for site in premises.sites if isinstance(premises, Cluster) else (premises,):
        values = {"air_temperature": 14.0, "humidity": 85.0, "outdoor_temperature": 1.0, "heating_demand": 50.0, "power": 90000.0}
        told = {p.id: Reading(p.id, now, values.get(p.quantity.name, 1.0), now) for p in site.points}
        zones = tuple(zone.id for zone in site.zones)
        claims = schedule(site, [booked("2026-01-20 09:00", "2026-01-20 18:00", *zones)], Interval(now - DAY, now + 2 * DAY))
        for known in (True, False):
            latest = Watched({point: LiveValue(reading, known=known) for point, reading in told.items()})
            layout = layout_of(site)
            decide(Snapshot(now, site, layout, claims, latest=latest, outdoor_c=1.0))
            assert latest.looked_at
            assert latest.looked_at <= read_points(layout, site)


def test_values_come_back_as_they_were() -> None:
    site = studio(stage(), office())
    lead = LearnedLead(0.1, 0.2, 0.3, 4, 0.5, 0.6, 0.1, WarmTime(stage(), MODEL, 6e4, 55.0))
    for value in (
        site,
        lead,
        booked("2026-01-20 12:00", "2026-01-20 20:00"),
        0.1 + 0.2,
        timedelta(microseconds=7),
        frozenset({1, 2}),
    ):
        assert value_of(text_of(value)) == value


@pytest.mark.parametrize(
    "plain", [["o", "Path", "x"], ["o", "Zone"], ["x"], [], ["e", "DayKind", "party"], ["o", "Reason", "a", {}, 1, 2]]
)
def test_a_text_cannot_make_anything_else(plain: list[object]) -> None:
    with pytest.raises(RecordError):
        decoded(plain)
    with pytest.raises(RecordError):
        encoded(object())


@pytest.mark.parametrize("name", example_names())
def test_every_example_can_be_kept_and_comes_back(name: str) -> None:
    """What a site file may say grows; the log must be able to hold all of it."""
    premises = load_premises(example(name))
    for site in premises.sites if isinstance(premises, Cluster) else (premises,):
        assert decoded(json.loads(json.dumps(encoded(site)))) == site
