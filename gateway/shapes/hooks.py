"""What a booking system is answered to a webhook, or to many bookings at once."""

from __future__ import annotations

from pydantic import BaseModel, Field


class TakenDocument(BaseModel):
    id: str
    outcome: str = Field(description="created, changed, unchanged or skipped")
    reason: str = ""


class HookAnswer(BaseModel):
    """fetch: how many things the message only pointed at, to be asked for."""

    event_id: str
    double: bool = Field(description="whether the same delivery had come before")
    taken: list[TakenDocument]
    skipped: list[TakenDocument]
    fetch: int
