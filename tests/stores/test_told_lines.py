"""What is told for boards as line protocol: the vocabulary and nothing else, whatever texts hold."""

from datetime import UTC, datetime

import pytest

from premises.errors import StoreRefusedError
from premises.told import FIELDS, TAGS, Told
from stores.told_lines import told_lines

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)


def test_a_line_has_its_tags_in_order_and_numbers_as_floats() -> None:
    line = Told("booking", NOW, {"title": 'Film "A", 2', "spare_min": 5}, {"zone": "stage 1", "booking": "desk/a,b=c"})
    assert told_lines("la-kolok", [line]).decode() == (
        'booking,booking=desk/a\\,b\\=c,site=la-kolok,zone=stage\\ 1 spare_min=5.0,title="Film \\"A\\", 2" 1768910400000000'
    )


def test_an_empty_tag_is_left_out_and_a_text_stays_on_one_line() -> None:
    line = Told("event", NOW, {"text": "one\ntwo"}, {"kind": "alarm", "zone": "", "subject": "x"})
    assert told_lines("s", [line]).decode() == 'event,kind=alarm,site=s,subject=x text="one two" 1768910400000000'


@pytest.mark.parametrize(
    "line",
    [
        Told("reading", NOW, {"air_c": 20.0}),
        Told("plan", NOW, {}),
        Told("plan", NOW, {"air_c": 20.0}),
        Told("plan", NOW, {"planned_c": "warm"}),
        Told("plan", NOW, {"planned_c": float("nan")}),
        Told("event", NOW, {"title": 5.0}),
        Told("event", NOW, {"title": "x" * 5000}),
        Told("plan", NOW, {"planned_c": 1.0}, {"site": "other"}),
        Told("plan", NOW, {"planned_c": 1.0}, {"device": "x"}),
    ],
)
def test_what_the_vocabulary_does_not_have_is_refused(line: Told) -> None:
    with pytest.raises(StoreRefusedError):
        told_lines("s", [line])


def test_each_measurement_has_tags_and_fields() -> None:
    assert FIELDS.keys() == TAGS.keys()
    assert all("site" in names for names in TAGS.values())
