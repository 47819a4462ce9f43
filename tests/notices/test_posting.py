"""Posting outside: judged addresses only, no redirects, bounded in time; and what mail and push make of odd texts."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import replace

import pytest

from gateway.notices.answer import one_line
from gateway.notices.mail import MailSender, MailSettings, Reader, write
from gateway.notices.posting import Road, post
from gateway.notices.push import PushSender, PushSettings
from gateway.notices.words import MESSAGES
from premises.alarming import CAUSES
from premises.notice import Delivery, DeliveryState, Notice, NoticeKind, Urgency
from tests.notices.premises_of_tests import NOON
from tests.notices.sinks import Board

NOTICE = Notice("msg_1", NoticeKind.ALARM_RAISED, "studio", "stage-1", NOON, Urgency.URGENT, {"en": "cold"}, {"en": "9 °C"})
DELIVERY = Delivery("d1", "mail:a@b.example", NOTICE, DeliveryState.WAITING, 0, NOON, NOON)
NONE: Mapping[str, str] = {}


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ftp://hook.example/", "neither https nor http"),
        ("https://hook.example:99999/", "a port that is none"),
        ("http://hook.example/", "without TLS"),
        ("https:///x", "neither https nor http"),
    ],
)
def test_an_address_that_cannot_be_is_hopeless(url: str, told: str) -> None:
    answer = post(url, b"{}", NONE, Road(resolve=lambda *_: ["93.184.215.14"]))
    assert answer.hopeless
    assert told in answer.text


@pytest.mark.parametrize("inner", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "fd00::1", "::ffff:192.168.1.1"])
def test_an_inner_network_is_not_told(inner: str) -> None:
    answer = post("https://hook.example/", b"{}", NONE, Road(resolve=lambda *_: ["93.184.215.14", inner]))
    assert answer.hopeless
    assert "inner network" in answer.text


def test_the_judged_address_is_asked_whatever_the_name_means_by_then(board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    connect, asked = socket.create_connection, list[str]()

    def to_loopback(address: tuple[str, int], timeout: float) -> socket.socket:
        asked.append(address[0])
        return connect(("127.0.0.1", int(board.url.rpartition(":")[2])), timeout)

    monkeypatch.setattr("gateway.pinned.socket.create_connection", to_loopback)
    answers = iter([["93.184.215.14"], ["10.0.0.1"]])
    road = Road(allow_private=True, resolve=lambda *_: next(answers))
    assert post("http://hook.example/x", b"{}", NONE, road).delivered
    assert asked == ["93.184.215.14"]


def test_a_redirect_is_not_followed(board: Board) -> None:
    board.answers, board.headers = [302], {"Location": f"{board.url}/elsewhere"}
    answer = post(f"{board.url}/hook", b"{}", NONE, Road(allow_private=True))
    assert not answer.delivered
    assert "redirects are not followed" in answer.text
    assert [posted.path for posted in board.posts] == ["/hook"]


def test_an_answer_that_drips_is_left(board: Board) -> None:
    board.drip = True
    answer = post(f"{board.url}/hook", b"{}", NONE, Road(allow_private=True, whole_seconds=0.3))
    assert not answer.delivered
    assert not answer.hopeless


def test_nobody_there_may_be_tried_again() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    answer = post(f"http://127.0.0.1:{port}/", b"{}", NONE, Road(allow_private=True))
    assert (answer.delivered, answer.hopeless) == (False, False)
    mail = MailSender(MailSettings("127.0.0.1", port, "g@s.example", "none"), lambda *_: Reader("", "en", "Studio"))
    told = mail.send(DELIVERY, "a@b.example")
    assert (told.delivered, told.hopeless) == (False, False)


def test_a_title_cannot_smuggle_a_header(board: Board) -> None:
    odd = replace(NOTICE, title={"en": "cold\r\nBcc: all@studio.example — très froid"}, text={"en": "<script>alert(1)</script>"})
    mail = write(odd, Reader("Ada\r\nCc: x@y.example", "en", "Studio"), "a@b.example", "g@s.example")
    assert mail["Bcc"] is None
    assert mail["Cc"] is None
    page = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "<script>" not in page
    push = PushSender(PushSettings(board.url), lambda *_: "en")
    assert push.send(replace(DELIVERY, notice=odd), "topic/../x").delivered
    [posted] = board.posts
    assert posted.path == "/topic%2F..%2Fx"
    assert "bcc" not in posted.headers
    assert posted.headers["title"].startswith("=?utf-8?")


def test_what_another_machine_says_is_kept_on_one_printable_line() -> None:
    assert one_line("500 \x1b[31mred\r\nnext\x00" + "x" * 500) == "500 [31mred next " + "x" * 183


def test_every_cause_has_its_words_in_every_language() -> None:
    wanted = {f"cause.{cause}.{part}" for cause in CAUSES for part in ("title", "titles", "does", "can")}
    assert wanted <= MESSAGES.keys("en")
    assert MESSAGES.languages() == ("en", "fr", "nl")
    for language in MESSAGES.languages():
        assert MESSAGES.keys(language) == MESSAGES.keys("en")
