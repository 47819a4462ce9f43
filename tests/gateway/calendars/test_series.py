"""Series as diaries keep them: weekly rehearsals, exceptions, moved days, and two changes of the clocks a year."""

from __future__ import annotations

from datetime import date

import pytest

from tests.gateway.calendars.feeds import event, read, reasons, spans, starts

PARIS = "DTSTART;TZID=Europe/Paris:"
WEEKLY = (f"{PARIS}20260316T193000", "DTEND;TZID=Europe/Paris:20260316T220000", "RRULE:FREQ=WEEKLY;COUNT=4")


def test_a_single_event() -> None:
    reading = read(event("LOCATION:Stage 1\\, back lot", "SUMMARY:Day 4\\; night"))
    assert reading["bookings"] == [
        {
            "uid": "day-4@diary",
            "recurrence_id": None,
            "start": "2026-03-02T07:00:00Z",
            "end": "2026-03-02T19:00:00Z",
            "all_day": False,
            "status": "confirmed",
            "title": "Day 4; night",
            "location": "Stage 1, back lot",
        }
    ]
    assert reading["skipped"] == []


def test_a_weekly_rehearsal_stays_at_half_past_seven_over_the_march_change() -> None:
    reading = read(event(*WEEKLY))
    assert spans(reading) == [
        ("2026-03-16T18:30:00Z", "2026-03-16T21:00:00Z"),
        ("2026-03-23T18:30:00Z", "2026-03-23T21:00:00Z"),
        ("2026-03-30T17:30:00Z", "2026-03-30T20:00:00Z"),
        ("2026-04-06T17:30:00Z", "2026-04-06T20:00:00Z"),
    ]
    assert [booking["recurrence_id"] for booking in reading["bookings"]] == starts(reading)


def test_a_night_that_begins_before_the_october_change_ends_by_the_wall_clock() -> None:
    nightly = (f"{PARIS}20261024T220000", "DTEND;TZID=Europe/Paris:20261025T060000", "RRULE:FREQ=DAILY;COUNT=2")
    assert spans(read(event(*nightly))) == [
        ("2026-10-24T20:00:00Z", "2026-10-25T05:00:00Z"),
        ("2026-10-25T21:00:00Z", "2026-10-26T05:00:00Z"),
    ]


@pytest.mark.parametrize(
    "exdate",
    [
        "EXDATE;TZID=Europe/Paris:20260323T193000",
        "EXDATE:20260323T183000Z",
        "EXDATE:20260323T193000",
        "EXDATE;VALUE=DATE:20260323",
        "EXDATE:20260323",
        "EXDATE;TZID=America/New_York:20260323T143000",
        "EXDATE;TZID=Europe/Paris:20250101T193000,20260323T193000",
    ],
)
def test_an_exception_takes_its_day_away_whatever_its_type(exdate: str) -> None:
    assert [start[:10] for start in starts(read(event(*WEEKLY, exdate)))] == ["2026-03-16", "2026-03-30", "2026-04-06"]


def test_an_exception_that_cannot_be_read_or_hits_nothing_takes_nothing_away() -> None:
    assert len(starts(read(event(*WEEKLY, "EXDATE:soon", "EXDATE:20260324T193000", "EXDATE:")))) == 4


def test_a_list_of_exceptions_folded_in_the_middle_of_a_number() -> None:
    folded = "EXDATE;TZID=Europe/Paris:20260316T193000,20260323T19300\r\n 0,\r\n 20260406T193000"
    assert [start[:10] for start in starts(read(event(*WEEKLY, folded)))] == ["2026-03-30"]


