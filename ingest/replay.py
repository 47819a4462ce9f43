"""Decoding kept messages again, after a mapping or a decoder was corrected.

Replay reads the journal and writes to the store; it changes no account and no live value. Writing the same point and time
again replaces what was there; readings that the old mapping gave to other points stay, for a person to delete.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ingest.decoded import Interpreter, Outcome
from ingest.refusals import write_split
from premises.ports import Journal, TelemetryStore
from premises.reading import Reading

_AT_ONCE = 1000


@dataclass(slots=True)
class Replayed:
    """What came of it: messages read, of them with readings, ignored, not understood; readings written and refused."""

    messages: int = 0
    with_readings: int = 0
    ignored: int = 0
    not_understood: int = 0
    readings: int = 0
    refused: dict[str, int] = field(default_factory=dict)  # reason: how often
    last_position: int = 0


def replay(
    journal: Journal,
    interpreter: Interpreter,
    store: TelemetryStore,
    *,
    after: int = 0,
    up_to: int | None = None,
    progress: Callable[[Replayed], None] | None = None,
) -> Replayed:
    """Decode the settled messages after a position again, up to another (by default all that are settled), and store them.

    interpreter: a fresh one, as it remembers counters and duplicates: never that of a running intake. after: use
    `SqliteJournal.position_at(instant) - 1` for a time. Raises RetryableError where the store or the journal is away: what was
    done stays done, and doing it again is harmless.
    """
    end = journal.position() if up_to is None else min(up_to, journal.position())
    done = Replayed(last_position=after)
    while done.last_position < end:
        entries = journal.read(done.last_position, min(_AT_ONCE, end - done.last_position))
        entries = [entry for entry in entries if entry.position <= end]
        if not entries:
            break
        by_site: dict[str, list[Reading]] = {}
        for entry in entries:
            understood = interpreter.understand(entry.message)
            done.messages += 1
            done.with_readings += bool(understood.readings)
            done.ignored += not understood.readings and understood.outcome is not Outcome.QUARANTINED
            done.not_understood += understood.outcome is Outcome.QUARANTINED
            for site, reading in understood.readings:
                by_site.setdefault(site, []).append(reading)
        for site, readings in by_site.items():
            refused = write_split(store, site, readings)
            done.readings += len(readings) - len(refused)
            for reason in refused.values():
                done.refused[reason] = done.refused.get(reason, 0) + 1
        done.last_position = entries[-1].position
        if progress is not None:
            progress(done)
    return done
