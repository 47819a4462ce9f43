"""Stores by URL: `duckdb:///data/readings.duckdb`, `duckdb:///:memory:`, `influxdb://host:8086/organisation?bucket=name`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from premises.errors import SettingError
from premises.ports import TelemetryStore
from premises.site import Site
from stores.duckdb_store import DuckDBStore

TOKEN_VARIABLE = "GREENROOM_INFLUX_TOKEN"  # noqa: S105 - its name, not a token
FORMS = "write duckdb:///path/to/file.duckdb, duckdb:///:memory: or influxdb://host:8086/organisation?bucket=name"


def open_store(url: str, sites: Mapping[str, Site] | Sequence[Site], *, token: str | None = None) -> TelemetryStore:
    """The store that the URL names, for the points of these sites.

    duckdb: three slashes for a path from the working directory, four for an absolute one. influxdb (influxdbs for TLS): the
    token comes from `token`, else from the environment variable GREENROOM_INFLUX_TOKEN, never from the URL, which is logged.
    Raises SettingError for any other URL, StoreUnavailableError where a file cannot be opened.
    """
    del token
    parts = urlsplit(url)
    if parts.scheme == "duckdb":
        return DuckDBStore(_file_of(url), sites)
    if parts.scheme in ("influxdb", "influxdbs"):
        raise SettingError("InfluxDB is not built in yet")
    raise SettingError(f"store URL {_shown(url)!r}: unknown kind {parts.scheme!r}; {FORMS}")


def _file_of(url: str) -> Path | None:
    """Path of a duckdb URL, None for memory."""
    rest = url.removeprefix("duckdb:")
    name = unquote(rest.removeprefix("///"))
    if not rest.startswith("///") or not name or name.endswith("/") or "?" in name or "#" in name:
        raise SettingError(f"store URL {url!r}: no file named; {FORMS}")
    return None if name == ":memory:" else Path(name).expanduser()


def _shown(url: str) -> str:
    """The URL without what may be secret: user, password and query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"
