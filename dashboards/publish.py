"""Publishing: folder, data sources, boards, alert rules and permissions by fixed uids; and finding what was changed by hand.

Idempotent: what is already as it should be is not touched. Only what carries our uids is ever written or removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from dashboards.alerts import GROUP, rule_models
from dashboards.boards import cluster_models, models_of
from dashboards.books import BookServer, book_source
from dashboards.differences import differences
from dashboards.flux import BUCKET
from dashboards.grafana import Grafana, GrafanaRefusedError, part
from dashboards.panels import Json, board_uid, folder_uid
from dashboards.source import source_model
from premises.site import Cluster, Site

RULES = "/v1/provisioning/alert-rules"
VIEW, EDIT = 1, 2


class Act(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    MISSING = "missing"
    DRIFTED = "drifted"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done, or found, of one object; `differences` as `path: there -> ours`."""

    kind: str
    uid: str
    act: Act
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Influx:
    """Where Grafana finds the series. The token goes to Grafana and is never printed. rollups: the bucket of quarters is there."""

    url: str
    organisation: str
    token: str
    bucket: str = BUCKET
    rollups: bool = True

    def __repr__(self) -> str:
        return f"Influx({self.url!r}, {self.organisation!r}, token=***, bucket={self.bucket!r})"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted beside boards. viewers: teams' numbers that may look; None leaves the folder's permissions to the owner.

    The roles Viewer and Editor keep looking and editing where teams are not named. alerts: whether rules are ours to publish.
    books: where Grafana reads the books, too.
    """

    alerts: bool = True
    viewers: tuple[int, ...] | None = None
    language: str | None = None
    books: BookServer | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """All objects of one folder, as they should be; sources: (data source, its secrets)."""

    owner: str
    title: str
    sources: Sequence[tuple[Json, Json]]
    boards: Sequence[Json]
    rules: Sequence[Json] = field(default_factory=tuple)


def content_of(premises: Site | Cluster, influx: Influx, wish: Wish) -> Content:
    """What a site's folder, or the cluster's own, should hold."""
    source = source_model(premises, influx.url, influx.organisation, influx.bucket, influx.token)
    sources: list[tuple[Json, Json]] = [(source, {"token": influx.token})]
    if isinstance(premises, Cluster):
        boards = cluster_models(premises, influx.bucket, rollups=influx.rollups)
        return Content(premises.id, premises.name, sources, boards)
    if wish.books is not None:
        sources.append((book_source(premises, wish.books), {"password": wish.books.password}))
    models = models_of(premises, influx.bucket, wish.language, rollups=influx.rollups, books=wish.books is not None)
    rules = rule_models(premises, influx.bucket, wish.language) if wish.alerts else []
    return Content(premises.id, premises.name, sources, models, rules)


def publish(grafana: Grafana, premises: Site | Cluster, influx: Influx, wish: Wish | None = None) -> list[Outcome]:
    """Make Grafana as the site file says. Raises GrafanaRefusedError, GrafanaUnavailableError."""
    wish = wish or Wish()
    content = content_of(premises, influx, wish)
    folder = _folder(grafana, content)
    permissions = _permissions(grafana, content, wish.viewers) if wish.viewers is not None else []
    sources = [_source(grafana, ours, secrets) for ours, secrets in content.sources]
    boards = [_board(grafana, content, model) for model in content.boards]
    rules = [_rule(grafana, model) for model in content.rules]
    return [folder, *permissions, *sources, *boards, *rules, *_gone(grafana, content, remove=True)]


def check(grafana: Grafana, premises: Site | Cluster, influx: Influx, wish: Wish | None = None) -> list[Outcome]:
    """Compare without writing: missing, drifted (with what differs), extra (ours no more), unchanged."""
    wish = wish or Wish()
    content = content_of(premises, influx, wish)
    folder = grafana.get(f"/folders/{part(folder_uid(content.owner))}")
    outcomes = [_compared("folder", folder_uid(content.owner), {"title": content.title}, folder)]
    if wish.viewers is not None:
        found = _permission_differences(grafana, content, wish.viewers)
        outcomes.append(Outcome("permissions", folder_uid(content.owner), Act.DRIFTED if found else Act.UNCHANGED, found))
    for ours, _ in content.sources:
        outcomes.append(_compared("data source", ours["uid"], ours, _source_there(grafana, ours["uid"])))
    for model in content.boards:
        there = grafana.get(f"/dashboards/uid/{part(model['uid'])}")
        outcomes.append(_compared("board", model["uid"], model, None if there is None else _placed(model, there, content)))
    outcomes += [_compared("alert rule", m["uid"], m, grafana.get(f"{RULES}/{part(m['uid'])}")) for m in content.rules]
    return [*outcomes, *_gone(grafana, content, remove=False)]


def _placed(model: Json, there: Json, content: Content) -> Json:
    """The board there; its title tells where it lies if somebody moved it to another folder."""
    lies_in = there.get("meta", {}).get("folderUid")
    moved = lies_in is not None and lies_in != folder_uid(content.owner)
    return {**there["dashboard"], **({"title": f"{model['title']} (in folder {lies_in})"} if moved else {})}


def _compared(kind: str, uid: str, ours: Json, there: Json | None) -> Outcome:
    if there is None:
        return Outcome(kind, uid, Act.MISSING)
    found = tuple(differences(ours, there))
    return Outcome(kind, uid, Act.DRIFTED if found else Act.UNCHANGED, found)


def _folder(grafana: Grafana, content: Content) -> Outcome:
    uid = folder_uid(content.owner)
    there = grafana.get(f"/folders/{part(uid)}")
    if there is None:
        try:
            grafana.post("/folders", {"uid": uid, "title": content.title})
        except GrafanaRefusedError as error:
            hint = f"is there another folder called {content.title!r}? Rename that one, or the site"
            raise GrafanaRefusedError(f"{error} ({hint})") from None
        return Outcome("folder", uid, Act.CREATED)
    if there.get("title") == content.title:
        return Outcome("folder", uid, Act.UNCHANGED)
    grafana.put(f"/folders/{part(uid)}", {"title": content.title, "version": there.get("version"), "overwrite": True})
    return Outcome("folder", uid, Act.CHANGED)


def _permission_items(viewers: Sequence[int]) -> list[Json]:
    """Editors edit; named teams look. Without the role Viewer, whoever is in no team sees nothing of the folder."""
    return [{"role": "Editor", "permission": EDIT}, *({"teamId": team, "permission": VIEW} for team in sorted(viewers))]


def _permission_differences(grafana: Grafana, content: Content, viewers: Sequence[int]) -> tuple[str, ...]:
    there = grafana.get(f"/folders/{part(folder_uid(content.owner))}/permissions") or []
    found = {(one.get("role") or "", one.get("teamId") or 0, one["permission"]) for one in there if one.get("role") != "Admin"}
    ours = {(one.get("role", ""), one.get("teamId", 0), one["permission"]) for one in _permission_items(viewers)}
    return tuple(f"permission of {role or f'team {team}'}: {level}" for role, team, level in sorted(found ^ ours))


def _permissions(grafana: Grafana, content: Content, viewers: Sequence[int]) -> list[Outcome]:
    uid = folder_uid(content.owner)
    found = _permission_differences(grafana, content, viewers)
    if found:
        grafana.post(f"/folders/{part(uid)}/permissions", {"items": _permission_items(viewers)})
    return [Outcome("permissions", uid, Act.CHANGED if found else Act.UNCHANGED, found)]


RENAMED = {"grafana-postgresql-datasource": "postgres"}
"""Plugins by the name that Grafana gives since 10.3, whatever it was told: the name before holds as an alias in all versions."""


def _source_there(grafana: Grafana, uid: str) -> Json | None:
    there: Json | None = grafana.get(f"/datasources/uid/{part(uid)}")
    return None if there is None else there | {"type": RENAMED.get(there.get("type", ""), there.get("type"))}


def _source(grafana: Grafana, ours: Json, secrets: Json) -> Outcome:
    uid, body = ours["uid"], ours | {"secureJsonData": secrets}
    there = _source_there(grafana, uid)
    if there is None:
        grafana.post("/datasources", body)
        return Outcome("data source", uid, Act.CREATED)
    found = tuple(differences(ours, there))
    if not found:
        return Outcome("data source", uid, Act.UNCHANGED)
    # by uid: Grafana 9.0 and later; by number it is gone from 12 on
    grafana.put(f"/datasources/uid/{part(uid)}", body | {"version": there.get("version", 0)})
    return Outcome("data source", uid, Act.CHANGED, found)


def _board(grafana: Grafana, content: Content, model: Json) -> Outcome:
    uid = model["uid"]
    there = grafana.get(f"/dashboards/uid/{part(uid)}")
    found = () if there is None else tuple(differences(model, _placed(model, there, content)))
    if there is not None and not found:
        return Outcome("board", uid, Act.UNCHANGED)
    body = {
        "dashboard": model | {"id": None},
        "folderUid": folder_uid(content.owner),
        "overwrite": True,
        "message": "greenroom boards publish",
    }
    grafana.post("/dashboards/db", body)
    return Outcome("board", uid, Act.CREATED if there is None else Act.CHANGED, found)


def _rule(grafana: Grafana, model: Json) -> Outcome:
    uid = model["uid"]
    there = grafana.get(f"{RULES}/{part(uid)}")
    found = () if there is None else tuple(differences(model, there))
    if there is None:
        grafana.post(RULES, model)
        return Outcome("alert rule", uid, Act.CREATED)
    if found:
        grafana.put(f"{RULES}/{part(uid)}", model)
        return Outcome("alert rule", uid, Act.CHANGED, found)
    return Outcome("alert rule", uid, Act.UNCHANGED)


def _gone(grafana: Grafana, content: Content, *, remove: bool) -> Iterator[Outcome]:
    """Boards and rules of ours that the site no longer has: those in our tag or group and with our uid, never hand-made ones."""
    act = Act.REMOVED if remove else Act.EXTRA
    ours = {model["uid"] for model in content.boards}
    for entry in grafana.get(f"/search?type=dash-db&tag=greenroom&tag={part(content.owner)}") or []:
        uid = entry["uid"]
        named = {tag.removeprefix("greenroom:") for tag in entry.get("tags", []) if tag.startswith("greenroom:")}
        if uid not in ours and uid in {board_uid(content.owner, name) for name in named}:
            if remove:
                grafana.delete(f"/dashboards/uid/{part(uid)}")
            yield Outcome("board", uid, act)
    if not content.rules:
        return
    # Grafana 9.3 lists rules by folder and group only; later ones, too
    group = grafana.get(f"/v1/provisioning/folder/{part(folder_uid(content.owner))}/rule-groups/{part(GROUP)}") or {}
    kept = {model["uid"] for model in content.rules}
    for rule in group.get("rules") or []:
        uid = rule.get("uid", "")
        if uid not in kept and rule.get("labels", {}).get("greenroom") == "true":
            if remove:
                grafana.delete(f"{RULES}/{part(uid)}")
            yield Outcome("alert rule", uid, act)
