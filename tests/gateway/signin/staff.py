"""People of the tests, whose passwords are hashed once: argon2 takes its time, as it should."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import httpx

from gateway.signin.passwords import hash_password, make_person
from gateway.signin.sessions import COOKIE
from premises.desks import Person
from premises.ports import Role
from tests.gateway.conftest import Door
from tests.gateway.premises_of_tests import NOW

PASSWORD = "four lamps on the west wall"
OURS = {"Sec-Fetch-Site": "same-origin"}


@cache
def _hashed() -> str:
    return hash_password(PASSWORD)


def hire(door: Door, person_id: str, role: Role = Role.ENGINEER, **more: Any) -> Person:
    """Someone with the usual password."""
    person = replace(make_person(person_id, person_id.title(), role, NOW, **more), password_hash=_hashed())
    door.fakes.people.put(person)
    return person


def sign_in(door: Door, person_id: str, password: str = PASSWORD, **headers: str) -> httpx.Response:
    return door.client.post("/v1/session", json={"person": person_id, "password": password}, headers=headers)


def signed_in(door: Door, person_id: str) -> dict[str, str]:
    """Headers of our own page in that person's browser."""
    answer = sign_in(door, person_id)
    assert answer.status_code == 200, answer.text
    return {"Cookie": f"{COOKIE}={answer.cookies[COOKIE]}", **OURS}
