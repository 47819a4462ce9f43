"""Notices to programs: webhooks as the Standard Webhooks specification has them, signed with the address's own secret."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from standardwebhooks import Webhook

from gateway.notices.answer import Answer
from gateway.notices.posting import Road, post
from premises.time import format_instant

if TYPE_CHECKING:
    from premises.desks import WebhookBook
    from premises.notice import Delivery, Notice
    from premises.time import Clock


def payload(notice: Notice) -> bytes:
    """The body: `type`, `timestamp`, `data`, as the specification has them. Texts stand in `data` by language."""
    told = {
        "type": notice.kind.value,
        "timestamp": format_instant(notice.at),
        "data": {
            **notice.data,
            "site": notice.site,
            "subject": notice.subject,
            "urgency": notice.urgency.value,
            "zones": sorted(notice.zones),
            "title": dict(notice.title),
            "text": dict(notice.text),
        },
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


class WebhookSender:
    """`webhook:<id of the address>`. An address that answers 410 is disabled, and told no more."""

    def __init__(self, book: WebhookBook, clock: Clock, road: Road) -> None:
        self._book = book
        self._clock = clock
        self._road = road

    def send(self, delivery: Delivery, where: str) -> Answer:
        """See Sender.send."""
        address = self._book.get(where)
        if address is None:
            return Answer(False, "the address was removed", hopeless=True)
        if address.disabled_at is not None:
            return Answer(False, "the address is disabled", hopeless=True)
        now = self._clock.now()
        body = payload(delivery.notice)
        try:
            signature = Webhook(address.secret).sign(delivery.notice.id, now, body.decode())
        except (ValueError, RuntimeError):
            return Answer(False, "the address has a secret that cannot sign; make a new one", hopeless=True)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": delivery.notice.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
        }
        answer = post(address.url, body, headers, self._road)
        if answer.gone:
            self._book.put(replace(address, disabled_at=now))
        return answer
