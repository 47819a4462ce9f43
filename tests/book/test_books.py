"""The smaller books: overrides, plans, commands, decisions, keys, audit, alarms."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from premises.booking import Override, OverrideKind
from premises.command import CommandState
from premises.errors import StoreRefusedError
from premises.plan import Plan
from premises.ports import AlarmDesk, ApiKey, AuditEntry, Role
from premises.reason import Reason
from premises.time import Interval
from stores.book import Books, open_books
from tests.book.stories import HOUR, NOON, SITE, decided, planned, sent

WARM = Override("o1", SITE, "stage-1", OverrideKind.TEMPERATURE, 21.0, NOON, NOON + 4 * HOUR, "engineer on duty", "choir")


def test_an_override_holds_from_its_start_until_its_end(books: Books) -> None:
    books.overrides.put(WARM)
    assert books.overrides.active(SITE, NOON - HOUR) == []
    assert books.overrides.active(SITE, NOON) == [WARM]
    assert books.overrides.active(SITE, NOON + 4 * HOUR) == []
    assert books.overrides.active("commune-image", NOON) == []


def test_an_override_that_a_person_ends_is_over_and_kept(books: Books) -> None:
    books.overrides.put(WARM)
    ended = books.overrides.end("o1", NOON + HOUR)
    assert ended == replace(WARM, ended_at=NOON + HOUR)
    assert books.overrides.end("o1", NOON + 2 * HOUR) == ended
    assert books.overrides.active(SITE, NOON + 2 * HOUR) == []
    assert books.overrides.find(SITE, Interval(NOON, NOON + HOUR)) == [ended]
    assert books.overrides.end("o2", NOON) is None


def test_the_newest_plan_is_told_also_to_another_process(book_url: str, books: Books) -> None:
    assert books.plans.latest(SITE) is None
    books.plans.save(planned(cost=12.5))
    elsewhere = open_books(book_url)
    assert elsewhere.plans.latest(SITE) == planned(cost=12.5)
    books.plans.save(planned(cost=11.0))
    assert elsewhere.plans.latest(SITE) == planned(cost=11.0)
    elsewhere.close()


def test_plans_beyond_the_bound_go(book_url: str) -> None:
    books = open_books(book_url, keep_plans=3)
    other = replace(planned(), site="commune-image")
    books.plans.save(other)
    for cost in range(6):
        books.plans.save(planned(cost=float(cost)))

    def costs(plans: list[Plan]) -> list[float]:
        return [plan.cost for plan in plans]

    assert costs(books.plans.history(SITE)) == [5.0, 4.0, 3.0]
    assert books.plans.latest("commune-image") == other
    books.close()


def test_every_change_of_a_command_is_kept_with_its_reason(books: Books) -> None:
    books.commands.record([sent(1), sent(2, point="stage-2/brightness")])
    books.commands.record([replace(sent(1, CommandState.CONFIRMED), read_back=20.0), replace(sent(3), read_back=True)])
    recent = books.commands.recent(SITE)
    assert [(status.command.id, status.state) for status in recent] == [
        ("c3", CommandState.SENT),
        ("c1", CommandState.CONFIRMED),
        ("c2", CommandState.SENT),
        ("c1", CommandState.SENT),
    ]
    assert recent[0].read_back is True
    assert recent[1].read_back == 20.0
    assert recent[1].command == sent(1).command
    assert books.commands.recent(SITE, point="stage-2/brightness") == [sent(2, point="stage-2/brightness")]
    assert books.commands.recent(SITE, limit=1) == recent[:1]


def test_commands_older_than_the_bound_go(book_url: str) -> None:
    books = open_books(book_url, keep_log=timedelta(days=2))
    for day in range(5):
        books.commands.record([sent(day * 24 * 60)])
    assert [status.command.id for status in books.commands.recent(SITE)] == ["c5760", "c4320", "c2880"]
    books.close()


@contextmanager
def written(books: Books) -> Iterator[list[str]]:
    """Statements that change something while inside."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.split()[0] in {"INSERT", "UPDATE", "DELETE"}:
            statements.append(statement)

    event.listen(books.database.engine, "before_cursor_execute", note)
    yield statements
    event.remove(books.database.engine, "before_cursor_execute", note)


def test_a_decision_that_stays_the_same_is_not_written_again(books: Books) -> None:
    books.decisions.save(SITE, [decided(), decided("stage-2")])
    warmer = decided(
        at=NOON + timedelta(minutes=1), air_c=14.4, heat_reason=Reason("pre_heating", {"call": "15:00", "air_c": 14.4})
    )
    with written(books) as statements:
        books.decisions.save(SITE, [warmer])
    assert statements == []
    assert books.decisions.current(SITE) == {"stage-1": warmer, "stage-2": decided("stage-2")}
    assert books.decisions.history(SITE, "stage-1", Interval(NOON, NOON + HOUR)) == [decided()]


def test_changes_of_a_decision_make_its_history(books: Books) -> None:
    later_call = Reason("pre_heating", {"call": "16:00", "air_c": 15.0})
    told = [
        decided(),
        decided(at=NOON + timedelta(minutes=1)),
        decided(at=NOON + timedelta(minutes=2), heat_reason=later_call),
        decided(at=NOON + timedelta(minutes=3), heat_reason=later_call, wanted_c=21.0),
    ]
    for decision in told:
        books.decisions.save(SITE, [decision])
    assert books.decisions.history(SITE, "stage-1", Interval(NOON, NOON + HOUR)) == [told[0], told[2], told[3]]
    assert books.decisions.history(SITE, "stage-1", Interval(NOON + HOUR, NOON + 2 * HOUR)) == []


