"""Whoever raises an alarm says it in every language of the house: each place that raises one is named here, with what it says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import pytest

from gateway.notices.device_watch import DeviceWatch
from gateway.notices.dispatch import Dispatcher
from gateway.notices.foresight import alarm_text
from ingest.watch import Watch
from premises.alarming import CAUSES, alarm_texts
from premises.booking import BookingKey
from premises.errors import StoreDeniedError, StoreUnavailableError
from premises.notice import Notice, NoticeKind, Urgency
from premises.plan import Readiness, ReadyBy, Rung
from premises.ports import IntakeStatus
from premises.reason import REASONS, Reason
from premises.sitefile import example, load_site
from premises.time import ManualClock
from reports.forms.writer import LANGUAGES
from stores.book import Books, open_books

SITE = load_site(example("la-kolok"))
NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ROOMS = ("dashboards", "gateway", "greenroom", "ingest", "reports", "rules", "simulators", "stores")
RAISES = re.compile(r"\.raise_\(")
PLACES = {
    "gateway/following.py",
    "gateway/notices/booking_watch.py",
    "gateway/notices/device_watch.py",
    "gateway/notices/dispatch.py",
    "gateway/webhooks/channels.py",
    "greenroom/losses.py",
    "greenroom/reporting/scheduled.py",
    "ingest/bus.py",
    "ingest/schedule_bus.py",
    "ingest/watch.py",
    "rules/runner.py",
}
"""Where alarms are raised. Whoever adds one shows below, or in the tests of its room, that it speaks every language."""


def modules(folder: Traversable, path: str) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.name.startswith("__"):
            yield from modules(entry, f"{path}/{entry.name}")
        elif entry.name.endswith(".py"):
            yield f"{path}/{entry.name}", entry.read_text(encoding="utf-8")


def sources() -> dict[str, str]:
    return dict(found for room in ROOMS for found in modules(files(room), room))


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Books]:
    opened = open_books(f"sqlite:///{tmp_path / 'books.sqlite3'}")
    yield opened
    opened.close()


def complete(text: Mapping[str, str]) -> None:
    """Every language says something, and each something else: none is another one's text passed on."""
    assert text.keys() >= set(REASONS.languages())
    assert all(text.values())
    assert len(set(text.values())) == len(text), text


def test_no_place_raises_an_alarm_that_is_not_known_here() -> None:
    assert {path for path, source in sources().items() if RAISES.search(source)} == PLACES


def test_no_place_writes_its_languages_out_by_hand() -> None:
    written = sources()
    assert not [path for path in PLACES if re.search(r'"(en|fr|nl)":', written[path])]


def test_every_text_that_a_place_asks_for_is_in_the_catalogue() -> None:
    asked = {key for source in sources().values() for key in re.findall(r'alarm_texts\(\s*"([a-z_]+)"', source)}
    asked |= {f"{part}_{how}" for part in ("journal", "store") for how in ("failing", "denied")}
    assert {f"alarm.{key}" for key in asked} == {key for key in REASONS.keys("en") if key.startswith("alarm.")}


def test_reports_are_refused_in_every_language() -> None:
    assert set(LANGUAGES) >= set(REASONS.languages())


@pytest.mark.parametrize("fault", [StoreUnavailableError("away"), StoreDeniedError("token")])
def test_the_intake_says_each_of_its_troubles_in_every_language(books: Books, fault: StoreUnavailableError) -> None:
    counts = {"quarantine_dropped": 0}
    watch = Watch([SITE.id], books.alarms, lambda: counts)
    for part in ("journal", "store"):
        watch.trouble(part, lambda: NOW)(fault)
    counts |= {"quarantine_dropped": 7, "unsettled_limit": 100, "unsettled_bytes": 90}
    watch.look(NOW, connected=False)
    watch.look(NOW + HOUR, connected=False)
    raised = {alarm.cause: alarm.text for alarm in books.alarms.active(SITE.id)}
    assert raised.keys() == {"journal_away", "store_away", "journal_nearly_full", "quarantine_full", "broker_away"}
    for cause, text in raised.items():
        assert cause in CAUSES
        complete(text)
    assert "90 %" in raised["journal_nearly_full"]["nl"]
    assert str(fault) in raised["store_away"]["nl"]


@pytest.mark.parametrize(
    "text",
    [
        lambda: alarm_texts("command_unanswered", point="stage-1/setpoint", value="21.5", attempts=3),
        lambda: alarm_texts("command_failed", point="stage-1/setpoint", value="True", why="no such topic"),
        lambda: alarm_texts("calendar_unreadable", source="desk", failures=5, why="404"),
    ],
)
def test_commands_and_calendars_speak_every_language(text: Callable[[], dict[str, str]]) -> None:
    complete(text())


def test_a_number_in_an_alarm_has_the_sign_of_its_language_and_a_count_is_whole() -> None:
    text = alarm_texts("command_unanswered", point="stage-1/setpoint", value="21.5", attempts=3)
    assert "21.5" in text["en"]
    assert "21,5" in text["nl"]
    assert "21,5" in text["fr"]
    assert "3 pogingen" in text["nl"]


def test_a_silent_device_is_told_in_every_language(books: Books) -> None:
    watch = DeviceWatch(books.alarms, NOW - timedelta(days=2))
    watch.look([SITE], IntakeStatus(0, 0, 0, 0, 0, 0, 0, 0.0, 0.0, True), NOW)
    raised = [alarm for alarm in books.alarms.active(SITE.id) if alarm.cause == "device_away"]
    assert raised
    for alarm in raised:
        complete(alarm.text)


def test_a_zone_that_will_not_be_ready_is_told_in_every_language() -> None:
    for readiness in (Readiness.LATE, Readiness.NOT_READY):
        ready = NOW + 5 * HOUR if readiness is Readiness.LATE else None
        why = (Reason("frost_hold", {"limit": 5.0}),)
        late = ReadyBy(
            BookingKey("desk", "1"), "stage-1", readiness, NOW + 4 * HOUR, ready, NOW, 20.0, 50.0, 9.0, 2.0, "EUR", Rung.TABLE, why
        )
        complete(alarm_text(SITE, late, NOW))


def test_an_address_that_cannot_be_told_is_told_of_in_every_language(books: Books) -> None:
    notice = Notice("n", NoticeKind.ALARM_RAISED, SITE.id, "x", NOW, Urgency.URGENT, {"en": "t"}, {"en": "t"})
    books.outbox.put(notice, ["pigeon:coop"], NOW)
    dispatcher = Dispatcher(books.outbox, books.alarms, ManualClock(NOW), {})
    dispatcher.deliver()
    dispatcher.close()
    (alarm,) = books.alarms.active(SITE.id)
    assert alarm.cause == "notice_failed"
    complete(alarm.text)
