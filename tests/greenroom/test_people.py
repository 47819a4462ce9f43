"""`greenroom people`: who may sign in, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.signin.passwords import password_fits
from greenroom.cli import greenroom
from stores.book import open_books

PASSWORD = "four lamps on the west wall"


def people(data: Path, *arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(greenroom, ["people", "--data", str(data), *arguments], input=typed)


def test_someone_is_added_shut_out_let_in_and_given_a_new_password(tmp_path: Path) -> None:
    added = people(
        tmp_path, "add", "anna", "--name", "Anna V", "--role", "tenant", "--tenant", "cutters", "--password-stdin", typed=PASSWORD
    )
    assert added.output == "anna may sign in as tenant\n"
    assert people(tmp_path, "disable", "anna").exit_code == 0
    (anna,) = json.loads(people(tmp_path, "list", "--json").output)
    assert anna["disabled_at"] is not None
    assert (anna["role"], anna["tenant"], anna["by_password"]) == ("tenant", "cutters", True)
    assert people(tmp_path, "enable", "anna").exit_code == 0
    assert people(tmp_path, "password", "anna", typed="a quite different one\na quite different one\n").exit_code == 0
    books = open_books(f"sqlite:///{tmp_path / 'books.sqlite3'}")
    kept = books.people.get("anna")
    assert kept is not None
    assert password_fits(kept.password_hash, "a quite different one")
    assert kept.disabled_at is None
    actions = [entry.action for entry in books.audit.recent()]
    assert actions == ["person.password", "person.enabled", "person.disabled", "person.added"]
    books.close()


@pytest.mark.parametrize(
    ("arguments", "typed", "said"),
    [
        (("add", "ben", "--name", "Ben", "--role", "viewer", "--password-stdin"), "short", "12 to 200 characters"),
        (("add", "Ben", "--name", "Ben", "--role", "viewer", "--no-password"), "", "small letters"),
        (("add", "ben", "--name", "Ben", "--role", "tenant", "--no-password"), "", "--tenant"),
        (("disable", "nobody"), "", "nobody called"),
    ],
)
def test_what_is_not_right_says_what_would_be(tmp_path: Path, arguments: tuple[str, ...], typed: str, said: str) -> None:
    told = people(tmp_path, *arguments, typed=typed)
    assert told.exit_code == 1
    assert said in str(told.exception)
    assert json.loads(people(tmp_path, "list", "--json").output) == []


def test_nobody_is_added_twice(tmp_path: Path) -> None:
    for expected in (0, 1):
        told = people(tmp_path, "add", "ben", "--name", "Ben", "--role", "viewer", "--no-password")
        assert told.exit_code == expected
