"""Boards, data sources and alert rules as files that Grafana provisions itself: no API and no password needed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from ruamel.yaml import YAML

from dashboards.alerts import GROUP
from dashboards.panels import Json, folder_uid
from dashboards.publish import Content, Influx, Wish, content_of
from premises.site import Cluster, Site

_VARIABLES = {"token": "$INFLUX_TOKEN", "password": "$BOOKS_PASSWORD"}
PROVISIONED = "/etc/grafana/provisioning"


def dumped(model: Json) -> str:
    """JSON in a fixed order, so that the same site file gives the same bytes."""
    return json.dumps(model, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def export(premises: Iterable[Site | Cluster], out: Path, influx: Influx, wish: Wish | None = None) -> list[Path]:
    """Write boards, folder, data source and alert rules as Grafana's provisioning files under `out`; the files in order of name.

    No secret is written: Grafana reads them from its own environment, INFLUX_TOKEN and BOOKS_PASSWORD.
    """
    written: list[Path] = []
    bare = wish or Wish()
    bare = replace(bare, books=None if bare.books is None else replace(bare.books, password=""))
    for one in premises:
        content = content_of(one, replace(influx, token=""), bare)
        boards = out / "dashboards" / content.owner
        written += [_write(boards / f"{model['uid']}.json", dumped(model)) for model in content.boards]
        written += [_yaml(out / folder / f"{content.owner}.yaml", body) for folder, body in _files(content)]
    return sorted(written)


def _files(content: Content) -> list[tuple[str, Json]]:
    """(folder, content) of the YAML files of one site or cluster."""
    provider = {
        "name": f"greenroom-{content.owner}",
        "folder": content.title,
        "folderUid": folder_uid(content.owner),
        "type": "file",
        "allowUiUpdates": False,
        "options": {"path": f"{PROVISIONED}/dashboards/{content.owner}"},
    }
    sources = [{**ours, "secureJsonData": {name: _VARIABLES[name] for name in secrets}} for ours, secrets in content.sources]
    files: list[tuple[str, Json]] = [
        ("dashboards", {"apiVersion": 1, "providers": [provider]}),
        ("datasources", {"apiVersion": 1, "datasources": sources}),
    ]
    if content.rules:
        keys = ("uid", "title", "condition", "data", "noDataState", "execErrState", "for", "annotations", "labels")
        rules = [{key: rule[key] for key in keys} for rule in content.rules]
        group = {"orgId": 1, "name": GROUP, "folder": content.title, "interval": "1m", "rules": rules}
        files.append(("alerting", {"apiVersion": 1, "groups": [group]}))
    return files


def _yaml(path: Path, content: Json) -> Path:
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 10_000
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        yaml.dump(content, file)
    return path


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
