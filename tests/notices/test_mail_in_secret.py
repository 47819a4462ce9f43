"""Mail over STARTTLS: nothing is said in the clear, and a server that nobody vouches for is told nothing."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.notices.mail import MailSender, MailSettings, Reader, check
from premises.notice import Delivery, DeliveryState, Notice, NoticeKind, Urgency
from tests.notices.certificates import make_certificates
from tests.notices.premises_of_tests import NOON
from tests.notices.sinks import Mailbox, mail_server

NOTICE = Notice("msg_1", NoticeKind.ALARM_RAISED, "studio", "stage-1", NOON, Urgency.URGENT, {"en": "cold"}, {"en": "9 °C"})
DELIVERY = Delivery("d1", "mail:a@b.example", NOTICE, DeliveryState.WAITING, 0, NOON, NOON)


@pytest.fixture
def secret(tmp_path: Path) -> Iterator[Mailbox]:
    make_certificates(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / "server.crt", tmp_path / "server.key")
    with mail_server(tls) as box:
        yield box


@pytest.fixture
def ours(secret: Mailbox, tmp_path: Path) -> MailSettings:
    return MailSettings("127.0.0.1", secret.port, "g@s.example", user="ada", password="sesame", ca=str(tmp_path / "ca.crt"))


def send(settings: MailSettings) -> tuple[bool, bool, str]:
    answer = MailSender(settings, lambda *_: Reader("", "en", "Studio")).send(DELIVERY, "a@b.example")
    return answer.delivered, answer.hopeless, answer.text


def test_everything_is_said_in_secret(secret: Mailbox, ours: MailSettings) -> None:
    assert send(ours)[0]
    assert len(secret.mails) == 1
    assert [verb for verb in secret.said if not verb.startswith("TLS ")] == ["EHLO", "STARTTLS"]
    assert check(ours).delivered


def test_a_server_that_nobody_vouches_for_gets_neither_password_nor_mail(secret: Mailbox, ours: MailSettings) -> None:
    delivered, hopeless, text = send(replace(ours, ca=None))
    assert (delivered, hopeless) == (False, False)
    assert "TLS with the mail server failed" in text
    assert secret.mails == []
    assert "AUTH" not in " ".join(secret.said)


def test_a_wrong_password_can_be_put_right(secret: Mailbox, ours: MailSettings) -> None:
    wrong = replace(ours, password="guess")
    assert send(wrong) == (False, False, "the mail server refuses our user and password")
    assert not check(wrong).delivered
    assert secret.mails == []
