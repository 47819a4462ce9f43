"""What a person does with what could not be taken, and with what was decoded wrongly; and how the accounts are shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from ingest.arrivals import Arrivals
from ingest.decoded import Understood
from ingest.intake import IntakeService
from ingest.metrics import metrics_text
from ingest.quarantine import details, discard, escaped, retry, summary
from ingest.replay import replay
from premises.errors import StoreUnavailableError, UnknownNameError
from premises.ports import Quarantined
from premises.reading import RawMessage
from premises.time import ManualClock
from stores.journal import JournalBounds, SqliteJournal
from tests.ingest_wire.fakes import NOON, SITE, MemoryAlarms, MemoryStore, PlainInterpreter, site

TEMPERATURE = "stage/air_temperature"


class Corrected(PlainInterpreter):
    """The interpreter after its mistake was found: it reads tenths of a degree, and `21,5` too."""

    def understand(self, message: RawMessage) -> Understood:
        corrected = message.payload.replace(b"21,5", b"21.5").replace(b'"tenths"', b'"stage/air_temperature"')
        return super().understand(RawMessage(message.topic, corrected, message.received_at, message.retained))


class House:
    """An intake with a journal that was fed."""

    def __init__(self, folder: Path, bounds: JournalBounds | None = None) -> None:
        self.clock = ManualClock(NOON)
        self.journal = SqliteJournal(folder / "j.db", bounds)
        self.store = MemoryStore()
        self.alarms = MemoryAlarms()
        self.intake = IntakeService({SITE: site()}, PlainInterpreter(), self.journal, self.store, self.clock, alarms=self.alarms)

    def hear(self, *payloads: bytes) -> None:
        for payload in payloads:
            self.intake.receive(Arrivals(1, [RawMessage("t/sensor", payload, self.clock.now())]))
        self.intake.drain()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.journal.close()


def test_after_a_correction_the_message_is_tried_again_and_counts_as_stored(house: House) -> None:
    house.hear(b'{"n": 1, "stage/air_temperature": 21,5}')
    (one,) = house.journal.quarantine()
    kept = retry(house.journal, one.id, PlainInterpreter().understand, house.store, house.intake.ledger)
    assert (kept.stored, kept.reason) == (False, "no JSON")
    taken = retry(house.journal, one.id, Corrected().understand, house.store, house.intake.ledger)
    assert (taken.stored, taken.readings) == (True, 1)
    assert [reading.value for reading in house.store.rows.values()] == [21.5]
    status = house.intake.status()
    assert (status.received, status.stored, status.quarantined) == (1, 1, 0)
    assert status.balanced
    assert {name: house.journal.counts()[name] for name in ("stored", "quarantined")} == {"stored": 1, "quarantined": 0}


def test_a_message_that_the_store_still_refuses_stays(house: House) -> None:
    house.hear(b"?")
    (one,) = house.journal.quarantine()

    class Reads(PlainInterpreter):
        def understand(self, message: RawMessage) -> Understood:
            return super().understand(RawMessage("t/sensor", b'{"stage/air_temperature": "text"}', message.received_at))

    house.store.refuses = {"text"}
    assert "field type conflict" in retry(house.journal, one.id, Reads().understand, house.store).reason
    house.store.away = StoreUnavailableError("503")
    with pytest.raises(StoreUnavailableError):
        retry(house.journal, one.id, Reads().understand, house.store)
    assert [kept.id for kept in house.journal.quarantine()] == [one.id]


def test_a_discarded_message_counts_as_ignored(house: House) -> None:
    house.hear(b"?", b"!")
    first, second = house.journal.quarantine()
    discard(house.journal, first.id, house.intake.ledger)
    assert [one.id for one in house.journal.quarantine()] == [second.id]
    status = house.intake.status()
    assert (status.quarantined, status.ignored, status.balanced) == (1, 1, True)
    with pytest.raises(UnknownNameError):
        discard(house.journal, first.id)


def test_the_running_intake_tries_and_discards_by_itself(house: House) -> None:
    house.store.refuses = {1.0}
    house.hear(b'{"n": 1, "stage/air_temperature": 1.0}')
    house.hear(b"?")
    refused, strange = house.journal.quarantine()
    assert house.intake.retry(refused.id).stored is False
    house.store.refuses = set()
    assert house.intake.retry(refused.id).stored is True
    house.intake.discard(strange.id)
    status = house.intake.status()
    assert (status.stored, status.quarantined, status.ignored, status.balanced) == (1, 0, 1, True)


def test_what_a_device_sent_is_shown_without_effect(house: House) -> None:
    nasty = RawMessage("t/\x1b[2Jsensor\n\u202eevil", b"\x00\x1b]0;gone\x07<script>\r\n\xff", NOON)
    one = Quarantined(7, nasty, "no JSON\x1b[31m", "pla\x07in", NOON)
    line = summary(one)
    assert line == "7 2026-01-20T12:00:00Z [pla\\x07in] t/\\x1b[2Jsensor\\x0a\\u202eevil: no JSON\\x1b[31m"
    shown = details(one)
    assert shown["payload"] == "\\x00\\x1b]0;gone\\x07<script>\\x0d\\x0a\\xff"
    assert bytes.fromhex(str(shown["payload_hex"])) == nasty.payload
    json.dumps(shown)


@given(st.binary(max_size=300), st.text(max_size=300))
def test_whatever_is_shown_is_printable_and_bounded(payload: bytes, text: str) -> None:
    for shown in (escaped(payload, 50), escaped(text, 50)):
        assert shown.isprintable()
        assert len(shown) <= 50 * 10 + 30


def test_kept_messages_are_decoded_again_after_a_mapping_was_corrected(house: House) -> None:
    house.hear(*(json.dumps({"n": n, "tenths": n}).encode() for n in range(5)), b'{"available": true}', b"?")
    before = house.intake.status()
    corrected = MemoryStore()
    seen: list[int] = []
    done = replay(house.journal, Corrected(), corrected, progress=lambda so_far: seen.append(so_far.messages))
    assert (done.messages, done.with_readings, done.ignored, done.not_understood, done.readings) == (7, 5, 1, 1, 5)
    assert {name for _, name, _ in corrected.rows} == {TEMPERATURE}
    assert seen == [7]
    assert house.intake.status() == before
    again = replay(house.journal, Corrected(), corrected, after=3, up_to=5)
    assert (again.messages, again.readings, again.last_position) == (2, 2, 5)
    assert len(corrected.rows) == 5


def test_replay_leaves_to_the_intake_what_is_not_settled(house: House) -> None:
    house.hear(b'{"n": 1, "stage/air_temperature": 1.0}')
    house.store.away = StoreUnavailableError("503")
    house.intake.receive(Arrivals(1, [RawMessage("t/sensor", b'{"n": 2, "stage/air_temperature": 2.0}', NOON)]))
    house.intake.flush()
    assert replay(house.journal, PlainInterpreter(), MemoryStore()).messages == 1


def test_the_accounts_are_told_to_prometheus_and_add_up(house: House) -> None:
    house.hear(b'{"n": 1, "stage/air_temperature": 1.0}', b'{"available": true}', b"?")
    told: dict[str, float] = {}
    for family in text_string_to_metric_families(metrics_text(house.intake, house.journal.counts).decode()):
        for sample in family.samples:
            told[sample.name + "".join(sample.labels.values())] = sample.value
    names = ("stored_total", "journalled", "quarantined_total", "ignored_total", "in_flight")
    assert told["greenroom_messages_received_total"] == 3 == sum(told[f"greenroom_messages_{name}"] for name in names)
    assert told["greenroom_device_last_seen_secondssensor"] == NOON.timestamp()
    assert told["greenroom_broker_connected"] == 0
    assert told["greenroom_journal_at_bound_totalquarantine_dropped"] == 0


def test_health_is_told_part_by_part(house: House) -> None:
    house.hear(b'{"n": 1, "stage/air_temperature": 1.0}')
    checks = {check.name: check for check in house.intake.checks()}
    assert checks["accounts"].detail == "1 received = 1 stored + 0 journalled + 0 quarantined + 0 ignored + 0 in flight"
    assert {name for name, check in checks.items() if not check.ok} == {"broker"}


def test_a_broker_that_stays_away_raises_an_alarm_that_clears_itself(house: House) -> None:
    def causes(at: datetime) -> list[str]:
        house.intake.look(at)
        return [alarm.cause for alarm in house.alarms.active(SITE)]

    assert causes(NOON) == []
    assert causes(NOON + timedelta(minutes=1)) == ["broker_away"]


def test_a_full_quarantine_and_a_journal_that_fills_raise_alarms(tmp_path: Path) -> None:
    house = House(tmp_path, JournalBounds(quarantine_entries=2, unsettled_bytes=300))
    house.hear(b"?", b"!", b"#")
    house.store.away = StoreUnavailableError("503")
    for n in range(4):
        payload = b'{"n": %d, "stage/air_temperature": 1.0}' % n
        house.intake.receive(Arrivals(1, [RawMessage("t/sensor", payload, NOON)]))
    house.intake.look(NOON)
    told = {alarm.cause: alarm.text for alarm in house.alarms.active(SITE)}
    assert "gave way" in told["quarantine_full"]["en"]
    assert "% full" in told["journal_nearly_full"]["en"]
    assert all({"en", "fr"} <= set(text) for text in told.values())
    house.journal.close()
