"""`greenroom people`: add, list, disable and enable the people who sign in, and give them passwords."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from greenroom.clock import SystemClock
from premises.desks import PeopleBook, Person
from premises.errors import SettingError
from premises.ports import AuditEntry, AuditLog, Role
from premises.time import format_instant

_ROLES = [role.value for role in Role if role is not Role.BOOKER]
WHO = "greenroom people (command line)"


@click.group(name="people")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of the books.")
@click.option("--books", help="sqlite:///path or postgresql://…")
@click.pass_context
def command(ctx: click.Context, data: Path | None, books: str | None) -> None:
    """Add, list, disable and enable the people who sign in."""
    ctx.obj = lambda: _books(data, books)


def _books(data: Path | None, books: str | None) -> tuple[PeopleBook, AuditLog]:
    from greenroom.settings import Settings
    from stores.book import open_books

    given = {"data": data, "books": books}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    settings.data.mkdir(parents=True, exist_ok=True)
    opened = open_books(settings.books_url)
    return opened.people, opened.audit


@command.command("add")
@click.argument("person_id", metavar="NAME_TO_SIGN_IN_WITH")
@click.option("--name", required=True, help="Their name, as the audit trail shows it.")
@click.option("--role", type=click.Choice(_ROLES), required=True)
@click.option("--site", "sites", multiple=True, help="Restrict to this site; may be repeated.")
@click.option("--zone", "zones", multiple=True, help="Restrict to this zone; may be repeated.")
@click.option("--tenant", help="The tenant they belong to: its zones are theirs.")
@click.option("--language", default="", help="en, fr, nl, …")
@click.option("--subject", default="", metavar="ISSUER|SUB", help="How the OpenID Connect provider knows them.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input rather than ask.")
@click.option("--no-password", is_flag=True, help="They sign in by the OpenID Connect provider only.")
@click.pass_context
def add(
    ctx: click.Context,
    person_id: str,
    name: str,
    role: str,
    sites: tuple[str, ...],
    zones: tuple[str, ...],
    tenant: str | None,
    language: str,
    subject: str,
    password_stdin: bool,
    no_password: bool,
) -> None:
    """Add someone who may sign in. The password is asked for or read from standard input: others could see an argument."""
    from gateway.signin.passwords import make_person

    people, audit = ctx.obj()
    if people.get(person_id) is not None:
        raise SettingError(f"{person_id!r} is there already; `greenroom people password {person_id}` gives a new password")
    password = "" if no_password else _asked(password_stdin)
    now = SystemClock().now()
    person = make_person(
        person_id,
        name,
        Role(role),
        now,
        password=password,
        sites=sites,
        zones=zones,
        tenant=tenant,
        subject=subject,
        language=language,
    )
    people.put(person)
    audit.append(AuditEntry(now, WHO, "person.added", f"person {person_id}", f"role {role}"))
    click.echo(f"{person_id} may sign in as {role}")


@command.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def list_people(ctx: click.Context, as_json: bool) -> None:
    """List who may sign in, without what they sign in by."""
    found: list[Person] = ctx.obj()[0].all()
    if as_json:
        click.echo(json.dumps([_told(person) for person in found], ensure_ascii=False, indent=2))
        return
    table = Table("person", "name", "role", "scope", "by", "last seen", "state")
    for person in found:
        scope = " ".join([*sorted(person.sites), *sorted(person.zones), *([person.tenant] if person.tenant else [])]) or "all"
        ways = (
            " ".join(way for way, has in (("password", person.password_hash), ("provider", person.subject)) if has) or "nothing yet"
        )
        seen = format_instant(person.last_seen_at) if person.last_seen_at else "never"
        state = "disabled" if person.disabled_at else "enabled"
        table.add_row(person.id, person.name, person.role.value, scope, ways, seen, state)
    Console().print(table)


@command.command("disable")
@click.argument("person_id")
@click.pass_context
def disable(ctx: click.Context, person_id: str) -> None:
    """Shut someone out: their sessions end at once."""
    people, audit = ctx.obj()
    now = SystemClock().now()
    people.put(replace(_known(people, person_id), disabled_at=now))
    people.close_sessions(person_id)
    audit.append(AuditEntry(now, WHO, "person.disabled", f"person {person_id}"))
    click.echo(f"{person_id} is disabled")


@command.command("enable")
@click.argument("person_id")
@click.pass_context
def enable(ctx: click.Context, person_id: str) -> None:
    """Let someone in again."""
    people, audit = ctx.obj()
    people.put(replace(_known(people, person_id), disabled_at=None))
    audit.append(AuditEntry(SystemClock().now(), WHO, "person.enabled", f"person {person_id}"))
    click.echo(f"{person_id} is enabled")


@command.command("password")
@click.argument("person_id")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input rather than ask.")
@click.pass_context
def password(ctx: click.Context, person_id: str, password_stdin: bool) -> None:
    """Give someone a new password; their sessions end at once."""
    from gateway.signin.passwords import hash_password

    people, audit = ctx.obj()
    person = _known(people, person_id)
    people.put(replace(person, password_hash=hash_password(_asked(password_stdin), person_id)))
    people.close_sessions(person_id)
    audit.append(AuditEntry(SystemClock().now(), WHO, "person.password", f"person {person_id}"))
    click.echo(f"{person_id} has a new password")


def _known(people: PeopleBook, person_id: str) -> Person:
    person = people.get(person_id)
    if person is None:
        raise SettingError(f"there is nobody called {person_id!r}; `greenroom people list` names them")
    return person


def _asked(from_stdin: bool) -> str:
    """The password, without its line end."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    told: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return told


def _told(person: Person) -> dict[str, object]:
    def when(at: object) -> str | None:
        return None if at is None else format_instant(at)  # type: ignore[arg-type]

    return {
        "id": person.id,
        "name": person.name,
        "role": person.role.value,
        "sites": sorted(person.sites),
        "zones": sorted(person.zones),
        "tenant": person.tenant,
        "language": person.language,
        "by_password": bool(person.password_hash),
        "by_provider": bool(person.subject),
        "created_at": when(person.created_at),
        "disabled_at": when(person.disabled_at),
        "last_seen_at": when(person.last_seen_at),
    }
