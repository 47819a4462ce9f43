"""OpenID Connect: the code flow with PKCE, through Authlib; who comes back is known by `issuer|sub`.

What the browser brings back must fit what it was sent away with. That travels in a cookie of its own, signed with a key made of
the client's secret, so that several servers need to share nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import requests
from authlib.integrations.base_client import OAuthError  # type: ignore[import-untyped]
from authlib.integrations.requests_client import OAuth2Session  # type: ignore[import-untyped]
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from gateway.problems import Problem
from gateway.settings import OidcSettings
from premises.desks import PeopleBook, Person

SECONDS = 10.0
AWAY_S = 600
ANSWER_MOST = 262_144
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
COOKIE = "greenroom_oidc"


class ProviderFaultError(Exception):
    """The provider did not answer, or not as OpenID Connect says; the message is for the log, not for the browser."""


@dataclass(frozen=True, slots=True)
class Errand:
    """What the browser was sent away with. expires: seconds since 1970."""

    state: str
    nonce: str
    verifier: str
    following: str
    expires: int

    def signed(self, secret: str) -> str:
        """As a cookie's value."""
        told = json.dumps([self.state, self.nonce, self.verifier, self.following, self.expires]).encode()
        body = base64.urlsafe_b64encode(told).decode().rstrip("=")
        return f"{body}.{_mac(secret, body)}"


def errand_of(cookie: str, secret: str, now: datetime) -> Errand | None:
    """What a cookie says, if we signed it and it has not expired."""
    body, _, mac = cookie[:4_000].partition(".")
    if not hmac.compare_digest(mac.encode("utf-8", "replace"), _mac(secret, body).encode()):
        return None
    told = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    errand = Errand(*told)
    return errand if now.timestamp() < errand.expires else None


def _mac(secret: str, body: str) -> str:
    key = hmac.new(secret.encode(), b"greenroom oidc errand", hashlib.sha256).digest()
    return hmac.new(key, body.encode("utf-8", "replace"), hashlib.sha256).hexdigest()


class Provider:
    """One provider, asked at its addresses as its discovery document tells them."""

    def __init__(self, settings: OidcSettings) -> None:
        self.settings = settings
        self._metadata: dict[str, Any] | None = None

    @property
    def secret(self) -> str:
        return self.settings.client_secret.get_secret_value()

    def away(self, redirect_uri: str, following: str, now: datetime) -> tuple[str, Errand]:
        """Where to send the browser, and what to remember. Raises ProviderFaultError."""
        errand = Errand(
            secrets.token_urlsafe(24),
            secrets.token_urlsafe(24),
            secrets.token_urlsafe(48),
            following,
            int(now.timestamp()) + AWAY_S,
        )
        url, _ = self._client(redirect_uri).create_authorization_url(
            self._address("authorization_endpoint"), state=errand.state, code_verifier=errand.verifier, nonce=errand.nonce
        )
        return str(url), errand

    def back(self, redirect_uri: str, code: str, errand: Errand, now: datetime) -> dict[str, Any]:
        """The claims of whoever came back with that code. Raises ProviderFaultError."""
        try:
            client = self._client(redirect_uri)
            token = client.fetch_token(
                self._address("token_endpoint"), code=code, code_verifier=errand.verifier, timeout=SECONDS, allow_redirects=False
            )
            keys = KeySet.import_key_set(self._get(self._address("jwks_uri")))  # type: ignore[arg-type]
            signed = jwt.decode(str(token.get("id_token", "")), keys, algorithms=ALGORITHMS)
            claims = CodeIDToken(
                signed.claims,
                signed.header,
                options={
                    "iss": {"essential": True, "value": self._issuer()},
                    "aud": {"essential": True, "value": self.settings.client_id},
                },
                params={"nonce": errand.nonce, "client_id": self.settings.client_id, "access_token": token.get("access_token")},
            )
            claims.validate(now=int(now.timestamp()), leeway=60)
        except (OAuthError, JoseError, requests.RequestException, ValueError, KeyError, TypeError) as error:
            raise ProviderFaultError(f"{type(error).__name__}: {str(error)[:200]}") from None
        return dict(claims)

    def _client(self, redirect_uri: str) -> Any:
        return OAuth2Session(
            self.settings.client_id,
            self.secret,
            scope=self.settings.scope,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )

    def _issuer(self) -> str:
        return str(self._told()["issuer"])

    def _address(self, name: str) -> str:
        told = self._told().get(name)
        if not isinstance(told, str) or not told.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
            raise ProviderFaultError(f"the discovery document has no {name} over TLS")
        return told

    def _told(self) -> dict[str, Any]:
        if self._metadata is None:
            found = self._get(f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration")
            if str(found.get("issuer", "")).rstrip("/") != self.settings.issuer.rstrip("/"):
                raise ProviderFaultError(
                    f"the discovery document is of {str(found.get('issuer'))[:100]!r}, not of the issuer that is set"
                )
            self._metadata = found
        return self._metadata

    def _get(self, url: str) -> dict[str, Any]:
        try:
            with requests.get(url, timeout=SECONDS, allow_redirects=False, stream=True) as answer:
                if answer.status_code != requests.codes.ok:
                    raise ProviderFaultError(f"the provider answers {answer.status_code}")
                text = answer.raw.read(ANSWER_MOST + 1, decode_content=True)
            found = json.loads(text) if len(text) <= ANSWER_MOST else None
        except (requests.RequestException, ValueError) as error:
            raise ProviderFaultError(f"the provider does not answer: {type(error).__name__}") from None
        if not isinstance(found, dict):
            raise ProviderFaultError("the provider's answer is no JSON object, or too large")
        return found


def person_of(people: PeopleBook, settings: OidcSettings, claims: dict[str, Any]) -> Person:
    """Whoever these claims mean. Raises the problem bad-sign-in where nobody here is meant."""
    subject = f"{settings.issuer.rstrip('/')}|{claims.get('sub', '')}"
    person = people.by_subject(subject) if claims.get("sub") else None
    if person is None and settings.link_by_email and claims.get("email_verified") is True:
        person = people.get(str(claims.get("email", "")).lower()[:100])
        if person is not None and not person.subject and person.disabled_at is None:
            person = replace(person, subject=subject)
            people.put(person)
        elif person is not None:
            person = None
    if person is None or person.disabled_at is not None:
        raise Problem("bad-sign-in", "the provider knows you, but nobody here is set up as you; ask who runs the premises")
    return person
