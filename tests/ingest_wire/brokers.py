"""What a broker to test against is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Running:
    """Where a broker listens and the newest MQTT version that it speaks (4 is 3.1.1)."""

    url: str
    version: int
