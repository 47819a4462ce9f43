"""The description tried from outside, by schemathesis with all its checks and a key of each role.

The suite runs a short form of it. The long one takes some minutes:
`GREENROOM_LONG=1 python -m pytest tests/gateway/test_schemathesis.py`
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from premises.ports import Role
from tests.gateway.outside import Served, served

HERE = Path(__file__).parent
LONG = bool(os.environ.get("GREENROOM_LONG"))
PHASES = (
    ("--phases", "examples,coverage,fuzzing", "--max-examples", "50")
    if LONG
    else ("--phases", "examples,fuzzing", "--max-examples", "1")
)
ROLES = sorted(Role) if LONG else [Role.ADMINISTRATOR]


@pytest.fixture(scope="module")
def here() -> Iterator[Served]:
    with served() as told:
        yield told


@pytest.mark.slow
@pytest.mark.timeout(1800 if LONG else 180)
@pytest.mark.parametrize("role", ROLES)
def test_no_answer_is_a_fault_inside_or_undescribed(here: Served, role: Role, tmp_path: Path) -> None:
    program = shutil.which("schemathesis", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
    if program is None:
        pytest.skip("schemathesis is not installed: it is among the developers' dependencies")
    command = [
        program,
        *("--config-file", str(HERE / "schemathesis.toml")),
        *("run", f"{here.url}/v1/openapi.json", "--url", here.url),
        *("--header", f"Authorization: Bearer {here.keys[role]}"),
        *("--checks", "all", "--workers", "1", "--seed", "1", "--no-color", "--suppress-health-check", "all"),
        *PHASES,
    ]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-6000:] + told.stderr[-2000:]
    assert " passed" in told.stdout
