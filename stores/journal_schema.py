"""Tables of the journal file, how it is opened, and how SQLite's errors are told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from premises.errors import SettingError, StoreUnavailableError

try:
    import fcntl
except ImportError:  # not a POSIX system: nobody watches that only one process has the journal
    fcntl = None  # type: ignore[assignment]

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


def lock(path: Path) -> IO[bytes]:
    """Take the journal for this process until the file given back is closed or the process ends, however it ends.

    Raises StoreUnavailableError where another process has it: two would overwrite each other's counts.
    """
    try:
        held = path.with_name(path.name + ".lock").open("ab")
    except OSError as error:
        raise StoreUnavailableError(f"the journal {path} cannot be written: {error}; name a folder that exists") from error
    if fcntl is not None:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            held.close()
            raise StoreUnavailableError(
                f"the journal {path} is in use by another process; stop that one, or give each its own journal"
            ) from error
    return held


def connect(path: Path, *, full_sync: bool, read_only: bool = False) -> sqlite3.Connection:
    """A connection in WAL mode. full_sync: every commit reaches the disk before it returns.

    Without it a commit survives the end of the process but perhaps not of the power; a later full one makes it durable too.
    """
    with told(path):
        name = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}"
        connection = sqlite3.connect(name, timeout=5.0, isolation_level=None, check_same_thread=False, uri=True)
        if read_only:
            return connection
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
