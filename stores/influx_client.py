"""The one module that talks to InfluxDB 2: requests through influxdb-client, answers and errors in the words of the house.

Nothing is retried here: who holds the batch decides. No request, no error and no log line shows the token.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import orjson
import urllib3
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.rest import ApiException

from premises.errors import (
    GreenroomError,
    SettingError,
    StoreDeniedError,
    StoreRefusedError,
    StoreUnavailableError,
)

TIMEOUT_MS = 20_000
GZIP_LEVEL = 1  # of the time of level 9 a tenth, of its saving most
LOOPBACK = frozenset(("localhost", "127.0.0.1", "::1"))
REFUSED = frozenset((400, 413, 422))
DENIED = frozenset((401, 403))
LONGEST_RETRY_S = 600.0
OLDEST = (2, 1)


@dataclass(frozen=True)
class Table:
    """One series of an InfluxQL answer: its tags, and its columns by name."""

    tags: Mapping[str, str]
    columns: Mapping[str, list[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), []))


class InfluxServer:
    """One organisation of one InfluxDB 2 server.

    Every method raises StoreUnavailableError (away, slow, 429, 5xx), StoreDeniedError (401, 403) or StoreRefusedError (what
    was sent is wrong: 400, 413, 422).

    compress: gzip what is written; None: unless the server is on this machine, where it costs more than it saves.
    """

    def __init__(
        self, url: str, organisation: str, token: str, *, timeout_ms: int = TIMEOUT_MS, compress: bool | None = None
    ) -> None:
        self.url = url
        self.organisation = organisation
        self._compress = urlsplit(url).hostname not in LOOPBACK if compress is None else compress
        self._client: Any = InfluxDBClient(url=url, token=token, org=organisation, timeout=timeout_ms, connection_pool_maxsize=8)

    def write(self, bucket: str, lines: bytes) -> None:
        """Store line protocol with times in µs."""
        query = {"org": self.organisation, "bucket": bucket, "precision": "us"}
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        if self._compress:
            headers["Content-Encoding"] = "gzip"
            lines = gzip.compress(lines, GZIP_LEVEL, mtime=0)
        self.request("POST", "/api/v2/write", query, headers, lines)

    def select(self, bucket: str, statement: str) -> list[Table]:
        """Answer to one InfluxQL statement; times in µs. Empty where the bucket has nothing of it."""
        (tables,) = self.select_each(bucket, [statement])
        return tables

    def select_each(self, bucket: str, statements: Sequence[str]) -> list[list[Table]]:
        """Answers to several InfluxQL statements in one request."""
        query = {"db": bucket, "rp": "autogen", "epoch": "u"}
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        body = self.request("POST", "/query", query, headers, form={"q": "; ".join(statements)})
        try:
            results = orjson.loads(body)["results"]
            if len(results) != len(statements):
                raise ValueError(f"{len(results)} answers to {len(statements)} questions")
        except (ValueError, KeyError, TypeError) as error:
            raise StoreUnavailableError(f"InfluxDB at {self.url} gave half an answer, or none of its own: {body[:80]!r}") from error
        for result in results:
            if "database not found" in result.get("error", ""):
                raise StoreDeniedError(
                    f"InfluxDB at {self.url}: organisation of the token has no bucket {bucket!r}; run `greenroom stores setup`, "
                    f"or give a token of organisation {self.organisation!r}"
                )
            if "error" in result:
                raise StoreRefusedError(f"InfluxDB at {self.url} cannot answer: {result['error']}")
        return [[_table(series) for series in result.get("series", ())] for result in results]

    def version(self) -> str:
        """Version of the server, e.g. `2.9.1`. Raises SettingError where it is no InfluxDB 2."""
        told = self.json("GET", "/health")
        version = str(told.get("version", "")).removeprefix("v") if isinstance(told, dict) else ""
        parts = version.split(".")
        if not version or not all(part.isdigit() for part in parts[:2]):
            raise StoreUnavailableError(f"what answers at {self.url} does not say which InfluxDB it is")
        if told.get("status") != "pass":
            raise StoreUnavailableError(f"InfluxDB {version} at {self.url} is not well: {told.get('message')}")
        if not OLDEST <= (int(parts[0]), int(parts[1])) < (3,):
            raise SettingError(f"InfluxDB {version} at {self.url}: Greenroom writes to InfluxDB 2.1 and later 2.x")
        return version

    def json(self, method: str, path: str, query: Mapping[str, str] | None = None, body: object = None) -> Any:
        """A request of the management API and its answer, None where that is empty."""
        answer = self.request(method, path, query or {}, {"Content-Type": "application/json"}, body)
        try:
            return orjson.loads(answer) if answer else None
        except ValueError as error:
            raise StoreUnavailableError(f"what answers at {self.url}{path} is no InfluxDB: {answer[:80]!r}") from error

    def request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        headers: Mapping[str, str],
        body: object = None,
        form: Mapping[str, str] | None = None,
    ) -> bytes:
        """The body of the answer."""
        try:
            answer = self._client.api_client.call_api(
                path,
                method,
                query_params=list(query.items()),
                header_params=dict(headers),
                body=body,
                post_params=list((form or {}).items()),
                _return_http_data_only=True,
                _preload_content=False,
                urlopen_kw={"redirect": False},
            )
            return bytes(answer.data)
        except ApiException as error:
            raise self._as_told(error, path) from None  # its text may show headers
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise StoreUnavailableError(f"InfluxDB at {self.url} does not answer: {_plain(error)}") from error

    def _as_told(self, error: ApiException, path: str) -> GreenroomError:
        """The error of the house for an answer that is not 2xx."""
        status, said = error.status, _message(error)
        where = f"InfluxDB at {self.url}{path}: {status} {said}"
        if status in DENIED:
            return StoreDeniedError(f"{where}; give a token that may read and write organisation {self.organisation!r}")
        if status in REFUSED:
            return StoreRefusedError(where)
        if status == 404:
            return StoreDeniedError(f"{where}; run `greenroom stores setup`, or correct organisation and bucket")
        return StoreUnavailableError(where, retry_after_s=_retry_after(error))

    def close(self) -> None:
        self._client.close()


def _table(series: Mapping[str, Any]) -> Table:
    columns = dict(zip(series["columns"], map(list, zip(*series["values"], strict=True)), strict=True))
    return Table(series.get("tags", {}), columns)


def _message(error: ApiException) -> str:
    """What the server said, short."""
    body = getattr(error, "body", None)
    if not body and getattr(error, "response", None) is not None:
        body = error.response.data
    text = body.decode(errors="replace") if isinstance(body, bytes) else str(body or error.reason or "")
    try:
        told = orjson.loads(text)
        text = str(told.get("message") or told.get("error") or text) if isinstance(told, dict) else text
    except ValueError:
        pass
    return " ".join(text.split())[:300]


def _retry_after(error: ApiException) -> float | None:
    """Seconds of the Retry-After header, bounded; None where it says none in seconds."""
    headers = getattr(error, "headers", None) or {}
    try:
        return min(max(float(headers.get("Retry-After", "")), 0.0), LONGEST_RETRY_S)
    except ValueError:
        return None


def _plain(error: Exception) -> str:
    """The first line of what the transport said."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
