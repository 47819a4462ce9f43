"""Telling wired to a running house."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from greenroom.carbon import carbon_of
from greenroom.house import Running
from greenroom.telling.teller import Decides, Sources, Telling
from premises.booking import Booking
from premises.decision import ZoneDecision
from premises.plan import Plan, ReadyBy
from rules.runner import RulesRunner


@dataclass(frozen=True, slots=True)
class OfRunner:
    """What telling asks, of a rules runner."""

    runner: RulesRunner

    @property
    def plan(self) -> Plan | None:
        return self.runner.plan

    def decided(self) -> Sequence[ZoneDecision]:
        decision = self.runner.engine.decision
        return () if decision is None else decision.zones

    def mass_c(self) -> Mapping[str, float]:
        return {zone: mass for zone, (_, mass) in self.runner.engine.mass.items()}

    def ready_by(self, booking: Booking) -> tuple[ReadyBy, ...]:
        return self.runner.ready_by(booking)


def telling_of(running: Running) -> Telling:
    """Telling over the ports of the house."""
    books, own = running.books, running.own
    return Telling(
        running.sites,
        Sources(
            running.store,
            books.bookings,
            books.overrides,
            books.alarms,
            running.intake.status,
            lambda: (own.waiting, own.given_up),
            carbon_of,
            books.corrections,
        ),
    )


def rules_of(running: Running) -> Mapping[str, Decides]:
    """The rules in force, which a changed site file exchanges."""
    return {site: OfRunner(runner) for site, runner in running.runners.items()}
