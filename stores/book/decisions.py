"""The newest decision of each zone, and the changes before it."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from premises.decision import ZoneDecision
from premises.reason import Reason
from premises.time import Interval
from stores.book.codec import DECISION, document
from stores.book.database import Database
from stores.book.schema import decision_changes, decisions

_CHANGES = decision_changes.c
_REFRESH_EVERY = timedelta(minutes=15)
_TIDY_EVERY = timedelta(hours=6)


class SqlDecisionBook:
    """DecisionBook in SQL.

    The rules save at each tick; the disk is touched where a decision changed, and each quarter hour so that another process
    sees that the rules are alive. The process that saves has each zone's newest decision in memory.
    """

    def __init__(self, database: Database, keep: timedelta) -> None:
        self.database = database
        self.keep = keep
        self._newest: dict[str, dict[str, ZoneDecision]] = {}
        self._written: dict[tuple[str, str], ZoneDecision] = {}
        self._lock = threading.Lock()
        self._tidied_at: datetime | None = None

    def save(self, site: str, decisions: Sequence[ZoneDecision]) -> None:
        """Take over the decisions of a tick. What is older than `keep`, seen from them, goes."""
        with self._lock:
            newest = self._newest.get(site)
            if newest is None:
                newest = self._newest[site] = self._stored(site)
                self._written.update({(site, zone): known for zone, known in newest.items()})
            changed = {told.zone for told in decisions if self._is_change(site, told)}
            due = [told for told in decisions if told.zone in changed or self._is_due(site, told)]
            if due:
                self._write(site, due, changed)
                self._written.update({(site, told.zone): told for told in due})
            newest.update({told.zone: told for told in decisions})

    def current(self, site: str) -> Mapping[str, ZoneDecision]:
        """By zone."""
        with self._lock:
            here = self._newest.get(site)
            if here is not None:
                return dict(here)
        return self._stored(site)

    def history(self, site: str, zone: str, interval: Interval) -> list[ZoneDecision]:
        """See DecisionBook.history. Numbers inside a reason (a temperature that moves) make no change by themselves."""
        wanted = select(_CHANGES.content).where(
            _CHANGES.site == site, _CHANGES.zone == zone, _CHANGES.at >= interval.start, _CHANGES.at < interval.end
        )
        with self.database.reading() as connection:
            return [DECISION.validate_python(content) for content in connection.execute(wanted.order_by(_CHANGES.at)).scalars()]

    def _stored(self, site: str) -> dict[str, ZoneDecision]:
        with self.database.reading() as connection:
            contents = connection.execute(select(decisions.c.content).where(decisions.c.site == site)).scalars()
            return {told.zone: told for told in map(DECISION.validate_python, contents)}

    def _is_change(self, site: str, told: ZoneDecision) -> bool:
        known = self._written.get((site, told.zone))
        return known is None or _essence(known) != _essence(told)

    def _is_due(self, site: str, told: ZoneDecision) -> bool:
        return told.at - self._written[site, told.zone].at >= _REFRESH_EVERY

    def _write(self, site: str, due: Sequence[ZoneDecision], changed: set[str]) -> None:
        with self.database.writing() as connection:
            rows = {told.zone: {"site": site, "zone": told.zone, "at": told.at, "content": document(told)} for told in due}
            connection.execute(self.database.replacing(decisions), list(rows.values()))
            if changed:
                changes = [{**rows[told.zone], "state": told.state.value} for told in due if told.zone in changed]
                connection.execute(self.database.replacing(decision_changes), changes)
            newest = max(told.at for told in due)
            if self._tidied_at is None or newest - self._tidied_at >= _TIDY_EVERY:
                connection.execute(delete(decision_changes).where(_CHANGES.at < newest - self.keep))
                self._tidied_at = newest


def _essence(told: ZoneDecision) -> tuple[object, ...]:
    """What makes a decision another one: not its instant, the air temperature or the numbers in its reasons."""
    return (
        told.state,
        told.wanted_c,
        told.light_pct,
        told.booking,
        told.rung,
        _words(told.heat_reason),
        _words(told.light_reason),
    )


def _words(reason: Reason) -> tuple[str, frozenset[tuple[str, str]]]:
    return reason.code, frozenset((name, value) for name, value in reason.values.items() if isinstance(value, str))
