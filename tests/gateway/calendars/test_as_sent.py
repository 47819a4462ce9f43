"""Feeds as programs really write them: what the standard allows but few expect, and what it does not allow."""

from __future__ import annotations

from datetime import date

import pytest

from gateway.calendars import read_calendar
from gateway.calendars.lines import read_stream
from tests.gateway.calendars.feeds import event, feed, read, reasons, spans, starts

SPAN = (date(2026, 1, 1), date(2027, 1, 1), "Europe/Paris")


def test_several_rules_of_one_event_are_all_followed() -> None:
    two = read(event("RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3", "RRULE:FREQ=MONTHLY;BYMONTHDAY=5;COUNT=2"))
    assert starts(two) == [f"2026-{day}T07:00:00Z" for day in ("03-02", "03-05", "03-09", "03-16", "04-05")]
    same = read(event("RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=DAILY;COUNT=2"))
    assert len(same["bookings"]) == 2
    heap = read(event(*(f"RRULE:FREQ=DAILY;COUNT={count}" for count in range(1, 13))))
    assert "at most 10" in reasons(heap)["day-4@diary"]


@pytest.mark.parametrize(
    ("exrule", "left"),
    [
        ("EXRULE:FREQ=WEEKLY;BYDAY=TU,TH", ["02", "04", "06"]),
        ("EXRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20260304T070000Z", ["03", "05", "06"]),
        ("EXRULE:FREQ=DAILY;COUNT=4", ["06"]),
    ],
)
def test_an_exception_rule_takes_its_occurrences_away(exrule: str, left: list[str]) -> None:
    reading = read(event("RRULE:FREQ=DAILY;COUNT=5", exrule))
    assert starts(reading) == [f"2026-03-{day}T07:00:00Z" for day in left]


def test_an_exception_rule_that_is_a_bomb_or_nonsense_skips_the_series_with_its_reason() -> None:
    for exrule in ("EXRULE:FREQ=SECONDLY", "EXRULE:FREQ=DAILY;BYHOUR=99"):
        reading = read(event("RRULE:FREQ=DAILY;COUNT=5", exrule), event(uid="other"))
        assert set(reasons(reading)) == {"day-4@diary"}
        assert len(reading["bookings"]) == 1


def test_an_exception_rule_in_local_time_holds_over_the_change_of_the_clocks() -> None:
    reading = read(
        event(
            "DTSTART;TZID=Europe/Paris:20260327T080000",
            "DTEND;TZID=Europe/Paris:20260327T180000",
            "RRULE:FREQ=DAILY;COUNT=5",
            "EXRULE:FREQ=DAILY;BYDAY=SA,SU;UNTIL=20260331T000000Z",
        )
    )
    assert starts(reading) == ["2026-03-27T07:00:00Z", "2026-03-30T06:00:00Z", "2026-03-31T06:00:00Z"]


def test_a_stray_word_in_a_rule_is_passed_over_and_a_part_that_would_change_it_is_not() -> None:
    assert len(read(event("RRULE:NONSENSE;FREQ=DAILY;COUNT=3"))["bookings"]) == 3
    assert len(read(event("RRULE:RSCALE=GREGORIAN;FREQ=DAILY;SKIP=OMIT;COUNT=3"))["bookings"]) == 3
    assert "RSCALE=HEBREW" in reasons(read(event("RRULE:RSCALE=HEBREW;FREQ=DAILY;COUNT=3")))["day-4@diary"]


def test_rules_written_carelessly_mean_what_they_say() -> None:
    for rule in (
        r"FREQ=DAILY\;COUNT=3",
        "FREQ=DAILY;COUNT=3;FREQ=DAILY",
        "FREQ=WEEKLY; BYDAY=MO, TU,WE,; COUNT=3",
        "FREQ=DAILY;UNTIL=20260304T070000Z;WKST=SU",
    ):
        assert starts(read(event(f"RRULE:{rule}"))) == [f"2026-03-{day}T07:00:00Z" for day in ("02", "03", "04")], rule


