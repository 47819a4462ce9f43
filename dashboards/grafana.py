"""The only importer of grafana_api: a thin adapter over its bare client.

grafana-api 1.0.3 is archived. Its named calls know folders, boards and data sources by numeric id only and nothing of
alert rules, so uids go through `api.GET/POST/PUT/DELETE`; every answer is parsed as JSON, so an empty one raises. When it has
to go, this module is what is rewritten.
"""

from __future__ import annotations

import json
from typing import Any, Protocol, cast
from urllib.parse import quote, urlsplit

import requests
from grafana_api.grafana_api import (
    GrafanaClientError,
    GrafanaException,
    GrafanaServerError,
    GrafanaUnauthorizedError,
)
from grafana_api.grafana_face import GrafanaFace

from premises.errors import GreenroomError, RetryableError, SettingError

Json = dict[str, Any]
TIMEOUT_S = 20.0
NO_RULE = "could not find alert rule"
"""What Grafana 9.3 says, with status 500, of an alert rule that does not exist; later ones answer 404."""


class GrafanaUnavailableError(RetryableError):
    """Grafana does not answer, or answers with a fault of its own."""


class GrafanaRefusedError(GreenroomError):
    """Grafana refuses the credentials or the request."""


class Grafana(Protocol):
    """What publishing needs of a Grafana."""

    def get(self, path: str) -> Any | None:
        """The JSON at the path, None where it does not exist."""
        ...

    def post(self, path: str, body: Json) -> Any: ...

    def put(self, path: str, body: Json) -> Any: ...

    def delete(self, path: str) -> None: ...


class GrafanaApi:
    """A Grafana by URL. `token`: of a service account; or user and password."""

    def __init__(self, url: str, token: str | None = None, user: str | None = None, password: str | None = None) -> None:
        """Raises SettingError for a URL or credentials that cannot be."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SettingError(f"Grafana's URL must be like https://grafana.example:3000, not {url!r}")
        if parts.username or parts.password:
            raise SettingError("give Grafana's credentials apart, not in its URL, which is logged")
        if token is None and not (user and password):
            raise SettingError("Grafana needs a token (GREENROOM_GRAFANA_TOKEN) or a user and a password")
        self.url = url
        self._api = GrafanaFace(
            auth=token if token is not None else (user, password),
            host=parts.hostname,
            port=parts.port,
            protocol=parts.scheme,
            url_path_prefix=f"{parts.path.strip('/')}/" if parts.path.strip("/") else "",
            timeout=TIMEOUT_S,
        ).api

    def _call(self, method: str, path: str, body: Json | None = None) -> Any:
        call = getattr(self._api, method)
        try:
            return call(path) if body is None else call(path, json=body)
        except GrafanaUnauthorizedError as error:
            raise GrafanaRefusedError(f"Grafana at {self.url} refuses the credentials: {error.message}") from None
        except GrafanaClientError as error:
            if error.status_code == 404:
                return None
            raise GrafanaRefusedError(f"Grafana at {self.url} refuses {method} {path}: {error.message}") from None
        except (GrafanaServerError, GrafanaException) as error:
            if NO_RULE in str(error.message):
                return None
            raise GrafanaUnavailableError(f"Grafana at {self.url} failed at {method} {path}: {error.message}") from None
        except (requests.exceptions.JSONDecodeError, json.JSONDecodeError):
            return None  # an empty answer: done, nothing to say
        except requests.exceptions.RequestException as error:
            why = type(error).__name__
            raise GrafanaUnavailableError(
                f"Grafana at {self.url} does not answer ({why}); is it running, and the address right?"
            ) from None

    def get(self, path: str) -> Any | None:
        return self._call("GET", path)

    def post(self, path: str, body: Json) -> Any:
        return self._call("POST", path, body)

    def put(self, path: str, body: Json) -> Any:
        return self._call("PUT", path, body)

    def delete(self, path: str) -> None:
        self._call("DELETE", path)


def version_of(grafana: Grafana) -> str:
    """Version of the Grafana. Raises GrafanaUnavailableError where the answer is no Grafana's."""
    health = grafana.get("/health")
    if not isinstance(health, dict) or "version" not in health:
        raise GrafanaUnavailableError("what answers is no Grafana: /api/health tells no version")
    return cast("str", health["version"])


def part(uid: str) -> str:
    """A uid as a part of a path."""
    return quote(uid, safe="")
