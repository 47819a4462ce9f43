"""The accounts under any order of events: messages, faults of disk and store, restarts, decisions of people."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ingest.arrivals import Arrivals
from ingest.intake import IntakeService, IntakeSettings
from ingest.writer import WriterSettings
from premises.errors import RetryableError, StoreUnavailableError
from premises.reading import RawMessage
from premises.time import ManualClock
from stores.journal import SqliteJournal
from tests.ingest_wire.fakes import NOON, SITE, FakeWire, MemoryStore, PlainInterpreter, site

_QUICK = IntakeSettings(
    writer=WriterSettings(batch_readings=7, wait_min_s=0.0001, wait_max_s=0.0002), backlog_readings=10, patience_s=0.0005
)
GOOD, REFUSED, POISON, NOTHING = "good", "refused", "poison", "nothing"
_SAYS: dict[str, dict[str, object]] = {
    GOOD: {"stage/air_temperature": 1.0},
    REFUSED: {"stage/air_temperature": "refused"},
    POISON: {"poison": 1},
    NOTHING: {},
}


class FragileDisk(SqliteJournal):
    """A journal whose disk can be full."""

    full = False

    def append(self, messages: Sequence[RawMessage]) -> int:
        if self.full:
            raise StoreUnavailableError("database or disk is full")
        return super().append(messages)


class Accounts(RuleBasedStateMachine):
    """What arrived and was durable is in the end in exactly one place, and the sum is right after every step."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="accounts-"))
        self.store = MemoryStore()
        self.store.refuses = {"refused"}
        self.sent: dict[int, str] = {}
        self.unacknowledged: list[RawMessage] = []
        self.number = 0
        self.connection = 0
        self.discarded = 0
        self.open()

    def open(self) -> None:
        self.journal = FragileDisk(self.folder / "j.db")
        self.wire = FakeWire()
        clock = ManualClock(NOON)
        self.intake = IntakeService({SITE: site()}, PlainInterpreter(), self.journal, self.store, clock, settings=_QUICK)
        self.intake.attach(self.wire)
        self.connection += 1

    def teardown(self) -> None:
        if hasattr(self, "journal"):
            self.journal.full, self.store.away = False, None
            self.deliver_again()
            self.intake.drain()
            self.everything_is_where_it_belongs()
            self.journal.close()
            shutil.rmtree(self.folder)

    @rule(kinds=st.lists(st.sampled_from([GOOD, GOOD, REFUSED, POISON, NOTHING]), min_size=1, max_size=12))
    def messages_arrive(self, kinds: list[str]) -> None:
        messages = []
        for kind in kinds:
            self.number += 1
            self.sent[self.number] = kind
            told: dict[str, object] = {"n": self.number} | _SAYS[kind]
            messages.append(RawMessage("t/sensor", json.dumps(told).encode(), NOON, packet_id=self.number))
        self.unacknowledged += messages
        self.intake.receive(Arrivals(self.connection, messages))
        self.forget_acknowledged()

    def forget_acknowledged(self) -> None:
        done = set(self.wire.acknowledged)
        self.unacknowledged = [message for message in self.unacknowledged if message.packet_id not in done]

    @rule()
    def deliver_again(self) -> None:
        """The connection breaks; the broker sends again what was not acknowledged."""
        self.connection += 1
        messages = list(self.unacknowledged)
        if messages:
            self.intake.receive(Arrivals(self.connection, messages, list(range(len(messages)))))
            self.forget_acknowledged()

    @rule(full=st.booleans())
    def the_disk(self, full: bool) -> None:
        self.journal.full = full

    @rule(away=st.booleans())
    def the_store(self, away: bool) -> None:
        self.store.away = StoreUnavailableError("503") if away else None

    @rule()
    def flush(self) -> None:
        with suppress(RetryableError):
            self.intake.flush()
        self.forget_acknowledged()

    @rule()
    def drain(self) -> None:
        with suppress(RetryableError):
            self.intake.drain()
        self.forget_acknowledged()

    @rule()
    def killed_and_started_again(self) -> None:
        self.journal.close()
        self.open()
        self.deliver_again()

    @precondition(lambda self: bool(self.journal.quarantine(1)))
    @rule(mended=st.booleans())
    def a_person_looks_at_the_quarantine(self, mended: bool) -> None:
        (one,) = self.journal.quarantine(1)
        if not mended:
            self.intake.discard(one.id)
            self.discarded += 1
            return
        self.store.refuses = set()
        with suppress(RetryableError):
            self.intake.retry(one.id)
        self.store.refuses = {"refused"}

    @invariant()
    def the_sum_is_right(self) -> None:
        if not hasattr(self, "journal"):
            return
        status, counts = self.intake.status(), self.journal.counts()
        assert status.balanced, status
        assert counts["received"] == status.received - status.in_flight
        for name in ("stored", "ignored", "quarantined", "journalled"):
            assert counts[name] == getattr(status, name), name
        assert len(self.unacknowledged) >= status.in_flight

    def everything_is_where_it_belongs(self) -> None:
        status = self.intake.status()
        assert (status.received, status.in_flight, status.journalled) == (len(self.sent), 0, 0)
        good = {n for n, kind in self.sent.items() if kind == GOOD}
        in_store = {reading.time.microsecond for reading in self.store.rows.values()}
        assert good <= in_store
        retried = len(in_store) - len(good)
        assert status.stored == len(good) + retried
        bad = sum(kind in {REFUSED, POISON} for kind in self.sent.values())
        assert status.quarantined == bad - retried - self.discarded
        assert status.ignored == len(self.sent) - bad - len(good) + self.discarded


TestAccounts = pytest.mark.slow(Accounts.TestCase)
TestAccounts.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
