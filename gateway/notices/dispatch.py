"""The dispatcher: takes what is due out of the outbox, tries it, and notes what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import structlog

from gateway.notices.answer import Answer, Sender
from gateway.notices.retrying import Chance, after
from gateway.notices.words import MESSAGES, say
from premises.alarming import NOTICE_FAILED
from premises.notice import Delivery, DeliveryState, NoticeKind, Outbox
from premises.ports import Alarms
from premises.time import Clock

AT_ONCE = 4
PORTION = 12
"""Handed out at a time: four at once, twenty seconds each at most, are done long before what is held is given back."""
PORTIONS_MOST = 10
OVER = "over before it was to be told; told with its end"

log = structlog.get_logger(__name__)


class Dispatcher:
    """One server's part in delivering. Call `deliver` every few seconds; several servers may do so on one outbox."""

    def __init__(
        self, outbox: Outbox, alarms: Alarms, clock: Clock, senders: Mapping[str, Sender], chance: Chance | None = None
    ) -> None:
        """senders: by kind of channel (`webhook`, `mail`, `push`); a kind without one is given up with a word why."""
        self._outbox = outbox
        self._alarms = alarms
        self._clock = clock
        self._senders = senders
        self._chance = chance
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="notices")

    def deliver(self) -> int:
        """Try all that is due; how many tries there were."""
        tried = 0
        for _ in range(PORTIONS_MOST):
            portion = self._outbox.due(self._clock.now(), PORTION)
            if not portion:
                break
            passed = over_meanwhile(portion)
            for delivery in passed:
                done = replace(delivery, state=DeliveryState.GIVEN_UP, last_answer=OVER, done_at=self._clock.now())
                self._outbox.record(done)
            for delivery in self._pool.map(self._try, [each for each in portion if each not in passed]):
                self._outbox.record(delivery)
                self._tell(delivery)
                tried += 1
        return tried

    def close(self) -> None:
        """Wait for tries that are under way."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _try(self, delivery: Delivery) -> Delivery:
        kind, _, where = delivery.channel.partition(":")
        sender = self._senders.get(kind)
        if sender is None:
            answer = Answer(False, f"no settings for {kind or 'this channel'}", hopeless=True)
        else:
            answer = _safely(lambda: sender.send(delivery, where))
        now = self._clock.now()
        return after(delivery, answer, now) if self._chance is None else after(delivery, answer, now, self._chance)

    def _tell(self, delivery: Delivery) -> None:
        """An address that cannot be told is an alarm of its own, until something reaches it again."""
        key, now = (delivery.notice.site, delivery.channel), self._clock.now()
        log.info(
            "notice", channel=delivery.channel, notice=delivery.notice.id, state=delivery.state.value, answer=delivery.last_answer
        )
        if delivery.state is DeliveryState.GIVEN_UP:
            values = {"channel": delivery.channel, "attempts": str(delivery.attempts), "answer": delivery.last_answer}
            text = {language: say(language, "delivery.gave_up", **values) for language in MESSAGES.languages()}
            self._alarms.raise_(*_alarm(key), text, now)
        elif delivery.state is DeliveryState.DELIVERED:
            self._alarms.clear(*_alarm(key), now)


def over_meanwhile(portion: Sequence[Delivery]) -> list[Delivery]:
    """Alarms that were raised and were over again in somebody's quiet hours: in the morning one notice says both."""
    ended = {(each.channel, each.notice.data.get("thread")) for each in portion if each.notice.kind is NoticeKind.ALARM_CLEARED}
    return [
        each
        for each in portion
        if each.notice.kind in (NoticeKind.ALARM_RAISED, NoticeKind.ALARM_ESCALATED)
        and each.attempts == 0
        and each.due_at > each.created_at
        and (each.channel, each.notice.data.get("thread")) in ended
    ]


def _alarm(key: tuple[str, str]) -> tuple[str, str, str]:
    site, channel = key
    return site, NOTICE_FAILED, channel


def _safely(send: Callable[[], Answer]) -> Answer:
    """A sender that fails in a way that nobody foresaw must not keep the others from being tried."""
    try:
        return send()
    except Exception as error:
        log.exception("a notice could not be sent")
        return Answer(False, f"failed: {type(error).__name__}")
