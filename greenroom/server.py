"""The gateway's HTTP server, in a thread of its own beside the rest of the house."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import uvicorn

from premises.errors import GreenroomError, SettingError

if TYPE_CHECKING:
    from fastapi import FastAPI

_START_SECONDS = 30.0


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound socket. Raises SettingError, in one line, where the port is taken or not allowed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(128)
    except OSError as error:
        bound.close()
        raise SettingError(f"cannot listen on {host}:{port}: {error.strerror}; try --port 0 for a free one") from None
    return bound


class HttpServer:
    """Serves an application on an already bound socket until `stop`."""

    def __init__(self, app: FastAPI, bound: socket.socket) -> None:
        self._socket = bound
        config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="on", timeout_graceful_shutdown=3)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve, name="gateway", daemon=True)

    @property
    def url(self) -> str:
        host, port = self._socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def _serve(self) -> None:
        self._server.run(sockets=[self._socket])

    def start(self) -> None:
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(_START_SECONDS * 20)):
            if self._server.started:
                return
            if not self._thread.is_alive():
                break
            waited.wait(0.05)
        raise GreenroomError("the gateway did not start; run with --verbose to see why")

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()
