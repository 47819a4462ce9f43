"""Books on SQLite always, and on a PostgreSQL of this machine's own where one is installed."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from stores.book import Books, open_books
from tests.ports import free_port

_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def _absent(reason: str) -> None:
    """Skip for want of a part of the system; on the build machine, where it must be, fail."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _as_postgres() -> Callable[[], None] | None:
    """PostgreSQL refuses to run as root: become its own user there."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("postgres")

    def change() -> None:
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)

    return change


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a server made for this session, without a database name."""
    found = shutil.which("initdb")
    binaries = Path(found).parent if found else next((place for place in _PLACES if (place / "initdb").exists()), None)
    if binaries is None:
        _absent("PostgreSQL is not installed")
        raise AssertionError
    with tempfile.TemporaryDirectory(prefix="books-") as folder:
        port = free_port()
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
        data = f"{folder}/data"
        become = _as_postgres()

        def run(program: str, *arguments: str) -> None:
            command = [str(binaries / program), "-D", data, *arguments]
            # no pipe: the server that pg_ctl leaves behind would hold it open
            told = subprocess.run(command, preexec_fn=become, cwd=folder, stdout=subprocess.DEVNULL, check=False)
            assert told.returncode == 0, f"{program} failed; its log is {folder}/log"

        run("initdb", "-U", "books", "-A", "trust", "-E", "UTF8", "--no-sync")
        run("pg_ctl", "-w", "-l", f"{folder}/log", "-o", f"-p {port} -h 127.0.0.1 -k {folder} -F", "start")
        try:
            yield f"postgresql://books@127.0.0.1:{port}"
        finally:
            run("pg_ctl", "-m", "immediate", "stop")


@pytest.fixture
def postgres_url(postgres_server: str) -> str:
    """Address of a fresh, empty database."""
    name = f"books_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return f"{postgres_server}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def book_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of an empty book, on each database in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/book.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def books(book_url: str) -> Iterator[Books]:
    opened = open_books(book_url)
    yield opened
    opened.close()
