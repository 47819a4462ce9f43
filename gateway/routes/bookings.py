"""Bookings: put, read, cancel, and their versions."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Body, Depends, Header, Query, Response

from gateway.access import Caller, Right
from gateway.answers import ETAG, WRITING, answers
from gateway.desk import BookingDesk, Conditions
from gateway.door import GatewayHere, Language, needs
from gateway.routes.examples import BOOKING_WITH_PLAN, CANCELLED, LISTED
from gateway.routes.parameters import BookingIdPath, SourcePath
from gateway.shapes.booking import BOOKING_EXAMPLE, BookingDocument, BookingWithPlan, VersionList
from gateway.writing import listed
from premises.booking import BookingKey
from premises.ports import PutOutcome

router = APIRouter(prefix="/v1/bookings", tags=["bookings"])

Reader = Annotated[Caller, Depends(needs(Right.SEE_BOOKINGS))]
Writer = Annotated[Caller, Depends(needs(Right.WRITE_BOOKINGS))]
TagHeader = Annotated[str | None, Header(max_length=1000)]
DryRun = Annotated[bool, Query(description="answer with the plan, but store nothing")]
BookingBody = Annotated[
    BookingDocument,
    Body(openapi_examples={"shoot": {"summary": "A day of shooting", "value": BOOKING_EXAMPLE}}),
]

_PUT: dict[int | str, dict[str, Any]] = {
    **answers(
        BOOKING_WITH_PLAN,
        *WRITING,
        "out-of-scope",
        "older-version",
        "conflict",
        "precondition-failed",
        headers=ETAG,
        description="Changed, or not changed because it was the same; or a dry run",
    ),
    201: {
        "description": "Created",
        "model": BookingWithPlan,
        "content": {"application/json": {"example": BOOKING_WITH_PLAN}},
        "headers": ETAG,
    },
}


def send(response: Response, answer: BookingWithPlan, language: str) -> BookingWithPlan:
    """Headers of an answer that holds one booking."""
    if answer.etag is not None:
        response.headers["ETag"] = answer.etag
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language, Authorization, X-API-Key"
    if answer.outcome is PutOutcome.CREATED:
        response.status_code = 201
        response.headers["Location"] = f"/v1/bookings/{answer.source}/{quote(answer.id, safe='')}"
    return answer


@router.get("/{source}/{id:path}/versions", responses=answers({"items": [LISTED]}, "not-found"))
def list_booking_versions(
    source: SourcePath,
    id: BookingIdPath,  # noqa: A002
    gateway: GatewayHere,
    caller: Reader,
    language: Language,
) -> VersionList:
    """Every stored version of a booking, oldest first."""
    desk = BookingDesk(gateway, caller, language)
    now = desk.read(BookingKey(source, id))
    versions = [version for version in desk.book.versions(now.booking.key) if caller.sees_booking(version.booking)]
    return VersionList(items=[listed(version, desk.site_of(version), caller) for version in versions])


@router.put("/{source}/{id:path}", responses=_PUT)
def put_booking(
    source: SourcePath,
    id: BookingIdPath,  # noqa: A002
    document: BookingBody,
    gateway: GatewayHere,
    caller: Writer,
    language: Language,
    response: Response,
    dry_run: DryRun = False,
    if_match: TagHeader = None,
    if_none_match: TagHeader = None,
) -> BookingWithPlan:
    """Store a booking whole, and be told when its zones will be ready, and at what cost. The same twice is the same as once."""
    desk = BookingDesk(gateway, caller, language)
    answer = desk.put(BookingKey(source, id), document, Conditions(if_match, if_none_match), dry_run=dry_run)
    return send(response, answer, language)


@router.get("/{source}/{id:path}", responses=answers(BOOKING_WITH_PLAN, "not-found", headers=ETAG))
def get_booking(
    source: SourcePath,
    id: BookingIdPath,  # noqa: A002
    gateway: GatewayHere,
    caller: Reader,
    language: Language,
    response: Response,
) -> BookingWithPlan:
    """A booking with its plan as it stands now. A cancelled one is still there, with status cancelled."""
    desk = BookingDesk(gateway, caller, language)
    return send(response, desk.with_plan(desk.read(BookingKey(source, id))), language)


@router.delete(
    "/{source}/{id:path}",
    responses=answers(CANCELLED, "not-found", "out-of-scope", "precondition-failed", headers=ETAG, description="Cancelled"),
)
def cancel_booking(
    source: SourcePath,
    id: BookingIdPath,  # noqa: A002
    gateway: GatewayHere,
    caller: Writer,
    language: Language,
    response: Response,
    if_match: TagHeader = None,
) -> BookingWithPlan:
    """Cancel a booking. It stays as a tombstone in lists and in the change feed; cancelling twice is once."""
    desk = BookingDesk(gateway, caller, language)
    return send(response, desk.cancel(BookingKey(source, id), Conditions(if_match)), language)
