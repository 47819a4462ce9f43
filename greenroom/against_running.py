"""What a changed site file would do to a Greenroom that runs: asked at its door, as a dry run."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import click
import requests

from premises.errors import GreenroomError, SettingError
from premises.site import Cluster, Site

SECONDS = 60.0


def ask_and_tell(premises: Site | Cluster, path: Path, url: str, as_json: bool) -> int:
    """Print faults, changes and effects; 1 where the file cannot be followed. Raises SettingError, GreenroomError."""
    if isinstance(premises, Cluster):
        raise SettingError("name one site file of the cluster: each is changed by itself")
    told = _ask(premises.id, path.read_text(encoding="utf-8-sig"), url)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for line in (*told["faults"], *told["changes"]):
            click.echo(line)
        for effect in told["effects"]:
            click.echo(_line(effect))
    return int(bool(told["faults"]))


def _line(effect: dict[str, Any]) -> str:
    def side(answer: dict[str, Any]) -> str:
        return f"{answer['readiness']}, from {answer['heat_from'] or '-'}, {answer['energy_kwh']:.0f} kWh"

    return f"{effect['source']}/{effect['id']} {effect['zone']}: {side(effect['now'])} -> {side(effect['then'])}"


def _ask(site: str, text: str, url: str) -> dict[str, Any]:
    if urlsplit(url).scheme not in ("http", "https"):
        raise SettingError(f"{url!r} is no address of a Greenroom, such as http://127.0.0.1:8080")
    key = os.environ.get("GREENROOM_KEY", "")
    if not key:
        raise SettingError("set GREENROOM_KEY to an engineer's key; `greenroom keys make` makes one")
    try:
        answer = requests.post(
            f"{url.rstrip('/')}/v1/sites/{quote(site, safe='')}/configuration?dry_run=true",
            json={"text": text},
            headers={"Authorization": f"Bearer {key}"},
            timeout=SECONDS,
            allow_redirects=False,
        )
        told = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise GreenroomError(f"the Greenroom at {url} does not answer: {type(error).__name__}") from None
    if answer.status_code != requests.codes.ok or not isinstance(told, dict):
        raise GreenroomError(f"the Greenroom at {url} answers {answer.status_code}: {told.get('detail', '')}")
    return told
