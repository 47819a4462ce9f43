"""What every route is given: the house, the settings, and the caller whose key was checked."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials

from gateway.access import Caller, Right
from gateway.keys import fits, split_key
from gateway.languages import choose_language
from gateway.limits import TokenBuckets
from gateway.metrics import Meters
from gateway.nearest import nearest
from gateway.problems import Problem
from gateway.settings import GatewaySettings
from gateway.signin.sessions import COOKIE, caller_of_session, refuse_other_sites
from gateway.signin.tries import Tries
from gateway.webhooks.channels import ChannelWatch
from gateway.webhooks.inbox import Inbox
from gateway.webhooks.messages import HookMessage
from premises.errors import UnknownNameError
from premises.ports import ApiKey, AuditEntry, House
from premises.site import Site, Zone

KEY_TEXT_LONGEST = 200


@dataclass(frozen=True)
class Gateway:
    """The gateway of one application: nothing of it is global, so two can run in one process.

    notices: told of webhooks that only point at what changed: (name of the hook, message with `fetch`).
    """

    house: House
    settings: GatewaySettings
    keyed: TokenBuckets
    unkeyed: TokenBuckets
    meters: Meters
    channels: ChannelWatch
    notices: Callable[[str, HookMessage], None] | None = None
    inbox: Inbox = field(default_factory=Inbox)
    streams: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(50))
    tries: Tries = field(default_factory=lambda: Tries(time.monotonic))
    _used: dict[str, datetime] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> datetime:
        return self.house.clock.now()

    def audit(self, caller: Caller, action: str, subject: str, detail: str = "") -> None:
        self.house.audit.append(AuditEntry(self.now(), caller.name, action, subject, detail))

    def note_use(self, key: ApiKey) -> None:
        """Keep the last use of a key, at most once in `used_every_s`: not a write for each request."""
        now = self.now()
        with self._lock:
            last = self._used.get(key.id)
            if last is not None and timedelta(0) <= now - last < timedelta(seconds=self.settings.used_every_s):
                return
            self._used[key.id] = now
        self.house.keys.used(key.id, now)

    def sites(self, caller: Caller) -> list[Site]:
        """The sites that the caller sees, by id."""
        return [site for _, site in sorted(self.house.sites.items()) if caller.sees_site(site.id)]

    def site(self, caller: Caller, site_id: str | None) -> Site:
        """The site asked for, or the only one there is. Raises not-found, or invalid where one must be named."""
        seen = self.sites(caller)
        if site_id is None:
            if len(seen) == 1:
                return seen[0]
            raise Problem("invalid", f"name the site: there are {', '.join(site.id for site in seen) or 'none for this key'}")
        for site in seen:
            if site.id == site_id:
                return site
        raise Problem("not-found", f"no site {site_id!r} here{nearest(site_id, [site.id for site in seen])}")

    def zone(self, caller: Caller, site: Site, zone_id: str) -> Zone:
        """The zone asked for. Raises not-found, with the nearest name."""
        try:
            zone = site.zone(zone_id)
        except UnknownNameError:
            zone = None
        if zone is None or not caller.sees_zone(site.id, zone.id):
            seen = [zone.id for zone in site.zones if caller.sees_zone(site.id, zone.id)]
            raise Problem("not-found", f"site {site.id} has no zone {zone_id!r}{nearest(zone_id, seen)}")
        return zone


def gateway_of(request: Request) -> Gateway:
    """The gateway that this application was made with."""
    gateway: Gateway = request.app.state.gateway
    return gateway


bearer = HTTPBearer(
    auto_error=False, scheme_name="key", description="`Authorization: Bearer gr_…`; or, in its place, `X-API-Key: gr_…`"
)


def address_of(request: Request) -> str:
    """The address at the other end, for limits only."""
    return request.client.host if request.client is not None else "unknown"


def too_many(wait_s: float) -> Problem:
    seconds = max(1, math.ceil(wait_s))
    return Problem("too-many-requests", f"wait {seconds} s and try again", headers={"Retry-After": str(seconds)})


def _one_key(request: Request, told_bearer: HTTPAuthorizationCredentials | None) -> str:
    """The text of the key; "" where none was sent. Two that differ, or one of another kind, are no valid key but a false one."""
    both = (told_bearer.credentials if told_bearer is not None else None, request.headers.get("x-api-key"))
    sent = [told for told in both if told is not None]
    if "authorization" in request.headers and told_bearer is None:
        return "of another kind"
    return sent[0] if len(set(sent)) == 1 else "two that differ" if sent else ""


def caller_of(
    request: Request,
    gateway: Annotated[Gateway, Depends(gateway_of)],
    told_bearer: Annotated[HTTPAuthorizationCredentials | None, Security(bearer)],
) -> Caller:
    """The caller whose key, or session, is valid, within its rate. Raises no-key, bad-key, not-allowed, too-many-requests."""
    text = _one_key(request, told_bearer)
    signed_in = caller_of_session(gateway.house, request.cookies.get(COOKIE, "")) if not text else None
    if signed_in is None:
        return check_key(request, gateway, text)
    refuse_other_sites(request)
    wait = gateway.keyed.take(signed_in.key.id)
    if wait > 0:
        raise too_many(wait)
    request.state.caller = signed_in.key.prefix
    return signed_in


CHALLENGE = {"WWW-Authenticate": 'Bearer realm="greenroom"'}


def check_key(request: Request, gateway: Gateway, text: str) -> Caller:
    """The caller of that key's text. Who guesses is slowed by address; a valid key never is, so that nobody can shut others out.

    Raises no-key, bad-key, too-many-requests.
    """
    parts = split_key(text[:KEY_TEXT_LONGEST])
    key = gateway.house.keys.find(parts[0]) if parts is not None else None
    if not fits(key, parts[1] if parts is not None else "", gateway.now()) or key is None:
        wait = gateway.unkeyed.take(address_of(request))
        if wait > 0:
            raise too_many(wait)
        if not text:
            raise Problem("no-key", "send `Authorization: Bearer gr_…` or `X-API-Key: gr_…`", headers=CHALLENGE)
        raise Problem("bad-key", "the key is unknown, revoked or expired", headers=CHALLENGE)
    wait = gateway.keyed.take(key.id)
    if wait > 0:
        raise too_many(wait)
    gateway.note_use(key)
    request.state.caller = key.prefix
    return Caller(key)


def language_of(request: Request) -> str:
    """The language asked for by Accept-Language, of those there are."""
    return choose_language(request.headers.get("accept-language"))


def needs(right: Right) -> Callable[..., Caller]:
    """A dependency: the caller, whose role has that right."""

    def check(caller: Annotated[Caller, Depends(caller_of)]) -> Caller:
        caller.require(right)
        return caller

    return check


GatewayHere = Annotated[Gateway, Depends(gateway_of)]
Language = Annotated[str, Depends(language_of)]