def test_one_occurrence_moved_renamed_and_to_another_stage() -> None:
    moved = event(
        "RECURRENCE-ID;TZID=Europe/Paris:20260323T193000",
        f"{PARIS}20260325T100000",
        "DTEND;TZID=Europe/Paris:20260325T120000",
        "SUMMARY:Dress rehearsal",
        "LOCATION:Stage 2",
    )
    bookings = read(moved, event(*WEEKLY))["bookings"]
    assert [booking["start"] for booking in bookings] == [
        "2026-03-16T18:30:00Z",
        "2026-03-25T09:00:00Z",
        "2026-03-30T17:30:00Z",
        "2026-04-06T17:30:00Z",
    ]
    second = bookings[1]
    assert (second["title"], second["location"], second["recurrence_id"]) == ("Dress rehearsal", "Stage 2", "2026-03-23T18:30:00Z")


def test_an_occurrence_moved_far_away_is_found_where_it_now_is_and_no_more_where_it_was() -> None:
    moved = event("RECURRENCE-ID:20260323T183000Z", "DTSTART:20260901T080000Z", "DTEND:20260901T090000Z")
    series = event(*WEEKLY)
    assert starts(read(series, moved, from_=date(2026, 9, 1), to=date(2026, 9, 2))) == ["2026-09-01T08:00:00Z"]
    assert starts(read(series, moved, from_=date(2026, 3, 23), to=date(2026, 3, 24))) == []


def test_a_moved_occurrence_that_ends_before_it_starts_lasts_as_long_as_its_series() -> None:
    moved = event("RECURRENCE-ID:20260323T183000Z", "DTSTART:20260325T080000Z", "DTEND:20260324T090000Z")
    assert ("2026-03-25T08:00:00Z", "2026-03-25T10:30:00Z") in spans(read(event(*WEEKLY), moved))


def test_this_and_all_after_it() -> None:
    later = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Paris:20260330T193000",
        f"{PARIS}20260331T180000",
        "DTEND;TZID=Europe/Paris:20260331T190000",
        "SUMMARY:Shorter",
    )
    bookings = read(event(*WEEKLY), later)["bookings"]
    assert [(booking["start"], booking["end"]) for booking in bookings[2:]] == [
        ("2026-03-31T16:00:00Z", "2026-03-31T17:00:00Z"),
        ("2026-04-07T16:00:00Z", "2026-04-07T17:00:00Z"),
    ]
    assert [booking["recurrence_id"] for booking in bookings[2:]] == ["2026-03-30T17:30:00Z", "2026-04-06T17:30:00Z"]
    assert [booking["title"] for booking in bookings] == ["Shoot", "Shoot", "Shorter", "Shorter"]


def test_changes_without_their_series_stand_for_themselves() -> None:
    orphan = event("RECURRENCE-ID;TZID=Europe/Paris:20260323T193000")
    (booking,) = read(orphan)["bookings"]
    assert (booking["start"], booking["recurrence_id"]) == ("2026-03-02T07:00:00Z", "2026-03-23T18:30:00Z")


def test_extra_days_with_and_without_an_end_of_their_own() -> None:
    extra = "RDATE;TZID=Europe/Paris:20260317T193000"
    period = "RDATE;VALUE=PERIOD;TZID=Europe/Paris:20260318T193000/20260318T233000,20260319T193000/PT30M"
    found = spans(read(event(*WEEKLY, extra, period)))
    assert len(found) == 7
    assert ("2026-03-17T18:30:00Z", "2026-03-17T21:00:00Z") in found
    assert ("2026-03-18T18:30:00Z", "2026-03-18T22:30:00Z") in found
    assert ("2026-03-19T18:30:00Z", "2026-03-19T19:00:00Z") in found


def test_an_exception_takes_an_extra_day_away_again() -> None:
    both = ("RDATE:20260317T070000Z", "EXDATE:20260317T070000Z")
    assert starts(read(event(*both))) == ["2026-03-02T07:00:00Z"]


@pytest.mark.parametrize(
    "until",
    ["20260330T173000Z", "20260330T193000", "20260331", "20260331T000000"],
    ids=["utc", "wall time", "the day after", "later wall time"],
)
def test_the_last_day_counts_however_it_is_told(until: str) -> None:
    rule = f"RRULE:FREQ=WEEKLY;UNTIL={until}"
    assert [start[:10] for start in starts(read(event(*WEEKLY[:2], rule)))] == ["2026-03-16", "2026-03-23", "2026-03-30"]


