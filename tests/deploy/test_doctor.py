"""`greenroom doctor`: what is well, what is wrong, and what to do about it."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from sqlalchemy import text

from greenroom.commands.doctor import command
from greenroom.doctor import machine, network, stores
from greenroom.doctor.finding import State
from greenroom.settings import Settings
from premises.errors import SettingError
from premises.ports import AuditEntry
from premises.sitefile import example, load_site
from stores.book import open_books
from tests.notices.certificates import make_certificates
from tests.notices.premises_of_tests import DUTY, studio
from tests.notices.sinks import mail_server, web_server


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.delenv("GREENROOM_GRAFANA", raising=False)
    given: dict[str, Any] = {"data": tmp_path / "data", "journal_bytes": 1024**2}
    return Settings(**given)


@pytest.fixture
def nobody() -> Iterator[int]:
    """A port at which nobody listens: bound, so that nobody else takes it meanwhile."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def test_each_part_is_told_on_one_line_and_the_status_says_that_something_is_wrong(tmp_path: Path, nobody: int) -> None:
    ran = CliRunner().invoke(
        command, ["la-kolok", "--data", str(tmp_path), "--broker", f"mqtt://127.0.0.1:{nobody}", "--json"], standalone_mode=False
    )
    assert ran.return_value == 1
    told = {finding["part"]: finding for finding in json.loads(ran.stdout)}
    assert told["site file"]["state"] == "well"
    assert told["broker"]["state"] == "wrong"
    assert str(nobody) in told["broker"]["detail"]
    assert "GREENROOM_BROKER" in told["broker"]["advice"]
    assert all("\n" not in finding["detail"] for finding in told.values())
    for_people = CliRunner().invoke(
        command, ["--data", str(tmp_path), "--broker", f"mqtt://127.0.0.1:{nobody}"], standalone_mode=False
    )
    assert "→ start it" in for_people.stdout
    assert not list(tmp_path.iterdir()), "it changes nothing"


def test_a_setting_that_cannot_be_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GREENROOM_PORT", "many")
    with pytest.raises(SettingError, match="GREENROOM_PORT"):
        CliRunner().invoke(command, [], standalone_mode=False, catch_exceptions=False)


def test_a_folder_that_cannot_be_one(settings: Settings, tmp_path: Path) -> None:
    assert machine.folder(settings).state is State.WELL
    (tmp_path / "data").write_text("a file")
    assert machine.folder(settings).state is State.WRONG


def test_a_disk_on_which_the_journal_has_no_room(settings: Settings) -> None:
    assert machine.disk(settings).state is State.WELL
    full = settings.model_copy(update={"journal_bytes": 2**60})
    found = machine.disk(full)
    assert (found.state, "GREENROOM_JOURNAL_BYTES" in found.advice) == (State.WRONG, True)


