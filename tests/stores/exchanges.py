"""Exchanges with InfluxDB, recorded from a real server and played back on loopback.

A recording holds, per test, the requests in order (method, path with query, hash of the body) and the answers. Played back,
each request must be the next one recorded, so that a change of what is sent cannot go unnoticed. No header of a request is
kept, so no token is.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import lzma
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from stores.influx_client import InfluxServer
from stores.retention import LONG_SUFFIX, QUARTERS_SUFFIX

BUCKET = "recorded"
KEPT_HEADERS = ("Content-Type", "X-Influxdb-Version", "Retry-After")


@dataclass(frozen=True)
class Request:
    """What was asked: the body by its hash, unpacked, as compression may differ between versions of zlib."""

    method: str
    target: str
    body: str

    @classmethod
    def of(cls, method: str, target: str, headers: Any, body: bytes) -> Request:
        plain = gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" else body
        return cls(method, target, hashlib.sha256(plain).hexdigest()[:16] if plain else "")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


Responder = Callable[[str, str, Any, bytes], Answer]


@contextmanager
def serving(respond: Responder) -> Iterator[str]:
    """A loopback HTTP server that answers with `respond(method, target, headers, body)`; its URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answer = respond(self.command, self.path, self.headers, body)
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_DELETE = do_PATCH = handle_one  # noqa: N815 - named by http.server

        def log_message(self, *args: Any) -> None:
            """Say nothing: tests show what matters."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Recorder:
    """Passes requests on to a real server, with `BUCKET` for its bucket, and keeps what was said."""

    def __init__(self, url: str, token: str, organisation: str, bucket: str) -> None:
        self._address = urlsplit(url).netloc
        self._token = token
        self._organisation = organisation
        self._bucket = bucket
        self.exchanges: list[tuple[Request, Answer]] = []

    def respond(self, method: str, target: str, headers: Any, body: bytes) -> Answer:
        connection = HTTPConnection(self._address, timeout=30)
        passed = {name: headers[name] for name in ("Content-Type", "Content-Encoding", "Accept") if headers.get(name)}
        there = target.replace(f"={BUCKET}", f"={self._bucket}").replace("org=studio", f"org={self._organisation}")
        connection.request(method, there, body or None, {**passed, "Authorization": f"Token {self._token}"})
        reply = connection.getresponse()
        answer = Answer(reply.status, {name: reply.headers[name] for name in KEPT_HEADERS if reply.headers.get(name)}, reply.read())
        connection.close()
        self.exchanges.append((Request.of(method, target, headers, body), answer))
        return answer


class Player:
    """Answers with what was recorded, and refuses whatever was not the next thing asked."""

    def __init__(self, exchanges: list[tuple[Request, Answer]]) -> None:
        self._exchanges = exchanges
        self.next = 0
        self.unexpected: list[str] = []

    def respond(self, method: str, target: str, headers: Any, body: bytes) -> Answer:
        asked = Request.of(method, target, headers, body)
        if self.next < len(self._exchanges) and self._exchanges[self.next][0] == asked:
            self.next += 1
            return self._exchanges[self.next - 1][1]
        expected = self._exchanges[self.next][0] if self.next < len(self._exchanges) else "nothing more"
        self.unexpected.append(f"asked {asked}, recorded {expected}; record again (docs/stores.md)")
        return Answer(500, {}, b"not what was recorded")

    @property
    def rest(self) -> int:
        return len(self._exchanges) - self.next


@contextmanager
def buckets_for_a_test(owner: InfluxServer, name: str) -> Iterator[str]:
    """Buckets for readings and roll-ups on a real server, removed at the end. `owner` holds an operator's token."""
    (organisation,) = owner.json("GET", "/api/v2/orgs", {"org": owner.organisation})["orgs"]
    made = [
        owner.json("POST", "/api/v2/buckets", body={"orgID": organisation["id"], "name": name + suffix, "retentionRules": []})
        for suffix in ("", QUARTERS_SUFFIX, LONG_SUFFIX)
    ]
    yield name
    for bucket in made:
        owner.json("DELETE", f"/api/v2/buckets/{bucket['id']}")


def save(path: Path, recordings: dict[str, list[tuple[Request, Answer]]], server: str) -> None:
    """Write recordings by test, compressed, the same bytes for the same exchanges."""
    tests = {
        name: [[asked.method, asked.target, asked.body, told.status, told.headers, told.body.decode()] for asked, told in exchanges]
        for name, exchanges in sorted(recordings.items())
    }
    text = json.dumps({"server": server, "tests": tests}, ensure_ascii=False, separators=(",", ":"))
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(lzma.compress(text.encode(), preset=9))


def load(path: Path) -> dict[str, list[tuple[Request, Answer]]]:
    """Recordings by test."""
    tests = json.loads(lzma.decompress(path.read_bytes()))["tests"]
    return {
        name: [
            (Request(method, target, asked), Answer(status, headers, body.encode()))
            for method, target, asked, status, headers, body in rows
        ]
        for name, rows in tests.items()
    }
