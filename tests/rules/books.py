"""The ports of the house kept in plain memory, for stories that run the whole runner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from premises.booking import Booking, BookingKey, BookingStatus, Override, StoredBooking
from premises.command import Command, CommandState, CommandStatus
from premises.decision import ZoneDecision
from premises.plan import Plan
from premises.ports import (
    Alarm,
    BookingQuery,
    Bucket,
    EnergyBucket,
    LiveValue,
    PutOutcome,
    Resolution,
)
from premises.reading import Reading, Value
from premises.time import SLOT, Interval, slots


class MemoryLive:
    """Readings that hold until they are said to be lost."""

    def __init__(self) -> None:
        self.values: dict[str, LiveValue] = {}

    def show(self, point: str, value: Value, at: datetime, *, known: bool = True) -> None:
        self.values[point] = LiveValue(Reading(point, at, value, at), known)

    def lose(self, point: str) -> None:
        self.values[point] = LiveValue(self.values[point].reading, known=False)

    def get(self, site: str, point: str) -> LiveValue | None:
        return self.values.get(point)

    def all(self, site: str) -> Mapping[str, LiveValue]:
        return dict(self.values)


class MemoryBook:
    def __init__(self) -> None:
        self.kept: dict[BookingKey, StoredBooking] = {}
        self.revision = 0
        self.looks = 0

    def put(
        self, booking: Booking, at: datetime, *, expect_version: int | None = None, by: str | None = None
    ) -> tuple[StoredBooking, PutOutcome]:
        before = self.kept.get(booking.key)
        if before is not None and before.booking == booking:
            return before, PutOutcome.UNCHANGED
        self.revision += 1
        version = 1 if before is None else before.version + 1
        stored = StoredBooking(booking, version, self.revision, at, at)
        self.kept[booking.key] = stored
        return stored, PutOutcome.CREATED if before is None else PutOutcome.CHANGED

    def get(self, key: BookingKey) -> StoredBooking | None:
        return self.kept.get(key)

    def cancel(
        self, key: BookingKey, at: datetime, *, expect_version: int | None = None, by: str | None = None
    ) -> StoredBooking | None:
        before = self.kept.get(key)
        if before is None:
            return None
        from dataclasses import replace

        return self.put(replace(before.booking, status=BookingStatus.CANCELLED), at)[0]

    def find(self, query: BookingQuery) -> list[StoredBooking]:
        self.looks += 1
        found = list(self.kept.values())
        if query.after_revision is not None:
            found = sorted((s for s in found if s.revision > query.after_revision), key=lambda s: s.revision)
            return found[: query.limit]
        if query.overlaps is not None:
            found = [s for s in found if s.booking.held.overlaps(query.overlaps)]
        return sorted(found, key=lambda s: (s.booking.held.start, str(s.booking.key)))

    def versions(self, key: BookingKey) -> list[StoredBooking]:
        return [self.kept[key]] if key in self.kept else []


class MemoryOverrides:
    def __init__(self) -> None:
        self.kept: dict[str, Override] = {}

    def put(self, override: Override) -> None:
        self.kept[override.id] = override

    def end(self, override_id: str, at: datetime) -> Override | None:
        return self.kept.pop(override_id, None)

    def active(self, site: str, at: datetime) -> list[Override]:
        return [o for o in self.kept.values() if o.active_at(at)]

    def find(self, site: str, interval: Interval) -> list[Override]:
        return list(self.kept.values())


class MemoryPlans:
    def __init__(self) -> None:
        self.kept: list[Plan] = []

    def save(self, plan: Plan) -> None:
        self.kept.append(plan)

    def latest(self, site: str) -> Plan | None:
        return self.kept[-1] if self.kept else None


class MemoryDecisions:
    def __init__(self) -> None:
        self.now: dict[str, ZoneDecision] = {}
        self.past: dict[str, list[ZoneDecision]] = {}

    def save(self, site: str, decisions: Sequence[ZoneDecision]) -> None:
        for decision in decisions:
            before = self.now.get(decision.zone)
            if before is None or (before.state, before.wanted_c) != (decision.state, decision.wanted_c):
                self.past.setdefault(decision.zone, []).append(decision)
            self.now[decision.zone] = decision

    def current(self, site: str) -> Mapping[str, ZoneDecision]:
        return dict(self.now)

    def history(self, site: str, zone: str, interval: Interval) -> list[ZoneDecision]:
        return [d for d in self.past.get(zone, []) if interval.start <= d.at <= interval.end]


class ObedientBus:
    """Every command reaches its device at once, and the device shows it."""

    def __init__(self, live: MemoryLive) -> None:
        self.live = live
        self.sent: list[Command] = []
        self.states: dict[str, CommandStatus] = {}

    def send(self, commands: Sequence[Command]) -> None:
        for command in commands:
            self.sent.append(command)
            self.states[command.point] = CommandStatus(command, CommandState.CONFIRMED, command.issued_at, 1, command.value)
            self.live.show(command.point, command.value, command.issued_at)

    def pending(self, site: str) -> Mapping[str, CommandStatus]:
        return dict(self.states)


class MemoryAlarms:
    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Alarm] = {}
        self.log: list[tuple[datetime, str, str]] = []

    def raise_(self, site: str, cause: str, subject: str, text: Mapping[str, str], at: datetime) -> None:
        self.kept[(cause, subject)] = Alarm(f"{cause}:{subject}", site, cause, subject, at, text)
        self.log.append((at, "raised", cause))

    def clear(self, site: str, cause: str, subject: str, at: datetime) -> None:
        if self.kept.pop((cause, subject), None):
            self.log.append((at, "cleared", cause))

    def active(self, site: str) -> list[Alarm]:
        return list(self.kept.values())


class MemoryStore:
    """Raw readings by point; quarter hours hold the last of them."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[datetime, Reading]] = {}

    def write(self, site: str, readings: Sequence[Reading]) -> None:
        for reading in readings:
            self.kept.setdefault(reading.point, {})[reading.time] = reading

    def latest(self, site: str, points: Sequence[str] | None = None) -> Mapping[str, Reading]:
        return {point: found[max(found)] for point, found in self.kept.items() if points is None or point in points}

    def readings(self, site: str, point: str, interval: Interval, limit: int | None = None) -> list[Reading]:
        found = sorted(self.kept.get(point, {}).values(), key=lambda r: r.time)
        return [r for r in found if r.time in interval][:limit]

    def series(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[Bucket]:
        assert resolution is Resolution.QUARTER
        inside: dict[datetime, list[float]] = {}
        for reading in self.readings(site, point, interval):
            slot = next(iter(slots(Interval(reading.time, reading.time + SLOT))))
            if not isinstance(reading.value, str):
                inside.setdefault(slot, []).append(float(reading.value))
        found = []
        for slot in slots(interval):
            values = inside.get(slot, [])
            mean = sum(values) / len(values) if values else None
            last = values[-1] if values else None
            found.append(Bucket(slot, slot + SLOT, mean, last, last, last, len(values), 1.0 if values else 0.0))
        return found

    def energy(self, site: str, point: str, interval: Interval, resolution: Resolution) -> list[EnergyBucket]:
        return []

    def points_seen(self, site: str) -> Sequence[str]:
        return sorted(self.kept)

    def check(self) -> str:
        return "memory"

    def close(self) -> None:
        self.kept.clear()
