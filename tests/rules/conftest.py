"""Plans are tested for what they say, not for how quick a busy machine is: limits of time are wide here."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rules.engine.ANSWER_LIMIT_S", 60.0)
    monkeypatch.setattr("rules.optimiser.TIME_LIMIT_S", 60.0)
