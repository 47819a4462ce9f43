"""What the journal promises: durable in order, counted for ever, bounded, and never half-written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from premises.errors import JournalFullError, SettingError, StoreUnavailableError, UnknownNameError
from premises.ports import Quarantined
from premises.reading import RawMessage
from premises.time import ManualClock
from stores.journal import AT_BOUND, JournalBounds, SqliteJournal
from stores.journal_codec import decode_batch, encode_batch
from tests.ingest_wire.fakes import NOON


def message(n: int, size: int = 20) -> RawMessage:
    return RawMessage(f"t/{n}", b"%d" % n + b"." * size, NOON + timedelta(seconds=n), packet_id=n)


def incompressible(n: int, size: int) -> RawMessage:
    import random

    return RawMessage(f"t/{n}", random.Random(n).randbytes(size), NOON + timedelta(seconds=n))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[SqliteJournal]:
    made = SqliteJournal(tmp_path / "journal.db")
    yield made
    made.close()


def bad(one: RawMessage) -> Quarantined:
    return Quarantined(0, one, "no JSON", "plain", NOON)


def balanced(journal: SqliteJournal) -> bool:
    counts = journal.counts()
    return counts["received"] == counts["stored"] + counts["journalled"] + counts["quarantined"] + counts["ignored"]


def positions(journal: SqliteJournal) -> list[int]:
    return [entry.position for run in journal.read_range(1, journal.last()) for entry in run]


def test_positions_grow_by_one_and_messages_come_back_whole(journal: SqliteJournal) -> None:
    assert journal.append([message(1), message(2)]) == 2
    assert journal.append([message(3)]) == 3
    entries = journal.read(0, 10)
    assert [entry.position for entry in entries] == [1, 2, 3]
    assert [entry.message for entry in entries] == [message(1), message(2), message(3)]
    assert [entry.position for entry in journal.read(1, 1)] == [2]
    assert journal.read(3, 10) == []


def test_what_is_read_from_disk_is_what_is_read_from_memory(tmp_path: Path) -> None:
    first = SqliteJournal(tmp_path / "j.db", JournalBounds(batch_messages=7))
    first.append([message(n) for n in range(1, 31)])
    from_memory = [first.read(after, limit) for after in range(31) for limit in (1, 5, 40)]
    first.close()
    again = SqliteJournal(tmp_path / "j.db")
    assert [again.read(after, limit) for after in range(31) for limit in (1, 5, 40)] == from_memory
    again.close()


def test_counts_and_position_survive_a_restart(tmp_path: Path) -> None:
    first = SqliteJournal(tmp_path / "j.db")
    first.append([message(n) for n in range(1, 11)])
    first.settle(6, stored=3, ignored=2, readings=9, quarantined=[bad(message(4))])
    before = first.counts()
    first.close()
    again = SqliteJournal(tmp_path / "j.db")
    assert again.counts() == before
    assert (again.position(), again.last()) == (6, 10)
    assert {name: before[name] for name in ("received", "stored", "ignored", "quarantined", "journalled", "readings")} == {
        "received": 10,
        "stored": 3,
        "ignored": 2,
        "quarantined": 1,
        "journalled": 4,
        "readings": 9,
    }
    assert balanced(again)
    again.close()


def test_settling_must_account_for_every_message(journal: SqliteJournal) -> None:
    journal.append([message(n) for n in range(1, 4)])
    with pytest.raises(ValueError, match="must tell of 3 messages"):
        journal.settle(3, stored=2, ignored=0, readings=2, quarantined=[])
    with pytest.raises(ValueError, match="must tell of"):
        journal.settle(4, stored=4, ignored=0, readings=2, quarantined=[])
    assert journal.position() == 0


def test_at_the_bound_of_what_is_not_stored_nothing_is_taken_and_nothing_dropped(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "j.db", JournalBounds(unsettled_bytes=10_000))
    taken = 10
    for n in range(1, taken + 1):
        journal.append([incompressible(n, 900)])
    with pytest.raises(JournalFullError, match="not yet in the store"):
        journal.append([incompressible(taken + 1, 900)])
    assert journal.counts()["received"] == taken
    assert journal.counts()["refused_appends"] == 1
    assert [entry.message for entry in journal.read(0, 100)] == [incompressible(n, 900) for n in range(1, taken + 1)]
    journal.settle(taken, stored=taken, ignored=0, readings=taken, quarantined=[])
    assert journal.append([incompressible(0, 900)]) == taken + 1
    journal.close()


def test_settled_messages_are_kept_for_replay_up_to_the_bound_of_size(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "j.db", JournalBounds(settled_bytes=5_000, newest_kept=2))
    for n in range(1, 21):
        journal.append([incompressible(n, 900)])
        journal.settle(n, stored=1, ignored=0, readings=1, quarantined=[])
    assert journal.counts()["pruned_messages"] == 15
    assert journal.counts()["settled_bytes"] <= 5_000
    journal.close()
    again = SqliteJournal(tmp_path / "j.db")
    assert positions(again) == list(range(16, 21))
    again.close()


def test_settled_messages_go_by_age_but_the_newest_and_the_unsettled_stay(tmp_path: Path) -> None:
    clock = ManualClock(NOON + timedelta(days=10))
    bounds = JournalBounds(settled_age=timedelta(days=7), newest_kept=3)
    journal = SqliteJournal(tmp_path / "j.db", bounds, clock)
    for n in range(1, 11):
        journal.append([message(n)])
    for n in range(1, 9):
        journal.settle(n, stored=1, ignored=0, readings=1, quarantined=[])
    journal.close()
    again = SqliteJournal(tmp_path / "j.db", bounds, clock)
    again.settle(9, stored=1, ignored=0, readings=1, quarantined=[])  # the first settlement of a process looks at the age
    assert positions(again) == [8, 9, 10]
    assert balanced(again)
    again.close()


def test_the_quarantine_keeps_the_newest_and_counts_what_gave_way(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "j.db", JournalBounds(quarantine_entries=3))
    journal.append([message(n) for n in range(1, 6)])
    journal.settle(5, stored=0, ignored=0, readings=0, quarantined=[bad(message(n)) for n in range(1, 6)])
    assert [one.message.topic for one in journal.quarantine()] == ["t/3", "t/4", "t/5"]
    assert journal.counts()["quarantine_dropped"] == 2
    assert journal.counts()["quarantined"] == 5
    journal.close()


def test_a_person_releases_a_quarantined_message(journal: SqliteJournal) -> None:
    journal.append([message(1), message(2)])
    journal.settle(2, stored=0, ignored=0, readings=0, quarantined=[bad(message(1)), bad(message(2))])
    first, second = journal.quarantine()
    journal.release(first.id, stored=True, readings=3)
    journal.release(second.id, stored=False)
    counts = journal.counts()
    assert (counts["stored"], counts["ignored"], counts["quarantined"], counts["readings"]) == (1, 1, 0, 3)
    assert balanced(journal)
    with pytest.raises(UnknownNameError, match="no message"):
        journal.release(first.id, stored=False)


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "j.db")
    journal.append([incompressible(1, 3000)])
    (pages,) = journal._appender.execute("PRAGMA page_count").fetchone()
    journal._appender.execute(f"PRAGMA max_page_count={pages + 4}")  # SQLite then answers as on a full disk
    with pytest.raises(StoreUnavailableError, match="free space"):
        journal.append([incompressible(n, 3000) for n in range(2, 40)])
    assert journal.counts()["received"] == 1
    assert journal.counts()["failed_writes"] == 1
    assert [entry.position for entry in journal.read(0, 100)] == [1]
    journal._appender.execute("PRAGMA max_page_count=100000")
    assert journal.append([incompressible(n, 3000) for n in range(2, 40)]) == 39
    assert [entry.position for entry in journal.read(0, 100)] == list(range(1, 40))
    assert balanced(journal)
    journal.close()


def test_a_file_that_is_no_journal_is_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "j.db"
    path.write_bytes(b"this is a letter, not a journal; " * 100)
    with pytest.raises(StoreUnavailableError, match="damaged"):
        SqliteJournal(path)
    with pytest.raises(StoreUnavailableError, match="name a folder that exists"):
        SqliteJournal(tmp_path / "no such folder" / "j.db")


def test_a_journal_of_a_newer_form_is_left_alone(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "j.db")
    journal._appender.execute("PRAGMA user_version=99")
    journal.close()
    with pytest.raises(SettingError, match="newer Greenroom"):
        SqliteJournal(tmp_path / "j.db")


def test_two_processes_cannot_have_one_journal_but_a_second_may_look(tmp_path: Path) -> None:
    first = SqliteJournal(tmp_path / "j.db")
    first.append([message(1), message(2)])
    with pytest.raises(StoreUnavailableError, match="in use by another process"):
        SqliteJournal(tmp_path / "j.db")
    onlooker = SqliteJournal(tmp_path / "j.db", read_only=True)
    assert positions(onlooker) == [1, 2]
    with pytest.raises(StoreUnavailableError, match="readonly"):
        onlooker.append([message(3)])
    onlooker.close()
    first.close()
    again = SqliteJournal(tmp_path / "j.db")
    assert again.append([message(3)]) == 3
    again.close()


def test_replay_begins_where_the_instant_lies(journal: SqliteJournal) -> None:
    for n in range(1, 6):
        journal.append([message(n)])
    assert journal.position_at(NOON) == 1
    assert journal.position_at(NOON + timedelta(seconds=3)) == 3
    assert journal.position_at(NOON + timedelta(days=1)) == 6


def test_notes_outlive_the_process(tmp_path: Path) -> None:
    first = SqliteJournal(tmp_path / "j.db")
    assert first.note("subscriptions") is None
    first.keep_note("subscriptions", '["t/#"]')
    first.close()
    again = SqliteJournal(tmp_path / "j.db")
    assert again.note("subscriptions") == '["t/#"]'
    again.close()


def test_the_table_of_bounds_names_a_counter_that_the_journal_has(journal: SqliteJournal) -> None:
    assert {one.counter for one in AT_BOUND} <= set(journal.counts())


_messages = st.builds(
    lambda topic, payload, at, retained, qos, packet_id: RawMessage(
        topic.decode("utf-8", "surrogateescape"), payload, NOON + timedelta(microseconds=at), retained, qos, packet_id
    ),
    st.binary(max_size=40),
    st.binary(max_size=400),
    st.integers(-(2**50), 2**50),
    st.booleans(),
    st.integers(0, 1),
    st.integers(0, 65535),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_messages, max_size=30), st.booleans())
def test_any_batch_comes_back_as_it_went_in(messages: list[RawMessage], deflate: bool) -> None:
    assert decode_batch(encode_batch(messages, deflate=deflate)) == messages


@given(st.lists(_messages, min_size=1, max_size=5), st.data())
def test_a_damaged_batch_is_told_and_never_crashes(messages: list[RawMessage], data: st.DataObject) -> None:
    body = encode_batch(messages)
    cut = body[: data.draw(st.integers(1, len(body) - 1))]
    with suppress(ValueError):
        kept = decode_batch(cut)
        assert kept == messages[: len(kept)]
