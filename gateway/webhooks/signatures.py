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

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

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
    """Standard Webhooks: a signature over id, time and body; several of them while keys change.

    `v1`: HMAC-SHA256 by a shared key (`whsec_…`). `v1a`: Ed25519, of which we hold the public key only (`whpk_…`).
    """

    def verify(body: bytes, headers: Headers, secret: str, now: datetime, url: str) -> bool:  # noqa: ARG001
        message_id, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not message_id or not stamp.isdigit() or len(stamp) > 12:
            return False
        if abs(now.timestamp() - int(stamp)) > tolerance.total_seconds():
            return False
        public = secret.startswith("whpk_")
        try:
            key = base64.b64decode(secret.removeprefix("whpk_" if public else "whsec_"), validate=True)
        except (binascii.Error, ValueError):
            return False
        content = f"{message_id}.{stamp}.".encode() + body
        told = [one.partition(",") for one in headers.get("webhook-signature", "")[:2_000].split()]
        if public:
            return any(_by_public_key(key, signature, content) for version, _, signature in told if version == "v1a")
        right = base64.b64encode(_mac(key, content)).decode()
        return bool(key) and any(same(signature, right) for version, _, signature in told if version == "v1")

    return verify


def _by_public_key(key: bytes, signature: str, content: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(base64.b64decode(signature, validate=True), content)
    except (InvalidSignature, binascii.Error, ValueError):
        return False
    return True


def sign_standard(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a message of ours."""
    stamp = str(int(at.timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mac = base64.b64encode(_mac(key, f"{message_id}.{stamp}.".encode() + body)).decode()
    return {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": f"v1,{mac}"}
