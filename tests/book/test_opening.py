"""Opening the books: addresses, migrations, two processes at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from premises.errors import SettingError, StoreUnavailableError
from stores.book import Books, open_books
from stores.book.schema import metadata
from tests.book.stories import NOON, shoot


def test_the_migrations_lead_to_the_tables_that_the_code_uses(books: Books) -> None:
    with books.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_what_was_written_is_there_after_a_restart(book_url: str) -> None:
    first = open_books(book_url)
    first.bookings.put(shoot(), NOON)
    first.close()
    second = open_books(book_url)
    assert second.bookings.get(shoot().key) is not None
    assert second.check().startswith(("SQLite 3", "PostgreSQL 1"))
    second.close()


@pytest.mark.slow
def test_two_processes_may_start_at_the_same_moment(book_url: str) -> None:
    start = "import sys; from stores.book import open_books; open_books(sys.argv[1]).close()"
    both = [subprocess.Popen([sys.executable, "-c", start, book_url], stderr=subprocess.PIPE) for _ in range(3)]
    told = [process.communicate(timeout=60)[1].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0, 0], told


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "is no address of a book"),
        ("sqlite://", "names no file"),
        ("mysql://root@localhost/x", "cannot be kept in 'mysql'"),
    ],
)
def test_a_wrong_address_is_told_with_a_right_one(url: str, told: str) -> None:
    with pytest.raises(SettingError, match=told) as caught:
        open_books(url)
    assert "sqlite:///var/book.db" in str(caught.value)


def test_a_server_that_is_away_may_be_asked_again_and_its_password_stays_secret() -> None:
    with pytest.raises(StoreUnavailableError) as caught:
        open_books("postgresql://books:sesame@127.0.0.1:1/books")
    assert "sesame" not in str(caught.value)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "book.db").write_bytes(b"these are minutes of a meeting, not a database" * 100)
    with pytest.raises(SettingError, match="is no SQLite database"):
        open_books(f"sqlite:///{tmp_path}/book.db")


def test_a_book_of_a_newer_greenroom_is_left_alone(book_url: str) -> None:
    books = open_books(book_url)
    with books.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    books.close()
    with pytest.raises(SettingError, match="newer Greenroom"):
        open_books(book_url)
