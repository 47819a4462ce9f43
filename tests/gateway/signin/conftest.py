"""Hashing that is quick to do, and so quick to guess: for tests of everything but the hashing itself."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from gateway.signin import passwords


@pytest.fixture(autouse=True)
def quick_hashing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.module.__name__.rpartition(".")[2] != "test_passwords":
        monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
