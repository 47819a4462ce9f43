"""An InfluxDB that is away, slow, full, broken or no InfluxDB: each is told by its type, and nothing shows the token."""

from __future__ import annotations

import gzip
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from premises.errors import GreenroomError, SettingError, StoreDeniedError, StoreRefusedError, StoreUnavailableError
from premises.time import Interval
from stores.influx_client import InfluxServer
from stores.influx_store import InfluxStore
from tests.stores.exchanges import Answer, serving
from tests.stores.premises_of_tests import AIR, FIVE, NOON, SITES, reading

TOKEN = "very-secret-token"
HOUR = Interval(NOON, NOON + FIVE * 12)
LINE = b"reading,site=studio air_c=1.0 1\n"


@contextmanager
def answering(status: int, body: bytes = b"{}", **headers: str) -> Iterator[InfluxServer]:
    """A server that gives one answer to everything."""
    told = Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, body)
    with serving(lambda method, target, received, sent: told) as url:
        server = InfluxServer(url, "studio", TOKEN)
        yield server
        server.close()


@contextmanager
def speaking(converse: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server on bare TCP: what it does with a connection is up to `converse`. Its URL."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                converse(connection)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, StoreRefusedError),
        (413, StoreRefusedError),
        (422, StoreRefusedError),
        (401, StoreDeniedError),
        (403, StoreDeniedError),
        (404, StoreDeniedError),
        (429, StoreUnavailableError),
        (500, StoreUnavailableError),
        (502, StoreUnavailableError),
        (503, StoreUnavailableError),
        (307, StoreUnavailableError),
    ],
)
def test_each_status_says_by_its_type_what_to_do(status: int, error: type[GreenroomError]) -> None:
    said = b'{"code":"x","message":"field type conflict: input field \\"air_c\\""}'
    with answering(status, said, Location="http://127.0.0.1:1/") as server, pytest.raises(error) as told:
        server.write("raw", LINE)
    assert type(told.value) is error
    assert str(status) in str(told.value)
    assert "field type conflict" in str(told.value)
    assert TOKEN not in str(told.value)


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("0.5", 0.5), ("86400", 600.0), ("-1", 0.0), ("Wed, 21 Oct", None), ("", None)]
)
def test_retry_after_is_passed_on_within_bounds(header: str, seconds: float | None) -> None:
    with answering(429, Retry_After=header) as server, pytest.raises(StoreUnavailableError) as told:
        server.write("raw", LINE)
    assert told.value.retry_after_s == seconds


def test_a_server_that_is_away_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    server = InfluxServer(f"http://127.0.0.1:{port}", "studio", TOKEN)
    with pytest.raises(StoreUnavailableError, match="refused"):
        server.write("raw", LINE)
    server.close()


def test_a_server_that_says_nothing_is_unavailable_after_the_time_allowed() -> None:
    over = threading.Event()

    def say_nothing(connection: socket.socket) -> None:
        over.wait(10)

    with speaking(say_nothing) as url:
        server = InfluxServer(url, "studio", TOKEN, timeout_ms=100)
        with pytest.raises(StoreUnavailableError, match="timed out"):
            server.write("raw", LINE)
        over.set()
        server.close()


def _close_at_once(connection: socket.socket) -> None:
    connection.recv(65536)


def _half_a_body(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n" + b'{"results":[{"ser')


def _half_a_head(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 20")


def _no_http(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"220 mail.example ESMTP\r\n")


@pytest.mark.parametrize("converse", [_close_at_once, _half_a_body, _half_a_head, _no_http])
def test_a_broken_answer_is_unavailable(converse: Callable[[socket.socket], None]) -> None:
    with speaking(converse) as url:
        store = InfluxStore(InfluxServer(url, "studio", TOKEN, timeout_ms=2000), "raw", SITES)
        with pytest.raises(StoreUnavailableError):
            store.readings("studio", AIR, HOUR)
        with pytest.raises(StoreUnavailableError):
            store.check()
        store.close()


@pytest.mark.parametrize("body", [b"", b"<html>hello</html>", b"[]", b'{"results":[]}', b'{"results":[{"ser', b"null"])
def test_an_answer_that_is_none_of_influxdb_is_unavailable(body: bytes) -> None:
    with answering(200, body) as server:
        store = InfluxStore(server, "raw", SITES)
        with pytest.raises(StoreUnavailableError):
            store.readings("studio", AIR, HOUR)
        with pytest.raises(StoreUnavailableError):
            store.check()


@pytest.mark.parametrize(
    ("health", "error"),
    [
        (b'{"status":"pass","version":"v3.1.0"}', SettingError),
        (b'{"status":"pass","version":"1.8.10"}', SettingError),
        (b'{"status":"fail","version":"v2.7.1","message":"boltdb"}', StoreUnavailableError),
    ],
)
def test_the_version_is_checked(health: bytes, error: type[GreenroomError]) -> None:
    with answering(200, health) as server, pytest.raises(error):
        server.version()


def test_neither_errors_nor_logs_show_the_token(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), answering(500, b"boom") as server:
        store = InfluxStore(server, "raw", SITES)
        for use in (lambda: store.write("studio", [reading(AIR, NOON, 1.0)]), lambda: store.latest("studio"), store.check):
            with pytest.raises(StoreUnavailableError) as told:
                use()
            shown: Any = (told.value, told.value.__cause__, told.value.__context__)
            assert TOKEN not in repr(shown) + str(told.value)
    assert TOKEN not in caplog.text


def test_a_batch_refused_or_not_is_sent_again_the_same_way() -> None:
    """What a retry sends differs at most by flags that are told to be empty: the same readings, the same points."""
    sent: list[bytes] = []

    def keep(method: str, target: str, headers: Any, body: bytes) -> Answer:
        sent.append(body)
        return Answer(503 if len(sent) == 1 else 204, {}, b"")

    with serving(keep) as url:
        store = InfluxStore(InfluxServer(url, "studio", TOKEN), "raw", SITES)
        batch = [reading(AIR, NOON, 14.0)]
        with pytest.raises(StoreUnavailableError):
            store.write("studio", batch)
        store.write("studio", batch)
        store.close()
    assert sent[0] == sent[1]


@pytest.mark.parametrize("compress", [True, False])
def test_what_is_written_is_compressed_where_that_saves(compress: bool) -> None:
    told: list[tuple[str | None, bytes]] = []

    def keep(method: str, target: str, headers: Any, body: bytes) -> Answer:
        told.append((headers.get("Content-Encoding"), body))
        return Answer(204, {}, b"")

    with serving(keep) as url:
        server = InfluxServer(url, "studio", TOKEN, compress=compress)
        server.write("raw", LINE * 100)
        server.close()
    ((encoding, body),) = told
    assert (encoding, gzip.decompress(body) if compress else body) == ("gzip" if compress else None, LINE * 100)