@pytest.mark.parametrize("until", ["99991231T235959Z", "99991231", "45001231T000000"])
def test_a_series_until_the_end_of_all_calendars_does_not_end(until: str) -> None:
    assert len(read(event(f"RRULE:FREQ=WEEKLY;UNTIL={until}"))["bookings"]) == 44


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("D2 #3", ["03-02", "03-04", "03-06"]),
        ("D1 20260304T070000Z", ["03-02", "03-03", "03-04"]),
        ("D7", ["03-02", "03-09"]),  # without an end: twice
        ("W2 MO TH #4", ["03-02", "03-05", "03-16", "03-19"]),
        ("W1 #2", ["03-02", "03-09"]),
        ("MD1 2 LD #3", ["03-02", "03-31", "04-02"]),
        ("MP1 1+ MO 1- FR #3", ["03-02", "03-27", "04-06"]),
        ("YM1 3 6 #3", ["03-02", "06-02"]),
        ("YD1 61 #1", ["03-02"]),
        ("MP1 1+ MO #0", ["03-02", "04-06", "05-04", "06-01", "07-06", "08-03", "09-07", "10-05", "11-02", "12-07"]),
    ],
)
def test_rules_of_the_old_vcalendar_are_followed(rule: str, days: list[str]) -> None:
    assert [start[5:10] for start in starts(read(event(f"RRULE:{rule}")))] == days


def test_what_else_the_old_vcalendar_writes_otherwise() -> None:
    soft = "SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:R=C3=A9p=C3=A9tition =\r\ng=C3=A9n=C3=A9rale"
    bare = "LOCATION;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:Plateau d'=E9t=E9"
    days = ("RRULE:D1 #5", "EXDATE:20260303T070000Z;20260304T070000Z", "TRANSP:0")
    reading = read(event(soft, bare, *days), event("TRANSP:1", uid="free"))
    assert [start[8:10] for start in starts(reading)] == ["02", "05", "06"]
    assert {(each["title"], each["location"]) for each in reading["bookings"]} == {("Répétition générale", "Plateau d'été")}
    assert "transparent" in reasons(reading)["free"]
    assert "vCalendar 1.0" in reasons(read(event("RRULE:D1 SOON #5")))["day-4@diary"]
    assert read(event("SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=x-none:caf=E9"))["bookings"][0]["title"] == "café"


def test_two_calendars_in_one_file_each_with_its_own_zone_and_method() -> None:
    floating = event(start="20260302T080000", end="20260302T180000", uid="a")
    first = feed(floating, own=("X-WR-TIMEZONE:Europe/Lisbon",))
    second = feed(event(start="20260302T080000", end="20260302T180000", uid="b"), own=("X-WR-TIMEZONE:Europe/Athens",))
    third = feed(event(uid="c"), own=("METHOD:CANCEL",))
    reading = read_calendar(first + second + third, *SPAN)
    assert {booking["uid"]: booking["start"] for booking in reading["bookings"]} == {
        "a": "2026-03-02T08:00:00Z",
        "b": "2026-03-02T06:00:00Z",
    }
    assert reasons(reading) == {"c": "cancelled"}


def test_an_event_without_its_calendar_is_read_but_the_feed_is_not_whole() -> None:
    bare = event().encode()
    assert len(read_calendar(bare, *SPAN)["bookings"]) == 1
    assert not read_stream(bare).complete


@pytest.mark.parametrize("rest", [feed(event(uid="b")), b""])
def test_an_event_in_which_the_feed_breaks_off_is_listed_and_the_feed_is_not_whole(rest: bytes) -> None:
    cut = feed(event(uid="a")).partition(b"END:VEVENT")[0] + rest
    assert [component.value("UID") for component in read_stream(cut).events] == (["b"] if rest else [])
    assert not read_stream(cut).complete
    assert "breaks off" in reasons(read_calendar(cut, *SPAN))["a"]


def test_an_event_that_nobody_closed_ends_where_the_next_or_the_end_of_the_calendar_comes() -> None:
    two = feed(event(uid="a"), event(uid="b")).replace(b"END:VEVENT\r\n", b"")
    assert {booking["uid"] for booking in read_calendar(two, *SPAN)["bookings"]} == {"a", "b"}
    assert read_stream(two).complete


