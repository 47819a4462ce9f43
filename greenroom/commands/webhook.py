"""`greenroom webhook read --provider NAME FILE`: what Greenroom makes of a booking system's message."""

from __future__ import annotations

import json
from typing import BinaryIO

import click

_MOST_BYTES = 4 * 1024 * 1024


@click.group(name="webhook")
def command() -> None:
    """Read messages of booking systems."""


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
