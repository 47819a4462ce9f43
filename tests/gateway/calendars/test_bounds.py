"""Feeds that would take the building down: rule bombs, floods, broken files. All end soon, and say so."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.calendars import read_calendar, read_feed, reader
from gateway.calendars.errors import CalendarError
from gateway.calendars.lines import BYTES_MOST
from premises.errors import SettingError
from premises.time import Interval, parse_instant, zone_named
from tests.gateway.calendars.feeds import event, feed, read, reasons, starts

YEAR = Interval(parse_instant("2026-01-01T00:00:00Z"), parse_instant("2027-01-01T00:00:00Z"))
PARIS = zone_named("Europe/Paris")


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=5",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=HOURLY;BYHOUR=3",
        "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=0,10,20,30,40,50",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTH=6;BYMONTHDAY=31",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;INTERVAL=7;BYDAY=TU",
        "FREQ=DAILY;BYDAY=MO;BYSETPOS=5",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=20",
        "FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=2;INTERVAL=3",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=99999999999999999999",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;FREQ=SECONDLY",
        "FREQ=DAILY;BYEASTER=0",
        "FREQ=YEARLY;BYYEARDAY=" + ",".join(["1"] * 500),
    ],
)
def test_a_rule_bomb_is_refused_and_the_rest_of_the_feed_is_read(rule: str) -> None:
    reading = read(event(f"RRULE:{rule}", uid="bomb"), event(uid="honest"))
    assert [booking["uid"] for booking in reading["bookings"]] == ["honest"]
    assert reasons(reading)["bomb"]


@pytest.mark.parametrize(
    "rule",
    ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"],
)
def test_a_rare_day_is_no_bomb(rule: str) -> None:
    rare = event(f"RRULE:{rule}", "DTSTART:20240229T070000Z", "DTEND:20240229T080000Z")
    assert not read(rare)["skipped"]


def test_a_series_that_began_in_1970_is_read_like_any_other() -> None:
    old = event("RRULE:FREQ=DAILY", "DTSTART:19700101T070000Z", "DTEND:19700101T080000Z")
    assert len(starts(read(old))) == 365


def test_an_hourly_rule_that_ends_soon_is_followed_and_one_without_end_only_as_far_as_it_is_cheap() -> None:
    rounds = event("RRULE:FREQ=HOURLY;INTERVAL=2;COUNT=4", uid="rounds")
    assert [start[11:16] for start in starts(read(rounds))] == ["07:00", "09:00", "11:00", "13:00"]
    endless = event("RRULE:FREQ=HOURLY", "DTSTART:20100101T000000Z", "DTEND:20100101T001000Z", uid="endless")
    assert "steps" in reasons(read(endless))["endless"]


def test_a_rule_of_minutes_that_ends_soon_is_followed_and_one_that_does_not_is_a_bomb() -> None:
    breaks = read(event("RRULE:FREQ=MINUTELY;INTERVAL=90;COUNT=3", uid="breaks"))
    assert [start[11:16] for start in starts(breaks)] == ["07:00", "08:30", "10:00"]
    until = read(event("RRULE:FREQ=MINUTELY;INTERVAL=15;UNTIL=20260302T080000Z", uid="quarters"))
    assert len(starts(until)) == 5
    for rule in ("FREQ=SECONDLY;COUNT=50000", "FREQ=MINUTELY;UNTIL=20260401T000000Z", "FREQ=MINUTELY;COUNT=9;BYHOUR=3"):
        assert reasons(read(event(f"RRULE:{rule}", uid="bomb")))["bomb"]


@pytest.mark.slow
def test_an_archive_of_ten_years_is_read_whole_and_attachments_are_not_taken_apart() -> None:
    def shoot(year: int, number: int) -> str:
        day = f"{year}{number % 12 + 1:02}{number % 28 + 1:02}"
        return f"BEGIN:VEVENT\r\nUID:{year}-{number}\r\nDTSTART:{day}T070000Z\r\nDTEND:{day}T190000Z\r\nEND:VEVENT"

    archive = [shoot(year, number) for year in range(2017, 2027) for number in range(2_500)]
    picture = "ATTACH;VALUE=BINARY;ENCODING=BASE64:" + "\r\n ".join(["QUJD" * 18] * 40_000)
    reading = read_feed(feed(*archive, event(picture, uid="with-picture")), YEAR, PARIS)
    assert len(reading.bookings) == 2_501
    assert reading.complete


def test_a_rule_that_falls_due_often_is_followed_over_fewer_years() -> None:
    often = "RRULE:FREQ=DAILY;BYHOUR=8,9,10,11,12,13,14,15"
    assert len(starts(read(event(often)))) > 2_000
    old = event(often, "DTSTART:19700101T000000Z", "DTEND:19700101T001000Z", uid="old")
    assert "steps" in reasons(read(old))["old"]


def test_a_count_beyond_all_reason_is_as_good_as_none() -> None:
    assert len(starts(read(event("RRULE:FREQ=DAILY;COUNT=100000000")))) == 305


def test_a_flood_of_occurrences_is_cut_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "BOOKINGS_MOST", 700)
    flood = [event("RRULE:FREQ=DAILY", uid=f"u{number}") for number in range(4)]
    reading = read_feed(feed(*flood), YEAR, PARIS)
    assert len(reading.bookings) == 700
    assert reading.complete is False
    assert any("more than are read" in skipped.reason for skipped in reading.skipped)


def test_a_feed_that_takes_too_long_is_left_in_the_middle_and_says_so() -> None:
    seconds = iter(range(0, 1000, 8))
    reading = read_feed(feed(*[event(uid=f"u{number}") for number in range(5)]), YEAR, PARIS, spent=lambda: float(next(seconds)))
    assert 0 < len(reading.bookings) < 5
    assert reading.complete is False


def test_too_large_a_feed_is_refused() -> None:
    with pytest.raises(CalendarError, match="at most"):
        read_calendar(b"BEGIN:VCALENDAR" + b" " * BYTES_MOST, date(2026, 1, 1), date(2026, 2, 1), "Europe/Paris")


@pytest.mark.parametrize("data", [b"", b"<!doctype html><title>Sign in</title>", b"\x00\xff\xfe", b"BEGIN:VCARD\r\nEND:VCARD\r\n"])
def test_what_is_no_calendar_says_so(data: bytes) -> None:
    with pytest.raises(CalendarError, match="BEGIN:VCALENDAR"):
        read_calendar(data, date(2026, 1, 1), date(2026, 2, 1), "Europe/Paris")


def test_a_feed_that_was_cut_off_is_read_but_is_not_complete() -> None:
    whole = feed(event(uid="one"), event(uid="two"))
    assert read_feed(whole, YEAR, PARIS).complete
    cut = read_feed(whole[:-60], YEAR, PARIS)
    assert [booking.uid for booking in cut.bookings] == ["one"]
    assert not cut.complete


def test_an_empty_calendar_is_whole_and_empty() -> None:
    reading = read_feed(feed(), YEAR, PARIS)
    assert (reading.bookings, reading.skipped, reading.complete) == ([], [], True)


def test_a_wrong_question_says_what_would_be_right() -> None:
    with pytest.raises(SettingError, match="Europe/Paris"):
        read_calendar(feed(), date(2026, 1, 1), date(2026, 2, 1), "Paris")
    with pytest.raises(SettingError, match="ends"):
        read_calendar(feed(), date(2026, 2, 1), date(2026, 1, 1), "Europe/Paris")
    with pytest.raises(SettingError, match="at most"):
        read_calendar(feed(), date(1990, 2, 1), date(2026, 1, 1), "Europe/Paris")


@pytest.mark.parametrize("newline", [b"\r\n", b"\n", b"\r", b"\r\n\r\n"])
def test_lines_may_end_in_any_way(newline: bytes) -> None:
    data = feed(event("SUMMARY:A long na\r\n me")).replace(
        b"\r\n ", newline[: len(newline) or 1] + b" " if newline != b"\r\n\r\n" else b"\r\n "
    )
    reading = read_calendar(
        data.replace(b"\r\n", newline) if newline == b"\n" else data, date(2026, 1, 1), date(2027, 1, 1), "Europe/Paris"
    )
    assert [booking["title"] for booking in reading["bookings"]] == ["A long name"]


def test_other_encodings_and_a_byte_order_mark_are_read() -> None:
    french = feed(event("SUMMARY:Répétition générale"))
    text = french.decode()
    for data in (french, b"\xef\xbb\xbf" + french, text.encode("cp1252")):
        (booking,) = read_calendar(data, date(2026, 1, 1), date(2027, 1, 1), "Europe/Paris")["bookings"]
        assert booking["title"] == "Répétition générale"


def test_lines_broken_without_the_space_are_joined_and_alarms_inside_are_left_out() -> None:
    alarm = "BEGIN:VALARM\r\nTRIGGER:-P1D\r\nSUMMARY:Alarm\r\nDTSTART:20200101\r\nEND:VALARM"
    broken = event("DESCRIPTION:First line", "and & more; of it", alarm, "SUMMARY:Real")
    assert [booking["title"] for booking in read(broken)["bookings"]] == ["Real"]


PIECES = st.sampled_from(  # one line of a feed, broken or whole
    [
        b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n", b"BEGIN:VTIMEZONE\r\n", b"END:VTIMEZONE\r\n", b"BEGIN:STANDARD\r\n",
        b"END:STANDARD\r\n", b"UID:a\r\n", b"UID:b\r\n", b"DTSTART:20260302T070000Z\r\n",
        b"DTSTART;TZID=X:20260302T070000\r\n", b"DTSTART;VALUE=DATE:20260302\r\n", b"DTEND:20260302T080000Z\r\n",
        b"DTEND;VALUE=DATE:20260303\r\n", b"DURATION:PT1H\r\n", b"RRULE:FREQ=WEEKLY;COUNT=3\r\n",
        b"RRULE:FREQ=DAILY;UNTIL=20260310\r\n", b"EXDATE:20260309T070000Z\r\n", b"EXDATE;VALUE=DATE:20260309\r\n",
        b"RDATE;VALUE=PERIOD:20260305T070000Z/PT2H\r\n", b"RDATE:20260305\r\n", b"RECURRENCE-ID:20260309T070000Z\r\n",
        b"RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20260309\r\n", b"SEQUENCE:2\r\n", b"STATUS:CANCELLED\r\n",
        b"TRANSP:TRANSPARENT\r\n", b"TZID:X\r\n", b"TZOFFSETFROM:+0100\r\n", b"TZOFFSETTO:+0200\r\n",
        b"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\n", b"\xff\x00:;=\r\n", b" folded\r\n",
        b"SUMMARY;X=\"a:b\";Y=c:Title\r\n",
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_heap_of_lines_is_read_without_a_crash(pieces: list[bytes]) -> None:
    reading = read_feed(b"BEGIN:VCALENDAR\r\n" + b"".join(pieces) + b"END:VCALENDAR\r\n", YEAR, PARIS)
    for booking in reading.bookings:
        assert booking.end >= booking.start
        assert booking.start < YEAR.end
    identities = [(booking.uid, booking.recurrence_id, booking.start) for booking in reading.bookings]
    assert len(identities) == len(set(identities))