def test_another_process_sees_that_the_rules_are_alive(book_url: str, books: Books) -> None:
    books.decisions.save(SITE, [decided()])
    books.decisions.save(SITE, [decided(at=NOON + timedelta(minutes=20))])
    elsewhere = open_books(book_url)
    assert elsewhere.decisions.current(SITE)["stage-1"].at == NOON + timedelta(minutes=20)
    elsewhere.decisions.save(SITE, [decided(at=NOON + timedelta(minutes=21))])
    assert len(elsewhere.decisions.history(SITE, "stage-1", Interval(NOON, NOON + HOUR))) == 1, "a restart is no change"
    elsewhere.close()


KEY = ApiKey("k1", "gr_ab12", "hash", Role.BOOKER, "scheduler", NOON, sites=frozenset({SITE}), expires_at=NOON + 100 * HOUR)


def test_keys_are_found_by_their_prefix_until_they_are_revoked(books: Books) -> None:
    books.keys.put(KEY)
    assert books.keys.find("gr_ab12") == KEY
    assert books.keys.find("gr_zz99") is None
    books.keys.used("k1", NOON + HOUR)
    books.keys.used("k1", NOON + HOUR + timedelta(seconds=5))
    revoked = books.keys.revoke("k1", NOON + 2 * HOUR)
    assert revoked == replace(KEY, last_used_at=NOON + HOUR, revoked_at=NOON + 2 * HOUR)
    assert books.keys.all() == [revoked]
    assert books.keys.revoke("k2", NOON) is None


def test_two_keys_cannot_share_a_prefix(books: Books) -> None:
    books.keys.put(KEY)
    with pytest.raises(StoreRefusedError):
        books.keys.put(replace(KEY, id="k2"))


def entry(number: int) -> AuditEntry:
    return AuditEntry(NOON + number * HOUR, "engineer", "override.put", f"stage-{number}", "21 °C until 16:00")


def test_the_audit_log_shows_that_it_is_whole(books: Books) -> None:
    assert books.audit.verify().ok
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda number: books.audit.append(entry(number)), range(40)))
    told = books.audit.verify()
    assert told.ok
    assert told.detail.startswith("40 entries")
    assert {kept.subject for kept in books.audit.recent()} == {f"stage-{number}" for number in range(40)}


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        ("UPDATE audit SET detail = '25 °C' WHERE number = 2", "entry 2 of 2026-01-20T13:00:00Z was changed"),
        ("DELETE FROM audit WHERE number = 2", "entry 2 is missing"),
        ("DELETE FROM audit WHERE number = 3", "3 entries were written, but only 2 are there"),
    ],
)
def test_a_meddled_audit_log_says_where(books: Books, deed: str, told: str) -> None:
    for number in range(3):
        books.audit.append(entry(number))
    with books.database.writing() as connection:
        connection.execute(text(deed))
    check = books.audit.verify()
    assert not check.ok
    assert check.detail == told


def test_overlong_texts_of_the_audit_are_cut(books: Books) -> None:
    books.audit.append(replace(entry(0), detail="x" * 10_000))
    assert len(books.audit.recent()[0].detail) == 4000
    assert books.audit.verify().ok


COLD = {"en": "Stage 1 will not be ready", "fr": "Le plateau 1 ne sera pas prêt"}


def test_one_alarm_for_one_cause(books: Books) -> None:
    for minutes in range(3):
        books.alarms.raise_(SITE, "not_ready", "stage-1", COLD, NOON + timedelta(minutes=minutes))
    [alarm] = books.alarms.active(SITE)
    assert (alarm.raised_at, alarm.text, alarm.cleared_at) == (NOON, COLD, None)
    books.alarms.raise_(SITE, "not_ready", "stage-1", {"en": "later"}, NOON + HOUR)
    [alarm] = books.alarms.active(SITE)
    assert (alarm.raised_at, alarm.text) == (NOON, {"en": "later"})


def test_an_alarm_that_comes_back_is_a_new_one(books: Books) -> None:
    books.alarms.raise_(SITE, "not_ready", "stage-1", COLD, NOON)
    books.alarms.clear(SITE, "not_ready", "stage-1", NOON + HOUR)
    books.alarms.clear(SITE, "not_ready", "stage-1", NOON + 2 * HOUR)
    assert books.alarms.active(SITE) == []
    books.alarms.raise_(SITE, "not_ready", "stage-1", COLD, NOON + 3 * HOUR)
    second, first = books.alarms.history(SITE)
    assert (first.cleared_at, second.raised_at) == (NOON + HOUR, NOON + 3 * HOUR)


def test_many_at_once_raise_one_alarm(books: Books) -> None:
    with ThreadPoolExecutor(8) as crowd:
        list(crowd.map(lambda _: books.alarms.raise_(SITE, "broker", "mqtt", {"en": "away"}, NOON), range(24)))
    assert len(books.alarms.active(SITE)) == 1


def test_a_person_acknowledges_and_shelves(books: Books) -> None:
    assert isinstance(books.alarms, AlarmDesk)
    books.alarms.raise_(SITE, "not_ready", "stage-1", COLD, NOON)
    [alarm] = books.alarms.active(SITE)
    seen = books.alarms.acknowledge(alarm.id, "night watch", NOON + HOUR)
    assert seen == replace(alarm, acknowledged_at=NOON + HOUR, acknowledged_by="night watch")
    shelved = books.alarms.shelve(alarm.id, NOON + 8 * HOUR, "day shift", NOON + 2 * HOUR)
    assert shelved == replace(seen, shelved_until=NOON + 8 * HOUR)
    assert books.alarms.acknowledge("none", "x", NOON) is None
