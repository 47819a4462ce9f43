"""Bringing the tables up to date. Two processes that start at once take turns; the second finds the work done."""

from __future__ import annotations

from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import text

from premises.errors import SettingError
from stores.book.database import Database

_LOCK = 0x47524545  # PostgreSQL's advisory locks are told apart by number; this one is "GREE"


def configuration() -> Config:
    """Alembic's configuration, of the migrations inside this package."""
    config = Config()
    config.set_main_option("script_location", str(files("stores.book").joinpath("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def bring_up_to_date(database: Database) -> None:
    """Run the migrations that this database lacks, all or none. Raises SettingError for tables of a newer Greenroom."""
    if database.sqlite:
        database.use_write_ahead_log()
    config = configuration()
    with database.writing() as connection:
        if not database.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        config.attributes["connection"] = connection
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise SettingError(
                f"the book at {database.place} was made by a newer Greenroom ({error}); use that one, or another book"
            ) from error
