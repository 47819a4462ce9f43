"""A Grafana as far as publishing needs it, over HTTP on loopback, kept in memory.

Folders, data sources, boards, search, permissions and alert rules answer as a real 9.3.2 was seen to: it says 500 of an alert rule
that is not there and cannot list rules but by group. What it does as 12 (data sources are changed by uid only) is assumed.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

Json = dict[str, Any]


class FakeGrafana(ThreadingHTTPServer):
    """Keeps what is written; counts writes; adds what a real Grafana adds (ids, versions, defaults)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.folders: dict[str, Json] = {}
        self.sources: dict[str, Json] = {}
        self.boards: dict[str, Json] = {}
        self.board_folders: dict[str, str] = {}
        self.writes: list[str] = []
        self.secrets: list[str] = []
        self.rules: dict[str, Json] = {}
        self.permissions: dict[str, list[Json]] = {}
        self.version = "11.2.0"
        self.broken = False
        self.empty_answers = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: FakeGrafana

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        pass

    def _answer(self, status: int, body: Any = None) -> None:
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _deal(self) -> None:
        grafana = self.server
        length = int(self.headers.get("Content-Length") or 0)
        body: Json = json.loads(self.rfile.read(length)) if length else {}
        if grafana.broken:
            self._answer(500, {"message": "down"})
        elif self.headers.get("Authorization") != "Bearer good-token":
            self._answer(401, {"message": "Invalid API key"})
        else:
            parts = urlsplit(self.path)
            if self.command != "GET":
                grafana.writes.append(f"{self.command} {parts.path}")
            self._answer(*self._route(parts.path.removeprefix("/api"), parse_qs(parts.query), body))

    do_GET = do_POST = do_PUT = do_DELETE = _deal  # noqa: N815 - the base class's names

    def _route(self, path: str, query: dict[str, list[str]], body: Json) -> tuple[int, Any]:
        grafana, method = self.server, self.command
        last = unquote(path.rpartition("/")[2])
        if path == "/health":
            return 200, {"version": grafana.version, "database": "ok"}
        if path.endswith("/permissions"):
            folder = unquote(path.split("/")[2])
            if method == "POST":
                grafana.permissions[folder] = body["items"]
            return 200, [{"role": "Admin", "permission": 4}, *grafana.permissions.get(folder, [])]
        taken = {folder["title"] for folder in grafana.folders.values()}
        if path == "/folders" and body.get("title") in taken and grafana.version.startswith("9."):
            return 409, {"message": "a folder or dashboard in the general folder with the same name already exists"}
        if path.startswith("/folders"):
            return self._kept(grafana.folders, method, last, body)
        if path.startswith("/v1/provisioning"):
            return self._alerting(path, last, body)
        if path.startswith("/datasources"):
            if method == "PUT" and not path.startswith("/datasources/uid/"):
                return 404, {"message": "data sources are changed by uid"}
            if secret := body.pop("secureJsonData", None):
                grafana.secrets.extend(secret.values())
            status, told = self._kept(grafana.sources, method, last, body)
            if told and told.get("type") == "postgres" and not grafana.version.startswith("9."):
                told = told | {"type": "grafana-postgresql-datasource"}  # the plugin's own name, as its source says
            return status, told
        if path == "/dashboards/db":
            board = body["dashboard"] | {"id": len(grafana.boards) + 1, "version": 1}
            grafana.boards[board["uid"]] = board
            grafana.board_folders[board["uid"]] = body["folderUid"]
            return 200, {"status": "success", "uid": board["uid"]}
        if path.startswith("/dashboards/uid/"):
            if method == "DELETE":
                grafana.boards.pop(last)
                return 200, {"message": "deleted"}
            return (
                (200, {"dashboard": grafana.boards[last], "meta": {"folderUid": grafana.board_folders.get(last)}})
                if last in grafana.boards
                else (404, {"message": "not found"})
            )
        if path == "/search":
            wanted = set(query.get("tag", []))
            return 200, [{"uid": uid, "tags": b["tags"]} for uid, b in grafana.boards.items() if wanted <= set(b.get("tags", []))]
        return 404, {"message": "not found"}

    def _alerting(self, path: str, last: str, body: Json) -> tuple[int, Any]:
        grafana, method = self.server, self.command
        old = grafana.version.startswith("9.")
        if "/rule-groups/" in path:
            of = unquote(path.split("/")[4])
            rules = [rule for rule in grafana.rules.values() if (rule["folderUID"], rule["ruleGroup"]) == (of, last)]
            return (200, {"title": last, "interval": 60, "rules": rules}) if rules else (404, {"message": "rule group not found"})
        if path == "/v1/provisioning/alert-rules" and method == "GET":
            return (404, {"message": "not found"}) if old else (200, list(grafana.rules.values()))
        if method == "POST":
            grafana.rules[body["uid"]] = body | {"id": len(grafana.rules) + 1, "updated": "now", "provenance": "api"}
            return 201, grafana.rules[body["uid"]]
        if last not in grafana.rules:
            missing = {"message": "could not find alert rule", "traceID": ""}
            return (500, missing) if old else (404, None)  # later ones say nothing at all
        if method == "PUT":
            grafana.rules[last] = grafana.rules[last] | body
        if method == "DELETE":
            grafana.rules.pop(last)
            return 204, None
        return 200, grafana.rules.get(last)

    def _kept(self, store: dict[str, Json], method: str, uid: str, body: Json) -> tuple[int, Any]:
        if method == "GET":
            return (200, store[uid]) if uid in store else (404, {"message": "not found"})
        name = body.get("uid", uid)
        store[name] = store.get(name, {"id": len(store) + 1, "version": 1, "readOnly": False}) | body
        return 200, None if self.server.empty_answers else store[name]


@contextmanager
def fake_grafana() -> Iterator[FakeGrafana]:
    server = FakeGrafana()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
