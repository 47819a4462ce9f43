"""Asking for what a notice only points at: Google Calendar and Microsoft Graph, with an account of the premises' own.

Only addresses below the provider's own API are asked, whatever a notice says; what comes is read like any message of that provider.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
import structlog

from gateway.foreign import Taken
from gateway.hook_intake import take_message
from gateway.settings import FetchSettings, HookSettings
from gateway.webhooks import read_message
from gateway.webhooks.inbox import Inbox
from gateway.webhooks.messages import BYTES_MOST, HookError, HookMessage, load_json
from gateway.webhooks.providers import provider_named
from premises.errors import GreenroomError, RetryableError
from premises.ports import House
from premises.time import format_instant

log = structlog.get_logger("gateway")

SECONDS = 15.0
PAGES_MOST = 20
WAITING_MOST = 1_000
BACK = timedelta(hours=24)  # notices may be lost: each look takes a day's changes along, which are harmless twice
APIS = {"google": "https://www.googleapis.com/", "microsoft_graph": "https://graph.microsoft.com/v1.0/"}


class FetchError(RetryableError):
    """The provider did not answer, or not with events; the next notice asks again."""


@dataclass
class _Token:
    text: str = ""
    until: float = 0.0


class EventFetcher:
    """Takes notices at once and asks for the events on a thread of its own. monotonic: seconds, for how long tokens hold."""

    def __init__(self, house: House, hooks: Mapping[str, HookSettings], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._house = house
        self._hooks = {name: hook for name, hook in hooks.items() if hook.fetch is not None}
        self._monotonic = monotonic
        self._tokens: dict[str, _Token] = {}
        self._inbox = Inbox()
        self._waiting: queue.Queue[tuple[str, HookMessage]] = queue.Queue(WAITING_MOST)
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def notice(self, name: str, message: HookMessage) -> None:
        """Something changed. Never waits: where too many wait already, the notice is dropped, and the next one brings it along."""
        if name not in self._hooks:
            return
        try:
            self._waiting.put_nowait((name, message))
        except queue.Full:
            log.warning("notice dropped", hook=name)
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="event-fetcher", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        """Until nothing has waited for a while; a later notice starts it again."""
        while True:
            try:
                name, message = self._waiting.get(timeout=1.0)
            except queue.Empty:
                with self._lock:
                    if self._waiting.empty():
                        self._thread = None
                        return
                continue
            try:
                taken = self.fetch(name, message)
                log.info("events fetched", hook=name, taken=len(taken))
            except GreenroomError as error:
                log.warning("events not fetched", hook=name, why=str(error))

    def fetch(self, name: str, message: HookMessage) -> list[Taken]:
        """Ask for all that the message points at, and take it. Raises FetchError, HookError."""
        hook = self._hooks[name]
        assert hook.fetch is not None
        provider, site = provider_named(hook.provider), self._house.site(hook.site)
        taken: list[Taken] = []
        for told in dict.fromkeys(message.fetch):
            for page in self._pages(name, hook.fetch, provider.name, told):
                taken += take_message(self._house, self._inbox, hook, site, read_message(provider, page, {}))
        return taken

    def _pages(self, name: str, settings: FetchSettings, provider: str, told: str) -> list[bytes]:
        base = settings.api or APIS[provider]
        url = told if told.startswith(("http:", "https:")) else base + told.lstrip("/")
        parameters: dict[str, str] = {}
        if provider == "google":
            since = self._house.clock.now() - BACK
            url = url.partition("?")[0]
            parameters = {"showDeleted": "true", "maxResults": "250", "updatedMin": format_instant(since)}
        pages: list[bytes] = []
        while len(pages) < PAGES_MOST:
            if not _below(url, base):
                raise FetchError(
                    f"hook {name} points at {urlsplit(url).hostname}, which is not {urlsplit(base).hostname}: not asked"
                )
            data, following = self._get(name, settings, url, parameters)
            pages.append(data)
            if following is None:
                break
            url, parameters = (url, {**parameters, "pageToken": following}) if provider == "google" else (following, {})
        return pages

    def _get(self, name: str, settings: FetchSettings, url: str, parameters: dict[str, str]) -> tuple[bytes, str | None]:
        headers = {"Authorization": f"Bearer {self._token(name, settings)}", "Prefer": 'outlook.timezone="UTC"'}
        try:
            with requests.get(
                url, params=parameters, headers=headers, timeout=SECONDS, allow_redirects=False, stream=True
            ) as answer:
                data = answer.raw.read(BYTES_MOST + 1, decode_content=True)
                if answer.status_code == requests.codes.unauthorized:
                    self._tokens.pop(name, None)
                if answer.status_code in (requests.codes.not_found, requests.codes.gone):
                    return b"{}", None  # it is there no more: its tombstone is told by another notice
                if answer.status_code != requests.codes.ok:
                    raise FetchError(f"the provider of hook {name} answers {answer.status_code}")
        except requests.RequestException as error:
            raise FetchError(f"the provider of hook {name} does not answer: {type(error).__name__}") from None
        told = _json(data, name)
        following = told.get("nextPageToken") or told.get("@odata.nextLink")
        return data, following if isinstance(following, str) else None

    def _token(self, name: str, settings: FetchSettings) -> str:
        """An access token, kept for as long as it holds. Raises FetchError."""
        kept = self._tokens.get(name)
        if kept is not None and self._monotonic() < kept.until:
            return kept.text
        form = {"client_id": settings.client_id, "client_secret": settings.client_secret.get_secret_value()}
        if settings.refresh_token is not None:
            form |= {"grant_type": "refresh_token", "refresh_token": settings.refresh_token.get_secret_value()}
        else:
            form |= {"grant_type": "client_credentials", "scope": settings.scope}
        try:
            answer = requests.post(settings.token_url, data=form, timeout=SECONDS, allow_redirects=False)
            told = answer.json() if answer.status_code == requests.codes.ok else {}
        except (requests.RequestException, ValueError) as error:
            raise FetchError(f"no token for hook {name}: {type(error).__name__}") from None
        text = told.get("access_token") if isinstance(told, dict) else None
        if not isinstance(text, str) or not text:
            raise FetchError(f"no token for hook {name}: the provider answers {answer.status_code}")
        holds = told.get("expires_in")
        seconds = min(float(holds), 86_400.0) - 60.0 if isinstance(holds, int | float) else 240.0
        self._tokens[name] = _Token(text, self._monotonic() + max(seconds, 0.0))
        return text


def _below(url: str, base: str) -> bool:
    """Whether the address is one of that API: same scheme, host and port, and below its path."""
    one, other = urlsplit(url), urlsplit(base)
    same = (one.scheme, one.netloc) == (other.scheme, other.netloc)
    return same and one.path.startswith(other.path) and ".." not in one.path.split("/")


def _json(data: bytes, name: str) -> dict[str, Any]:
    try:
        told = load_json(data)
    except HookError as error:
        raise FetchError(f"the provider of hook {name}: {error}") from None
    return told if isinstance(told, dict) else {}
