"""From PUBLISH packets to arrivals: what was read at once goes on together, marks of time are handed over in between."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from ingest.arrivals import Arrivals
from ingest.packets import Publish
from premises.reading import RawMessage
from premises.time import Clock

_log = logging.getLogger("greenroom.ingest.delivery")
_NEXT = timedelta(microseconds=1)
_AHEAD = timedelta(seconds=1)
Extra = Callable[[RawMessage], None]
_message: Callable[[type[RawMessage], tuple[object, ...]], RawMessage] = tuple.__new__  # its own constructor takes twice as long


class Delivery:
    """Runs in the receiving thread. extras: exact topic to callback; such messages are acknowledged after it, not journalled."""

    def __init__(
        self,
        clock: Clock,
        receive: Callable[[Arrivals], None],
        extras: Mapping[str, Extra],
        acknowledge: Callable[[int, tuple[int, ...]], None],
    ) -> None:
        self._clock = clock
        self._receive = receive
        self._extras = dict(extras)
        self._acknowledge = acknowledge
        self._came: dict[bytes, datetime] = {}
        self._newest = datetime.min.replace(tzinfo=UTC)

    def deliver(self, connection: int, publishes: list[Publish]) -> None:
        """Hand over in order. What was read at once came at the same instant, but for a microsecond each on the same topic:

        readings of devices that tell no time of their own would else replace each other in the store.
        """
        now = self._now()
        self._newest = max(self._newest, now)
        came = self._came
        arrivals = Arrivals(connection)
        messages, extras = arrivals.messages, self._extras
        for raw_topic, payload, qos, retained, again, packet_id in publishes:
            try:
                topic = raw_topic.decode()
            except UnicodeDecodeError:
                topic = raw_topic.decode("utf-8", "surrogateescape")
            at = came.get(raw_topic)
            came[raw_topic] = at = now if at is None else at + _NEXT
            if at is not now and at > self._newest:
                self._newest = at
            message = _message(RawMessage, (topic, payload, at, retained, qos, packet_id))
            if topic in extras:
                if messages:
                    self._receive(arrivals)
                    arrivals = Arrivals(connection)
                    messages = arrivals.messages
                self._extra(connection, message)
                now = self._now()  # a mark may have set it
                self._newest = max(self._newest, now)
                continue
            if again:
                arrivals.redelivered.append(len(messages))
            messages.append(message)
        if messages:
            self._receive(arrivals)

    def _now(self) -> datetime:
        now = self._clock.now()
        if not now <= self._newest <= now + _AHEAD:  # nothing was stamped that late, or the clock was set back
            self._came.clear()
            self._newest = now
        return now

    def _extra(self, connection: int, message: RawMessage) -> None:
        try:
            self._extras[message.topic](message)
        except Exception:  # noqa: BLE001 - another room's callback must not end the receiving
            _log.exception("what listens to %s failed", message.topic)
        if message.packet_id:
            self._acknowledge(connection, (message.packet_id,))
