"""The example of the docs runs as it is written, against a building of three lines."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs" / "rules.md"


class YourBuilding:
    """A box that warms by what its heater gives and cools towards 3 °C."""

    def __init__(self) -> None:
        self.temperature = 13.0
        self.opening = 0.0

    def air(self) -> float:
        return round(self.temperature, 1)

    def valve(self) -> float:
        return 100 * self.opening

    def outdoor(self, at: datetime) -> float:
        return 3.0

    def run(self, setpoint: float, supply: float, on: bool, minutes: int) -> None:
        self.opening = min(1.0, max(0.0, setpoint - self.temperature + 0.5))
        heat = self.opening * on * max(0.0, supply - self.temperature) * 0.006
        self.temperature += minutes / 5 * (heat - 0.002 * (self.temperature - 3.0))


@pytest.mark.slow
def test_the_example_runs_and_is_warm_at_the_call(capsys: pytest.CaptureFixture[str]) -> None:
    if not DOCS.is_file():
        pytest.skip("the docs are not here: the tests run without the repository")
    found = re.search(r"```python\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    assert len(found[1].splitlines()) < 45
    exec(compile(found[1], "docs/rules.md", "exec"), {"YourBuilding": YourBuilding})
    lines = capsys.readouterr().out.splitlines()
    at_call = next(line for line in lines if line.startswith("2026-01-06 08:00"))
    assert "20.0" in at_call
    assert "in use" in at_call
    assert any("heating on: call" in line for line in lines)
