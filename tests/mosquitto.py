"""A real Mosquitto on loopback that may be stopped and started again on the same port."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.ports import free_port

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")
TRIES = 5


def need_mosquitto() -> str:
    """Where Mosquitto is; skips the test where it is missing, fails it in CI."""
    if MOSQUITTO is None:
        told = "Mosquitto is not installed: apt install mosquitto"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    return MOSQUITTO


class Mosquitto:
    """A Mosquitto with persistence in a folder of its own. extra: who may come in and how, in its own words; else anybody."""

    def __init__(self, folder: Path, extra: str = "") -> None:
        self._program = need_mosquitto()
        self._config = folder / "mosquitto.conf"
        self._rest = (
            f"persistence true\npersistence_location {folder}/\nmax_queued_messages 0\nlog_type error\nset_tcp_nodelay true\n"
            # started by root, Mosquitto would become a user who may not read the folders of tests
            + ("user root\n" if os.getuid() == 0 else "")
            + (extra or "allow_anonymous true\n")
        )
        self._process: subprocess.Popen[bytes] | None = None
        self._started = False
        self.port = 0
        self._move()

    def _move(self) -> None:
        self.port = free_port()
        self._config.write_text(f"listener {self.port} 127.0.0.1\n{self._rest}")

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return 0 if self._process is None else self._process.pid

    def start(self) -> None:
        for _ in range(TRIES):
            if self._answers():
                self._started = True
                return
            if not self._started:
                self._move()  # somebody else took the port between the look and the start
        pytest.fail("Mosquitto did not start")

    def _answers(self) -> bool:
        """Whether the process that was started, and no other, listens on the port."""
        self._process = subprocess.Popen(
            [self._program, "-c", str(self._config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with socket.socket() as probe:
                answered = probe.connect_ex(("127.0.0.1", self.port)) == 0
            time.sleep(0.02)
            if self._process.poll() is not None:
                return False
            if answered:
                return True
        self.stop()
        return False

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)
            self._process = None
