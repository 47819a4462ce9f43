"""Many bookings at once."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from gateway.shapes.booking import BOOKING_EXAMPLE, BookingDocument, Warned
from gateway.shapes.text import Name, SourceId
from premises.ports import PutOutcome

BULK_EXAMPLE: dict[str, Any] = {
    "source": "cinema-diary",
    "bookings": [{"id": "4711", **BOOKING_EXAMPLE}, {"id": "4712", **BOOKING_EXAMPLE, "zones": ["stage-2"]}],
}


class BulkItem(BookingDocument):
    """A booking with its id."""

    id: SourceId


class BulkRequest(BaseModel):
    """Bookings of one source. A fault of form in any refuses all, with every fault told; what else is wrong is told for each."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [BULK_EXAMPLE]})

    source: Name
    bookings: list[BulkItem] = Field(min_length=1)


class BulkResult(BaseModel):
    """What became of one: `status` is what a PUT of it alone would have been answered; `problem` says why where it failed."""

    id: str
    status: int
    outcome: PutOutcome | None
    etag: str | None
    warnings: list[Warned]
    problem: dict[str, Any] | None


class BulkAnswer(BaseModel):
    """Results in the order of the request."""

    created: int
    changed: int
    unchanged: int
    failed: int
    items: list[BulkResult]
