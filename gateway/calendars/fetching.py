"""Fetching a feed: a file, or HTTP with ETag; inner networks are not asked unless that is allowed.

The name is resolved once, every address it has is judged, and the connection goes to a judged address: a name that changes
its mind in between (DNS rebinding) gains nothing. Every redirect is judged again.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from gateway.calendars.lines import BYTES_MOST
from premises.errors import GreenroomError, RetryableError, SettingError

SECONDS = 15.0
REDIRECTS_MOST = 3
AGENT = "greenroom-calendar/1"

Resolve = Callable[[str, int], list[str]]


class FeedUnavailableError(RetryableError):
    """The feed did not answer, or not with a calendar; asked again later."""


class FeedRefusedError(GreenroomError):
    """The address may not be asked."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came. data None: not changed since. etag, modified: to be sent along the next time."""

    data: bytes | None
    etag: str = ""
    modified: str = ""


def resolve(host: str, port: int) -> list[str]:
    """All addresses of a name. Raises FeedUnavailableError."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FeedUnavailableError(f"{host} cannot be resolved: {error}") from None
    return [str(each[4][0]) for each in found]


def judge(addresses: list[str], host: str) -> str:
    """The first address, if none of them lies in an inner network. Raises FeedRefusedError, FeedUnavailableError."""
    if not addresses:
        raise FeedUnavailableError(f"{host} has no address")
    for told in addresses:
        address = ipaddress.ip_address(told.partition("%")[0])
        inner = getattr(address, "ipv4_mapped", None) or address
        if not inner.is_global or inner.is_multicast:
            raise FeedRefusedError(f"{host} is {told}, an address of an inner network; allow it in the settings if it is meant")
    return addresses[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was judged, whatever the name means by now."""

    def __init__(self, host: str, port: int, address: str, tls: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._address = address
        self._tls = tls

    def connect(self) -> None:
        self.sock = socket.create_connection((self._address, self.port), SECONDS)
        if self._tls is not None:
            self.sock = self._tls.wrap_socket(self.sock, server_hostname=self.host)


def fetch(
    address: str,
    etag: str = "",
    modified: str = "",
    *,
    allow_private: bool = False,
    folder: Path | None = None,
    resolve: Resolve = resolve,
) -> Fetched:
    """The feed at `https:`, `http:`, `webcal:` or `file:`. Raises FeedUnavailableError, FeedRefusedError, SettingError.

    folder: where `file:` addresses lie, if they are relative.
    """
    if address.startswith("file:"):
        return _from_file((folder or Path()) / address.removeprefix("file:").removeprefix("//"), modified)
    url = address
    for _ in range(REDIRECTS_MOST + 1):
        answer, where = _ask(url, etag, modified, allow_private, resolve)
        if where is None:
            return answer
        url = urljoin(url, where)
    raise FeedUnavailableError(f"{_shown(address)} redirects more than {REDIRECTS_MOST} times")


def _shown(address: str) -> str:
    """The address without what may be a secret in it: many feeds have one in path or query."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}/…"


def _from_file(path: Path, modified: str) -> Fetched:
    try:
        stat = path.stat()
        stamp = formatdate(stat.st_mtime, usegmt=True) + f" {stat.st_size}"
        if stat.st_size > BYTES_MOST:
            raise FeedUnavailableError(f"{path.name} has {stat.st_size} bytes; at most {BYTES_MOST} are read")
        return Fetched(None, "", modified) if stamp == modified else Fetched(path.read_bytes(), "", stamp)
    except OSError as error:
        raise FeedUnavailableError(f"{path.name} cannot be read: {error.strerror}") from None


def _ask(url: str, etag: str, modified: str, allow_private: bool, resolve: Resolve) -> tuple[Fetched, str | None]:
    """One request: the answer, or where it redirects to."""
    parts = urlsplit(url)
    scheme = {"webcal": "https", "webcals": "https"}.get(parts.scheme, parts.scheme)
    if scheme not in ("https", "http") or not parts.hostname:
        raise SettingError(f"{_shown(url)} is no address of a calendar; https:, http:, webcal: and file: are")
    try:
        port = parts.port or (443 if scheme == "https" else 80)
    except ValueError:
        raise SettingError(f"{_shown(url)} has a port that is none") from None
    addresses = resolve(parts.hostname, port)
    pinned = addresses[0] if allow_private and addresses else judge(addresses, parts.hostname)
    connection = _Pinned(parts.hostname, port, pinned, ssl.create_default_context() if scheme == "https" else None)
    headers = {"User-Agent": AGENT, "Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "identity"}
    headers |= {"If-None-Match": etag} if etag else {}
    headers |= {"If-Modified-Since": modified} if modified and not etag else {}
    try:
        connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), headers=headers)
        return _answer(connection.getresponse(), url, etag, modified)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FeedUnavailableError(f"{_shown(url)} does not answer: {type(error).__name__}") from None
    finally:
        connection.close()


def _answer(answer: Any, url: str, etag: str, modified: str) -> tuple[Fetched, str | None]:
    status = answer.status
    if status == 304:
        return Fetched(None, etag, modified), None
    if status in (301, 302, 303, 307, 308) and answer.getheader("Location"):
        return Fetched(None), str(answer.getheader("Location"))
    if status != 200:
        raise FeedUnavailableError(f"{_shown(url)} answers {status}")
    data = answer.read(BYTES_MOST + 1)
    if len(data) > BYTES_MOST:
        raise FeedUnavailableError(f"{_shown(url)} sends more than {BYTES_MOST} bytes")
    return Fetched(data, answer.getheader("ETag") or "", answer.getheader("Last-Modified") or ""), None