def test_a_bare_day_ends_a_series_of_hours_at_its_first_instant() -> None:
    """Such an UNTIL is not of the kind that RFC 5545 asks for; calendar programs take it so, and people see what those show."""
    rule = "RRULE:FREQ=WEEKLY;UNTIL=20260330"
    assert [start[:10] for start in starts(read(event(*WEEKLY[:2], rule)))] == ["2026-03-16", "2026-03-23"]


def test_two_versions_of_one_series_the_newer_wins_and_the_older_is_listed() -> None:
    old = event(*WEEKLY, "SEQUENCE:1", "SUMMARY:Old")
    new = event(*WEEKLY[:2], "RRULE:FREQ=WEEKLY;COUNT=2", "SEQUENCE:2", "SUMMARY:New")
    for order in ((old, new), (new, old)):
        reading = read(*order)
        assert [booking["title"] for booking in reading["bookings"]] == ["New", "New"]
        assert "older version" in reasons(reading)["day-4@diary"]


def test_of_equal_sequences_the_later_stamp_wins() -> None:
    first = event("LAST-MODIFIED:20260102T000000Z", "SUMMARY:Later")
    second = event("LAST-MODIFIED:20260101T000000Z", "SUMMARY:Earlier")
    assert [booking["title"] for booking in read(first, second)["bookings"]] == ["Later"]


def test_events_without_uid_do_not_swallow_each_other_and_keep_their_name() -> None:
    parts = (event("UID:", "SUMMARY:One"), event("UID:", "SUMMARY:Two"))
    first, again = read(*parts), read(*reversed(parts))
    assert sorted(booking["title"] for booking in first["bookings"]) == ["One", "Two"]
    assert {booking["uid"] for booking in first["bookings"]} == {booking["uid"] for booking in again["bookings"]}


def test_what_is_cancelled_or_takes_no_time_is_no_booking_but_is_listed() -> None:
    reading = read(
        event("STATUS:CANCELLED", uid="off"),
        event("TRANSP:TRANSPARENT", uid="free"),
        event("STATUS:TENTATIVE", uid="perhaps"),
        event("TRANSP:OPAQUE", uid="on"),
    )
    assert {booking["uid"]: booking["status"] for booking in reading["bookings"]} == {"perhaps": "tentative", "on": "confirmed"}
    assert reasons(reading)["off"] == "cancelled"
    assert reasons(reading)["free"].startswith("transparent")


def test_one_cancelled_occurrence_leaves_the_others() -> None:
    off = event("RECURRENCE-ID;TZID=Europe/Paris:20260323T193000", "STATUS:CANCELLED")
    reading = read(event(*WEEKLY), off)
    assert [start[:10] for start in starts(reading)] == ["2026-03-16", "2026-03-30", "2026-04-06"]
    assert "2026-03-23T18:30:00Z" in reasons(reading)["day-4@diary"]


def test_a_feed_whose_method_is_cancel_books_nothing() -> None:
    reading = read(event(), own=("METHOD:CANCEL",))
    assert (reading["bookings"], reasons(reading)) == ([], {"day-4@diary": "cancelled"})


def test_only_what_overlaps_the_span_is_told() -> None:
    def within(from_: date, to: date) -> int:
        return len(read(event(*WEEKLY), from_=from_, to=to)["bookings"])

    assert within(date(2026, 3, 16), date(2026, 3, 17)) == 1
    assert within(date(2026, 3, 17), date(2026, 3, 23)) == 0
    long = event("DTSTART:20260101T000000Z", "DTEND:20261231T000000Z")
    assert len(read(long, from_=date(2026, 6, 1), to=date(2026, 6, 2))["bookings"]) == 1
