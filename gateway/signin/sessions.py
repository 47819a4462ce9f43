"""Sessions of people who signed in: a random secret in a cookie, its hash in the book, ended by time, by leaving, by disabling."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from fastapi import Request, Response

from gateway.access import Caller
from gateway.keys import hash_secret
from gateway.problems import Problem
from premises.desks import Person, Session
from premises.ports import ApiKey, House

COOKIE = "greenroom_session"
SECRET_LONGEST = 100
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def open_session(house: House, person: Person, hours: float) -> tuple[str, Session]:
    """A new session of that person: the secret for the cookie, which is kept nowhere, and what is kept."""
    assert house.people is not None
    now, secret = house.clock.now(), secrets.token_urlsafe(32)
    session = Session(hash_secret(secret), person.id, now, now + timedelta(hours=hours))
    house.people.open_session(session)
    return secret, session


def caller_of_session(house: House, secret: str) -> Caller | None:
    """Whoever has that secret in their cookie; None where it says nothing (any more)."""
    if house.people is None or not secret or len(secret) > SECRET_LONGEST:
        return None
    return _caller(house, hash_secret(secret))


def anew(house: House, caller: Caller) -> Caller | None:
    """A caller of a session as they are now: None once it is closed or has expired, or the person is disabled."""
    return _caller(house, caller.session) if caller.session else None


def _caller(house: House, secret_hash: str) -> Caller | None:
    found = house.people.session(secret_hash, house.clock.now()) if house.people is not None else None
    return caller_of(house, found[1], found[0]) if found is not None else None


def caller_of(house: House, person: Person, session: Session) -> Caller:
    """The person with the rights and scopes that a key of theirs would have."""
    zones = person.zones or _zones_of_tenant(house, person)
    seen_as = ApiKey(
        id=f"person {person.id}",
        prefix=person.id,
        secret_hash="",
        role=person.role,
        label=person.name,
        created_at=session.created_at,
        sites=person.sites,
        zones=zones,
        expires_at=session.expires_at,
    )
    return Caller(seen_as, session=session.secret_hash)


def _zones_of_tenant(house: House, person: Person) -> frozenset[str]:
    """The zones that the site files give to the person's tenant; none where it is named nowhere."""
    if person.tenant is None:
        return frozenset()
    sites = (site for site in house.sites.values() if not person.sites or site.id in person.sites)
    found = frozenset(zone for site in sites for tenant in site.tenants if tenant.id == person.tenant for zone in tenant.zones)
    return found or frozenset({""})  # a tenant that moved out sees no zone, rather than all


def set_cookie(answer: Response, secret: str, session: Session, now: datetime, *, secure: bool) -> None:
    """Out of reach of scripts; not sent along when another site makes the browser write; over TLS only where there is TLS."""
    age = int((session.expires_at - now).total_seconds())
    answer.set_cookie(COOKIE, secret, max_age=age, path="/", httponly=True, samesite="lax", secure=secure)


def drop_cookie(answer: Response) -> None:
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")


def is_secure(request: Request, always: bool) -> bool:
    """Whether the browser speaks TLS to us, or to the proxy before us."""
    return always or request.url.scheme == "https"


def refuse_other_sites(request: Request) -> None:
    """A cookie is sent by the browser whoever makes it ask: what changes something must come from our own pages.

    Raises the problem not-allowed. Browsers say where a request comes from (`Sec-Fetch-Site`, before that `Origin`).
    """
    if request.method in SAFE_METHODS:
        return
    told = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if told is not None:
        own = told == "same-origin"
    else:
        own = origin is not None and urlsplit(origin).netloc == request.headers.get("host")
    if not own:
        raise Problem("not-allowed", "signed in by a cookie, only our own pages may change something; programs use a key")


def refuse_foreign_sign_in(request: Request) -> None:
    """Nobody is signed in by a page of another site. Raises the problem not-allowed."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Problem("not-allowed", "one signs in from our own pages, or with a program")
