"""The gateway over in-memory ports, served on loopback for tools that try it from outside: schemathesis, by hand.

`python -m tests.gateway.outside [PORT]` prints its address and a key of each role, and serves until it is told to stop.
"""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn

from gateway.app import create_app
from gateway.keys import make_key
from gateway.settings import GatewaySettings
from premises.ports import House, Role
from tests.gateway.fakes import Fakes
from tests.gateway.premises_of_tests import NOW

SCOPES: dict[Role, dict[str, Any]] = {Role.TENANT: {"zones": {"edit-3"}}, Role.BOOKER: {"sources": {"cinema-diary"}}}
UNBOUNDED = GatewaySettings(
    rate_per_s=10_000, rate_burst=100_000, open_rate_per_s=10_000, open_rate_burst=100_000, stream_longest_s=0.05
)


@dataclass(frozen=True)
class Served:
    """Where it listens, and a key of each role."""

    url: str
    keys: dict[Role, str]


@contextmanager
def served(port: int = 0) -> Iterator[Served]:
    """Serves while the block runs."""
    fakes = Fakes()
    keys: dict[Role, str] = {}
    for role in Role:
        key, keys[role] = make_key(role, role.value, NOW, **SCOPES.get(role, {}))
        fakes.keys.put(key)
    with serving(fakes.house(), port) as url:
        yield Served(url, keys)


@contextmanager
def serving(house: House, port: int = 0) -> Iterator[str]:
    """Serves this house while the block runs; its address."""
    bound = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(create_app(house, UNBOUNDED), log_level="critical", ws="none", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    until = time.monotonic() + 60
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        bound.close()


if __name__ == "__main__":
    with served(int(sys.argv[1]) if len(sys.argv) > 1 else 0) as here:
        print(here.url)
        for told_role, text in here.keys.items():
            print(f"{told_role.value:14} {text}")
        threading.Event().wait()
