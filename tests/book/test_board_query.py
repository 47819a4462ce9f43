"""The board's table of the booking book: its SQL on a real PostgreSQL, and through a real Grafana where one is named."""

import base64
import json
import os
import urllib.request
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import psycopg
import pytest

from dashboards.boards import models_of
from dashboards.books import COLUMNS, BookServer, book_server, book_source, bookings_of
from dashboards.grafana import GrafanaApi
from dashboards.publish import Act, Influx, Wish, check, publish
from premises.booking import Booking, BookingKey, BookingStatus
from premises.errors import SettingError
from premises.sitefile import example, load_site
from premises.time import Interval
from stores.book import open_books

SITE = load_site(example("la-kolok"))
NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
GRAFANA, USER, PASSWORD = (os.environ.get(f"GREENROOM_TEST_GRAFANA_{name}", "") for name in ("URL", "USER", "PASSWORD"))


def filled_book(url: str) -> None:
    """An option of two zones without a call, a shoot whose call moved once, and one of next week."""
    books = open_books(url)
    held = Interval(NOON, NOON + timedelta(hours=8))
    key = BookingKey("desk", "2")
    shoot = Booking(key, SITE.id, ("stage-2",), held, call=NOON + timedelta(hours=1), title="It's a shoot")
    option = Booking(BookingKey("desk", "1"), SITE.id, ("stage-1", "make-up"), held, BookingStatus.OPTION, title="Option")
    far = Booking(BookingKey("desk", "3"), SITE.id, ("stage-1",), Interval(NOON + timedelta(days=7), NOON + timedelta(days=8)))
    for booking in (option, shoot, far):
        books.bookings.put(booking, NOON)
    moved = Booking(key, SITE.id, ("stage-2",), held, call=NOON + timedelta(hours=2), title="It's a shoot")
    books.bookings.put(moved, NOON)
    books.close()


def test_the_book_is_listed_by_call_with_options_and_versions(postgres_url: str) -> None:
    filled_book(postgres_url)
    sql = bookings_of(SITE).sql.replace("$__timeFrom()", "'2026-01-20T00:00:00Z'").replace("$__timeTo()", "'2026-01-22T00:00:00Z'")
    with psycopg.connect(postgres_url) as connection:
        cursor = connection.execute(sql.encode())
        assert cursor.description is not None
        assert tuple(column.name for column in cursor.description) == COLUMNS
        rows = cursor.fetchall()
    assert [(row[0], *row[1:6]) for row in rows] == [
        (NOON, "make-up", "Option", "shoot", "option", 1),
        (NOON, "stage-1", "Option", "shoot", "option", 1),
        (NOON + timedelta(hours=2), "stage-2", "It's a shoot", "shoot", "confirmed", 2),
    ]


def test_an_address_has_no_password_in_it_and_the_board_none_at_all() -> None:
    server = book_server("postgresql://reader@db.example/greenroom", "secret-word")
    assert (server.host, server.sslmode) == ("db.example:5432", "require")
    assert "secret-word" not in repr(server) + json.dumps(book_source(SITE, server))
    for wrong in ("postgresql://reader:secret@db/x", "sqlite:///x", "postgresql://db/x", "postgresql://reader@db"):
        with pytest.raises(SettingError):
            book_server(wrong)


def test_the_table_is_on_the_first_board_only_where_grafana_reads_the_books() -> None:
    with_book, without = (models_of(SITE, books=books)[0]["panels"] for books in (True, False))
    assert len(with_book) == len(without) + 1
    (table,) = (panel for panel in with_book if panel["datasource"]["type"] == "postgres")
    assert table["targets"][0]["format"] == "table"


@pytest.mark.live
@pytest.mark.skipif(not GRAFANA, reason="no Grafana named by GREENROOM_TEST_GRAFANA_URL")
def test_a_real_grafana_shows_the_book(postgres_url: str) -> None:
    filled_book(postgres_url)
    parts = urlsplit(postgres_url)
    server = BookServer(f"{parts.hostname}:{parts.port}", parts.path[1:], "books", "unused", "disable")
    grafana, influx = GrafanaApi(GRAFANA, user=USER, password=PASSWORD), Influx("http://127.0.0.1:1", "none", "none")
    publish(grafana, SITE, influx, Wish(books=server))
    assert {outcome.act for outcome in check(grafana, SITE, influx, Wish(books=server))} == {Act.UNCHANGED}
    (table,) = (panel for panel in models_of(SITE, books=True)[0]["panels"] if panel["datasource"]["type"] == "postgres")
    span = {"from": str(int(NOON.timestamp() * 1000) - 3_600_000), "to": str(int(NOON.timestamp() * 1000) + 86_400_000)}
    request = urllib.request.Request(f"{GRAFANA}/api/ds/query", json.dumps({**span, "queries": table["targets"]}).encode())
    request.add_header("Content-Type", "application/json")
    request.add_header("Authorization", "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode())
    with urllib.request.urlopen(request, timeout=30) as response:
        (frame,) = json.loads(response.read())["results"]["A"]["frames"]
    assert [field["name"] for field in frame["schema"]["fields"]] == list(COLUMNS)
    assert frame["data"]["values"][2] == ["Option", "Option", "It's a shoot"]
