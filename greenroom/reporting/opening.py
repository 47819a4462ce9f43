"""Opening the desk over the stores that the settings name, for a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from greenroom.reporting.desk import ReportDesk, emblems_of
from greenroom.settings import Settings
from premises.errors import SettingError
from premises.site import Cluster, Site
from reports.editions.shelf import FolderShelf
from stores.book import open_books
from stores.opening import open_store


@contextmanager
def opened_desk(premises: Site | Cluster, settings: Settings, key: Ed25519PrivateKey | None = None) -> Iterator[ReportDesk]:
    """The desk; store and books are closed at the end. Raises SettingError where there is no store."""
    if settings.store is None and not (settings.data / "readings.duckdb").is_file():
        raise SettingError(f"there is no store in {settings.data}; give --data FOLDER or --store URL")
    sites = premises.sites if isinstance(premises, Cluster) else (premises,)
    with ExitStack() as closing:
        store = open_store(settings.store_url, sites, token=settings.store_token)
        closing.callback(store.close)
        books = open_books(settings.books_url)
        closing.callback(books.close)
        yield ReportDesk(store, books, FolderShelf(settings.editions_path), key, emblems_of(settings))
