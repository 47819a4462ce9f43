"""Time zones by every name under which calendars know them, whole days, and durations."""

from __future__ import annotations

import pytest

from tests.gateway.calendars.feeds import event, read, reasons, spans, starts

OWN_ZONE = "\r\n".join(
    [
        "BEGIN:VTIMEZONE",
        "TZID:House time",
        "BEGIN:STANDARD",
        "DTSTART:16010101T030000",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:16010101T020000",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
    ]
)


@pytest.mark.parametrize(
    ("tzid", "instant"),
    [
        ("Europe/Paris", "2026-07-01T05:00:00Z"),
        ("europe/paris", "2026-07-01T05:00:00Z"),
        ('"Europe/Paris"', "2026-07-01T05:00:00Z"),
        ("W. Europe Standard Time", "2026-07-01T05:00:00Z"),
        ("Romance Standard Time", "2026-07-01T05:00:00Z"),
        ('"Eastern Standard Time"', "2026-07-01T11:00:00Z"),
        ('"(UTC-05:00) Eastern Time (US & Canada)"', "2026-07-01T11:00:00Z"),
        ('"(UTC-05:00) Eastern Time (US and Canada)"', "2026-07-01T11:00:00Z"),
        ('"(GMT+10:00) Canberra, Melbourne, Sydney"', "2026-06-30T21:00:00Z"),
        ('"(UTC+01:00) Bruxelles, Copenhague, Madrid, Paris"', "2026-07-01T05:00:00Z"),
        ('"Greenwich Mean Time:Dublin; Edinburgh; Lisbon; London"', "2026-07-01T06:00:00Z"),
        ('"(GMT +01:00)"', "2026-07-01T06:00:00Z"),
        ('"(GMT+05:30) Chennai, Kolkata, Mumbai, New Delhi"', "2026-07-01T01:30:00Z"),
        ("/freeassociation.example/Tzfile/Europe/Brussels", "2026-07-01T05:00:00Z"),
        ("/mozilla.example/20050126_1/America/Argentina/Buenos_Aires", "2026-07-01T10:00:00Z"),
        ("TZID=Europe/Paris", "2026-07-01T05:00:00Z"),
        ("UTC", "2026-07-01T07:00:00Z"),
        ("GMT Standard Time", "2026-07-01T06:00:00Z"),
        ("House time", "2026-07-01T05:00:00Z"),
        ("(UTC+01:00) Brussels, Copenhagen, Madrid, Paris", "2026-07-01T05:00:00Z"),  # without the quotes that it should have
        (r"(GMT+01:00) Bruxelles\, Paris", "2026-07-01T05:00:00Z"),
        ("(GMT+01.00) Paris", "2026-07-01T05:00:00Z"),
        ("GMT+01:00", "2026-07-01T06:00:00Z"),
        ("-03:30", "2026-07-01T10:30:00Z"),
        ("Microsoft/Utc", "2026-07-01T07:00:00Z"),
        ("Nowhere/Land", "2026-07-01T06:00:00Z"),
    ],
)
def test_a_zone_is_known_by_many_names(tzid: str, instant: str) -> None:
    told = event(f"DTSTART;TZID={tzid}:20260701T070000", f"DTEND;TZID={tzid}:20260701T080000")
    assert starts(read(OWN_ZONE, told, zone="Europe/Lisbon")) == [instant]


def test_the_feeds_own_zone_follows_its_own_rules_through_the_year() -> None:
    def at(start: str, end: str) -> tuple[str, str]:
        told = event(f"DTSTART;TZID=House time:{start}", f"DTEND;TZID=House time:{end}")
        (span,) = spans(read(OWN_ZONE, told, zone="Asia/Tokyo"))
        return span

    assert at("20260115T070000", "20260115T080000") == ("2026-01-15T06:00:00Z", "2026-01-15T07:00:00Z")
    assert at("20260329T013000", "20260329T033000") == ("2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z")
    assert at("20261025T013000", "20261025T033000") == ("2026-10-24T23:30:00Z", "2026-10-25T02:30:00Z")


def test_a_series_in_the_feeds_own_zone_keeps_its_wall_time() -> None:
    told = event("DTSTART;TZID=House time:20260316T193000", "DTEND;TZID=House time:20260316T220000", "RRULE:FREQ=WEEKLY;COUNT=3")
    assert starts(read(OWN_ZONE, told, zone="Asia/Tokyo")) == [
        "2026-03-16T18:30:00Z",
        "2026-03-23T18:30:00Z",
        "2026-03-30T17:30:00Z",
    ]


def test_floating_times_are_those_of_the_feed_else_of_the_site() -> None:
    floating = event("DTSTART:20260701T070000", "DTEND:20260701T080000")
    assert starts(read(floating, zone="Europe/Lisbon")) == ["2026-07-01T06:00:00Z"]
    assert starts(read(floating, zone="Europe/Lisbon", own=("X-WR-TIMEZONE:Europe/Brussels",))) == ["2026-07-01T05:00:00Z"]
    assert starts(read(OWN_ZONE, floating, zone="Europe/Lisbon")) == ["2026-07-01T06:00:00Z"], "an unused VTIMEZONE says nothing"


