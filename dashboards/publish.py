"""Publishing: folder, data source and boards of a site by fixed uids; and finding what was changed by hand.

Idempotent: what is already as it should be is not touched. Only what carries our uids is ever written or removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dashboards.boards import models_of
from dashboards.flux import BUCKET
from dashboards.grafana import Grafana, part
from dashboards.panels import Json, board_uid, folder_uid, source_uid
from dashboards.source import source_model
from premises.site import Site


class Act(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    MISSING = "missing"
    DRIFTED = "drifted"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, or found, of one object; `differences` as `path: there -> ours`."""

    kind: str
    uid: str
    act: Act
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Influx:
    """Where Grafana finds the series. The token goes to Grafana and is never printed."""

    url: str
    organisation: str
    token: str
    bucket: str = BUCKET

    def __repr__(self) -> str:
        return f"Influx({self.url!r}, {self.organisation!r}, token=***, bucket={self.bucket!r})"


def publish(grafana: Grafana, site: Site, influx: Influx) -> list[Outcome]:
    """Make Grafana as the site file says. Raises GrafanaRefusedError, GrafanaUnavailableError."""
    return [
        _folder(grafana, site),
        _source(grafana, site, influx),
        *(_board(grafana, site, model) for model in models_of(site, influx.bucket)),
        *_gone(grafana, site, influx.bucket),
    ]


def check(grafana: Grafana, site: Site, influx: Influx) -> list[Outcome]:
    """Compare without writing: missing, drifted (with what differs), unchanged."""
    outcomes = []
    folder = grafana.get(f"/folders/{part(folder_uid(site.id))}")
    outcomes.append(_compared("folder", folder_uid(site.id), {"title": site.name}, folder))
    source = grafana.get(f"/datasources/uid/{part(source_uid(site.id))}")
    outcomes.append(
        _compared("data source", source_uid(site.id), source_model(site, influx.url, influx.organisation, influx.bucket), source)
    )
    for model in models_of(site, influx.bucket):
        there = grafana.get(f"/dashboards/uid/{part(model['uid'])}")
        outcomes.append(_compared("board", model["uid"], model, None if there is None else there["dashboard"]))
    return outcomes


def _compared(kind: str, uid: str, ours: Json, there: Json | None) -> Outcome:
    if there is None:
        return Outcome(kind, uid, Act.MISSING)
    found = tuple(differences(ours, there))
    return Outcome(kind, uid, Act.DRIFTED if found else Act.UNCHANGED, found)


def differences(ours: Any, there: Any, path: str = "") -> Iterator[str]:
    """What of ours is not so there. What Grafana adds (ids, versions, defaults) is no difference; what is added to a list is."""
    if isinstance(ours, Mapping) and isinstance(there, Mapping):
        for key, value in ours.items():
            yield from differences(value, there.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(ours, list) and isinstance(there, list):
        if len(ours) != len(there):
            yield f"{path}: {len(there)} entries -> {len(ours)}"
        for index, (one, other) in enumerate(zip(ours, there, strict=False)):
            yield from differences(one, other, f"{path}[{index}]")
    elif ours != there and not (there is None and ours in ([], {}, "", False)):
        yield f"{path}: {_short(there)} -> {_short(ours)}"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _folder(grafana: Grafana, site: Site) -> Outcome:
    uid = folder_uid(site.id)
    there = grafana.get(f"/folders/{part(uid)}")
    if there is None:
        grafana.post("/folders", {"uid": uid, "title": site.name})
        return Outcome("folder", uid, Act.CREATED)
    if there.get("title") == site.name:
        return Outcome("folder", uid, Act.UNCHANGED)
    grafana.put(f"/folders/{part(uid)}", {"title": site.name, "version": there.get("version"), "overwrite": True})
    return Outcome("folder", uid, Act.CHANGED)


def _source(grafana: Grafana, site: Site, influx: Influx) -> Outcome:
    uid = source_uid(site.id)
    ours = source_model(site, influx.url, influx.organisation, influx.bucket)
    body = ours | {"secureJsonData": {"token": influx.token}}
    there = grafana.get(f"/datasources/uid/{part(uid)}")
    if there is None:
        grafana.post("/datasources", body)
        return Outcome("data source", uid, Act.CREATED)
    found = tuple(differences(ours, there))
    if not found:
        return Outcome("data source", uid, Act.UNCHANGED)
    grafana.put(f"/datasources/{there['id']}", body | {"id": there["id"], "version": there.get("version", 0)})
    return Outcome("data source", uid, Act.CHANGED, found)


def _board(grafana: Grafana, site: Site, model: Json) -> Outcome:
    uid = model["uid"]
    there = grafana.get(f"/dashboards/uid/{part(uid)}")
    found = () if there is None else tuple(differences(model, there["dashboard"]))
    if there is not None and not found:
        return Outcome("board", uid, Act.UNCHANGED)
    body = {
        "dashboard": model | {"id": None},
        "folderUid": folder_uid(site.id),
        "overwrite": True,
        "message": "greenroom boards publish",
    }
    grafana.post("/dashboards/db", body)
    return Outcome("board", uid, Act.CREATED if there is None else Act.CHANGED, found)


def _gone(grafana: Grafana, site: Site, bucket: str) -> Iterator[Outcome]:
    """Boards of ours that the site no longer has: those in our tag and with our uid, never hand-made ones."""
    ours = {model["uid"] for model in models_of(site, bucket)}
    for entry in grafana.get(f"/search?type=dash-db&tag=greenroom&tag={part(site.id)}") or []:
        uid = entry["uid"]
        named = {tag.removeprefix("greenroom:") for tag in entry.get("tags", []) if tag.startswith("greenroom:")}
        if uid not in ours and uid in {board_uid(site.id, name) for name in named}:
            grafana.delete(f"/dashboards/uid/{part(uid)}")
            yield Outcome("board", uid, Act.REMOVED)
