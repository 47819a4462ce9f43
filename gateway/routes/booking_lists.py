"""Lists of bookings in pages, and the feed of their changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from gateway.access import Caller, Right
from gateway.answers import LINK, answers
from gateway.cursors import Place, next_link, place_cursor, place_of, read_place, read_revision, revision_cursor
from gateway.door import Gateway, GatewayHere, needs
from gateway.routes.examples import CANCELLED, LISTED
from gateway.routes.parameters import (
    CursorQuery,
    FromQuery,
    LimitQuery,
    SinceQuery,
    SiteQuery,
    SourceQuery,
    ToQuery,
    ZoneQuery,
    instant_of,
    span_of,
)
from gateway.shapes.booking import BookingPage, ChangePage
from gateway.writing import listed
from premises.booking import BookingStatus, StoredBooking
from premises.ports import BookingQuery

router = APIRouter(prefix="/v1/bookings", tags=["bookings"])

Reader = Annotated[Caller, Depends(needs(Right.SEE_BOOKINGS))]
Statuses = Annotated[list[BookingStatus] | None, Query(description="one or several; left out: all but cancelled")]
ROUNDS = 20  # at most so many reads of the book for one page, however little of it the key may see
_TOMBSTONE = {name: CANCELLED[name] for name in LISTED}


def _page(gateway: Gateway, caller: Caller, query: BookingQuery, size: int) -> tuple[list[StoredBooking], Place | None]:
    """Up to `size` bookings that the caller sees, from the query's place on; and the place to go on from, None at the end."""
    seen: list[StoredBooking] = []
    for _ in range(ROUNDS):
        found = gateway.house.bookings.find(replace(query, limit=size + 1))
        for stored in found:
            if caller.sees_booking(stored.booking):
                if len(seen) == size:
                    return seen, place_of(seen[-1])
                seen.append(stored)
        if len(found) <= size:
            return seen, None
        query = replace(query, after=place_of(found[-1]))
    return seen, query.after


def _narrowed(caller: Caller, query: BookingQuery) -> BookingQuery:
    """The query with the key's scope in it, where that is one thing: the rest is sifted afterwards."""
    key = caller.key
    if query.site is None and len(key.sites) == 1:
        query = replace(query, site=next(iter(key.sites)))
    if query.zone is None and len(key.zones) == 1:
        query = replace(query, zone=next(iter(key.zones)))
    if query.source is None and len(key.sources) == 1:
        query = replace(query, source=next(iter(key.sources)))
    return query


@router.get("", responses=answers({"items": [LISTED], "next": "WyJwIl0"}, "bad-cursor", "not-found", headers=LINK))
def list_bookings(
    request: Request,
    response: Response,
    gateway: GatewayHere,
    caller: Reader,
    site: SiteQuery = None,
    zone: ZoneQuery = None,
    source: SourceQuery = None,
    status: Statuses = None,
    from_: FromQuery = None,
    to: ToQuery = None,
    updated_since: SinceQuery = None,
    cursor: CursorQuery = None,
    limit: LimitQuery = None,
) -> BookingPage:
    """Bookings in order of the start of their hold. `from`, `to`: those whose hold overlaps that span, open where left out."""
    if site is not None:
        gateway.site(caller, site)
    query = BookingQuery(
        site=site,
        zone=zone,
        source=source,
        overlaps=span_of(from_, to),
        statuses=frozenset(status) if status else frozenset(BookingStatus) - {BookingStatus.CANCELLED},
        updated_since=instant_of(updated_since, "updated_since"),
        after=read_place(cursor) if cursor is not None else None,
    )
    if updated_since is not None and not status:
        query = replace(query, statuses=None)  # who asks what changed must learn what was cancelled
    size = min(limit or gateway.settings.page_default, gateway.settings.page_max)
    page, place = _page(gateway, caller, _narrowed(caller, query), size)
    following = place_cursor(place) if place is not None else None
    if following is not None:
        response.headers["Link"] = next_link(request, following)
    sites = gateway.house.sites
    return BookingPage(items=[listed(stored, sites.get(stored.booking.site), caller) for stored in page], next=following)


@router.get(
    "/changes", responses=answers({"items": [_TOMBSTONE], "next": "WyJyIiwxNDBd", "more": False}, "bad-cursor", headers=LINK)
)
def list_booking_changes(
    request: Request,
    response: Response,
    gateway: GatewayHere,
    caller: Reader,
    site: SiteQuery = None,
    source: SourceQuery = None,
    cursor: CursorQuery = None,
    limit: LimitQuery = None,
) -> ChangePage:
    """What changed since `cursor` (left out: since the beginning), in order; each booking once, as it stands now."""
    size = min(limit or gateway.settings.page_default, gateway.settings.page_max)
    after = read_revision(cursor) if cursor is not None else 0
    query = _narrowed(caller, BookingQuery(site=site, source=source, after_revision=after, limit=size + 1))
    found = gateway.house.bookings.find(query)
    page, more = found[:size], len(found) > size
    reached = page[-1].revision if page else after
    following = revision_cursor(reached)
    if more:
        response.headers["Link"] = next_link(request, following)
    sites = gateway.house.sites
    items = [listed(stored, sites.get(stored.booking.site), caller) for stored in page if caller.sees_booking(stored.booking)]
    return ChangePage(items=items, next=following, more=more)
