"""Consistent copies of files that are in use."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import duckdb

from greenroom.backup.manifest import BackupError
from stores.duckdb_lease import Lease

_PAGES = 2000
_PAUSE_S = 0.01


def copy_sqlite(source: Path, target: Path) -> None:
    """By SQLite's own backup, a few pages at a time, so that who writes meanwhile hardly waits. Raises BackupError."""
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True, timeout=30)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new, pages=_PAGES, sleep=_PAUSE_S)
            new.execute("PRAGMA journal_mode=DELETE")  # the copy is one file
    except sqlite3.Error as error:
        raise BackupError(f"{source.name} cannot be copied: {error}") from error


def copy_duckdb(source: Path, target: Path) -> None:
    """While the file is leased to us, nobody writes; what a running Greenroom receives waits in its journal.

    Raises StoreUnavailableError.
    """
    lease = Lease(source, {}, patience_s=60.0)
    try:
        with lease.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            shutil.copyfile(source, target)
    finally:
        lease.end()


def check_sqlite(path: Path) -> None:
    """Raises BackupError where the file is not whole."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            [(answer,)] = connection.execute("PRAGMA integrity_check(1)").fetchall()
    except (sqlite3.Error, ValueError) as error:
        raise BackupError(f"{path.name} is no whole database: {error}") from error
    if answer != "ok":
        raise BackupError(f"{path.name} is not whole: {answer}")


def check_duckdb(path: Path) -> None:
    """Raises BackupError where the file cannot be opened."""
    try:
        with closing(duckdb.connect(str(path), read_only=True)) as connection:
            connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall()
    except duckdb.Error as error:
        raise BackupError(f"{path.name} cannot be opened: {str(error).splitlines()[0]}") from error
