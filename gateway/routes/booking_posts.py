"""Bookings of callers without ids of their own, and many bookings at once."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Query, Response

from gateway.access import Caller, Right
from gateway.answers import ETAG, WRITING, answers
from gateway.desk import BookingDesk, Conditions
from gateway.door import GatewayHere, Language, needs
from gateway.faults import invalid
from gateway.problems import FieldFault, Problem, problem_body
from gateway.reading import check_source
from gateway.routes.bookings import BookingBody, DryRun, send
from gateway.routes.examples import BOOKING_WITH_PLAN
from gateway.routes.parameters import SourcePath
from gateway.shapes.booking import BookingDocument, BookingWithPlan
from gateway.shapes.bulk import BULK_EXAMPLE, BulkAnswer, BulkRequest, BulkResult
from gateway.shapes.text import Sound
from premises.booking import BookingKey
from premises.ports import PutOutcome

router = APIRouter(prefix="/v1/bookings", tags=["bookings"])

Writer = Annotated[Caller, Depends(needs(Right.WRITE_BOOKINGS))]
IdempotencyKey = Annotated[
    str,
    Header(min_length=1, max_length=255, description="the same for every try of one booking, another for another"),
    Sound,
]
BulkBody = Annotated[BulkRequest, Body(openapi_examples={"two": {"summary": "Two days", "value": BULK_EXAMPLE}})]
_BULK: dict[str, Any] = {
    "created": 1,
    "changed": 0,
    "unchanged": 0,
    "failed": 1,
    "items": [
        {"id": "4711", "status": 201, "outcome": "created", "etag": '"1-9f86d081884c7d65"', "warnings": [], "problem": None},
        {
            "id": "4712",
            "status": 409,
            "outcome": None,
            "etag": None,
            "warnings": [],
            "problem": {
                "type": "/problems/older-version",
                "title": "A newer version is already stored",
                "status": 409,
                "detail": "…",
            },
        },
    ],
}
_POSTED: dict[int | str, dict[str, Any]] = {
    **answers(
        BOOKING_WITH_PLAN,
        *WRITING,
        "out-of-scope",
        "key-reused",
        headers=ETAG,
        description="Was there already, from an earlier try",
    ),
    201: {
        "description": "Created",
        "model": BookingWithPlan,
        "content": {"application/json": {"example": BOOKING_WITH_PLAN}},
        "headers": ETAG,
    },
}


@router.post("/bulk", responses=answers(_BULK, *WRITING, "out-of-scope", description="Each dealt with: see the status of each"))
def put_bookings(
    asked: BulkBody,
    gateway: GatewayHere,
    caller: Writer,
    language: Language,
    dry_run: Annotated[bool, Query(description="check them all, but store nothing")] = False,
) -> BulkAnswer:
    """Store many bookings of one source, each as a PUT of its own would; without their plans, which can be read afterwards."""
    check_source(caller, asked.source)
    if len(asked.bookings) > gateway.settings.bulk_max:
        detail = f"at most {gateway.settings.bulk_max} bookings are taken at once; send several requests"
        raise invalid([FieldFault(pointer="#/bookings", detail=detail)])
    desk = BookingDesk(gateway, caller, language)
    items = []
    for item in asked.bookings:
        document = BookingDocument.model_validate(item.model_dump(exclude={"id"}))
        items.append(_one(desk, BookingKey(asked.source, item.id), document, dry_run))
    told = [item.outcome for item in items]
    return BulkAnswer(
        created=told.count(PutOutcome.CREATED),
        changed=told.count(PutOutcome.CHANGED),
        unchanged=told.count(PutOutcome.UNCHANGED),
        failed=sum(item.problem is not None for item in items),
        items=items,
    )


def _one(desk: BookingDesk, key: BookingKey, document: BookingDocument, dry_run: bool) -> BulkResult:
    try:
        answer = desk.put(key, document, Conditions(), dry_run=dry_run, plan=False)
    except Problem as problem:
        status, body = problem.kind.status, problem_body(problem, None)
        return BulkResult(id=key.id, status=status, outcome=None, etag=None, warnings=[], problem=body)
    status = 201 if answer.outcome is PutOutcome.CREATED else 200
    return BulkResult(id=key.id, status=status, outcome=answer.outcome, etag=answer.etag, warnings=answer.warnings, problem=None)


@router.post("/{source}", status_code=201, responses=_POSTED)
def post_booking(
    source: SourcePath,
    document: BookingBody,
    gateway: GatewayHere,
    caller: Writer,
    language: Language,
    response: Response,
    idempotency_key: IdempotencyKey,
    dry_run: DryRun = False,
) -> BookingWithPlan:
    """Store a booking for a caller without ids: it gets one that is made of the Idempotency-Key, so a second try finds it."""
    made = hashlib.sha256(f"{source}\n{idempotency_key}".encode("utf-8", "replace")).hexdigest()[:24]
    desk = BookingDesk(gateway, caller, language)
    answer = desk.post(BookingKey(source, f"i-{made}"), document, dry_run=dry_run)
    if answer.outcome is not PutOutcome.CREATED:
        response.status_code = 200
    return send(response, answer, language)
