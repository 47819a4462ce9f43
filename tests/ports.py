"""Ports on loopback for what a test starts."""

from __future__ import annotations

import random
import socket

import pytest


def free_port() -> int:
    """A port that nobody listens on, below those that the system gives to clients, so that no connection takes it meanwhile."""
    for _ in range(100):
        with socket.socket() as probe:
            port = random.randrange(10_000, 30_000)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    pytest.fail("no free port on loopback")
