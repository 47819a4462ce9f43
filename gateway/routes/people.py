"""Signing in and out; who one is; and who there is."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Request, Response

from gateway.access import Caller, Right
from gateway.answers import WRITING, answers, problems
from gateway.door import Gateway, GatewayHere, address_of, caller_of, gateway_of, needs, too_many
from gateway.faults import invalid
from gateway.problems import FieldFault, Problem
from gateway.shapes.people import PasswordRequest, PersonDocument, PersonList, SessionDocument, SignInRequest
from gateway.signin.passwords import hash_password, password_fits
from gateway.signin.sessions import caller_of as caller_of_person
from gateway.signin.sessions import drop_cookie, is_secure, open_session, refuse_foreign_sign_in, set_cookie
from gateway.times import told
from premises.desks import PeopleBook, Person
from premises.errors import SettingError
from premises.ports import AuditEntry

router = APIRouter(prefix="/v1", tags=["people"])

Anyone = Annotated[Caller, Depends(caller_of)]
Administrator = Annotated[Caller, Depends(needs(Right.MANAGE_PEOPLE))]
PersonId = Annotated[str, Path(min_length=1, max_length=100, pattern=r"^[a-z0-9][a-z0-9._@+-]*$", examples=["anna"])]
_SESSION: dict[str, Any] = {
    "kind": "person",
    "id": "anna",
    "name": "Anna Verhulst",
    "role": "engineer",
    "rights": ["see bookings", "see the plan", "set and end overrides"],
    "sites": ["la-kolok"],
    "zones": [],
    "sources": [],
    "expires_at": "2026-03-02T18:00:00Z",
}
_PERSON: dict[str, Any] = {
    "id": "anna",
    "name": "Anna Verhulst",
    "role": "engineer",
    "sites": ["la-kolok"],
    "zones": [],
    "tenant": None,
    "language": "nl",
    "by_password": True,
    "by_provider": False,
    "created_at": "2026-02-01T08:00:00Z",
    "disabled_at": None,
    "last_seen_at": "2026-03-02T05:58:00Z",
}
SignInBody = Annotated[
    SignInRequest,
    Body(openapi_examples={"sign in": {"value": {"person": "anna", "password": "quiet stage before the call"}}}),
]
PasswordBody = Annotated[
    PasswordRequest,
    Body(openapi_examples={"change": {"value": {"old": "quiet stage before the call", "new": "four lamps on the west wall"}}}),
]


def people_of(gateway: Gateway) -> PeopleBook:
    """The book of people. Raises the problem not-set-up."""
    if gateway.house.people is None:
        raise Problem("not-set-up", "nobody signs in to this house; use an API key")
    return gateway.house.people


def check_password(gateway: Gateway, request: Request, person_id: str, password: str) -> Person:
    """Whoever has that name and password. Tries are few. Raises bad-sign-in, too-many-requests, not-set-up."""
    people, address = people_of(gateway), address_of(request)
    wait = max(gateway.tries.wait_s(person_id, address), gateway.unkeyed.empty(address))
    if wait > 0:
        raise too_many(wait)
    person = people.get(person_id)
    fits = password_fits(person.password_hash if person is not None else "", password)
    if not fits or person is None or person.disabled_at is not None:
        gateway.tries.failed(person_id, address)
        gateway.unkeyed.take(address)
        raise Problem("bad-sign-in", "name or password is not right")
    gateway.tries.succeeded(person_id, address)
    return person


def note(gateway: Gateway, person: Person, action: str) -> None:
    """An entry in the audit trail of what a person did to their own sign-in."""
    entry = AuditEntry(gateway.now(), f"{person.name} ({person.id})", action, f"person {person.id}")
    gateway.house.audit.append(entry)


def _session_told(caller: Caller) -> SessionDocument:
    key = caller.key
    return SessionDocument(
        kind="person" if caller.session else "key",
        id=key.prefix,
        name=key.label,
        role=key.role,
        rights=sorted(right.value for right in caller.rights),
        sites=sorted(key.sites),
        zones=sorted(zone for zone in key.zones if zone),
        sources=sorted(key.sources),
        expires_at=told(key.expires_at),
    )


@router.post(
    "/session",
    responses=answers(_SESSION, *WRITING, "bad-sign-in", "not-set-up", description="Signed in; the session is in a cookie"),
)
def sign_in(
    asked: SignInBody, request: Request, response: Response, gateway: Annotated[Gateway, Depends(gateway_of)]
) -> SessionDocument:
    """Sign in with name and password. The cookie is for browsers; programs use a key, which needs no session."""
    refuse_foreign_sign_in(request)
    person = check_password(gateway, request, asked.person, asked.password)
    secret, session = open_session(gateway.house, person, gateway.settings.session_hours)
    set_cookie(response, secret, session, gateway.now(), secure=is_secure(request, gateway.settings.secure_cookie))
    response.headers["Cache-Control"] = "no-store"
    note(gateway, person, "session.opened")
    return _session_told(caller_of_person(gateway.house, person, session))


@router.get("/session", responses=answers(_SESSION))
def read_session(caller: Anyone) -> SessionDocument:
    """Who asks, and what they may."""
    return _session_told(caller)


@router.delete("/session", status_code=204, response_class=Response, responses={204: {"description": "Signed out"}, **problems()})
def sign_out(response: Response, gateway: GatewayHere, caller: Anyone) -> None:
    """Sign out: the session ends now, here and for whoever may have copied the cookie. A key is not changed by it."""
    if caller.session and gateway.house.people is not None:
        gateway.house.people.close_session(caller.session)
        gateway.audit(caller, "session.closed", f"person {caller.key.prefix}")
    drop_cookie(response)


@router.post(
    "/session/password",
    status_code=204,
    response_class=Response,
    responses={
        204: {"description": "Changed; every other session of the person has ended"},
        **problems(*WRITING, "bad-sign-in", "not-set-up"),
    },
)
def change_password(asked: PasswordBody, request: Request, response: Response, gateway: GatewayHere, caller: Anyone) -> None:
    """Change one's own password. All sessions end, and a new one begins here."""
    people = people_of(gateway)
    if not caller.session:
        raise Problem("not-allowed", "a key has no password; sign in as a person")
    person = check_password(gateway, request, caller.key.prefix, asked.old)
    try:
        changed = replace(person, password_hash=hash_password(asked.new, person.id))
    except SettingError as error:
        raise invalid([FieldFault(pointer="#/new", detail=str(error))]) from None
    people.put(changed)
    people.close_sessions(person.id)
    secret, session = open_session(gateway.house, changed, gateway.settings.session_hours)
    set_cookie(response, secret, session, gateway.now(), secure=is_secure(request, gateway.settings.secure_cookie))
    note(gateway, changed, "person.password")


