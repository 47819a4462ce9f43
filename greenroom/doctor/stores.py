"""Where things are kept: the store of readings, the books and their migrations, the audit trail, the journal."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from greenroom.doctor.finding import Finding, asked, unused, well, wrong
from greenroom.settings import Settings
from premises.errors import GreenroomError
from premises.site import Site
from stores.book.state import BookState, state_of
from stores.opening import open_store

_STORE_ADVICE = {
    "duckdb": "see whether another program holds the file, and whether its folder can be written",
    "influxdb": "see whether InfluxDB runs there and GREENROOM_INFLUX_TOKEN is right; `greenroom stores setup` makes both",
}


def store(settings: Settings, sites: Sequence[Site]) -> Finding:
    """What answers at the store's address, with its version."""
    url = settings.store_url
    if url.startswith("duckdb:///") and not Path(url.removeprefix("duckdb:///")).exists() and ":memory:" not in url:
        return well("store", "the embedded store will be made at the first run")

    def ask() -> str:
        opened = open_store(url, {site.id: site for site in sites}, token=settings.store_token)
        try:
            return opened.check()
        finally:
            opened.close()

    return asked("store", ask, _STORE_ADVICE["duckdb" if url.startswith("duckdb") else "influxdb"])


def books(settings: Settings) -> list[Finding]:
    """What answers at the books' address, whether its tables are up to date, and whether the audit trail is unbroken."""
    url = settings.books_url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return [well("books", "they will be made at the first run")]
    try:
        state = state_of(url)
    except (GreenroomError, OSError) as error:
        return [
            wrong("books", str(error), "see whether the database runs, and whether user and password in GREENROOM_BOOKS are right")
        ]
    return [well("books", state.version), _tables(state), _audit(state)]


def _tables(state: BookState) -> Finding:
    if state.revision is None:
        return well("tables", "none yet; they will be made at the first run")
    if state.revision == state.head:
        return well("tables", f"up to date ({state.revision})")
    if state.known:
        return well("tables", f"at {state.revision}; the next start brings them to {state.head}: make a backup before")
    advice = "start the newer Greenroom again, or restore a backup from before it"
    return wrong("tables", f"{state.revision} is of a newer Greenroom than this one ({state.head})", advice)


def _audit(state: BookState) -> Finding:
    if state.audit is None:
        return unused("audit trail", "nothing written yet")
    if state.audit.ok:
        return well("audit trail", state.audit.detail)
    return wrong(
        "audit trail", state.audit.detail, "keep the book as it is and compare with a backup: somebody wrote beside Greenroom"
    )


def journal(settings: Settings) -> Finding:
    """Whether the journal's file is whole."""
    path = settings.journal_path
    if not path.exists():
        return well("journal", "it will be made at the first run")
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)
        try:
            [(answer,)] = connection.execute("PRAGMA quick_check(1)").fetchall()
        finally:
            connection.close()
    except (sqlite3.Error, ValueError) as error:
        return wrong(
            "journal", f"{path.name}: {error}", "restore a backup, or move the file away: the broker sends again what it holds"
        )
    if answer != "ok":
        return wrong("journal", f"{path.name}: {answer}", "copy the file away and restore a backup; the disk may be failing")
    return well("journal", f"{path.stat().st_size / 1024**2:.0f} MiB, whole")
