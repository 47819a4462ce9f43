"""`greenroom broker acl SITE`: password and access files for Mosquitto, from the devices of a site file."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import click

from greenroom.premises_files import load_sites
from premises.errors import SettingError

FOR_THE_OWNER = 0o600


@click.group(name="broker")
def command() -> None:
    """Who may do what at the MQTT broker."""


@command.command("acl")
@click.argument("site")
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=Path("mosquitto"), show_default=True)
@click.option(
    "--installed", default="/etc/mosquitto/greenroom", show_default=True, help="Folder of the files on the broker's machine."
)
@click.option("--renew", multiple=True, metavar="USER", help="Give this user a new password; may be repeated.")
@click.option("--renew-all", is_flag=True, help="Give everyone a new password.")
def acl(site: str, out: Path, installed: str, renew: tuple[str, ...], renew_all: bool) -> None:
    """Write `passwords`, `access` and `mosquitto.conf` for the devices of SITE, and `credentials.csv` with the new passwords.

    Each client may publish its own topics and read its own commands, and nothing else. Who has a password keeps it; devices
    that are gone lose theirs. Carry the passwords to the devices, then delete credentials.csv: they are kept nowhere else.
    """
    from greenroom.broker_access import access_file, clients_of, configuration, password_lines

    clients = clients_of(load_sites(site))
    users = {client.user for client in clients}
    unknown = sorted(set(renew) - users)
    if unknown:
        raise SettingError(f"there is no user {unknown[0]!r}; there are {', '.join(sorted(users))}")
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = _kept(out / "passwords")
    lines, fresh = password_lines(clients, kept, frozenset(users if renew_all else renew))
    _write(out / "passwords", "\n".join(lines) + "\n")
    _write(out / "access", access_file(clients))
    _write(out / "mosquitto.conf", configuration(installed.rstrip("/")))
    told = {client.user: client for client in clients}
    if fresh:
        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(("user", "password", "devices"))
        writer.writerows((user, password, " ".join(told[user].devices)) for user, password in fresh.items())
        _write(out / "credentials.csv", table.getvalue())
    gone = sorted(set(kept) - users)
    click.echo(f"{len(clients)} users in {out / 'passwords'}: {len(fresh)} with a new password, {len(gone)} gone")
    if fresh:
        click.echo(f"new passwords are in {out / 'credentials.csv'}: carry them to the devices, then delete it")


def _kept(path: Path) -> dict[str, str]:
    """Lines of a password file by user; none where there is no file. Raises SettingError for what is none."""
    if not path.exists():
        return {}
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if any(":$" not in line for line in lines):
        raise SettingError(f"{path} is no password file of Mosquitto; move it away or choose another --out")
    return {line.partition(":")[0]: line for line in lines}


def _write(path: Path, text: str) -> None:
    """For the owner's eyes only from its first byte on, and exchanged at once."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FOR_THE_OWNER), "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)
