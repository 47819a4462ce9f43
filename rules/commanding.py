"""From wishes to commands: only what the devices do not show already, each with priority, expiry and its reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from premises.command import Command, CommandState, Priority
from premises.reading import Value
from premises.reason import Reason
from premises.time import format_instant
from rules.arbiter import RETRY_AFTER
from rules.snapshot import Snapshot

UNDER_WAY = frozenset({CommandState.QUEUED, CommandState.SENT, CommandState.RETRIED})


@dataclass(frozen=True, slots=True)
class Wish:
    """A value wanted at a writable point. tolerance: differences up to this are left alone; life: until it expires."""

    point: str
    value: Value
    priority: Priority
    reason: Reason
    life: timedelta
    tolerance: float = 0.0


def commands(snapshot: Snapshot, wishes: list[Wish]) -> Iterator[Command]:
    """A command for each wish that differs from what its point shows, or is on its way to."""
    stamp = format_instant(snapshot.now)
    for wish in wishes:
        if _needed(snapshot, wish):
            yield Command(
                id=f"{snapshot.site.id}:{wish.point}:{stamp}",
                site=snapshot.site.id,
                point=wish.point,
                value=wish.value,
                priority=wish.priority,
                reason=wish.reason,
                issued_at=snapshot.now,
                expires_at=snapshot.now + wish.life,
            )


def _needed(snapshot: Snapshot, wish: Wish) -> bool:
    status = snapshot.pending.get(wish.point)
    live = snapshot.latest.get(wish.point)
    if status is not None:
        if status.state in UNDER_WAY and status.command.expires_at > snapshot.now:
            return not _same(status.command.value, wish)
        if status.state is CommandState.FAILED and snapshot.now - status.at < RETRY_AFTER:
            return not _same(status.command.value, wish)
        newer = live is not None and live.known and live.reading.time > status.at
        if status.state is CommandState.CONFIRMED and not newer:
            return not _same(status.command.value, wish)
    if live is None or not live.known:
        return True
    return not _same(live.reading.value, wish)


def _same(shown: Value, wish: Wish) -> bool:
    if isinstance(shown, str) or isinstance(wish.value, str):
        return shown == wish.value
    if isinstance(wish.value, bool):
        return bool(shown) is wish.value
    return abs(float(shown) - float(wish.value)) <= wish.tolerance
