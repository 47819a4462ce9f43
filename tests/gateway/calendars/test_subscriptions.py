"""Following a diary: booked, moved, cancelled as the feed says; and nothing lost when the feed is away or broken."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from gateway.calendars.fetching import FeedRefusedError, FeedUnavailableError, Fetched, fetch
from gateway.following import CalendarFollower, Followed
from premises.booking import BookingKey, BookingStatus, DayKind
from premises.errors import SettingError
from premises.site import CalendarFeed, CalendarRule
from tests.gateway.calendars.feeds import event, feed
from tests.gateway.fakes import Fakes
from tests.gateway.premises_of_tests import STUDIO

RULES = (CalendarRule("stage 1", ("stage-1",), DayKind.SHOOT), CalendarRule("edit", ("edit-3",), DayKind.WORK))
ONE = event("SUMMARY:Pilot", "LOCATION:Stage 1", uid="one", start="20260303T070000Z", end="20260303T190000Z")
TWO = event("SUMMARY:Edit of the pilot", uid="two", start="20260304T070000Z", end="20260304T190000Z")
WEEKLY = event(
    "SUMMARY:Stage 1 rehearsal", "RRULE:FREQ=WEEKLY;COUNT=3", uid="weekly", start="20260305T070000Z", end="20260305T090000Z"
)


class Diary:
    """A studio that follows one feed, whose text the test sets."""

    def __init__(self) -> None:
        self.fakes = Fakes()
        self.answer: bytes | Exception | None = feed()
        self.asked: list[tuple[str, str]] = []
        self.raised: list[str] = []
        self.cleared = 0
        subscription = CalendarFeed("house-diary", "https://diary.example/secret", "Europe/Paris", RULES, timedelta(minutes=10))
        house = self.fakes.house()
        diary = self

        class Alarms:
            def raise_(self, site: str, cause: str, subject: str, text: Any, at: Any) -> None:
                diary.raised.append(text["en"])

            def clear(self, site: str, cause: str, subject: str, at: Any) -> None:
                diary.cleared += 1

            def active(self, site: str) -> list[Any]:
                return []

        self.house = replace(house, sites={STUDIO.id: replace(STUDIO, calendars=(subscription,))}, alarms=Alarms())
        self.follower = CalendarFollower(self.house, self.fetch)

    def fetch(self, address: str, etag: str, modified: str) -> Fetched:
        self.asked.append((etag, modified))
        if isinstance(self.answer, Exception):
            raise self.answer
        return Fetched(self.answer, f'"{len(self.asked)}"')

    def read(self, answer: bytes | Exception | None, later: timedelta = timedelta(minutes=10)) -> Followed:
        """Look again, with another text in the feed."""
        self.answer = answer
        self.fakes.clock.advance(later)
        (followed,) = self.follower.poll()
        return followed

    def status(self, booking_id: str) -> str | None:
        stored = self.fakes.bookings.get(BookingKey("house-diary", booking_id))
        return stored.booking.status.value if stored is not None else None


@pytest.fixture
def diary() -> Diary:
    return Diary()


def test_events_are_booked_where_title_or_location_say(diary: Diary) -> None:
    followed = diary.read(feed(ONE, TWO, WEEKLY))
    assert len(followed.taken) == 5
    one = diary.fakes.bookings.get(BookingKey("house-diary", "one"))
    assert one is not None
    assert (one.booking.zones, one.booking.day_kind, one.booking.title) == (("stage-1",), DayKind.SHOOT, "Pilot")
    assert diary.status("weekly#2026-03-12T07:00:00Z") == "confirmed"
    assert {entry.who for entry in diary.fakes.audit.entries} == {"calendar house-diary"}


def test_what_fits_no_rule_is_told_and_not_booked(diary: Diary) -> None:
    followed = diary.read(feed(event("SUMMARY:Staff party", uid="party", start="20260303T070000Z", end="20260303T080000Z")))
    (taken,) = followed.taken
    assert (taken.outcome, "no rule" in taken.reason) == ("skipped", True)


def test_a_tentative_event_is_an_option(diary: Diary) -> None:
    diary.read(feed(event("STATUS:TENTATIVE", "LOCATION:Stage 1", uid="perhaps", start="20260303T070000Z", end="20260303T080000Z")))
    stored = diary.fakes.bookings.get(BookingKey("house-diary", "perhaps"))
    assert stored is not None
    assert stored.booking.status is BookingStatus.OPTION


def test_an_event_that_moved_is_the_same_booking_and_one_that_vanished_is_cancelled(diary: Diary) -> None:
    diary.read(feed(ONE, TWO))
    followed = diary.read(feed(ONE.replace("T070000Z", "T100000Z")))
    assert followed.vanished == ("two",)
    assert (diary.status("one"), diary.status("two")) == ("confirmed", "cancelled")
    assert len(diary.fakes.bookings.versions(BookingKey("house-diary", "one"))) == 2


def test_an_event_that_the_feed_cancels_is_cancelled(diary: Diary) -> None:
    diary.read(feed(ONE, TWO))
    diary.read(feed(ONE, TWO.replace("UID:two", "UID:two\r\nSTATUS:CANCELLED")))
    assert (diary.status("one"), diary.status("two")) == ("confirmed", "cancelled")


def test_one_occurrence_that_is_taken_out_of_a_series_is_cancelled_alone(diary: Diary) -> None:
    diary.read(feed(WEEKLY))
    diary.read(feed(WEEKLY.replace("END:VEVENT", "EXDATE:20260312T070000Z\r\nEND:VEVENT")))
    told = [diary.status(f"weekly#2026-03-{day}T07:00:00Z") for day in ("05", "12", "19")]
    assert told == ["confirmed", "cancelled", "confirmed"]


@pytest.mark.parametrize(
    "answer",
    [
        feed(),
        b"",
        b"<html>Please sign in</html>",
        feed(ONE)[:-30],
        FeedUnavailableError("away"),
        feed(event("DTSTART:broken", uid="one"), event("RRULE:FREQ=SECONDLY", uid="two")),
    ],
    ids=["empty", "nothing", "a page", "cut off", "away", "there but unreadable"],
)
def test_an_empty_or_broken_feed_cancels_nothing(diary: Diary, answer: Any) -> None:
    diary.read(feed(ONE, TWO))
    followed = diary.read(answer)
    assert followed.vanished == ()
    assert (diary.status("one"), diary.status("two")) == ("confirmed", "confirmed")


def test_what_is_over_is_not_cancelled_when_the_feed_forgets_it(diary: Diary) -> None:
    diary.read(feed(ONE, TWO))
    diary.fakes.clock.advance(timedelta(days=2))
    followed = diary.read(feed(TWO), timedelta(hours=5))
    assert followed.vanished == ()
    assert diary.status("one") == "confirmed"


def test_bookings_of_other_sources_are_left_alone(diary: Diary) -> None:
    diary.read(feed(ONE))
    stored = diary.fakes.bookings.get(BookingKey("house-diary", "one"))
    assert stored is not None
    diary.fakes.bookings.put(replace(stored.booking, key=BookingKey("cinema-diary", "x")), diary.fakes.clock.now())
    diary.read(feed(TWO))
    other = diary.fakes.bookings.get(BookingKey("cinema-diary", "x"))
    assert other is not None
    assert other.booking.status is BookingStatus.CONFIRMED


def test_a_feed_is_looked_at_when_due_and_asked_only_for_what_is_new(diary: Diary) -> None:
    diary.read(feed(ONE))
    diary.fakes.clock.advance(timedelta(minutes=5))
    assert diary.follower.poll() == []
    followed = diary.read(None, timedelta(minutes=5))
    assert followed.unchanged
    assert diary.asked == [("", ""), ('"1"', "")]
    diary.read(feed(ONE), timedelta(days=1))
    assert diary.asked[-1] == ("", ""), "once a day it is read whole, for its series reach further by then"


def test_a_feed_that_is_away_is_asked_less_and_less_and_raises_an_alarm(diary: Diary) -> None:
    away = FeedUnavailableError("https://diary.example/… answers 503")
    waits = []
    for _ in range(7):
        before, asked = diary.fakes.clock.now(), len(diary.asked)
        diary.answer = away
        while len(diary.asked) == asked:
            diary.fakes.clock.advance(timedelta(minutes=10))
            diary.follower.poll()
        waits.append(int((diary.fakes.clock.now() - before) / timedelta(minutes=10)))
    assert waits == [1, 2, 4, 8, 16, 32, 36]
    assert len(diary.raised) == 1
    diary.read(feed(ONE), timedelta(hours=6))
    assert diary.cleared == 1


class Handler(BaseHTTPRequestHandler):
    """A feed on loopback: with a tag, and some ways to go wrong."""

    def do_GET(self) -> None:
        if self.path == "/away":
            self.send_error(503)
        elif self.path == "/round":
            self._redirect("/round")
        elif self.path == "/inner":
            self._redirect("http://10.0.0.1/diary.ics")
        elif self.path == "/moved":
            self._redirect("/diary.ics")
        elif self.headers.get("If-None-Match") == '"v1"':
            self.send_response(304)
            self.end_headers()
        else:
            self.send_response(200)
            self.send_header("ETag", '"v1"')
            self.end_headers()
            self.wfile.write(feed(ONE))

    def _redirect(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    made = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


def test_a_feed_over_http_with_its_tag(server: str) -> None:
    first = fetch(f"{server}/moved", allow_private=True)
    assert first.data == feed(ONE)
    assert fetch(f"{server}/diary.ics", first.etag, allow_private=True).data is None


@pytest.mark.parametrize("path", ["/away", "/round"])
def test_a_feed_that_answers_otherwise_is_away(server: str, path: str) -> None:
    with pytest.raises(FeedUnavailableError) as told:
        fetch(f"{server}{path}", allow_private=True)
    assert path not in str(told.value), "many feeds have a secret in their path"


@pytest.mark.parametrize(
    "told",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.1.9",
        "169.254.169.254",
        "::1",
        "fe80::1%eth0",
        "::ffff:10.0.0.1",
        "fd00::1",
        "0.0.0.0",
        "224.0.0.1",
    ],
)
def test_an_address_of_an_inner_network_is_not_asked(told: str) -> None:
    with pytest.raises(FeedRefusedError, match="inner network"):
        fetch("https://diary.example/feed.ics", resolve=lambda *_: [told])
    with pytest.raises(FeedRefusedError, match="inner network"):
        fetch("https://diary.example/feed.ics", resolve=lambda *_: ["93.184.215.14", told])


def test_a_redirect_into_an_inner_network_is_not_followed(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(server.rpartition(":")[2])
    connect, reached = socket.create_connection, list[str]()

    def to_loopback(address: tuple[str, int], timeout: float) -> socket.socket:
        reached.append(address[0])
        return connect(("127.0.0.1", port), timeout)

    monkeypatch.setattr("gateway.pinned.socket.create_connection", to_loopback)
    known = {"diary.example": ["93.184.215.14"], "10.0.0.1": ["10.0.0.1"]}
    with pytest.raises(FeedRefusedError, match=r"10\.0\.0\.1"):
        fetch("http://diary.example/inner", resolve=lambda host, _: known[host])
    assert reached == ["93.184.215.14"], "the judged address was asked, and nothing else"


@pytest.mark.parametrize(
    "address", ["ftp://diary.example/x", "gopher://x", "//diary.example", "http://", "https://diary.example:99999/x"]
)
def test_an_address_that_is_none_says_so(address: str) -> None:
    with pytest.raises(SettingError):
        fetch(address)


def test_a_file_is_read_again_only_when_it_changed(tmp_path: Path) -> None:
    path = tmp_path / "diary.ics"
    path.write_bytes(feed(ONE))
    first = fetch("file:diary.ics", folder=tmp_path)
    assert first.data == feed(ONE)
    assert fetch("file:diary.ics", "", first.modified, folder=tmp_path).data is None
    path.write_bytes(feed(ONE, TWO))
    assert fetch("file:diary.ics", "", first.modified, folder=tmp_path).data == feed(ONE, TWO)
    with pytest.raises(FeedUnavailableError, match="cannot be read"):
        fetch("file:other.ics", folder=tmp_path)