def test_names_that_stand_alone_with_their_value_folded_beneath() -> None:
    text = b"BEGIN:VCALENDAR\nVERSION\n\n :2.0\nBEGIN:VEVENT\n"
    text += b"UID\n\n :a\nDTSTART\n\n ;VALUE=DATE\n :20260302\nSUMMARY\n :Set\n  build\n"
    (booking,) = read_calendar(text + b"END:VEVENT\nEND:VCALENDAR\n", *SPAN)["bookings"]
    assert (booking["uid"], booking["all_day"], booking["title"]) == ("a", True, "Set build")


def test_characters_cut_in_two_by_folding_and_lines_of_two_encodings() -> None:
    cut = feed(event("SUMMARY:Répétition")).replace("é".encode(), "é".encode()[:1] + b"\r\n " + "é".encode()[1:], 1)
    assert read_calendar(cut, *SPAN)["bookings"][0]["title"] == "Répétition"
    mixed = feed(event("SUMMARY:Répétition", "LOCATION:Plateau d'été"))
    mixed = mixed.replace("Plateau d'été".encode(), "Plateau d'été".encode("cp1252"))
    (booking,) = read_calendar(mixed, *SPAN)["bookings"]
    assert (booking["title"], booking["location"]) == ("Répétition", "Plateau d'été")
    wide = feed(event("SUMMARY:Répétition")).decode().encode("utf-16")
    assert read_calendar(wide, *SPAN)["bookings"][0]["title"] == "Répétition"


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",), "tentative"),
        (("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", "STATUS:CONFIRMED"), "confirmed"),
        (("X-MICROSOFT-CDO-BUSYSTATUS:OOF",), "confirmed"),
        (("X-MICROSOFT-CDO-BUSYSTATUS:FREE", "TRANSP:OPAQUE"), "confirmed"),
    ],
)
def test_outlooks_own_word_counts_where_the_standards_is_missing(lines: tuple[str, ...], status: str) -> None:
    assert read(event(*lines))["bookings"][0]["status"] == status


def test_what_outlook_shows_as_free_takes_no_time() -> None:
    assert "transparent" in reasons(read(event("X-MICROSOFT-CDO-BUSYSTATUS:FREE")))["day-4@diary"]


OWN = "\r\n".join(
    [
        "BEGIN:VTIMEZONE",
        "TZID:{name}",
        "BEGIN:STANDARD",
        "DTSTART:16010101T030000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "TZOFFSETFROM:+0300",
        "TZOFFSETTO:+0200",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:16010101T020000",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0300",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
    ]
)


@pytest.mark.parametrize("name", ["GMT +0200 (Standard) / GMT +0300 (Daylight)", "Paris office", "(GMT +02:00)", "Custom 1"])
def test_the_feeds_own_zone_goes_before_what_its_name_only_seems_to_mean(name: str) -> None:
    timed = (f'DTSTART;TZID="{name}":20260702T080000', f'DTEND;TZID="{name}":20260702T180000')
    assert spans(read(OWN.format(name=name), event(*timed))) == [("2026-07-02T05:00:00Z", "2026-07-02T15:00:00Z")]


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("Europe/Athens 1", "2026-07-02T05:00:00Z"),
        ("America/New_York-1", "2026-07-02T12:00:00Z"),
        ("US-Eastern", "2026-07-02T12:00:00Z"),
        ("Eastern Standard Time 1", "2026-07-02T12:00:00Z"),
        ("tzone://Microsoft/Utc", "2026-07-02T08:00:00Z"),
        ("GMT +0000 (Standard) / GMT +0100 (Daylight)", "2026-07-02T07:00:00Z"),
        ("Mitteleuropäische Zeit", "2026-07-02T06:00:00Z"),
        ("GMT Summer Time", "2026-07-02T07:00:00Z"),
        ("tzone://Microsoft/Custom", "2026-07-02T06:00:00Z"),
    ],
)
def test_what_a_name_seems_to_mean_is_better_than_nothing(name: str, start: str) -> None:
    timed = (f'DTSTART;TZID="{name}":20260702T080000', f'DTEND;TZID="{name}":20260702T180000')
    assert starts(read(event(*timed))) == [start]
