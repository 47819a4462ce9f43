"""One engine for both databases, the transactions on it, and what their errors mean to Greenroom."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import URL, Connection, Engine, Table, bindparam, create_engine, event, make_url, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, DatabaseError, DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from premises.errors import GreenroomError, SettingError, StoreDeniedError, StoreRefusedError, StoreUnavailableError
from stores.book.schema import counters

BUSY_TIMEOUT_MS = 15_000
_WRITES = "greenroom_writes"


class Database:
    """Transactions that read or write. Writers of one process queue here for SQLite rather than poll its file lock."""

    def __init__(self, url: str) -> None:
        self._url = _usable(url)
        self.sqlite = self._url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self._url) if self.sqlite else _postgres_engine(self._url)
        self._writing_engine = self.engine.execution_options(**{_WRITES: True})
        self._one_writer = threading.Lock() if self.sqlite else nullcontext()

    @property
    def place(self) -> str:
        """Where it is, without its password."""
        return self._url.render_as_string(hide_password=True)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        try:
            with self.engine.connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise self._meaning(error) from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is committed at the end; on SQLite it has the only right to write from its start."""
        try:
            with self._one_writer, self._writing_engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise self._meaning(error) from error

    def use_write_ahead_log(self) -> None:
        """SQLite only: readers do not wait for writers. Another process may hold the file at this moment: tried again."""
        until = time.monotonic() + BUSY_TIMEOUT_MS / 1000
        while True:
            try:
                with self.engine.connect() as connection:
                    raw = connection.connection.driver_connection
                    assert isinstance(raw, sqlite3.Connection)
                    raw.execute("PRAGMA journal_mode=WAL")
                return
            except (OperationalError, sqlite3.OperationalError) as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise StoreUnavailableError(
                        f"cannot open the book at {self.place}: {_first_line(getattr(error, 'orig', error))}"
                    ) from error
                time.sleep(0.02)
            except (DatabaseError, sqlite3.DatabaseError) as error:
                raise SettingError(
                    f"the file at {self.place} is no SQLite database: {_first_line(getattr(error, 'orig', error))}"
                ) from error

    def adding(self, table: Table) -> Any:
        """An insert that can say what happens where the row is there already; both databases have it, each under its name."""
        return (sqlite if self.sqlite else postgresql).insert(table)

    def replacing(self, table: Table) -> Any:
        """An insert, or where there is a row of the same primary key, its replacement."""
        new = self.adding(table)
        others = {column.name: new.excluded[column.name] for column in table.columns if not column.primary_key}
        return new.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=others)

    def version(self) -> str:
        """Name and version of the database, asked of it now."""
        with self.reading() as connection:
            number = connection.execute(text("SELECT sqlite_version()" if self.sqlite else "SHOW server_version")).scalar_one()
        return f"{'SQLite' if self.sqlite else 'PostgreSQL'} {number}"

    def close(self) -> None:
        self.engine.dispose()

    def _meaning(self, error: SQLAlchemyError) -> GreenroomError:
        """The error that tells the caller whether the same call may succeed later."""
        what = f"the book at {self.place}: {_first_line(getattr(error, 'orig', None) or error)}"
        if isinstance(error, OperationalError):
            state = str(getattr(error.orig, "sqlstate", None) or "")
            if state.startswith("28") or "authentication failed" in str(error.orig):
                return StoreDeniedError(what)
            return StoreUnavailableError(what)
        if isinstance(error, PoolTimeoutError) or (isinstance(error, DBAPIError) and error.connection_invalidated):
            return StoreUnavailableError(what)
        if isinstance(error, DBAPIError):
            return StoreRefusedError(what)
        return StoreUnavailableError(what)


_MINE = counters.c.name == bindparam("counter")
_COUNT = update(counters).where(_MINE).values(value=counters.c.value + 1).returning(counters.c.value)


def count_on(connection: Connection, name: str) -> int:
    """The next number of a counter. It holds the counter's row until the transaction ends, so that whoever comes after sees
    all that this one wrote: numbers have no gap, and they are committed in their order."""
    value = connection.execute(_COUNT, {"counter": name}).scalar_one()
    return int(value)


def _usable(url: str) -> URL:
    """The URL with the driver that Greenroom ships. Raises SettingError that says what would be right."""
    right = "write it like sqlite:///var/book.db or postgresql://user@host/greenroom"
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise SettingError(f"{url!r} is no address of a book; {right}") from None
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        if not parsed.database or parsed.database == ":memory:":
            raise SettingError(f"{url!r} names no file; {right}")
        return parsed.set(drivername="sqlite+pysqlite")
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    raise SettingError(f"a book cannot be kept in {backend!r}; {right}")


def _sqlite_engine(url: URL) -> Engine:
    try:
        Path(str(url.database)).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(f"no folder for the book at {url.database}: {error.strerror}") from error
    engine = create_engine(url, json_serializer=_to_text, json_deserializer=orjson.loads, pool_size=8, max_overflow=24)

    @event.listens_for(engine, "connect")
    def _prepare(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None  # transactions begin where we say so, not where the driver guesses
        raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        raw.execute("PRAGMA foreign_keys=ON")
        raw.execute("PRAGMA synchronous=NORMAL")  # a power cut may cost the last moments, never the file

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # a transaction that reads first and writes later could not get the lock it needs: writers take it at once
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(_WRITES) else "BEGIN")

    return engine


def _postgres_engine(url: URL) -> Engine:
    try:
        return create_engine(
            url,
            json_serializer=_to_text,
            json_deserializer=orjson.loads,
            pool_size=8,
            max_overflow=24,
            pool_pre_ping=True,
            pool_recycle=1800,
            connect_args={"connect_timeout": 10, "application_name": "greenroom"},
        )
    except ModuleNotFoundError as error:
        raise SettingError("PostgreSQL needs the extra: pip install 'greenroom[postgres]'") from error


def _to_text(document: object) -> str:
    return document.decode() if isinstance(document, bytes) else orjson.dumps(document).decode()


def _first_line(error: object) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
