"""The house's intake as it tells of itself: each minute it stores its accounts as readings of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from premises.decision import ZoneDecision
from premises.ports import Check, DecisionBook, IntakeStatus, LiveReadings, LiveValue
from premises.site import GREENROOM, Site
from premises.time import EPOCH, Clock, Interval

SILENT = timedelta(minutes=4)
"""The house tells each minute, and its store takes what waits soon after: who says nothing for so long stands still."""


class ToldIntake:
    """The Intake port from what is stored. `connected` means that the house told of itself lately."""

    def __init__(self, sites: Mapping[str, Site], live: LiveReadings, clock: Clock) -> None:
        self._sites, self._live, self._clock = sites, live, clock

    def status(self) -> IntakeStatus:
        """The accounts of the house's last word; all zero where it never told."""
        told = {site: self._live.all(site) for site in self._sites}
        newest: Mapping[str, LiveValue] = max(told.values(), key=lambda values: _told_at(values) or EPOCH, default={})
        counts = {
            name: _count(newest, f"messages_{name}") for name in ("received", "stored", "journalled", "quarantined", "ignored")
        }
        rest = counts["received"] - sum(count for name, count in counts.items() if name != "received")
        at = _told_at(newest)
        return IntakeStatus(
            **counts,
            in_flight=max(0, rest),
            readings_stored=0,
            oldest_unsent_s=_number(newest, "oldest_unsent"),
            rate_per_s=0.0,
            connected=at is not None and self._clock.now() - at < SILENT,
            last_seen=self._last_seen(told),
        )

    def _last_seen(self, told: Mapping[str, Mapping[str, LiveValue]]) -> dict[str, datetime]:
        """By device, as the intake itself names them: with its site where there are several."""
        seen: dict[str, datetime] = {}
        for site, values in told.items():
            for name, value in values.items():
                device = self._sites[site].point(name).device
                key = device if len(self._sites) == 1 else f"{site}/{device}"
                if device != GREENROOM and (key not in seen or seen[key] < value.reading.time):
                    seen[key] = value.reading.time
        return seen


class StandingDecisions:
    """The house's decisions, to read, as of its last word.

    The book writes what did not change every few minutes only. A round of the house decides first and tells of itself last, so
    that what stood in the book when it told was still so.
    """

    def __init__(self, book: DecisionBook, live: LiveReadings) -> None:
        self._book, self._live = book, live

    def save(self, site: str, decisions: Sequence[ZoneDecision]) -> None:
        """The house keeps its own."""

    def current(self, site: str) -> Mapping[str, ZoneDecision]:
        stored = self._book.current(site)
        told = _told_at(self._live.all(site))
        if told is None:
            return stored
        return {zone: replace(decision, at=max(decision.at, told)) for zone, decision in stored.items()}

    def history(self, site: str, zone: str, interval: Interval) -> list[ZoneDecision]:
        return self._book.history(site, zone, interval)


def house_checks(decisions: DecisionBook, sites: Mapping[str, Site], clock: Clock) -> Sequence[Check]:
    """Whether the house decided lately, site by site."""
    checks = []
    for site in sites:
        last = max((decision.at for decision in decisions.current(site).values()), default=None)
        if last is None:
            checks.append(
                Check(f"rules of {site}", False, "the house has not decided yet; does `greenroom run` run on these books?")
            )
        else:
            age = clock.now() - last
            checks.append(Check(f"rules of {site}", age < SILENT, f"the house decided {round(age.total_seconds())} s ago"))
    return checks


def _told_at(values: Mapping[str, LiveValue]) -> datetime | None:
    value = values.get(f"{GREENROOM}/messages_received")
    return None if value is None else value.reading.time


def _number(values: Mapping[str, LiveValue], quantity: str) -> float:
    value = values.get(f"{GREENROOM}/{quantity}")
    return 0.0 if value is None or isinstance(value.reading.value, str) else float(value.reading.value)


def _count(values: Mapping[str, LiveValue], quantity: str) -> int:
    return round(_number(values, quantity))
