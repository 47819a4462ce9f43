"""When a zone was last heated for comfort, by the history of its decisions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from premises.decision import ZoneDecision, ZoneState

WARM = frozenset({ZoneState.OCCUPIED, ZoneState.PRE_HEATING, ZoneState.READY, ZoneState.OVERRIDDEN})


def warm_since(history: Sequence[ZoneDecision], current: ZoneDecision | None) -> datetime | None:
    """When the zone was last heated for comfort: the end of the last warm state, None where the history tells of none."""
    end = current.at if current is not None and current.state in WARM else None
    followed = [*history[1:], current] if history else []
    for decision, following in zip(history, followed, strict=True):
        if decision.state in WARM and following is not None:
            end = following.at if end is None else max(end, following.at)
    return end
