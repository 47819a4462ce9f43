"""`greenroom webhook`: what Greenroom makes of a booking system's message, and taking again those that could not be taken."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from premises.errors import SettingError
from premises.ports import BookingBook
from premises.site import Site
from premises.time import Clock

if TYPE_CHECKING:
    from gateway.foreign import Taken
    from gateway.settings import HookSettings
    from gateway.webhooks.kept import KeptMessage
    from greenroom.settings import Settings

_MOST_BYTES = 4 * 1024 * 1024


@click.group(name="webhook")
def command() -> None:
    """Read messages of booking systems, and take again those that could not be taken."""


@command.command("read")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--provider", required=True, help="calcom, square, planning_center, google, microsoft_graph, librebooking, robin, standard."
)
@click.option("--header", "headers", multiple=True, metavar="NAME:VALUE", help="A header of the delivery; may be repeated.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON in one line, for programs.")
def read(file: BinaryIO, provider: str, headers: tuple[str, ...], as_json: bool) -> None:
    """Read FILE as a message of that provider and print what it says of bookings. Signatures are not looked at."""
    from gateway.webhooks import read_webhook

    told = {name.strip(): value.strip() for name, _, value in (header.partition(":") for header in headers)}
    document = read_webhook(provider, file.read(_MOST_BYTES), told)
    click.echo(json.dumps(document, ensure_ascii=False, indent=None if as_json else 2))


_data = click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Folder of the books and of what was kept.")


@dataclass(frozen=True, slots=True)
class _Desk:
    """The part of a house that takes bookings."""

    bookings: BookingBook
    clock: Clock


@command.command("kept")
@_data
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON document.")
def kept(data: Path | None, as_json: bool) -> int:
    """List messages that came in signed and could not be taken whole, oldest first. Exit status 1 where there is none."""
    from gateway.webhooks.kept import KeptMessages

    messages = KeptMessages(_settings(data).kept_messages).all()
    if as_json:
        told = [
            {"name": one.name, "hook": one.hook, "provider": one.provider, "at": one.at, "reason": one.reason} for one in messages
        ]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    for one in messages if not as_json else ():
        click.echo(f"{one.name}  {one.at}  {one.hook}: {one.reason}")
    if not messages and not as_json:
        click.echo("No message is kept: all could be taken.")
    return int(not messages)


@command.command("again")
@click.argument("premises")
@click.argument("names", nargs=-1)
@_data
@click.option("--books", help="sqlite:///path or postgresql://…")
@click.option("--drop", is_flag=True, help="Forget them without taking them.")
def again(premises: str, names: tuple[str, ...], data: Path | None, books: str | None, drop: bool) -> int:
    """Take kept messages (all, or those of these NAMES) as the site file PREMISES has it now, also while Greenroom runs.

    The hooks are those of GREENROOM_HOOKS. A message that can be taken whole is kept no longer; exit status 1 where one is left.
    """
    from gateway.webhooks.kept import KeptMessages
    from greenroom.clock import SystemClock
    from greenroom.premises_files import load_sites
    from stores.book import open_books

    settings = _settings(data, books)
    store = KeptMessages(settings.kept_messages)
    messages = [store.get(name) for name in names] or store.all()
    if drop:
        for one in messages:
            store.drop(one)
        click.echo(f"{len(messages)} forgotten")
        return 0
    sites, opened, left = load_sites(premises), open_books(settings.books_url), 0
    try:
        for one in messages:
            hook = _hook(settings, one)
            wrong, taken = _take(one, hook, _site(sites, hook), _Desk(opened.bookings, SystemClock()))
            for each in taken:
                click.echo(f"{one.name}  {each.id}: {each.outcome}{f' ({each.reason})' if each.reason else ''}")
            left += bool(wrong)
            if wrong:
                click.echo(f"{one.name}  is kept: {wrong}")
            else:
                store.drop(one)
    finally:
        opened.close()
    return int(left > 0)


def _settings(data: Path | None, books: str | None = None) -> Settings:
    from greenroom.settings import Settings

    given = {"data": data, "books": books}
    return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]


def _hook(settings: Settings, message: KeptMessage) -> HookSettings:
    hook = next((hook for hook in settings.hooks if hook.name == message.hook), None)
    if hook is None:
        raise SettingError(f"no hook {message.hook!r} is set up: give GREENROOM_HOOKS as the running Greenroom has it")
    return hook


def _site(sites: tuple[Site, ...], hook: HookSettings) -> Site:
    found = [site for site in sites if hook.site in (None, site.id)]
    if len(found) != 1:
        raise SettingError(f"hook {hook.name} names the site {hook.site!r}; there are {', '.join(site.id for site in sites)}")
    return found[0]


def _take(message: KeptMessage, hook: HookSettings, site: Site, desk: _Desk) -> tuple[str, list[Taken]]:
    """Why it could not be taken whole ("" where it could), and what became of each booking in it."""
    from gateway.hook_intake import take_message
    from gateway.webhooks import read_message
    from gateway.webhooks.inbox import Inbox
    from gateway.webhooks.messages import HookError
    from gateway.webhooks.providers import provider_named

    try:
        told = read_message(provider_named(message.provider), message.body, message.headers)
    except HookError as error:
        return str(error), []
    taken = take_message(desk, Inbox(), hook, site, told)
    wrong = [*(one.reason for one in taken if one.wrong), *(reason for _, reason in told.skipped if told.faults)]
    return "; ".join(wrong), taken
