"""What is told for boards as line protocol: the vocabulary and nothing else, whatever texts hold."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from premises.errors import StoreRefusedError
from premises.time import Interval
from premises.told import FIELDS, TAGS, Told
from stores.influx_client import InfluxServer
from stores.told_back import told_back
from stores.told_lines import told_lines
from tests.stores.exchanges import Answer, serving

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


def test_what_was_told_is_read_back_by_field_with_its_tags_in_order_of_time() -> None:
    asked: list[str] = []

    def respond(_method: str, _target: str, _headers: Any, body: bytes) -> Answer:
        asked.append(parse_qs(body.decode())["q"][0])
        series = (
            '{"tags":{"zone":"stage-2","booking":"desk/2"},"columns":["time","value"],"values":[[1768914000000000,"confirmed"]]},'
            '{"tags":{"zone":"","booking":"desk/1"},"columns":["time","value"],"values":[[1768910400000000,"gone"],[1768914000000000,null]]}'
        )
        return Answer(200, {"Content-Type": "application/json"}, f'{{"results":[{{"series":[{series}]}}]}}'.encode())

    with serving(respond) as url:
        server = InfluxServer(url, "o", "t")
        found = told_back(server, "b", "\"site\" = 's'", "booking", "status", Interval(NOW, NOW + timedelta(days=2)))
        server.close()
    assert found == [
        Told("booking", NOW, {"status": "gone"}, {"booking": "desk/1"}),
        Told("booking", NOW + timedelta(hours=1), {"status": "confirmed"}, {"zone": "stage-2", "booking": "desk/2"}),
    ]
    assert asked == [
        'SELECT "status" AS "value" FROM "booking" WHERE "site" = \'s\' AND time >= 1768910400000000u'
        " AND time < 1769083200000000u GROUP BY zone, booking"
    ]
