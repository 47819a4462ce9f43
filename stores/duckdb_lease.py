"""Who holds the DuckDB file: a process that uses it, for as long as it uses it.

DuckDB (2.0 as well) lets one process have a file open for writing, and no other then open it at all, not even to read. So
that `greenroom report` can read while `greenroom run` goes on, the connection is only leased: it is closed when nobody has
used it for a moment, or at once when another process has said, by a file beside it, that it waits.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb

from premises.errors import StoreUnavailableError

IDLE_S = 0.3
PATIENCE_S = 10.0
RETRY_S = 0.02
COURTESY_S = 0.25  # time that a process which has just used the file leaves to one that waits
STALE_WAIT_S = 5.0  # a waiting process touches its note again and again; an older note is of one that ended


class Lease:
    """The connection to one file, shared by threads, opened on use and closed when idle.

    patience_s: how long to wait for another process that holds the file before StoreUnavailableError.
    """

    def __init__(
        self, path: Path | None, settings: dict[str, str], *, idle_s: float = IDLE_S, patience_s: float = PATIENCE_S
    ) -> None:
        self.path = path
        self._settings: dict[str, str | bool | int | float | list[str]] = dict(settings)
        self._idle_s = idle_s
        self._patience_s = patience_s
        self._state = threading.Condition()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._users = 0
        self._used_at = 0.0
        self._closed_at = 0.0
        self._broken = False
        self._ended = False
        self._keeper: threading.Thread | None = None
        self.openings = 0
        atexit.register(self.end)  # DuckDB prints a page of complaints where a connection outlives the interpreter

    @contextlib.contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor of its own for one thread. Errors of files and memory become StoreUnavailableError."""
        with self._translated():
            with self._state:
                cursor = self._opened().cursor()
                self._users += 1
            try:
                with contextlib.closing(cursor):
                    yield cursor
            except (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.OutOfMemoryException):
                self._broken = True  # DuckDB refuses further work on a connection that met these
                raise
            finally:
                with self._state:
                    self._users -= 1
                    self._used_at = time.monotonic()
                    if not self._users and (self._broken or self._other_waits()):
                        self._shut()
                    self._state.notify_all()

    @property
    def held(self) -> bool:
        """Whether this process has the file open now."""
        return self._connection is not None

    def end(self) -> None:
        """Close the file for good, when its present users are done."""
        with self._state:
            self._ended = True
            self._state.wait_for(lambda: not self._users, timeout=self._patience_s)
            self._shut()
            self._state.notify_all()
        atexit.unregister(self.end)

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.OutOfMemoryException) as error:
            first = str(error).splitlines()[0]
            raise StoreUnavailableError(f"{self._name()}: {first}", retry_after_s=5.0) from error
        except (duckdb.ConnectionException, duckdb.TransactionException) as error:
            raise StoreUnavailableError(f"{self._name()}: {str(error).splitlines()[0]}", retry_after_s=1.0) from error

    def _name(self) -> str:
        return f"DuckDB file {self.path}" if self.path else "DuckDB in memory"

    # -- under self._state

    def _opened(self) -> duckdb.DuckDBPyConnection:
        if self._ended:
            raise StoreUnavailableError(f"{self._name()} is closed")
        if self._connection is None:
            self._connection = self._open_patiently()
            self.openings += 1
            if self.path and (self._keeper is None or not self._keeper.is_alive()):
                self._keeper = threading.Thread(target=self._keep, name="duckdb-lease", daemon=True)
                self._keeper.start()
        return self._connection

    def _open_patiently(self) -> duckdb.DuckDBPyConnection:
        if self.path is None:
            return duckdb.connect(":memory:", config=self._settings)
        until = time.monotonic() + self._patience_s
        if self._other_waits():
            time.sleep(max(0.0, min(COURTESY_S, self._closed_at + COURTESY_S - time.monotonic())))
        waited = False
        try:
            while True:
                try:
                    return duckdb.connect(str(self.path), config=self._settings)
                except duckdb.IOException as error:
                    if "lock" not in str(error).lower():
                        raise
                    if time.monotonic() > until:
                        raise StoreUnavailableError(
                            f"{self._name()} is held by another process for more than {self._patience_s:g} s; end that one, "
                            "or wait: a running Greenroom lets go of it when idle",
                            retry_after_s=self._patience_s,
                        ) from error
                    waited = True
                    with contextlib.suppress(OSError):
                        self._note().touch()
                    time.sleep(RETRY_S)
        finally:
            if waited:
                with contextlib.suppress(OSError):
                    self._note().unlink(missing_ok=True)

    def _note(self) -> Path:
        assert self.path is not None
        return self.path.with_name(f"{self.path.name}.wanted-{os.getpid()}")

    def _other_waits(self) -> bool:
        """Whether a process left a note, not long ago, that it waits for the file."""
        if self.path is None:
            return False
        own, prefix = self._note().name, f"{self.path.name}.wanted-"
        try:
            notes = [entry for entry in os.scandir(self.path.parent) if entry.name.startswith(prefix) and entry.name != own]
            return any(time.time() - entry.stat().st_mtime < STALE_WAIT_S for entry in notes)
        except OSError:
            return False

    def _shut(self) -> None:
        connection, self._connection, self._broken = self._connection, None, False
        if connection is not None:
            with contextlib.suppress(duckdb.Error):
                connection.close()
            self._closed_at = time.monotonic()

    def _keep(self) -> None:
        with self._state:
            while self._connection is not None and not self._ended:
                rest = self._used_at + self._idle_s - time.monotonic()
                if self._users or rest > 0:
                    self._state.wait(rest if rest > 0 and not self._users else None)
                else:
                    self._shut()
            self._keeper = None


@contextlib.contextmanager
def transaction(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing of what is done with the cursor inside."""
    cursor.execute("BEGIN")
    try:
        yield
        cursor.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(duckdb.Error):
            cursor.execute("ROLLBACK")
        raise
