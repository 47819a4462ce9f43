"""Server-sent events: bookings, zones and alarms as they change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from threading import Semaphore
from typing import Annotated

import anyio
import structlog
from anyio import to_thread
from fastapi import APIRouter, Depends, Header
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from gateway.access import Caller, Right
from gateway.changes import Seen, look, still_holds
from gateway.door import Gateway, GatewayHere, Language, needs, too_many
from premises.errors import RetryableError

log = structlog.get_logger("gateway")
router = APIRouter(prefix="/v1", tags=["running"])

Seer = Annotated[Caller, Depends(needs(Right.SEE_SITES))]
LastEvent = Annotated[
    str | None, Header(alias="Last-Event-ID", pattern=r"^[0-9]{1,18}$", max_length=18, description="go on after that change")
]


# Not in the OpenAPI document: it cannot describe an answer that does not end, and what is made from it would wait for the end.
@router.get("/events", response_class=Response, include_in_schema=False)
def stream_events(gateway: GatewayHere, caller: Seer, language: Language, last_event_id: LastEvent = None) -> StreamingResponse:
    """Events named `booking`, `zone` and `alarms`, as they change. It begins with every zone as it is, and ends after an hour."""
    if not gateway.streams.acquire(blocking=False):
        raise too_many(30)
    first = Seen(gateway.now(), int(last_event_id) if last_event_id else None)
    return CountedStream(_stream(gateway, caller, language, first), gateway.streams)


class CountedStream(StreamingResponse):
    """A stream that gives its place back however it ends, also where it never began."""

    def __init__(self, content: AsyncIterator[bytes], places: Semaphore) -> None:
        super().__init__(content, media_type="text/event-stream")
        self.places = places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.places.release()


async def _stream(gateway: Gateway, caller: Caller, language: str, seen: Seen) -> AsyncIterator[bytes]:
    """Look, tell, wait; until the time is over, the caller goes away, or the key no longer holds."""
    ends = anyio.current_time() + gateway.settings.stream_longest_s
    yield b"retry: 5000\n\n"
    while anyio.current_time() < ends and await to_thread.run_sync(partial(still_holds, gateway, caller)):
        try:
            events, seen = await to_thread.run_sync(partial(look, gateway, caller, language, seen))
        except RetryableError:
            events = []  # a store is away: the line is kept, the next look tells all of it
        for event in events:
            yield event.encode()
        yield b": here\n\n"
        await anyio.sleep(gateway.settings.stream_every_s)
