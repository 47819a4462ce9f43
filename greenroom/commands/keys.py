"""`greenroom keys`: make, list and revoke the keys of the API."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from greenroom.clock import SystemClock
from premises.errors import SettingError
from premises.ports import ApiKey, KeyBook, Role
from premises.time import format_instant


def _books(data: Path | None, books: str | None) -> KeyBook:
    from greenroom.settings import Settings
    from stores.book import open_books

    given = {"data": data, "books": books}
    settings = Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    settings.data.mkdir(parents=True, exist_ok=True)
    return open_books(settings.books_url).keys


@click.group(name="keys")
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of the books.")
@click.option("--books", help="sqlite:///path or postgresql://…")
@click.pass_context
def command(ctx: click.Context, data: Path | None, books: str | None) -> None:
    """Make, list and revoke keys of the API."""
    ctx.obj = lambda: _books(data, books)


@command.command("make")
@click.argument("label")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--site", "sites", multiple=True, help="Restrict to this site; may be repeated.")
@click.option("--zone", "zones", multiple=True, help="Restrict to this zone; may be repeated.")
@click.option("--source", "sources", multiple=True, help="Booking source that may be written; may be repeated.")
@click.option("--days", type=click.IntRange(1, 3650), help="Expire after so many days.")
@click.pass_context
def make(
    ctx: click.Context,
    label: str,
    role: str,
    sites: tuple[str, ...],
    zones: tuple[str, ...],
    sources: tuple[str, ...],
    days: int | None,
) -> None:
    """Make a key; its text is printed once and kept nowhere."""
    from gateway.keys import make_key

    now = SystemClock().now()
    expires = None if days is None else now + timedelta(days=days)
    key, text = make_key(Role(role), label, now, sites=sites, zones=zones, sources=sources, expires_at=expires)
    ctx.obj().put(key)
    click.echo(text)


@command.command("list")
@click.option("--json", "as_json", is_flag=True)
@click.pass_context
def list_keys(ctx: click.Context, as_json: bool) -> None:
    """List keys, without their secrets."""
    keys: list[ApiKey] = ctx.obj().all()
    if as_json:
        click.echo(json.dumps([_told(key) for key in keys], indent=2))
        return
    table = Table("key", "role", "label", "scope", "expires", "last used", "state")
    for key in keys:
        told = _told(key)
        scope = " ".join([*key.sites, *key.zones, *key.sources]) or "all"
        state = "revoked" if key.revoked_at else "valid"
        table.add_row(
            key.id, key.role.value, key.label, scope, told["expires_at"] or "never", told["last_used_at"] or "never", state
        )
    Console().print(table)


@command.command("revoke")
@click.argument("key_id")
@click.pass_context
def revoke(ctx: click.Context, key_id: str) -> None:
    """Revoke a key by its id."""
    if ctx.obj().revoke(key_id, SystemClock().now()) is None:
        raise SettingError(f"there is no key {key_id!r}; `greenroom keys list` names them")
    click.echo(f"{key_id} is revoked")


def _told(key: ApiKey) -> dict[str, str | None]:
    def when(at: datetime | None) -> str | None:
        return None if at is None else format_instant(at)

    return {
        "id": key.id,
        "role": key.role.value,
        "label": key.label,
        "sites": ",".join(sorted(key.sites)),
        "zones": ",".join(sorted(key.zones)),
        "sources": ",".join(sorted(key.sources)),
        "created_at": when(key.created_at),
        "expires_at": when(key.expires_at),
        "revoked_at": when(key.revoked_at),
        "last_used_at": when(key.last_used_at),
    }
