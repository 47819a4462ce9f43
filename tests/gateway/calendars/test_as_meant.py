"""Feeds with small faults that every reader understands all the same: what is meant is read, not what is written."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.calendars import read_calendar
from tests.gateway.calendars.feeds import event, feed, read, reasons, spans, starts

SPAN = (date(2026, 1, 1), date(2027, 1, 1), "Europe/Paris")


@pytest.mark.parametrize(
    ("start", "end", "read_as"),
    [
        ("DTSTART;TZID=America/New_York:20260303T100000", "DTEND:20260303T120000", ("15:00", "17:00")),
        ("DTSTART:20260303T100000", "DTEND;TZID=America/New_York:20260303T120000", ("15:00", "17:00")),
        ("DTSTART:20260303T100000Z", "DTEND:20260303T120000", ("10:00", "12:00")),
        ("DTSTART;TZID=Asia/Tehran:20260303T100000", "DTEND;TZIDAsia/Tehran:20260303T120000", ("06:30", "08:30")),
        ("DTSTART;TZID=Nowhere:20260303T100000", "DTEND;TZID=Nowhere:20260303T120000", ("09:00", "11:00")),
        ("DTSTART:20260303T100000", "DTEND:20260303T110000Z", ("09:00", "11:00")),
        ("DTSTART:2026-03-03 10:00:00", "DTEND:2026-03-03 12:00:00", ("09:00", "11:00")),
    ],
)
def test_an_end_without_a_zone_is_in_that_of_its_start_and_the_other_way_round(
    start: str, end: str, read_as: tuple[str, str]
) -> None:
    reading = read(event(start, end))
    assert spans(reading) == [(f"2026-03-03T{read_as[0]}:00Z", f"2026-03-03T{read_as[1]}:00Z")]


def test_a_changed_occurrence_named_by_its_wall_time_takes_the_place_of_that_of_its_series() -> None:
    series = event("DTSTART;TZID=America/New_York:20260302T100000", "DURATION:PT2H", "RRULE:FREQ=WEEKLY;COUNT=3")
    moved = event("DTSTART;TZID=Europe/Paris:20260309T140000", "DURATION:PT1H", "RECURRENCE-ID:20260309T100000")
    reading = read(series, moved)
    assert starts(reading) == ["2026-03-02T15:00:00Z", "2026-03-09T13:00:00Z", "2026-03-16T14:00:00Z"]
    assert reading["bookings"][1]["recurrence_id"] == "2026-03-09T14:00:00Z"


@pytest.mark.parametrize("told", ["20260309T230000Z", "20260310T000000Z", "20260310"])
def test_a_whole_day_named_by_an_instant_is_the_day_that_begins_then(told: str) -> None:
    series = event("DTSTART;VALUE=DATE:20260303", "DTEND;VALUE=DATE:20260304", "RRULE:FREQ=WEEKLY;COUNT=3")
    moved = event("DTSTART;VALUE=DATE:20260311", "DTEND;VALUE=DATE:20260312", f"RECURRENCE-ID:{told}")
    assert starts(read(series, moved)) == [f"2026-03-{day}T23:00:00Z" for day in ("02", "10", "16")]
    without = series.replace("RRULE", f"EXDATE:{told}\r\nRRULE")
    assert starts(read(without)) == ["2026-03-02T23:00:00Z", "2026-03-16T23:00:00Z"]


def test_a_change_written_with_an_older_series_goes_when_the_series_is_cut_short() -> None:
    series = event("SEQUENCE:2", "RRULE:FREQ=WEEKLY;UNTIL=20260320T000000Z")
    late = ("DTSTART:20260406T070000Z", "DTEND:20260406T190000Z", "RECURRENCE-ID:20260406T070000Z")
    old = event(*late, "SEQUENCE:1", "RRULE:FREQ=WEEKLY")
    assert starts(read(series, old)) == [f"2026-03-{day}T07:00:00Z" for day in ("02", "09", "16")]
    assert "SEQUENCE 1" in reasons(read(series, old))["day-4@diary"]
    for kept in (event(*late, "SEQUENCE:1"), event(*late, "SEQUENCE:2", "RRULE:FREQ=WEEKLY")):
        assert starts(read(series, kept))[-1] == "2026-04-06T07:00:00Z"


@pytest.mark.parametrize(
    ("written", "status"),
    [("tentative", "tentative"), ("NEEDS-ACTION", "tentative"), ("BUSY", "confirmed"), ("Confirmed ", "confirmed")],
)
def test_a_status_in_other_words(written: str, status: str) -> None:
    assert read(event(f"STATUS:{written}"))["bookings"][0]["status"] == status


@pytest.mark.parametrize("written", ["Canceled", "DECLINED", "cancelled"])
def test_what_is_cancelled_in_other_words_books_nothing(written: str) -> None:
    reading = read(event(f"STATUS:{written}"))
    assert (reading["bookings"], reasons(reading)) == ([], {"day-4@diary": "cancelled"})


def test_a_cancellation_further_on_in_the_same_stream_takes_the_event_away() -> None:
    stream = feed(event(uid="a"), event(uid="b")) + feed(event("SEQUENCE:1", uid="a"), own=("METHOD:CANCEL",))
    reading = read_calendar(stream, *SPAN)
    assert [booking["uid"] for booking in reading["bookings"]] == ["b"]
    late = feed(event("SEQUENCE:2", uid="a")) + feed(event("SEQUENCE:1", uid="a"), own=("METHOD:CANCEL",))
    assert [booking["uid"] for booking in read_calendar(late, *SPAN)["bookings"]] == ["a"]


def test_a_room_that_is_invited_is_the_place_where_none_is_told() -> None:
    rooms = (
        "ATTENDEE;CUTYPE=ROOM;PARTSTAT=ACCEPTED;CN=Studio 1:mailto:studio-1@example.org",
        'ATTENDEE;CN="Green room, left";CUTYPE=RESOURCE:mailto:green@example.org',
        "ATTENDEE;CUTYPE=ROOM;PARTSTAT=DECLINED;CN=Studio 2:mailto:studio-2@example.org",
        "ATTENDEE;CUTYPE=INDIVIDUAL;CN=Somebody:mailto:somebody@example.org",
    )
    assert read(event(*rooms))["bookings"][0]["location"] == "Studio 1; Green room, left"
    assert read(event("LOCATION:Plateau A", *rooms))["bookings"][0]["location"] == "Plateau A"


def test_sixteen_bits_without_a_mark() -> None:
    text = feed(event("SUMMARY:Répétition générale")).decode()
    for encoding in ("utf-16-le", "utf-16-be", "utf-16", "utf-8-sig", "latin-1"):
        assert read_calendar(text.encode(encoding), *SPAN)["bookings"][0]["title"] == "Répétition générale", encoding