@router.get("/people", responses=answers({"items": [_PERSON]}, "not-set-up", "out-of-scope"))
def list_people(gateway: GatewayHere, caller: Administrator) -> PersonList:
    """Who may sign in. They are added with `greenroom people add`."""
    _of_the_house(caller)
    return PersonList(items=[_person_told(person) for person in people_of(gateway).all()])


@router.delete(
    "/people/{person}/sessions",
    status_code=204,
    response_class=Response,
    responses={204: {"description": "All their sessions have ended"}, **problems("not-found", "not-set-up", "out-of-scope")},
)
def end_sessions(person: PersonId, gateway: GatewayHere, caller: Administrator) -> None:
    """End all sessions of a person; they may sign in again unless disabled."""
    _of_the_house(caller)
    people = people_of(gateway)
    if people.get(person) is None:
        raise Problem("not-found", f"there is nobody called {person!r} here")
    people.close_sessions(person)
    gateway.audit(caller, "person.sessions_ended", f"person {person}")


def _of_the_house(caller: Caller) -> None:
    """People belong to no site, zone or source: a caller held to some sees none. Raises the problem out-of-scope."""
    if caller.by_zone or caller.by_source or caller.key.sites:
        raise Problem("out-of-scope", "people belong to no site, zone or source, but this key does")


def _person_told(person: Person) -> PersonDocument:
    return PersonDocument(
        id=person.id,
        name=person.name,
        role=person.role,
        sites=sorted(person.sites),
        zones=sorted(person.zones),
        tenant=person.tenant,
        language=person.language,
        by_password=bool(person.password_hash),
        by_provider=bool(person.subject),
        created_at=told(person.created_at) or "",
        disabled_at=told(person.disabled_at),
        last_seen_at=told(person.last_seen_at),
    )
