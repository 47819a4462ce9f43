"""A provider of OpenID Connect on loopback that is as strict as a real one about what it is asked."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.gateway.premises_of_tests import NOW

CLIENT, SECRET = "greenroom", "a client's secret of the tests"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})


@dataclass
class FakeProvider:
    """claims: laid over those that would be right. false_key: sign with a key that is not published."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    false_key: bool = False
    away: bool = False
    asked: dict[str, dict[str, str]] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)

    def authorize(self, url: str) -> dict[str, str]:
        """What the browser is sent back with, after the person has agreed: code and state."""
        told = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert url.startswith(f"{self.url}/authorize?")
        assert (told["response_type"], told["client_id"], told["code_challenge_method"]) == ("code", CLIENT, "S256")
        assert "openid" in told["scope"].split()
        code = f"code-{len(self.asked)}"
        self.asked[code] = told
        return {"code": code, "state": told["state"]}

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """None where the request is not right: other client, code used before, verifier that does not fit."""
        basic = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        asked = self.asked.get(form.get("code", ""))
        if asked is None or form["code"] in self.used or authorization != basic:
            return None
        self.used.add(form["code"])
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
        if challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(NOW.timestamp())
        claims = {"iss": self.url, "sub": "4711", "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        key = OTHER_KEY if self.false_key else KEY
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, {**claims, **self.claims}, key)
        return {"access_token": "not-needed", "token_type": "Bearer", "id_token": signed}

    def get(self, path: str) -> dict[str, Any] | None:
        if self.away:
            return None
        if path == "/.well-known/openid-configuration":
            ends = {f"{name}_endpoint": f"{self.url}/{kind}" for name, kind in (("authorization", "authorize"), ("token", "token"))}
            return {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **ends}
        return {"keys": [KEY.as_dict(private=False)]} if path == "/keys" else None


@contextmanager
def provider_on_loopback() -> Iterator[FakeProvider]:
    provider = FakeProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(provider.get(self.path))

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            told = {name: values[0] for name, values in form.items()}
            self._answer(provider.token(told, self.headers.get("Authorization", "")), refused=400)

        def _answer(self, told: dict[str, Any] | None, refused: int = 503) -> None:
            body = json.dumps(told if told is not None else {"error": "invalid_grant"}).encode()
            self.send_response(200 if told is not None else refused)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
