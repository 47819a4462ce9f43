"""Losses of efficiency: what was used for nothing, since when, how much it was, and what shows it.

The French BACS decree (Code de la construction et de l'habitation, R175-3, 2°) asks that losses of efficiency are detected and
that the operator is told of possible improvements; the report of losses lists them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from premises.time import Interval


class LossKind(StrEnum):
    """What was lost by. The subject of each is a zone, except of PERFORMANCE, of which it is a plant."""

    PERFORMANCE = "performance"  # a plant gives less heat for its energy than its own curve says
    HEAT_UNBOOKED = "heat_unbooked"  # heated above set-back while nobody was due
    HEAT_AND_COOL = "heat_and_cool"  # heated and cooled in the same quarter hours
    HEAT_DOOR_OPEN = "heat_door_open"  # heated with a door or window open
    LIGHTS_EMPTY = "lights_empty"  # lit while nobody was due or seen
    STANDBY = "standby"  # base load of the nights above its own reference


@dataclass(frozen=True, slots=True)
class Loss:
    """One loss: a run of local days on which the same was found of the same subject.

    id: the same each time it is found anew. subject: zone or plant; zone: "" where it is of none. since, until: start of
    the first and end of the last quarter hour in which it was seen. kwh: estimate of the final energy lost, at the meter; None
    where nothing says how much. days: local days on which it was seen. closed_at: when it was first not found again; None: it
    goes on. title, text, advice: by language; the text says what was seen, the advice what a person can do.
    evidence: what shows it, plain JSON values with the unit in the name (`cop_measured`, `cop_reference`, `hours`, `points`, ...).
    """

    id: str
    site: str
    kind: LossKind
    subject: str
    since: datetime
    until: datetime
    kwh: float | None
    found_at: datetime
    zone: str = ""
    days: int = 1
    closed_at: datetime | None = None
    title: Mapping[str, str] = field(default_factory=dict)
    text: Mapping[str, str] = field(default_factory=dict)
    advice: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, object] = field(default_factory=dict)


class LossBook(Protocol):
    """The losses that were found, standing and closed."""

    def put(self, loss: Loss) -> None:
        """Keep it; one of the same id is replaced."""
        ...

    def standing(self, site: str) -> Sequence[Loss]:
        """Those that are not closed, oldest first."""
        ...

    def find(self, site: str, interval: Interval, kinds: frozenset[LossKind] | None = None) -> Sequence[Loss]:
        """Those whose span `[since, until)` overlaps the interval, in order of since, kind and subject."""
        ...
