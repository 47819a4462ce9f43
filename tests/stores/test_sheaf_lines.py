"""By template or with care: InfluxDB is told the same of the same readings, whatever came before."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from premises.errors import StoreRefusedError
from premises.reading import Flag, Quality, Reading, Sheaf, Value, sheaves_of
from premises.site import Point
from stores.instants import DAY_US, micros
from stores.line_protocol import LineWriter
from stores.sheaf_lines import SheafWriter
from tests.stores.premises_of_tests import NOON, point

METER = [point(f"grid/{name}", "em", "em:0") for name in ("power", "voltage", "energy")]
PLUG = [point("lamp/switch_state", "plug", "switch:0"), point("lamp/power", "plug", "switch:0"), point("desk/voltage", "plug")]
MODE = [point("plant/mode", "boiler"), point("plant/power", "boiler")]
POINTS = {one.id: one for one in (*METER, *PLUG, *MODE)}
PLAINLY = (Quality.MEASURED, frozenset[Flag]())
LATE = (Quality.MEASURED, frozenset({Flag.LATE}))

State = dict[tuple[str, int, str], object]


def _value_of(one: Point, number: float) -> Value:
    kind = one.quantity.kind.value
    return number > 50 if kind == "flag" else f"mode {number:g}" if kind == "text" else number


@st.composite
def _sheaf(draw: st.DrawFn) -> Sheaf:
    of_device = draw(st.sampled_from([METER, PLUG, MODE]))
    points = draw(st.sampled_from([of_device, of_device[:1], of_device[1:], of_device[::-1]]))
    at = NOON + timedelta(seconds=draw(st.integers(0, 6)))
    values = tuple(_value_of(one, draw(st.floats(0, 100))) for one in points)
    marks = draw(st.sampled_from([None, None, None, tuple(LATE if index == 0 else PLAINLY for index in range(len(points)))]))
    came = at + timedelta(seconds=draw(st.sampled_from([0, 1, 1, 90_000])))
    return Sheaf(tuple(one.id for one in points), at, values, came, marks)


def _after(state: State, body: bytes) -> None:
    """What InfluxDB holds after these lines: field by field, the later line counts."""
    for line in body.decode().splitlines():
        head, fields, time = re.split(r"(?<!\\) (?=(?:[^\"]|\"[^\"]*\")*$)", line)
        for field in re.findall(r'(\w+)=("[^"]*"|[^,]+)', fields):
            state[head, int(time), field[0]] = field[1].lower() if field[1][0] != '"' else field[1]


def _seen(state: State) -> State:
    """Without empty flags: they say no more than no flag."""
    return {key: value for key, value in state.items() if not (key[2].endswith("__flag") and value == '""')}


@given(st.lists(st.lists(_sheaf(), min_size=1, max_size=5), max_size=6))
def test_both_ways_leave_the_same_in_the_store(batches: list[list[Sheaf]]) -> None:
    by_template, with_care = SheafWriter("studio", POINTS), LineWriter("studio", POINTS)
    quick: State = {}
    careful: State = {}
    for batch in batches:
        lines, doubtful = by_template.lines(batch)
        _after(quick, lines)
        for sheaf in batch:  # message by message: of one batch the order of the readings counts too
            expected, late = with_care.lines(list(sheaf.readings()))
            _after(careful, expected)
            assert doubtful.keys() >= late.keys()
    assert _seen(quick) == _seen(careful)


def test_a_message_that_follows_its_like_is_one_line_from_the_template() -> None:
    writer = SheafWriter("studio", POINTS)
    names = tuple(one.id for one in METER)
    writer.lines([Sheaf(names, NOON, (1.5, 230.0, 7.0), NOON)])
    later = NOON + timedelta(seconds=1)
    lines, doubtful = writer.lines([Sheaf(names, later, (2.5, 231.0, 8.0), later + timedelta(milliseconds=3))])
    head = "reading,channel=em:0,device=em,site=studio,subject=grid"
    assert lines.decode() == f"{head} power_w=2.5,voltage_v=231.0,energy_kwh=8.0,received_us=3000i {micros(later)}"
    assert not doubtful


@pytest.mark.parametrize("values", [(True, 230.0, 7.0), (float("nan"), 230.0, 7.0), ("1", 230.0, 7.0), (1.0, float("inf"), 7.0)])
def test_what_does_not_fit_is_refused_after_its_like_was_taken(values: tuple[Value, ...]) -> None:
    writer = SheafWriter("studio", POINTS)
    names = tuple(one.id for one in METER)
    writer.lines([Sheaf(names, NOON, (1.5, 230.0, 7.0), NOON)])
    later = NOON + timedelta(seconds=1)
    with pytest.raises(StoreRefusedError):
        writer.lines([Sheaf(names, later, values, later)])


def test_what_is_late_by_more_than_a_day_is_told_so_that_roll_ups_go_back() -> None:
    writer = SheafWriter("studio", POINTS)
    names = tuple(one.id for one in METER)
    writer.lines([Sheaf(names, NOON, (1.5, 230.0, 7.0), NOON)])
    long_under_way = Sheaf(names, NOON + timedelta(hours=1), (1.5, 230.0, 7.0), NOON + timedelta(hours=26))
    _, doubtful = writer.lines([long_under_way])
    assert doubtful == dict.fromkeys(names, micros(long_under_way.time))
    assert micros(long_under_way.received_at) - micros(long_under_way.time) > DAY_US


def test_readings_become_sheaves_and_are_the_same_again() -> None:
    later = NOON + timedelta(seconds=1)
    readings = [
        Reading("grid/power", NOON, 1.0, NOON),
        Reading("grid/voltage", NOON, 230.0, NOON, Quality.ESTIMATED),
        Reading("grid/power", later, 2.0, NOON),
        Reading("grid/power", NOON, 3.0, NOON, flags=frozenset({Flag.LATE})),
    ]
    sheaves = sheaves_of(readings)
    assert [len(sheaf.points) for sheaf in sheaves] == [2, 1, 1]
    assert [sheaf.marks is None for sheaf in sheaves] == [False, True, False]
    assert [reading for sheaf in sheaves for reading in sheaf.readings()] == readings
    assert sheaves_of([]) == []
