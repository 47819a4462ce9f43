"""What server-sent events hold."""

from __future__ import annotations

from pydantic import BaseModel

from gateway.shapes.booking import BookingAnswer
from gateway.shapes.premises import ZoneDocument
from gateway.shapes.running import AlarmDocument


class EventDocument(BaseModel):
    """The data of one event: what its name says is there, the rest is null."""

    booking: BookingAnswer | None = None
    zone: ZoneDocument | None = None
    alarms: list[AlarmDocument] | None = None
