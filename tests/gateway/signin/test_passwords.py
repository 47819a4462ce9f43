"""Passwords are kept by argon2id only; people are set up with what they may."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.signin.passwords import hash_password, make_person, password_fits
from premises.errors import SettingError
from premises.ports import Role
from tests.gateway.premises_of_tests import NOW
from tests.gateway.signin.staff import PASSWORD


def test_a_password_is_kept_as_argon2id_and_salted() -> None:
    one, two = hash_password(PASSWORD), hash_password(PASSWORD)
    assert one != two
    assert one.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert password_fits(one, PASSWORD)
    assert not password_fits(one, PASSWORD + " ")
    assert not password_fits("", "nobody has this password"), "whoever has no password has not that of nobody"
    assert not password_fits("no hash at all", PASSWORD)


@pytest.mark.parametrize("password", ["too short", "x" * 201, "aaaaaaaaaaaaaaaa", "my name is anna here"])
def test_a_password_that_is_easily_guessed_is_refused(password: str) -> None:
    with pytest.raises(SettingError):
        hash_password(password, "anna")


@pytest.mark.parametrize(
    ("person_id", "name", "role", "more", "said"),
    [
        ("Anna", "Anna", Role.VIEWER, {}, "small letters"),
        ("anna", " ", Role.VIEWER, {}, "1 to 200 characters"),
        ("anna", "Anna", Role.BOOKER, {}, "make a key"),
        ("anna", "Anna", Role.TENANT, {}, "--tenant"),
    ],
)
def test_a_person_who_could_do_nothing_is_not_made(person_id: str, name: str, role: Role, more: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingError, match=said):
        make_person(person_id, name, role, NOW, **more)


def test_without_a_password_only_the_provider_signs_in() -> None:
    person = make_person("anna@studio.example", "Anna", Role.TENANT, NOW, tenant="cutters")
    assert person.password_hash == ""
    assert not password_fits(person.password_hash, "")
