"""`greenroom check --against-running`: what a changed file would do, asked of a gateway on loopback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from greenroom.cli import greenroom
from greenroom.premises_files import find_premises
from premises.ports import Role
from tests.gateway.outside import served


def check(path: Path, url: str, *options: str) -> Result:
    return CliRunner().invoke(greenroom, ["check", str(path), "--against-running", url, *options], standalone_mode=False)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A site file of the site that the gateway of the tests runs."""
    path = tmp_path / "own.yaml"
    text = find_premises("la-kolok").read_text(encoding="utf-8")
    path.write_text(text.replace("id: la-kolok", "id: old-mill", 1), encoding="utf-8")
    return path


def test_changes_and_effects_are_told(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with served() as here:
        monkeypatch.setenv("GREENROOM_KEY", here.keys[Role.ENGINEER])
        told = check(own, here.url)
        assert told.return_value == 0, told.output
        assert "~ zones: stage-1: volume_m3 7200 → 7800" in told.output
        assert "cinema-diary/4711 stage-1: ready, from 2026-03-02T03:30:00Z, 100 kWh -> ready" in told.output
        told = check(own, here.url, "--json")
        document = told.output[told.output.index("{\n") :]  # behind what the gateway in this process logs
        assert json.loads(document)["applied"] is False
        monkeypatch.setenv("GREENROOM_KEY", here.keys[Role.VIEWER])
        assert "403" in str(check(own, here.url).exception)


def test_what_is_missing_is_said(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GREENROOM_KEY", raising=False)
    assert "GREENROOM_KEY" in str(check(own, "http://127.0.0.1:9").exception)
    monkeypatch.setenv("GREENROOM_KEY", "gr_x")
    assert "does not answer" in str(check(own, "http://127.0.0.1:9").exception)
    assert "no address" in str(check(own, "127.0.0.1:9").exception)
