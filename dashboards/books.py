"""The booking book itself in Grafana, where it is in PostgreSQL: options and holds too, with version and last change."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from dashboards.panels import Json, SqlTarget, postgres_uid
from premises.errors import SettingError
from premises.site import Cluster, Site

COLUMNS = ("call", "zone", "title", "kind", "status", "version", "changed", "booking")
MOST = 500


@dataclass(frozen=True, slots=True)
class BookServer:
    """Where Grafana reads the books: best with a role that may only read. The password goes to Grafana and is never printed."""

    host: str
    database: str
    user: str
    password: str = ""
    sslmode: str = "require"

    def __repr__(self) -> str:
        return f"BookServer({self.host!r}, {self.database!r}, {self.user!r}, password=***)"


def book_server(url: str, password: str = "") -> BookServer:
    """Of `postgresql://user@host:5432/database?sslmode=disable`. Raises SettingError, also where a password is in it."""
    parts = urlsplit(url)
    database = unquote(parts.path.removeprefix("/"))
    if parts.scheme != "postgresql" or not parts.hostname or not parts.username or not database:
        raise SettingError("the books for Grafana must be like postgresql://reader@host:5432/greenroom")
    if parts.password:
        raise SettingError("no password in the books' URL, as URLs are logged; set GREENROOM_GRAFANA_BOOKS_PASSWORD")
    sslmode = parse_qs(parts.query).get("sslmode", ["require"])[0]
    return BookServer(f"{parts.hostname}:{parts.port or 5432}", database, unquote(parts.username), password, sslmode)


def book_source(premises: Site | Cluster, books: BookServer) -> Json:
    """The data source without its password. `database` stands twice: Grafana 9.3 reads one, later ones the other."""
    mark = {"passwordFingerprint": hashlib.sha256(books.password.encode()).hexdigest()[:12]} if books.password else {}
    return {
        "uid": postgres_uid(premises.id),
        "name": f"Greenroom books {premises.id}",
        "type": "postgres",
        "access": "proxy",
        "url": books.host,
        "user": books.user,
        "database": books.database,
        "isDefault": False,
        "jsonData": {"database": books.database, "sslmode": books.sslmode, "postgresVersion": 1400, "timescaledb": False, **mark},
    }


def bookings_of(site: Site) -> SqlTarget:
    """Bookings that touch the board's range, one row per zone, in order of call."""
    name = site.id.replace("'", "''")
    return SqlTarget(
        "SELECT COALESCE((b.content->>'call')::timestamptz, b.held_start) AS call, z.zone AS zone, b.content->>'title' AS title,\n"
        "  b.content->>'day_kind' AS kind, b.status AS status, b.version AS version, b.updated_at AS changed,\n"
        "  b.source || '/' || b.id AS booking\n"
        "FROM booking b JOIN booking_zone z ON z.source = b.source AND z.id = b.id\n"
        f"WHERE b.site = '{name}' AND b.held_end > $__timeFrom() AND b.held_start < $__timeTo()\n"
        f"ORDER BY 1, 2 LIMIT {MOST}"
    )
