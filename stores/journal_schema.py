"""Tables of the journal file, how it is opened, and how SQLite's errors are told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from premises.errors import SettingError, StoreUnavailableError

VERSION = 1

_TABLES = """
CREATE TABLE IF NOT EXISTS batches (
    first INTEGER PRIMARY KEY, last INTEGER NOT NULL, received_at INTEGER NOT NULL, size INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS quarantine (
    id INTEGER PRIMARY KEY AUTOINCREMENT, topic BLOB NOT NULL, payload BLOB NOT NULL, received_at INTEGER NOT NULL,
    retained INTEGER NOT NULL, qos INTEGER NOT NULL, reason TEXT NOT NULL, family TEXT, at INTEGER NOT NULL,
    size INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Tell SQLite's errors in the words of the ports."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreUnavailableError(
            f"the journal {path} cannot be written: {error}; free space on that disk or see who else holds the file",
            retry_after_s=1.0,
        ) from error
    except sqlite3.DatabaseError as error:
        raise StoreUnavailableError(
            f"the journal {path} is damaged: {error}; move it away and start with a new one, its messages can be read with sqlite3"
        ) from error


def connect(path: Path, *, full_sync: bool) -> sqlite3.Connection:
    """A connection in WAL mode. full_sync: every commit reaches the disk before it returns.

    Without it a commit survives the end of the process but perhaps not of the power; a later full one makes it durable too.
    """
    with told(path):
        connection = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute(f"PRAGMA synchronous={'FULL' if full_sync else 'NORMAL'}")
            connection.execute("PRAGMA wal_autocheckpoint=4000")
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Make the tables where they are missing. Raises SettingError for a file of a newer Greenroom."""
    with told(path):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise SettingError(f"the journal {path} was made by a newer Greenroom (form {version}, this one reads {VERSION})")
        connection.executescript(_TABLES)
        connection.execute(f"PRAGMA user_version={VERSION}")
