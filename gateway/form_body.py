"""The body of a form that a person sent."""

from __future__ import annotations

from fastapi import Request

FORM_LONGEST = 4_096


async def bounded_body(request: Request) -> bytes:
    """The body, at most FORM_LONGEST bytes of it; no more than one piece beyond is read."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_LONGEST:
            break
    return body[:FORM_LONGEST]
