"""Who may see the page: everyone where it is public, else who gave an API key once. The key stays in a cookie of this browser."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from gateway.access import RIGHTS, Caller, Right
from gateway.keys import fits, split_key
from gateway.limits import TokenBuckets
from gateway.page.rendering import fill, style
from gateway.page.settings import PageSettings
from gateway.page.words import Words, best_language, languages
from premises.ports import House
from premises.site import Site

COOKIE = "greenroom_key"
LANGUAGE_COOKIE = "greenroom_language"
KEY_LONGEST = 200
FORM_LONGEST = 4096
KEPT_S = 400 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks. caller: None for someone without a key on a public page, who sees all and changes nothing."""

    caller: Caller | None

    def may(self, right: Right) -> bool:
        """Whether this visitor may do something that needs a right."""
        return self.caller is not None and right in RIGHTS[self.caller.key.role]

    def sees_zone(self, site: str, zone: str) -> bool:
        return self.caller is None or self.caller.sees_zone(site, zone)

    @property
    def sees_all(self) -> bool:
        """Whether power, health and alarms of the whole site are for this visitor."""
        return self.caller is None or not self.caller.by_zone


class Entrance:
    """Checks keys, sets and drops the cookie. Tries without a valid key are limited by address."""

    def __init__(self, house: House, settings: PageSettings) -> None:
        self.house = house
        self.settings = settings
        self._tries = TokenBuckets(0.2, 10, 10_000, time.monotonic)

    def visitor(self, request: Request) -> Visitor | None:
        """Who asks; None where a key is needed and none that fits came."""
        caller = self._caller(request.cookies.get(COOKIE, ""))
        if caller is not None or self.settings.page_public:
            return Visitor(caller)
        return None

    def sites(self, visitor: Visitor) -> Sequence[Site]:
        """Sites that the visitor sees, by id."""
        sites = [site for _, site in sorted(self.house.sites.items())]
        return [site for site in sites if visitor.caller is None or visitor.caller.sees_site(site.id)]

    def _caller(self, text: str) -> Caller | None:
        parts = split_key(text[:KEY_LONGEST])
        if parts is None:
            return None
        key = self.house.keys.find(parts[0])
        if key is None or not fits(key, parts[1], self.house.clock.now()):
            return None
        return Caller(key) if Right.SEE_READINGS in RIGHTS[key.role] else None

    def anew(self, visitor: Visitor) -> Caller | None:
        """The visitor's caller as its key stands now; None without one, or where it was revoked or has expired."""
        if visitor.caller is None:
            return None
        known, now = visitor.caller.key, self.house.clock.now()
        key = self.house.keys.find(known.prefix)
        if key is None or key.secret_hash != known.secret_hash or key.revoked_at is not None:
            return None
        return None if key.expires_at is not None and key.expires_at <= now else Caller(key)

    def ask(self, request: Request, fault: str = "", status: int = 200, following: str = "") -> Response:
        """The form that asks for a key."""
        words = Words(self.language(request), ZoneInfo("UTC"))
        action, told = f"{self.settings.path}/key", words.say(f"key.{fault}") if fault else ""
        text = fill("key.html", w=words, style=style(), action=action, next=self._local(following), fault=told)
        return HTMLResponse(text, status, {"Cache-Control": "no-store", "Content-Security-Policy": _FORM_POLICY})

    async def take(self, request: Request) -> Response:
        """The form, filled in: the cookie where the key fits, else the form again."""
        form = parse_qs((await _bounded(request)).decode("utf-8", "replace"), max_num_fields=5)
        text, following = form.get("key", [""])[0].strip(), form.get("next", [""])[0]
        address = request.client.host if request.client else "unknown"
        if self._tries.empty(address) > 0:
            return self.ask(request, "too_many", 429, following)
        if self._caller(text) is None:
            self._tries.take(address)
            return self.ask(request, "wrong", 403, following)
        answer = RedirectResponse(self._local(following), 303)
        secure = self.settings.secure_cookie or request.url.scheme == "https"
        answer.set_cookie(COOKIE, text, max_age=KEPT_S, path=self.settings.path, httponly=True, samesite="strict", secure=secure)
        return answer

    def leave(self) -> Response:
        """The cookie is dropped."""
        answer = RedirectResponse(self.settings.path + "/", 303)
        answer.delete_cookie(COOKIE, path=self.settings.path, httponly=True, samesite="strict")
        return answer

    def language(self, request: Request) -> str:
        """As chosen on the page, else as the browser asks."""
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        return chosen if chosen in languages() else best_language(request.headers.get("accept-language", ""))

    def _local(self, following: str) -> str:
        """Only to a place of this page, whatever a form says."""
        home = self.settings.path + "/"
        plain = following.startswith(home) and not set(following) & set("\\\r\n") and "//" not in following
        return following if plain else home


_FORM_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'none'"


async def _bounded(request: Request) -> bytes:
    """The body, at most FORM_LONGEST bytes of it."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_LONGEST:
            break
    return body[:FORM_LONGEST]
