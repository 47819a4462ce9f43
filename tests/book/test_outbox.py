"""The outbox, the addresses and the losses, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from premises.desks import WebhookAddress
from premises.losses import Loss, LossKind
from premises.notice import DeliveryState, Notice, NoticeKind, Posting, Urgency
from premises.time import Interval
from stores.book import Books, open_books
from stores.book.outbox import LEASE
from tests.book.stories import HOUR, NOON, SITE

COLD = Notice(
    id="msg_1",
    kind=NoticeKind.ALARM_RAISED,
    site=SITE,
    subject="stage-1",
    at=NOON,
    urgency=Urgency.URGENT,
    title={"en": "Stage 1 will not be ready", "fr": "Le plateau 1 ne sera pas prêt"},
    text={"en": "It is 9 °C."},
    data={"alarms": [{"cause": "not_ready", "air_c": 9.5}], "count": 1},
    zones=frozenset({"stage-1"}),
)
DUTY, HEAD = "mail:duty@studio.example", "push:la-kolok"


@pytest.fixture
def second_server(book_url: str, books: Books) -> Iterator[Books]:
    """Another process on the same book."""
    other = open_books(book_url)
    yield other
    other.close()


def test_a_notice_is_kept_whole_and_once_for_each_channel(books: Books) -> None:
    assert books.outbox.put(COLD, [DUTY, HEAD, DUTY], NOON) == 2
    assert books.outbox.put(COLD, [DUTY], NOON + HOUR) == 0
    first, second = books.outbox.due(NOON)
    assert {first.channel, second.channel} == {DUTY, HEAD}
    assert first.notice == COLD
    assert (first.state, first.attempts, first.due_at) == (DeliveryState.WAITING, 0, NOON)


def test_what_is_put_off_comes_when_its_time_does(books: Books) -> None:
    books.outbox.put(COLD, [DUTY], NOON, due_at=NOON + HOUR)
    assert books.outbox.due(NOON + HOUR - timedelta(seconds=1)) == []
    [later] = books.outbox.due(NOON + HOUR)
    assert later.due_at == NOON + HOUR


def test_two_servers_never_hold_the_same_delivery(books: Books, second_server: Books) -> None:
    channels = [f"webhook:{number}" for number in range(60)]
    books.outbox.put(COLD, channels, NOON)
    servers = [books, second_server] * 10
    with ThreadPoolExecutor(8) as crowd:
        taken = list(crowd.map(lambda server: server.outbox.due(NOON, limit=7), servers))
    got = [delivery.channel for some in taken for delivery in some]
    assert sorted(got) == sorted(channels)


def test_a_server_that_died_gives_back_what_it_held(books: Books, second_server: Books) -> None:
    books.outbox.put(COLD, [DUTY], NOON)
    [held] = books.outbox.due(NOON)
    assert second_server.outbox.due(NOON + LEASE - timedelta(seconds=1)) == []
    [again] = second_server.outbox.due(NOON + LEASE)
    assert again.id == held.id


def test_a_try_is_noted_and_the_next_waits(books: Books, second_server: Books) -> None:
    books.outbox.put(COLD, [DUTY], NOON)
    [delivery] = books.outbox.due(NOON)
    books.outbox.record(replace(delivery, attempts=1, due_at=NOON + timedelta(seconds=5), last_answer="x" * 2000))
    assert second_server.outbox.due(NOON + timedelta(seconds=4)) == []
    [again] = second_server.outbox.due(NOON + timedelta(seconds=5))
    assert (again.attempts, len(again.last_answer)) == (1, 500)
    second_server.outbox.record(replace(again, attempts=2, state=DeliveryState.DELIVERED, done_at=NOON + HOUR))
    assert books.outbox.due(NOON + 10 * HOUR) == []
    assert books.outbox.counts() == {DeliveryState.WAITING: 0, DeliveryState.DELIVERED: 1, DeliveryState.GIVEN_UP: 0}
    [kept] = books.outbox.log(site=SITE, channel=DUTY)
    assert kept.done_at == NOON + HOUR
    assert books.outbox.tidy(NOON + timedelta(days=89)) == 0
    assert books.outbox.tidy(NOON + timedelta(days=91)) == 1


def test_of_two_servers_that_see_the_same_change_one_tells_it(books: Books, second_server: Books) -> None:
    def of(turned: frozenset[str]) -> Iterable[Posting]:
        return [Posting(replace(COLD, id=topic), (DUTY,)) for topic in sorted(turned)]

    topics = {f"alarm/{number}": "raised" for number in range(12)}
    with ThreadPoolExecutor(8) as crowd:
        turned = list(crowd.map(lambda server: server.outbox.turn(topics, NOON, of), [books, second_server] * 6))
    assert sorted(topic for some in turned for topic in some) == sorted(topics)
    assert len(books.outbox.log()) == 12
    assert books.outbox.turn({"alarm/1": "raised"}, NOON, of) == frozenset()
    assert books.outbox.turn({"alarm/1": "cleared"}, NOON + HOUR, of) == {"alarm/1"}
    assert books.outbox.told(["alarm/1", "alarm/2", "alarm/none"]) == {
        "alarm/1": ("cleared", NOON + HOUR),
        "alarm/2": ("raised", NOON),
    }


def test_what_cannot_be_queued_was_not_told(books: Books) -> None:
    def broken(turned: frozenset[str]) -> Iterable[Posting]:
        raise RuntimeError("while the notice is written")

    with pytest.raises(RuntimeError):
        books.outbox.turn({"alarm/1": "raised"}, NOON, broken)
    assert books.outbox.told(["alarm/1"]) == {}


def test_addresses_are_kept_and_removed(books: Books) -> None:
    address = WebhookAddress(
        "wh-1",
        "https://scheduler.example/hook",
        "whsec_c2VjcmV0",
        NOON,
        "scheduler",
        frozenset({SITE}),
        kinds=frozenset({"booking.ready"}),
    )
    books.webhooks.put(address)
    assert books.webhooks.get("wh-1") == address
    gone = replace(address, disabled_at=NOON + HOUR)
    books.webhooks.put(gone)
    assert books.webhooks.all() == [gone]
    assert books.webhooks.remove("wh-1") == gone
    assert (books.webhooks.remove("wh-1"), books.webhooks.get("wh-1")) == (None, None)


def test_losses_are_found_by_when_they_were(books: Books) -> None:
    loss = Loss(
        "l1", SITE, LossKind.HEAT_DOOR_OPEN, "stage-1", NOON, NOON + 2 * HOUR, 12.5, NOON + 20 * HOUR, "stage-1",
        title={"en": "Heated with a door open"}, evidence={"hours": 2.0, "points": ["stage-1/contact"]},
    )  # fmt: skip
    books.losses.put(loss)
    books.losses.put(replace(loss, id="l2", kind=LossKind.STANDBY, kwh=None, closed_at=NOON + 30 * HOUR))
    assert books.losses.standing(SITE) == [loss]
    day = Interval(NOON, NOON + 24 * HOUR)
    assert [found.id for found in books.losses.find(SITE, day)] == ["l1", "l2"]
    assert [found.kwh for found in books.losses.find(SITE, day, frozenset({LossKind.STANDBY}))] == [None]
    assert books.losses.find(SITE, Interval(NOON + 2 * HOUR, NOON + 3 * HOUR)) == []


def test_an_escalated_alarm_says_since_when(books: Books) -> None:
    books.alarms.raise_(SITE, "not_ready", "stage-1", {"en": "cold"}, NOON)
    [alarm] = books.alarms.active(SITE)
    books.alarms.escalate(alarm.id, NOON + HOUR)
    told = books.alarms.escalate(alarm.id, NOON + 2 * HOUR)
    assert told is not None
    assert told.escalated_at == NOON + HOUR
    assert books.alarms.escalate("none", NOON) is None
