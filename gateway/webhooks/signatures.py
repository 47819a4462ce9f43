"""Signatures over the raw body, compared in constant time; and the windows within which a message may still come.

What Robin and LibreBooking send carries no signature that their makers describe, so for them a shared word in a header is
compared, as for Google's channel token and Graph's client state.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

from gateway.webhooks.messages import Headers

TOKEN_HEADER = "x-greenroom-token"  # noqa: S105 - the name of a header
Verify = Callable[[bytes, Headers, str, datetime, str], bool]


def same(told: str, right: str) -> bool:
    """Compared in constant time; nothing is never right."""
    return bool(right) and hmac.compare_digest(told.encode("utf-8", "replace"), right.encode("utf-8", "replace"))


def _mac(secret: bytes, body: bytes) -> bytes:
    return hmac.new(secret, body, hashlib.sha256).digest()


def hex_of_body(header: str) -> Verify:
    """HMAC-SHA256 of the raw body in hex, in that header: Cal.com, Planning Center."""

    def verify(body: bytes, headers: Headers, secret: str, now: datetime, url: str) -> bool:  # noqa: ARG001
        told = headers.get(header, "").strip().lower().removeprefix("sha256=")
        return same(told, _mac(secret.encode(), body).hex())

    return verify


def square(body: bytes, headers: Headers, secret: str, now: datetime, url: str) -> bool:  # noqa: ARG001
    """HMAC-SHA256 of the notification's address and the raw body, in Base64."""
    right = base64.b64encode(_mac(secret.encode(), url.encode() + body)).decode()
    return bool(url) and same(headers.get("x-square-hmacsha256-signature", ""), right)


def shared_header(header: str) -> Verify:
    """A shared word in a header."""

    def verify(body: bytes, headers: Headers, secret: str, now: datetime, url: str) -> bool:  # noqa: ARG001
        return same(headers.get(header, ""), secret)

    return verify


def standard(tolerance: timedelta = timedelta(minutes=5)) -> Verify:
    """Standard Webhooks: `v1,` and Base64 of HMAC-SHA256 over id, time and body; several signatures while keys change."""

    def verify(body: bytes, headers: Headers, secret: str, now: datetime, url: str) -> bool:  # noqa: ARG001
        message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not message_id or not stamp.isdigit() or len(stamp) > 12:
            return False
        if abs(now.timestamp() - int(stamp)) > tolerance.total_seconds():
            return False
        try:
            key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except (binascii.Error, ValueError):
            return False
        right = base64.b64encode(_mac(key, f"{message_id}.{stamp}.".encode() + body)).decode()
        told = headers.get("webhook-signature", "")[:2_000].split()
        fitting = [same(one.partition(",")[2], right) for one in told if one.startswith("v1,")]
        return bool(key) and any(fitting)

    return verify


def sign_standard(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a message of ours."""
    stamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = base64.b64encode(_mac(key, f"{message_id}.{stamp}.".encode() + body)).decode()
    return {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": f"v1,{mac}"}
