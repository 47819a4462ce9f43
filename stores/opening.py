"""Stores by URL: `duckdb:///data/readings.duckdb`, `duckdb:///:memory:`, `influxdb://host:8086/organisation?bucket=name`."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from premises.errors import SettingError
from premises.ports import TelemetryStore
from premises.site import Site
from stores.duckdb_store import DuckDBStore
from stores.influx_client import InfluxServer
from stores.influx_store import InfluxStore

TOKEN_VARIABLE = "GREENROOM_INFLUX_TOKEN"  # noqa: S105 - its name, not a token
DEFAULT_BUCKET = "greenroom"
FORMS = "write duckdb:///path/to/file.duckdb, duckdb:///:memory: or influxdb://host:8086/organisation?bucket=name"


def open_store(url: str, sites: Mapping[str, Site] | Sequence[Site], *, token: str | None = None) -> TelemetryStore:
    """The store that the URL names, for the points of these sites.

    duckdb: three slashes for a path from the working directory, four for an absolute one. influxdb (influxdbs for TLS): the
    token comes from `token`, else from the environment variable GREENROOM_INFLUX_TOKEN, never from the URL, which is logged.
    Raises SettingError for any other URL, StoreUnavailableError where a file cannot be opened.
    """
    parts = urlsplit(url)
    if parts.scheme == "duckdb":
        return DuckDBStore(_file_of(url), sites)
    if parts.scheme in ("influxdb", "influxdbs"):
        address = influx_address(url)
        return InfluxStore(InfluxServer(address.url, address.organisation, token_of(token)), address.bucket, sites)
    raise SettingError(f"store URL {_shown(url)!r}: unknown kind {parts.scheme!r}; {FORMS}")


@dataclass(frozen=True)
class InfluxAddress:
    """Where an InfluxDB answers, and what there is ours."""

    url: str
    organisation: str
    bucket: str


def influx_address(url: str) -> InfluxAddress:
    """The parts of an influxdb URL. Raises SettingError."""
    parts = urlsplit(url)
    organisation, query = unquote(parts.path.removeprefix("/")), parse_qs(parts.query, keep_blank_values=True)
    bucket = query.pop("bucket", [DEFAULT_BUCKET])
    try:
        port = parts.port or 8086
    except ValueError:
        raise SettingError(f"store URL {_shown(url)!r}: the port is no number; {FORMS}") from None
    if parts.username or parts.password or "token" in query:
        raise SettingError(f"store URL {_shown(url)!r}: no user, password or token in it, as URLs are logged; set {TOKEN_VARIABLE}")
    if not parts.hostname or not organisation or "/" in organisation or query or len(bucket) != 1 or not bucket[0]:
        raise SettingError(f"store URL {_shown(url)!r}: host, organisation and at most a bucket are needed; {FORMS}")
    scheme = "https" if parts.scheme == "influxdbs" else "http"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return InfluxAddress(f"{scheme}://{host}:{port}", organisation, bucket[0])


def token_of(token: str | None) -> str:
    """The token given, else that of the environment. Raises SettingError where there is none or it is no token."""
    found = (token or os.environ.get(TOKEN_VARIABLE, "")).strip()
    if not found:
        raise SettingError(f"InfluxDB needs a token: set {TOKEN_VARIABLE} to one that may read and write the bucket")
    if not found.isascii() or not found.isprintable() or " " in found:
        raise SettingError(f"the token in {TOKEN_VARIABLE} holds blanks or signs that no token has; set it anew")
    return found


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
