"""One POST to an address outside: bounded in time and size, no redirects, inner networks refused unless allowed."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from gateway.notices.answer import Answer, one_line
from gateway.pinned import AddressRefusedError, AddressUnknownError, PinnedConnection, Resolve, judge, resolve

STEP_SECONDS = 10.0
WHOLE_SECONDS = 20.0
"""However slowly the other side answers, drop by drop, it is left after this."""
AGENT = "greenroom/1"
_READ_MOST = 2048
_RETRY_AFTER_MOST_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Road:
    """How addresses outside are reached. allow_private: loopback and inner networks, and HTTP without TLS, are fine."""

    allow_private: bool = False
    resolve: Resolve = resolve
    whole_seconds: float = WHOLE_SECONDS


def post(url: str, body: bytes, headers: Mapping[str, str], road: Road) -> Answer:
    """Try once; 2xx is delivered, 410 gone, everything else may be tried again."""
    parts = urlsplit(url)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        return Answer(False, "the address has a port that is none", hopeless=True)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        return Answer(False, "the address is neither https nor http", hopeless=True)
    if parts.scheme == "http" and not road.allow_private:
        return Answer(False, "an address without TLS; https is needed", hopeless=True)
    try:
        pinned = judge(road.resolve(parts.hostname, port), parts.hostname, allow_private=road.allow_private)
    except AddressUnknownError as error:
        return Answer(False, one_line(error))
    except AddressRefusedError as error:
        return Answer(False, one_line(error), hopeless=True)
    connection = PinnedConnection(parts.hostname, port, pinned, _tls() if parts.scheme == "https" else None, STEP_SECONDS)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return _ask(connection, path, body, {"User-Agent": AGENT, **headers}, road.whole_seconds)


def _ask(connection: PinnedConnection, path: str, body: bytes, headers: Mapping[str, str], seconds: float) -> Answer:
    passed = threading.Event()
    watch = threading.Timer(seconds, _cut, (connection, passed))
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        answer.read(_READ_MOST)
        if passed.is_set():  # what was read is cut off
            return Answer(False, "no answer in time")
        return _meaning(answer.status, one_line(answer.reason, 60), answer.getheader("Retry-After"))
    except TimeoutError:
        return Answer(False, "no answer in time")
    except ssl.SSLError as error:
        return Answer(False, f"TLS failed: {one_line(getattr(error, 'verify_message', '') or error.reason)}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        return Answer(False, f"no answer: {one_line(getattr(error, 'strerror', '') or type(error).__name__)}")
    finally:
        watch.cancel()
        connection.close()


def _cut(connection: PinnedConnection, passed: threading.Event) -> None:
    """End the connection under a read that still waits."""
    passed.set()
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return


def _meaning(status: int, reason: str, retry_after: str | None) -> Answer:
    told = f"{status} {reason}".strip()
    if 200 <= status < 300:
        return Answer(True, told)
    if status == 410:
        return Answer(False, told, gone=True)
    if 300 <= status < 400:
        return Answer(False, f"{told}; redirects are not followed")
    asked = float(retry_after) if retry_after is not None and retry_after.isdecimal() and len(retry_after) < 8 else None
    return Answer(False, told, retry_after_s=None if asked is None else min(asked, _RETRY_AFTER_MOST_S))


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
