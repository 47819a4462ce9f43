"""Time over MQTT between simulators and the house: how simulated days pass faster than the clock without a race.

A simulator in lockstep publishes `begin` (the house sets its clock), its devices' messages, then `end`, and waits until the
house, having stored, decided and commanded, answers `proceed` with the same step. All at QoS 1 in one session, so in order.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from premises.time import format_instant, parse_instant


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of simulated time: phase is begin, end or proceed."""

    phase: str
    step: int
    at: datetime

    def encode(self) -> bytes:
        return json.dumps({"phase": self.phase, "step": self.step, "at": format_instant(self.at)}).encode()

    @classmethod
    def decode(cls, payload: bytes) -> Mark:
        """Raises ValueError where the payload is no mark."""
        try:
            told = json.loads(payload)
            return cls(str(told["phase"]), int(told["step"]), parse_instant(str(told["at"])))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"no mark of simulated time: {payload[:80]!r}") from error


def clock_topic(site_id: str) -> str:
    """Simulator to house: begin and end of a step."""
    return f"greenroom/{site_id}/simulated/clock"


def proceed_topic(site_id: str) -> str:
    """House to simulator: the step is dealt with."""
    return f"greenroom/{site_id}/simulated/proceed"
