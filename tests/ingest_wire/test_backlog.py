"""Portions that wait for the store: in memory first, in a file when that lasts, always in order, always bounded."""

from __future__ import annotations

from ingest.backlog import Backlog
from ingest.portion import Portion
from premises.reading import Sheaf
from tests.ingest_wire.fakes import NOON, SITE


def portion(last: int, readings: int = 1) -> Portion:
    made = Portion(last, with_readings=1)
    for _ in range(readings):
        made.of_site(SITE).add(Sheaf(("stage/air_temperature",), NOON, (float(last),), NOON), last)
    return made


def test_portions_come_out_in_order_from_memory_and_file() -> None:
    backlog = Backlog(memory_readings=3)
    for last in range(1, 21):
        backlog.put(portion(last))
    assert backlog.readings == 20
    taken: list[float | bool | str] = []
    while (one := backlog.take(4)) is not None:
        taken += [value for sheaf in one.sites[SITE].sheaves for value in sheaf.values]
        assert one.last == taken[-1]
        assert one.with_readings == one.sites[SITE].readings
    assert taken == [float(last) for last in range(1, 21)]
    assert backlog.readings == 0


def test_after_the_file_was_used_up_memory_is_used_again() -> None:
    backlog = Backlog(memory_readings=2)
    for round_ in range(3):
        for last in range(1, 6):
            backlog.put(portion(10 * round_ + last))
        taken = backlog.take(100)
        assert taken is not None
        assert taken.last == 10 * round_ + 5
    backlog.close()


def test_at_the_bound_of_the_file_it_is_full() -> None:
    backlog = Backlog(memory_readings=1, spill_bytes=2000)
    for last in range(1, 50):
        if backlog.full:
            break
        backlog.put(portion(last, 20))
    assert 2 < last < 49
    while backlog.take(1000) is not None:
        pass
    assert not backlog.full


def test_it_is_crowded_only_while_the_store_may_still_come() -> None:
    patient, hasty = Backlog(memory_readings=1, patience_s=1000), Backlog(memory_readings=1, patience_s=0)
    for backlog in (patient, hasty):
        backlog.put(portion(1))
    assert (patient.crowded, hasty.crowded) == (True, False)
    patient.take(1)
    assert not patient.crowded


def test_one_portion_larger_than_the_memory_is_taken_all_the_same() -> None:
    backlog = Backlog(memory_readings=2)
    backlog.put(portion(1, 10))
    taken = backlog.take(1)
    assert taken is not None
    assert taken.readings == 10
