"""Organisation, buckets, retention and token in InfluxDB 2, made once and corrected when run again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from premises.errors import SettingError, StoreDeniedError
from stores.influx_client import InfluxServer
from stores.retention import Retention


class Done(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    KEPT = "kept"


@dataclass(frozen=True)
class InfluxSetup:
    """What was done. token: the new token of Greenroom, shown this once only; None where one had been made before."""

    version: str
    organisation: Done
    buckets: Mapping[str, Done]
    token: str | None = field(repr=False)


@dataclass(frozen=True)
class Owner:
    """First user of a server that nobody has set up yet."""

    name: str
    password: str = field(repr=False)


def setup_influx(
    url: str,
    organisation: str,
    bucket: str,
    operator_token: str,
    *,
    retention: Retention | None = None,
    owner: Owner | None = None,
    new_token: bool = False,
) -> InfluxSetup:
    """Make what is missing, correct retention that differs, leave the rest.

    url: http(s)://host:port. operator_token: may manage the server; with `owner`, on a server not set up yet, it becomes
    the operator's token. new_token: make another token of Greenroom although there is one; the old one goes on working.
    Raises StoreDeniedError, StoreUnavailableError; SettingError for a server that is not InfluxDB 2.1 or later 2.x.
    """
    server = InfluxServer(url, organisation, operator_token)
    try:
        version = server.version()
        made = _first_owner(server, organisation, bucket, operator_token, owner)
        organisation_id, org_done = _organisation(server, organisation)
        wanted = (retention or Retention()).by_bucket(bucket)
        buckets = {name: _bucket(server, organisation_id, name, kept) for name, kept in wanted.items()}
        token = _token(server, organisation_id, f"Greenroom {bucket}", [key for key, _ in buckets.values()], new_token)
        return InfluxSetup(version, Done.CREATED if made else org_done, {name: done for name, (_, done) in buckets.items()}, token)
    finally:
        server.close()


def _first_owner(server: InfluxServer, organisation: str, bucket: str, token: str, owner: Owner | None) -> bool:
    """Set up a fresh server; whether it was."""
    if not server.json("GET", "/api/v2/setup").get("allowed"):
        return False
    if owner is None:
        raise SettingError(f"InfluxDB at {server.url} was never set up: give name and password of its first user too")
    wish = {"username": owner.name, "password": owner.password, "org": organisation, "bucket": bucket, "token": token}
    server.json("POST", "/api/v2/setup", body=wish)
    return True


def _organisation(server: InfluxServer, name: str) -> tuple[str, Done]:
    for known in server.json("GET", "/api/v2/orgs", {"limit": "100"})["orgs"]:
        if known["name"] == name:
            return str(known["id"]), Done.KEPT
    made = server.json("POST", "/api/v2/orgs", body={"name": name})
    return str(made["id"]), Done.CREATED


def _bucket(server: InfluxServer, organisation_id: str, name: str, kept: timedelta | None) -> tuple[str, Done]:
    rules: list[dict[str, Any]] = [{"type": "expire", "everySeconds": int(kept.total_seconds()) if kept else 0}]
    known_buckets = server.json("GET", "/api/v2/buckets", {"orgID": organisation_id, "limit": "100"})["buckets"]
    found = [known for known in known_buckets if known["name"] == name]
    if not found:
        made = server.json("POST", "/api/v2/buckets", body={"orgID": organisation_id, "name": name, "retentionRules": rules})
        return str(made["id"]), Done.CREATED
    (known,) = found
    now = [rule["everySeconds"] for rule in known["retentionRules"]] or [0]
    if now == [rules[0]["everySeconds"]]:
        return str(known["id"]), Done.KEPT
    server.json("PATCH", f"/api/v2/buckets/{known['id']}", body={"retentionRules": rules})
    return str(known["id"]), Done.CHANGED


def _token(server: InfluxServer, organisation_id: str, description: str, bucket_ids: list[str], anew: bool) -> str | None:
    """A token that may read and write these buckets and nothing else."""
    known = server.json("GET", "/api/v2/authorizations", {"orgID": organisation_id})["authorizations"]
    if not anew and any(one["description"] == description for one in known):
        return None
    permissions = [
        {"action": action, "resource": {"type": "buckets", "id": bucket_id, "orgID": organisation_id}}
        for bucket_id in bucket_ids
        for action in ("read", "write")
    ]
    wish = {"orgID": organisation_id, "description": description, "permissions": permissions}
    made = server.json("POST", "/api/v2/authorizations", body=wish)
    if not made.get("token"):
        raise StoreDeniedError(f"InfluxDB at {server.url} made no token for {description!r}")
    return str(made["token"])
