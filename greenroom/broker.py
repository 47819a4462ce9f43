"""The embedded MQTT broker (amqtt), in a process of its own: for the demo and for small premises without Mosquitto."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import multiprocessing.connection
import signal
import socket
from collections.abc import Coroutine
from multiprocessing.process import BaseProcess

from premises.errors import BrokerUnavailableError

_PORTS = 3
_START_SECONDS = 30.0


def _serve(host: str, port: int, ready: multiprocessing.connection.Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends it, after its own clean-up
    logging.disable(logging.CRITICAL)
    from amqtt.broker import Broker

    config = {
        "listeners": {"default": {"type": "tcp", "bind": f"{host}:{port}", "max_connections": 50}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    }

    async def go() -> None:
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        broker = Broker(config)
        await broker.start()
        ready.send("ready")
        await stop.wait()
        await broker.shutdown()

    try:
        _run(go())
    except Exception as error:  # noqa: BLE001 - the outermost loop of this process: the parent is told in one line
        ready.send(f"{type(error).__name__}: {error}")


def _run(main: Coroutine[None, None, None]) -> None:
    """By uvloop where there is one (it comes with uvicorn, not on Windows): a message costs a third less."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(main)
    else:
        uvloop.run(main)


def free_port(host: str = "127.0.0.1") -> int:
    """A TCP port that is free now."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


class EmbeddedBroker:
    """Starts on entry, ends on `stop`. `url` is where it listens: loopback only, as it asks nobody for a password."""

    def __init__(self, port: int | None = None, host: str = "127.0.0.1") -> None:
        self.host = host
        self._chosen = port is None
        self.port = port or free_port(host)
        self._process: BaseProcess | None = None

    @property
    def url(self) -> str:
        return f"mqtt://{self.host}:{self.port}"

    def start(self) -> None:
        """On another port where somebody took the free one meanwhile. Raises BrokerUnavailableError where it cannot listen."""
        for _ in range(_PORTS if self._chosen else 1):
            answer = self._started()
            if answer == "ready":
                return
            told = f"the embedded broker could not start on {self.host}:{self.port}: {answer}"
            self.stop()
            if self._chosen:
                self.port = free_port(self.host)
        raise BrokerUnavailableError(told)

    def _started(self) -> str:
        spawn = multiprocessing.get_context("spawn")
        here, there = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(self.host, self.port, there), name="greenroom-broker", daemon=True)
        self._process.start()
        there.close()
        try:
            return str(here.recv()) if here.poll(_START_SECONDS) else "no answer in time"
        except EOFError:
            return "it ended at once"

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.is_alive()

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(5)
        self._process = None
