"""When a notice is tried again: the schedule that the Standard Webhooks specification recommends, with jitter."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from gateway.notices.answer import Answer
from premises.notice import Delivery, DeliveryState

WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""Between the tries. After the last of them it is given up: ten tries over some three days."""
ATTEMPTS = len(WAITS) + 1
JITTER = 0.2
ASKED_MOST = timedelta(hours=24)

Chance = Callable[[], float]


def after(delivery: Delivery, answer: Answer, now: datetime, chance: Chance = random.random) -> Delivery:
    """The delivery after one more try. chance: from 0 to 1, spreads the next tries so that they do not come all at once."""
    tried = replace(delivery, attempts=delivery.attempts + 1, last_answer=answer.text)
    if answer.delivered:
        return replace(tried, state=DeliveryState.DELIVERED, done_at=now)
    if answer.hopeless or answer.gone or tried.attempts >= ATTEMPTS:
        return replace(tried, state=DeliveryState.GIVEN_UP, done_at=now)
    wait = WAITS[tried.attempts - 1] * (1 + JITTER * chance())
    asked = timedelta(seconds=answer.retry_after_s) if answer.retry_after_s is not None else timedelta(0)
    return replace(tried, due_at=now + max(wait, min(asked, ASKED_MOST)))
