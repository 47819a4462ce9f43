"""Fetching a feed: a file, or HTTP with ETag; inner networks are not asked unless that is allowed.

Every address is judged before it is asked (see `gateway.pinned`), every redirect again.
"""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from gateway.calendars.lines import BYTES_MOST
from gateway.pinned import AddressRefusedError, AddressUnknownError, PinnedConnection, Resolve, judge, resolve
from premises.errors import GreenroomError, RetryableError, SettingError

SECONDS = 15.0
REDIRECTS_MOST = 3
AGENT = "greenroom-calendar/1"


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
    try:
        pinned = judge(resolve(parts.hostname, port), parts.hostname, allow_private=allow_private)
    except AddressUnknownError as error:
        raise FeedUnavailableError(str(error)) from None
    except AddressRefusedError as error:
        raise FeedRefusedError(str(error)) from None
    tls = ssl.create_default_context() if scheme == "https" else None
    connection = PinnedConnection(parts.hostname, port, pinned, tls, SECONDS)
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
