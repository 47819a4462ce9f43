"""Between the socket and the disk: acknowledged only when durable, nothing dropped, nothing twice."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from ingest.arrivals import Arrivals
from ingest.delivery import Delivery
from ingest.ledger import Ledger
from ingest.packets import Publish
from ingest.receiver import Receiver, ReceiverSettings
from premises.errors import JournalFullError, RetryableError, StoreUnavailableError
from premises.reading import RawMessage
from premises.time import ManualClock
from stores.journal import SqliteJournal
from tests.ingest_wire.fakes import NOON
from tests.ingest_wire.station import wait_until


class Disk(SqliteJournal):
    """A journal whose disk can be full, and that notes the order of things."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.error: RetryableError | None = None
        self.told: list[str] = []

    def append(self, messages: Sequence[RawMessage]) -> int:
        if self.error is not None:
            raise self.error
        position = super().append(messages)
        self.told.append(f"durable up to {position}")
        return position


class Door:
    """A receiver with all that is around it."""

    def __init__(self, path: Path, settings: ReceiverSettings | None = None) -> None:
        self.journal = Disk(path)
        counts = self.journal.counts()
        self.ledger = Ledger(counts, last_position=counts["received"], oldest_unsettled=None)
        self.acknowledged: list[tuple[int, int]] = []
        self.trouble: list[RetryableError | None] = []
        self.receiver = Receiver(self.journal, self.ledger, self._acknowledge, lambda: None, settings, trouble=self.trouble.append)

    def _acknowledge(self, connection: int, packet_ids: Sequence[int]) -> None:
        self.journal.told.append(f"acknowledged {list(packet_ids)}")
        self.acknowledged += [(connection, one) for one in packet_ids]

    def balanced(self) -> bool:
        return self.ledger.status(NOON, connected=True).balanced


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    made = Door(tmp_path / "j.db")
    yield made
    made.receiver.stop()
    made.journal.close()


def brought(*packet_ids: int, connection: int = 1, again: Sequence[int] = ()) -> Arrivals:
    messages = [RawMessage("t/a", b"value %d" % one, NOON + timedelta(seconds=one), packet_id=one) for one in packet_ids]
    return Arrivals(connection, messages, [index for index, one in enumerate(packet_ids) if one in again])


def test_a_message_is_acknowledged_after_it_is_durable(door: Door) -> None:
    door.receiver.arrive(brought(1, 2))
    assert door.journal.told == ["durable up to 2", "acknowledged [1, 2]"]


def test_messages_of_qos_0_are_journalled_and_not_acknowledged(door: Door) -> None:
    door.receiver.arrive(brought(0, 0))
    assert door.journal.told == ["durable up to 2"]


def test_on_a_full_disk_nothing_is_acknowledged_and_nothing_lost(door: Door) -> None:
    door.journal.error = StoreUnavailableError("the disk is full")
    door.receiver.arrive(brought(1, 2))
    door.receiver.arrive(brought(3))
    status = door.ledger.status(NOON, connected=True)
    assert (status.received, status.in_flight, door.acknowledged) == (3, 3, [])
    assert status.balanced
    door.journal.error = None
    door.receiver.arrive(brought(4))
    assert [one for _, one in door.acknowledged] == [1, 2, 3, 4]
    assert [entry.message.payload for entry in door.journal.read(0, 9)] == [b"value %d" % n for n in (1, 2, 3, 4)]
    assert [type(one) for one in door.trouble] == [StoreUnavailableError, StoreUnavailableError, type(None)]
    assert door.balanced()


def test_a_message_sent_again_is_acknowledged_and_kept_once(door: Door) -> None:
    door.receiver.arrive(brought(1, 2))
    door.receiver.arrive(brought(2, 3, connection=2, again=[2]))
    assert door.journal.counts()["received"] == 3
    assert door.acknowledged == [(1, 1), (1, 2), (2, 2), (2, 3)]
    assert door.ledger.redelivered == 1
    assert door.balanced()


def test_a_message_marked_as_sent_again_that_never_came_is_kept(door: Door) -> None:
    door.receiver.arrive(brought(1))
    lost = Arrivals(2, [RawMessage("t/a", b"something else", NOON, packet_id=1)], [0])
    door.receiver.arrive(lost)
    assert door.journal.counts()["received"] == 2


def test_a_message_sent_again_before_it_was_durable_waits_for_its_first_copy(door: Door) -> None:
    door.journal.error = StoreUnavailableError("the disk is full")
    door.receiver.arrive(brought(1))
    door.receiver.arrive(brought(1, connection=2, again=[1]))
    assert door.acknowledged == []
    door.journal.error = None
    door.receiver.commit_all()
    assert door.acknowledged == [(1, 1), (2, 1)]
    assert door.journal.counts()["received"] == 1


def test_after_a_restart_a_redelivery_is_still_known(tmp_path: Path) -> None:
    first = Door(tmp_path / "j.db")
    first.receiver.arrive(brought(7, 8))
    first.journal.close()
    again = Door(tmp_path / "j.db")
    again.receiver.arrive(brought(8, 9, connection=1, again=[8]))
    assert again.journal.counts()["received"] == 3
    assert [one for _, one in again.acknowledged] == [8, 9]
    again.journal.close()


def test_at_the_bound_of_the_buffer_the_receiving_thread_waits(tmp_path: Path) -> None:
    door = Door(tmp_path / "j.db", ReceiverSettings(buffer_messages=10, gather_s=0.001, retry_s=0.005))
    door.journal.error = JournalFullError("full")
    door.receiver.start()
    came: list[int] = []

    def receive() -> None:
        for n in range(1, 21):
            door.receiver.arrive(brought(n))
            came.append(n)

    thread = threading.Thread(target=receive)
    thread.start()
    wait_until(lambda: len(came) == 10)
    thread.join(0.2)
    assert thread.is_alive()
    assert came == list(range(1, 11))
    assert door.balanced()
    door.journal.error = None
    thread.join(60)
    door.receiver.stop()
    assert came == list(range(1, 21))
    assert sorted(one for _, one in door.acknowledged) == came
    assert door.journal.counts()["received"] == 20
    assert door.balanced()
    door.journal.close()


def test_messages_of_one_topic_that_were_read_at_once_do_not_fall_on_one_instant() -> None:
    """Devices that tell no time would else overwrite their own readings when a backlog is drained."""
    clock = ManualClock(NOON)
    heard: list[RawMessage] = []
    delivery = Delivery(clock, lambda arrivals: heard.extend(arrivals.messages), {}, lambda _connection, _ids: None)
    some = [Publish(topic, b"1", 1, False, False, n) for n, topic in enumerate((b"a", b"a", b"b", b"a"), 1)]
    delivery.deliver(1, some)
    delivery.deliver(1, some[:1])
    micro = timedelta(microseconds=1)
    assert [(one.topic, one.received_at - NOON) for one in heard] == [
        ("a", 0 * micro),
        ("a", micro),
        ("b", 0 * micro),
        ("a", 2 * micro),
        ("a", 3 * micro),
    ]
    for at in (NOON + timedelta(seconds=5), NOON - timedelta(hours=1)):  # time goes on, and a clock that was wrong is set back
        clock.set(at)
        delivery.deliver(1, some[:1])
        assert heard[-1].received_at == at
