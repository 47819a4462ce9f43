"""The quarantine of a Greenroom that runs, through its door: it keeps the accounts, so it does what is to be done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

import requests

from gateway.keys import make_key
from greenroom.settings import Settings
from ingest.quarantine import details
from premises.errors import GreenroomError, SettingError, StoreUnavailableError, UnknownNameError
from premises.ports import Quarantined, Role
from premises.time import Clock
from stores.book import open_books

SECONDS = 30.0
KEY_LIVES = timedelta(minutes=15)
LABEL = "greenroom quarantine on this machine"


class Looking(Protocol):
    """What is needed of a journal that is open for reading; SqliteJournal is one."""

    def quarantine(self, limit: int = 100, after: int = 0) -> list[Quarantined]: ...

    def quarantined(self, quarantine_id: int) -> Quarantined: ...


@dataclass(frozen=True, slots=True)
class Listed:
    """A quarantined message as a list names it."""

    id: int


class RunningQuarantine:
    """What `ingest.desk.JournalDesk` does, asked of a house at its address. url: such as http://127.0.0.1:8080."""

    def __init__(self, url: str, key: str) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise SettingError(f"{url!r} is no address of a Greenroom, such as http://127.0.0.1:8080")
        self.url = url.rstrip("/")
        self._key = key

    def details(self, quarantine_id: int) -> Mapping[str, Any]:
        """All that is known of it, escaped. Raises UnknownNameError, GreenroomError, StoreUnavailableError."""
        told: Mapping[str, Any] = self._ask("GET", f"/{quarantine_id}")["details"]
        return told

    def look(self, limit: int = 100, after: int = 0) -> list[Listed]:
        """Oldest first, ids above `after`."""
        told, cursor = list[Listed](), None
        while len(told) < limit:
            page = self._ask("GET", "", query={"limit": "100", **({"cursor": cursor} if cursor else {})})
            told += [Listed(int(one["id"])) for one in page["items"] if int(one["id"]) > after]
            cursor = page["next"]
            if cursor is None:
                break
        return told[:limit]

    def retry(self, quarantine_id: int) -> tuple[bool, str]:
        """Whether it is stored now, and why not."""
        told = self._ask("POST", f"/{quarantine_id}/retry")
        return bool(told["stored"]), str(told["reason"])

    def discard(self, quarantine_id: int) -> None:
        self._ask("DELETE", f"/{quarantine_id}")

    def _ask(self, method: str, tail: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        try:
            answer = requests.request(
                method,
                f"{self.url}/v1/quarantine{tail}",
                params=query,
                headers={"Authorization": f"Bearer {self._key}"},
                timeout=SECONDS,
                allow_redirects=False,
            )
            told = answer.json() if answer.content else {}
        except (requests.RequestException, ValueError) as error:
            raise StoreUnavailableError(f"no Greenroom answers at {self.url} ({type(error).__name__})") from None
        if answer.status_code == requests.codes.not_found:
            raise UnknownNameError(
                f"the Greenroom at {self.url} has no quarantined message{tail.replace('/', ' ').removesuffix(' retry')}"
            )
        if not answer.ok or not isinstance(told, dict):
            detail = told.get("detail", "") if isinstance(told, dict) else ""
            raise GreenroomError(f"the Greenroom at {self.url} answers {answer.status_code}: {detail}")
        return told


class SameQuarantine:
    """The quarantine of a running house that has the very journal of a folder: what it would act on is compared before it acts."""

    def __init__(self, running: RunningQuarantine, ours: Looking, otherwise: str) -> None:
        """ours: the journal, opened for reading. otherwise: what a person can do where the house cannot be asked."""
        self._running = running
        self._ours = ours
        self._otherwise = otherwise

    def look(self, limit: int = 100, after: int = 0) -> Sequence[Quarantined]:
        """Oldest first, ids above `after`."""
        return self._ours.quarantine(limit, after)

    def retry(self, quarantine_id: int) -> tuple[bool, str]:
        self._compare(quarantine_id)
        return self._running.retry(quarantine_id)

    def discard(self, quarantine_id: int) -> None:
        self._compare(quarantine_id)
        self._running.discard(quarantine_id)

    def _compare(self, quarantine_id: int) -> None:
        ours = details(self._ours.quarantined(quarantine_id))
        try:
            theirs = self._running.details(quarantine_id)
        except GreenroomError as error:
            raise StoreUnavailableError(f"{self._otherwise} ({error})") from None
        if any(theirs.get(name) != ours[name] for name in ("topic", "payload_hex", "received_at")):
            raise StoreUnavailableError(
                f"the Greenroom at {self._running.url} is not the one that has this journal; {self._otherwise}"
            )


@contextmanager
def running_quarantine(settings: Settings, url: str | None, key: str, clock: Clock) -> Iterator[RunningQuarantine]:
    """The house at `url`, else where the settings let it listen.

    key: an engineer's; "" where there is none: then one is made in the books of this machine, for this call alone. Who may write
    the books may make keys, so this opens no door that is not open.
    """
    at = url or f"http://{'127.0.0.1' if settings.host in ('0.0.0.0', '::') else settings.host}:{settings.port}"  # noqa: S104 - not bound here
    if key:
        yield RunningQuarantine(at, key)
        return
    if url is not None:
        raise SettingError(f"set GREENROOM_KEY to an engineer's key of the Greenroom at {url}; `greenroom keys make` makes one")
    now = clock.now()
    made, text = make_key(Role.ENGINEER, LABEL, now, expires_at=now + KEY_LIVES)
    books = open_books(settings.books_url)
    try:
        books.keys.put(made)
        yield RunningQuarantine(at, text)
    finally:
        books.keys.revoke(made.id, clock.now())
        books.close()
