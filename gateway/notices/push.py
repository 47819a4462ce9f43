"""Notices to phones: an ntfy-style server (https://docs.ntfy.sh/publish/), told by POST with title, priority and tags."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from email.header import Header
from urllib.parse import quote

from gateway.notices.answer import Answer
from gateway.notices.posting import Road, post
from gateway.notices.words import in_language
from premises.notice import Delivery, Notice, NoticeKind, Urgency

_PRIORITY = {Urgency.URGENT: "5", Urgency.WARNING: "4", Urgency.INFO: "3"}
_TAGS = {Urgency.URGENT: "rotating_light", Urgency.WARNING: "warning", Urgency.INFO: "information_source"}
_GOOD = frozenset({NoticeKind.ALARM_CLEARED, NoticeKind.READY})
_TEXT_MOST = 3900  # ntfy makes an attachment of what is longer than 4,096 bytes


@dataclass(frozen=True, slots=True)
class PushSettings:
    """server: such as https://ntfy.sh; token: of an account there, "" for none; page: address of our own page, "" for none."""

    server: str
    token: str = ""
    page: str = ""


class PushSender:
    """`push:<topic>`. The server is named by whoever runs Greenroom, so it may lie in an inner network."""

    def __init__(self, settings: PushSettings, language_of: Callable[[Notice, str], str], road: Road | None = None) -> None:
        """language_of: (notice, channel) -> the language that is read there."""
        self._settings = settings
        self._language_of = language_of
        self._road = road or Road(allow_private=True)

    def send(self, delivery: Delivery, where: str) -> Answer:
        """See Sender.send."""
        notice = delivery.notice
        language = self._language_of(notice, delivery.channel)
        good = notice.kind in _GOOD
        headers = {
            "Title": _header(in_language(notice.title, language)),
            "Priority": "3" if good else _PRIORITY[notice.urgency],
            "Tags": "white_check_mark" if good else _TAGS[notice.urgency],
            "Content-Type": "text/plain; charset=utf-8",
        }
        if self._settings.page:
            headers["Click"] = self._settings.page
        if self._settings.token:
            headers["Authorization"] = f"Bearer {self._settings.token}"
        body = in_language(notice.text, language).encode()[:_TEXT_MOST].decode(errors="ignore").encode()
        answer = post(f"{self._settings.server.rstrip('/')}/{quote(where, safe='')}", body, headers, self._road)
        return Answer(answer.delivered, answer.text, answer.hopeless, False, answer.retry_after_s)


def _header(text: str) -> str:
    """ASCII as it is, all else as RFC 2047 has it, on one line: HTTP headers hold no other letters."""
    line = " ".join(text.split())[:200]
    return line if line.isascii() else Header(line, "utf-8", maxlinelen=10_000).encode()
