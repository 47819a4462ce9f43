"""Ports through which rules think along without a hand on anything: they read what the house wrote, and write nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from premises.command import Command, CommandStatus
from premises.plan import Plan
from premises.ports import Alarm, Alarms, PlanBook


class QuietBus:
    """A command bus that sends nothing: the house sends."""

    def send(self, commands: Sequence[Command]) -> None:
        """Nothing leaves here."""

    def pending(self, site: str) -> Mapping[str, CommandStatus]:
        return {}


@dataclass(frozen=True)
class QuietPlans:
    """The house's plans, to read."""

    book: PlanBook

    def save(self, plan: Plan) -> None:
        """The house keeps its own."""

    def latest(self, site: str) -> Plan | None:
        return self.book.latest(site)


@dataclass(frozen=True)
class QuietAlarms:
    """The house's alarms, to read: what raises and clears them is its rules."""

    book: Alarms

    def raise_(self, site: str, cause: str, subject: str, text: Mapping[str, str], at: datetime) -> None:
        """The house raises."""

    def clear(self, site: str, cause: str, subject: str, at: datetime) -> None:
        """The house clears."""

    def active(self, site: str) -> list[Alarm]:
        return self.book.active(site)