def test_whole_days_are_days_of_the_site_of_23_24_and_25_hours() -> None:
    days = event("DTSTART;VALUE=DATE:20260328", "DTEND;VALUE=DATE:20260329", "RRULE:FREQ=DAILY;COUNT=3")
    reading = read(days)
    assert spans(reading) == [
        ("2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z"),
        ("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("2026-03-29T22:00:00Z", "2026-03-30T22:00:00Z"),
    ]
    assert all(booking["all_day"] for booking in reading["bookings"])
    october = event("DTSTART;VALUE=DATE:20261025", "DTEND;VALUE=DATE:20261026")
    assert spans(read(october)) == [("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z")]


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        (("DTSTART;VALUE=DATE:20260302", "DTEND;VALUE=DATE:20260305"), "2026-03-04T23:00:00Z"),
        (("DTSTART;VALUE=DATE:20260302", "DTEND:"), "2026-03-02T23:00:00Z"),
        (("DTSTART;VALUE=DATE:20260302", "DTEND;VALUE=DATE:20260302"), "2026-03-02T23:00:00Z"),
        (("DTSTART;VALUE=DATE:20260302", "DTEND:20260305T000000Z"), "2026-03-04T23:00:00Z"),
        (("DTSTART;VALUE=DATE:20260302", "DURATION:P2D"), "2026-03-03T23:00:00Z"),
        (("DTSTART;TZID=Europe/Paris;VALUE=DATE:20260302", "DTEND;TZID=Europe/Paris;VALUE=DATE:20260304"), "2026-03-03T23:00:00Z"),
    ],
)
def test_the_end_of_whole_days_is_not_part_of_them(lines: tuple[str, ...], end: str) -> None:
    assert spans(read(event(*lines))) == [("2026-03-01T23:00:00Z", end)]


def test_a_moved_whole_day_with_a_time_for_its_recurrence_id() -> None:
    series = event(
        "DTSTART;VALUE=DATE:20260219", "DTEND;VALUE=DATE:20260220", "RRULE:FREQ=WEEKLY;UNTIL=20260304T230000Z;BYDAY=TU,TH"
    )
    moved = event(
        "RECURRENCE-ID;TZID=W. Europe Standard Time:20260226T000000", "DTSTART;VALUE=DATE:20260227", "DTEND;VALUE=DATE:20260228"
    )
    found = [start[:10] for start in starts(read(series, moved, zone="Europe/Berlin"))]
    assert found == ["2026-02-18", "2026-02-23", "2026-02-26", "2026-03-02", "2026-03-04"], "each the evening before, in UTC"


def test_a_duration_in_place_of_an_end() -> None:
    assert spans(read(event("DURATION:PT1H15M5S"))) == [("2026-03-02T07:00:00Z", "2026-03-02T08:15:05Z")]
    assert spans(read(event("DURATION:P1W"))) == [("2026-03-02T07:00:00Z", "2026-03-09T07:00:00Z")]


def test_no_end_at_all_is_an_instant() -> None:
    assert spans(read(event("DTEND:"))) == [("2026-03-02T07:00:00Z", "2026-03-02T07:00:00Z")]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("DTSTART:20261032T000000",), "does not exist"),
        (("DTSTART:20260230",), "does not exist"),
        (("DTSTART:tomorrow",), "no date and no time"),
        (("DTSTART:",), "no date and no time"),
        (("DTSTART:00010101T000000Z",), "outside the years"),
        (("DTEND:20260301T000000Z",), "before it starts"),
        (("DURATION:-PT1H",), "negative"),
        (("DURATION:soon",), "no duration"),
        (("RRULE:FREQ=FORTNIGHTLY",), "only daily, weekly, monthly and yearly"),
        (("RRULE:COUNT=3",), "how often"),
        (("RRULE:FREQ=DAILY;BYDAY=XX",), "cannot be followed"),
        (("RECURRENCE-ID:never",), "no date and no time"),
    ],
)
def test_a_bad_event_is_skipped_with_its_reason_and_never_drops_the_feed(lines: tuple[str, ...], said: str) -> None:
    reading = read(event(uid="before"), event(*lines, uid="bad"), event(uid="after"))
    assert {booking["uid"] for booking in reading["bookings"]} == {"before", "after"}
    assert said in reasons(reading)["bad"]


def test_a_time_that_says_its_own_offset_is_that_instant_wherever_the_site_is() -> None:
    told = event("DTSTART:20260302T080000+0100", "DTEND:2026-03-02T18:00:00-05:00")
    assert spans(read(told, zone="Asia/Tokyo")) == [("2026-03-02T07:00:00Z", "2026-03-02T23:00:00Z")]
    away = event("DTSTART:20260302T070000Z", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260303T080000+0100")
    assert starts(read(away)) == ["2026-03-02T07:00:00Z", "2026-03-04T07:00:00Z"]


def test_a_midnight_that_calls_itself_a_day_is_a_time_for_its_end_may_be_none() -> None:
    told = event("DTSTART;VALUE=DATE:20260302T000000", "DTEND;VALUE=DATE:20260302T013000")
    assert spans(read(told)) == [("2026-03-01T23:00:00Z", "2026-03-02T00:30:00Z")]


def test_a_birthday_of_a_year_that_nobody_knows_comes_every_year() -> None:
    told = event("DTSTART;VALUE=DATE:16040229", "DTEND;VALUE=DATE:16040301", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1")
    assert starts(read(told)) == ["2026-02-27T23:00:00Z"]
