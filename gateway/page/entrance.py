"""Who may see the page: everyone where it is public, else who signed in, or gave an API key once (kept in a cookie)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode
from zoneinfo import ZoneInfo

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from gateway.access import RIGHTS, Caller, Right
from gateway.form_body import bounded_body
from gateway.keys import fits, split_key
from gateway.limits import TokenBuckets
from gateway.page.rendering import fill, style
from gateway.page.settings import PageSettings
from gateway.page.words import Words, best_language, languages
from gateway.signin.form import PATH as SIGN_IN
from gateway.signin.sessions import COOKIE as SESSION_COOKIE
from gateway.signin.sessions import anew as session_anew
from gateway.signin.sessions import caller_of_session, drop_cookie, refuse_other_sites
from premises.ports import House
from premises.site import Site

COOKIE = "greenroom_key"
LANGUAGE_COOKIE = "greenroom_language"
KEY_LONGEST = 200
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
        caller = self._caller(request.cookies.get(COOKIE, "")) or self._person(request.cookies.get(SESSION_COOKIE, ""))
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

    def _person(self, secret: str) -> Caller | None:
        caller = caller_of_session(self.house, secret)
        return caller if caller is not None and Right.SEE_READINGS in caller.rights else None

    def anew(self, visitor: Visitor) -> Caller | None:
        """The visitor's caller as its key or session stands now; None without one, or where it was ended or has expired."""
        if visitor.caller is None:
            return None
        if visitor.caller.session:
            return session_anew(self.house, visitor.caller)
        known, now = visitor.caller.key, self.house.clock.now()
        key = self.house.keys.find(known.prefix)
        if key is None or key.secret_hash != known.secret_hash or key.revoked_at is not None:
            return None
        return None if key.expires_at is not None and key.expires_at <= now else Caller(key)

    def ask(self, request: Request, fault: str = "", status: int = 200, following: str = "") -> Response:
        """The form that asks for a key."""
        words = Words(self.language(request), ZoneInfo("UTC"))
        action, told = f"{self.settings.path}/key", words.say(f"key.{fault}") if fault else ""
        people = f"{SIGN_IN}?{urlencode({'next': self._local(following)})}" if self.house.people is not None else ""
        text = fill("key.html", w=words, style=style(), action=action, next=self._local(following), fault=told, people=people)
        return HTMLResponse(text, status, {"Cache-Control": "no-store", "Content-Security-Policy": _FORM_POLICY})

    async def take(self, request: Request) -> Response:
        """The form, filled in: the cookie where the key fits, else the form again."""
        form = parse_qs((await bounded_body(request)).decode("utf-8", "replace"), max_num_fields=5)
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

    def leave(self, request: Request) -> Response:
        """Key and session are forgotten here; the session is over everywhere."""
        caller = caller_of_session(self.house, request.cookies.get(SESSION_COOKIE, ""))
        if caller is not None and self.house.people is not None:
            refuse_other_sites(request)
            self.house.people.close_session(caller.session)
        answer = RedirectResponse(self.settings.path + "/", 303)
        answer.delete_cookie(COOKIE, path=self.settings.path, httponly=True, samesite="strict")
        drop_cookie(answer)
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