class _Refusing(BaseHTTPRequestHandler):
    """An InfluxDB that knows no such token."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        known = self.path.startswith(("/health", "/ping"))
        body = b'{"name": "influxdb", "status": "pass", "version": "v2.7.11"}' if known else b'{"code": "unauthorized"}'
        self.send_response(200 if known else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Influxdb-Version", "v2.7.11")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_told: Any) -> None:
        """Quiet."""


def test_an_influxdb_that_is_away_and_one_that_refuses_the_token(settings: Settings, nobody: int) -> None:
    site = load_site(example("la-kolok"))
    told = settings.model_copy(update={"influx_token": SecretStr("tk-of-a-test")})
    away = stores.store(told.model_copy(update={"store": f"influxdb://127.0.0.1:{nobody}/studio?bucket=greenroom"}), [site])
    assert away.state is State.WRONG
    assert "see whether InfluxDB runs there" in away.advice
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"influxdb://127.0.0.1:{server.server_address[1]}/studio?bucket=greenroom"
        refused = stores.store(told.model_copy(update={"store": address}), [site])
    finally:
        server.shutdown()
        server.server_close()
    assert refused.state is State.WRONG
    assert "GREENROOM_INFLUX_TOKEN" in refused.advice
    assert "tk-of-a-test" not in refused.detail


def test_books_at_a_postgresql_that_is_away(settings: Settings, nobody: int) -> None:
    [found] = stores.books(settings.model_copy(update={"books": f"postgresql://greenroom:sesame@127.0.0.1:{nobody}/greenroom"}))
    assert found.state is State.WRONG
    assert "see whether the database runs" in found.advice
    assert "sesame" not in found.detail


def test_books_of_a_newer_greenroom_and_an_audit_trail_that_was_changed(settings: Settings) -> None:
    assert [finding.state for finding in stores.books(settings)] == [State.WELL]
    books = open_books(settings.books_url)
    books.audit.append(AuditEntry(datetime(2026, 1, 20, tzinfo=UTC), "ada", "made", "a key"))
    assert {finding.part: finding.state for finding in stores.books(settings)} == dict.fromkeys(
        ("books", "tables", "audit trail"), State.WELL
    )
    with books.database.writing() as connection:
        connection.execute(text("UPDATE audit SET who = 'eve'"))
    assert [finding.part for finding in stores.books(settings) if finding.state is State.WRONG] == ["audit trail"]
    with books.database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    books.close()
    assert [finding.part for finding in stores.books(settings) if finding.state is State.WRONG] == ["tables"]


def test_a_journal_that_is_no_database(settings: Settings) -> None:
    assert stores.journal(settings).state is State.WELL
    settings.data.mkdir()
    settings.journal_path.write_bytes(b"no journal at all" * 100)
    assert stores.journal(settings).state is State.WRONG


def test_mail_that_is_asked_for_and_cannot_be_sent(settings: Settings, nobody: int) -> None:
    told = studio(DUTY)
    assert network.mail(settings, [studio()]).state is State.UNUSED
    missing = network.mail(settings, [told])
    assert (missing.state, "duty" in missing.detail) == (State.WRONG, True)
    for smtp in ("mail.example", "smtp://me:secret@mail.example"):
        found = network.mail(settings.model_copy(update={"smtp": smtp, "mail_from": "g@s.example"}), [told])
        assert found.state is State.WRONG
        assert "secret" not in found.detail
    with mail_server() as box:
        there = {"smtp": f"smtp+plain://127.0.0.1:{box.port}", "mail_from": "g@s.example"}
        assert network.mail(settings.model_copy(update=there), [told]).state is State.WELL
        no_tls = {"smtp": f"smtp://127.0.0.1:{box.port}", "mail_from": "g@s.example"}
        assert network.mail(settings.model_copy(update=no_tls), [told]).state is State.WRONG, "STARTTLS is asked for"
        assert box.mails == []
    away = {"smtp": f"smtp+plain://127.0.0.1:{nobody}", "mail_from": "g@s.example"}
    assert network.mail(settings.model_copy(update=away), [told]).state is State.WRONG


def test_push_and_grafana(settings: Settings, nobody: int) -> None:
    assert network.push(settings, [studio()]).state is State.UNUSED
    assert network.push(settings, [studio(DUTY)]).state is State.WRONG
    assert network.grafana({}).state is State.UNUSED
    assert network.grafana({"GREENROOM_GRAFANA": f"http://127.0.0.1:{nobody}"}).state is State.WRONG
    with web_server() as board:
        assert network.push(settings.model_copy(update={"push": board.url}), []).state is State.WRONG, "it knows no GET: 501"


def test_a_certificate_that_nobody_vouches_for(settings: Settings, nobody: int) -> None:
    page = settings.model_copy(update={"page_address": f"https://127.0.0.1:{nobody}/"})
    [found] = network.certificates(page, {})
    assert (found.part, found.state) == ("certificate of the page", State.WRONG)
    assert list(network.certificates(settings, {})) == []


@pytest.mark.parametrize(("days", "state"), [(5, State.WRONG), (90, State.WELL)])
def test_a_certificate_is_told_before_it_ends(settings: Settings, tmp_path: Path, days: int, state: State) -> None:
    make_certificates(tmp_path, days)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / "server.crt", tmp_path / "server.key")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def serve() -> None:
            with tls.wrap_socket(server.accept()[0], server_side=True) as one:
                one.recv(1)

        serving = threading.Thread(target=serve)
        serving.start()
        wire = {"broker": f"mqtts://127.0.0.1:{server.getsockname()[1]}", "broker_ca": tmp_path / "ca.crt"}
        [found] = network.certificates(settings.model_copy(update=wire), {})
        serving.join(10)
    assert (found.state, "renew it now" in found.advice) == (state, state is State.WRONG)
