"""An alarm from its cause to mail, push and webhook, to whoever comes next, and to its end; over real sockets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from gateway.notices.retrying import ATTEMPTS, WAITS
from premises.alarming import NOTICE_FAILED
from premises.notice import DeliveryState
from premises.site import Site
from premises.time import ManualClock
from stores.book import Books
from tests.notices.conftest import SECRET, Telling
from tests.notices.premises_of_tests import DUTY, HEAD, HOUR, MINUTE, NIGHT, STAGES, studio
from tests.notices.sinks import Board, Mailbox

Tell = Callable[[Site], Telling]


@pytest.fixture
def telling(books: Books, mailbox: Mailbox, board: Board, clock: ManualClock) -> Tell:
    return lambda site: Telling(site, books, mailbox, board, clock)


def test_from_cause_to_mail_to_the_next_person_to_the_end(telling: Tell, mailbox: Mailbox, board: Board) -> None:
    house = telling(studio(DUTY, HEAD))
    house.raise_("not_ready", "stage-1")
    house.pass_time(MINUTE)
    [first] = mailbox.mails
    assert mailbox.recipients == ["duty@studio.example"]
    assert first["Subject"] == "Studio du Canal: Stage 1 est trop froid pendant l’occupation"
    text = first.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Bonjour Ada Duty," in text
    for said in ("stage-1 est froid : 9,5 °C", "Depuis ", "Greenroom : il chauffe", "Vous pouvez : fermer les portes"):
        assert said in text
    page = first.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert '<html lang="fr">' in page
    assert "fermer les portes" in page
    assert first["Auto-Submitted"] == "auto-generated"
    [push] = board.posts
    assert (push.path, push.headers["priority"], push.headers["tags"]) == ("/studio-4f1c", "5", "rotating_light")
    assert push.headers["authorization"] == "Bearer tk_secret"
    assert str(make_header(decode_header(push.headers["title"]))) == "Studio du Canal: Stage 1 est trop froid pendant l’occupation"
    assert "stage-1 est froid" in push.body.decode()

    house.pass_time(20 * MINUTE)
    assert [mail["To"] for mail in mailbox.mails[1:]] == ["Hugo Head <head@studio.example>"]
    assert mailbox.mails[1]["Subject"] == "Studio du Canal: Niet bevestigd: Stage 1 is te koud tijdens gebruik"
    [standing] = house.books.alarms.active("studio")
    assert standing.escalated_at == house.clock.now()

    house.books.alarms.acknowledge(standing.id, "head", house.clock.now())
    house.pass_time(HOUR)
    assert len(mailbox.mails) == 2

    house.clear("not_ready", "stage-1")
    house.pass_time(MINUTE)
    duty, head = sorted(mailbox.mails[2:], key=lambda mail: str(mail["To"]))
    assert (duty["To"], head["To"]) == ("Ada Duty <duty@studio.example>", "Hugo Head <head@studio.example>")
    assert duty["Subject"] == "Studio du Canal: Fin : Stage 1 est trop froid pendant l’occupation"
    assert duty["References"] == first["References"]
    house.pass_time(HOUR)
    assert len(mailbox.mails) == 4


def test_a_program_is_told_with_a_signature_that_the_library_verifies(telling: Tell, board: Board) -> None:
    house = telling(studio())
    house.listen()
    house.raise_("will_not_be_ready", "stage-2")
    house.pass_time(MINUTE)
    [post] = board.posts
    told = Webhook(SECRET).verify(post.body, post.headers)
    assert told["type"] == "alarm.raised"
    assert told["data"]["cause"] == "will_not_be_ready"
    assert [each["subject"] for each in told["data"]["alarms"]] == ["stage-2"]
    assert told["data"]["zones"] == ["stage-2"]
    assert set(told["data"]["text"]) == {"en", "fr", "nl"}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(post.body.replace(b"stage-2", b"stage-3"), post.headers)


def test_one_broker_away_is_one_notice_however_many_devices_follow(telling: Tell, mailbox: Mailbox) -> None:
    house = telling(studio(DUTY))
    house.raise_("broker_away")
    house.pass_time(MINUTE)
    for stage in STAGES:
        house.raise_("sensor_lost", stage)
        house.raise_("device_away", f"{stage}-sensor")
    house.pass_time(10 * MINUTE)
    assert [mail["Subject"] for mail in mailbox.mails] == ["Studio du Canal: Le broker MQTT est absent"]


def test_alarms_of_one_cause_come_in_one_mail_that_lists_them(telling: Tell, mailbox: Mailbox) -> None:
    house = telling(studio(replace(DUTY, language="en")))
    for stage in STAGES:
        house.raise_("will_not_be_ready", stage)
    house.pass_time(MINUTE)
    [mail] = mailbox.mails
    assert mail["Subject"] == "Studio du Canal: 3 zones will not be ready for their calls"
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert text.count("is cold: 9.5 °C") == 3


def test_a_program_bound_to_a_zone_sees_nothing_of_the_others(telling: Tell, board: Board) -> None:
    house = telling(studio())
    house.listen("wh-tenant", url=f"{board.url}/tenant", zones=frozenset({"stage-1"}))
    house.listen("wh-house", url=f"{board.url}/house")
    house.listen("wh-other", url=f"{board.url}/other", sites=frozenset({"elsewhere"}))
    house.listen("wh-reports", url=f"{board.url}/reports", kinds=frozenset({"report.issued"}))
    for stage in STAGES:
        house.raise_("not_ready", stage)
    house.raise_("store_away")
    house.pass_time(MINUTE)
    by_path = {path: [p for p in board.posts if p.path == path] for path in ("/tenant", "/house", "/other", "/reports")}
    [tenant] = by_path["/tenant"]
    assert b"stage-1" in tenant.body
    assert b"stage-2" not in tenant.body
    assert b"Stage 2" not in tenant.body
    assert len(by_path["/house"]) == 2
    assert by_path["/other"] == by_path["/reports"] == []


def test_a_restart_between_tries_loses_nothing_and_doubles_nothing(telling: Tell, board: Board, mailbox: Mailbox) -> None:
    house = telling(studio(DUTY))
    house.listen()
    board.answers = [500, 500]  # of push and webhook, in whatever order
    house.raise_("not_ready", "stage-1")
    house.pass_time(MINUTE)
    assert (len(board.posts), len(mailbox.mails)) == (2, 1)
    house.start()
    house.pass_time(timedelta(seconds=4))
    assert len(board.posts) == 2, "it is not tried before its time"
    house.pass_time(timedelta(seconds=1))
    house.start()
    house.pass_time(MINUTE)
    assert (len(board.posts), len(mailbox.mails)) == (4, 1)
    hooks = [post for post in board.posts if post.path == "/hook"]
    assert hooks[0].headers["webhook-id"] == hooks[1].headers["webhook-id"]
    assert hooks[0].headers["webhook-timestamp"] != hooks[1].headers["webhook-timestamp"]
    assert {delivery.state for delivery in house.books.outbox.log()} == {DeliveryState.DELIVERED}


def test_no_answer_is_tried_again_and_at_last_given_up_with_an_alarm(telling: Tell, board: Board) -> None:
    house = telling(studio())
    house.listen()
    board.answers = [0] * ATTEMPTS
    house.raise_("not_ready", "stage-1")
    house.pass_time(MINUTE)
    for wait in WAITS:
        house.clock.advance(wait)
        house.dispatcher.deliver()
    assert len(board.posts) == ATTEMPTS
    [kept] = house.books.outbox.log()
    assert (kept.state, kept.attempts) == (DeliveryState.GIVEN_UP, ATTEMPTS)
    failed = [alarm for alarm in house.books.alarms.active("studio") if alarm.cause == NOTICE_FAILED]
    assert [alarm.subject for alarm in failed] == ["webhook:wh-1"]
    assert "10 tries" in failed[0].text["en"]
    house.clear("not_ready", "stage-1")
    house.pass_time(MINUTE)
    assert all(alarm.cause != NOTICE_FAILED for alarm in house.books.alarms.active("studio")), "it is reached again"


def test_an_address_that_is_gone_is_told_no_more(telling: Tell, board: Board) -> None:
    house = telling(studio())
    house.listen()
    board.answers = [410]
    house.raise_("not_ready", "stage-1")
    house.pass_time(MINUTE)
    address = house.books.webhooks.get("wh-1")
    assert address is not None
    assert address.disabled_at == house.clock.now()
    house.raise_("store_away")
    house.pass_time(10 * MINUTE)
    assert len(board.posts) == 1


def test_who_asks_to_wait_is_waited_for(telling: Tell, board: Board) -> None:
    house = telling(studio())
    house.listen()
    board.answers, board.headers = [429], {"Retry-After": "600"}
    house.raise_("not_ready", "stage-1")
    house.pass_time(MINUTE)
    house.pass_time(9 * MINUTE)
    assert len(board.posts) == 1
    house.pass_time(MINUTE)
    assert len(board.posts) == 2


def test_a_mail_that_is_put_off_comes_later_and_one_that_is_refused_does_not(telling: Tell, mailbox: Mailbox) -> None:
    house = telling(studio(replace(DUTY, push="")))
    mailbox.refuse = ["451 greylisted, come again"]
    house.raise_("not_ready", "stage-1")
    house.pass_time(MINUTE)
    [waiting] = house.books.outbox.log()
    assert (waiting.state, waiting.last_answer) == (DeliveryState.WAITING, "refused: 451 greylisted, come again")
    house.pass_time(MINUTE)
    assert len(mailbox.mails) == 1
    mailbox.refuse = ["550 no such user"]
    house.clear("not_ready", "stage-1")
    house.pass_time(MINUTE)
    refused = house.books.outbox.log()[0]
    assert (refused.state, refused.attempts) == (DeliveryState.GIVEN_UP, 1)


@pytest.mark.parametrize("night", ["2026-03-28", "2026-10-24"])
def test_what_can_wait_waits_for_the_morning_over_both_clock_changes(telling: Tell, mailbox: Mailbox, night: str) -> None:
    house = telling(studio(replace(DUTY, push=""), quiet=NIGHT))
    house.clock.set(datetime.fromisoformat(f"{night}T22:30:00").replace(tzinfo=UTC))
    house.raise_("sensor_lost", "stage-1")
    house.pass_time(MINUTE)
    assert mailbox.mails == []
    house.raise_("not_ready", "stage-2")
    house.pass_time(MINUTE)
    assert len(mailbox.mails) == 1, "what is urgent passes"
    seven = house.site.zoneinfo
    morning = datetime.fromisoformat(night).replace(hour=7, tzinfo=seven) + timedelta(days=1)  # wall time of the next day
    house.pass_time(morning.astimezone(UTC) - house.clock.now() - timedelta(seconds=1))
    before = len(mailbox.mails)
    house.pass_time(timedelta(seconds=1))
    assert [mail["Subject"] for mail in mailbox.mails[before:]] == ["Studio du Canal: Stage 1 : température inconnue"]


def test_what_came_and_went_in_the_night_is_one_mail_in_the_morning(telling: Tell, mailbox: Mailbox) -> None:
    house = telling(studio(replace(DUTY, push="", language="en"), quiet=NIGHT))
    house.clock.set(datetime(2026, 1, 20, 23, tzinfo=UTC))
    house.raise_("sensor_lost", "stage-1")
    house.pass_time(MINUTE)
    house.pass_time(HOUR)
    house.clear("sensor_lost", "stage-1")
    house.pass_time(MINUTE)
    house.pass_time(8 * HOUR)
    [mail] = mailbox.mails
    assert mail["Subject"] == "Studio du Canal: Over: Stage 1: no temperature known"
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "stage-1 is cold: 9.5 °C" in text
    assert "It is over since 01:01, after 1 h 01." in text
    assert all(alarm.cause != NOTICE_FAILED for alarm in house.books.alarms.active("studio"))
