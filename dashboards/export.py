"""Boards as files that Grafana provisions itself: no API and no password needed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from ruamel.yaml import YAML

from dashboards.boards import models_of
from dashboards.flux import BUCKET
from dashboards.panels import Json
from dashboards.source import source_model
from premises.site import Site


def dumped(model: Json) -> str:
    """JSON in a fixed order, so that the same site file gives the same bytes."""
    return json.dumps(model, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def export(sites: Iterable[Site], out: Path, influx_url: str, organisation: str, bucket: str = BUCKET) -> list[Path]:
    """Write boards, folder and data source as Grafana's provisioning files under `out`; the files in order of name.

    The token is not written: Grafana reads it from its own environment variable INFLUX_TOKEN.
    """
    written: list[Path] = []
    yaml = YAML()
    yaml.default_flow_style = False
    for site in sites:
        folder = out / "dashboards" / site.id
        written += [_write(folder / f"{model['uid']}.json", dumped(model)) for model in models_of(site, bucket)]
        provider = {
            "apiVersion": 1,
            "providers": [
                {
                    "name": f"greenroom-{site.id}",
                    "folder": site.name,
                    "type": "file",
                    "allowUiUpdates": False,
                    "options": {"path": f"/etc/grafana/provisioning/dashboards/{site.id}"},
                }
            ],
        }
        source = source_model(site, influx_url, organisation, bucket)
        source["secureJsonData"] = {"token": "$INFLUX_TOKEN"}
        for path, content in (
            (out / "dashboards" / f"{site.id}.yaml", provider),
            (out / "datasources" / f"{site.id}.yaml", {"apiVersion": 1, "datasources": [source]}),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="utf-8") as file:
                yaml.dump(content, file)
            written.append(path)
    return sorted(written)


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
