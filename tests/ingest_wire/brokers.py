"""Brokers to test against: a real Mosquitto, and one that speaks 3.1.1 only, both on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


def need_mosquitto() -> str:
    """Where Mosquitto is; skips the test where it is missing, fails it in CI."""
    if MOSQUITTO is None:
        told = "Mosquitto is not installed: apt install mosquitto"
        if os.environ.get("CI") == "true":
            pytest.fail(told)
        pytest.skip(told)
    return MOSQUITTO


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Running:
    """Where a broker listens and the newest MQTT version that it speaks (4 is 3.1.1)."""

    url: str
    version: int


class Mosquitto:
    """A Mosquitto with persistence in a folder of its own; may be stopped and started again."""

    def __init__(self, folder: Path, extra: str = "") -> None:
        self._program = need_mosquitto()
        self.port = free_port()
        self._config = folder / "mosquitto.conf"
        self._config.write_text(
            f"listener {self.port} 127.0.0.1\npersistence true\npersistence_location {folder}/\n"
            f"max_queued_messages 0\nlog_type error\nset_tcp_nodelay true\n"
            # started by root, Mosquitto would become a user who may not read the folders of tests
            + ("user root\n" if os.getuid() == 0 else "")
            + (extra or "allow_anonymous true\n")
        )
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"mqtt://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        return 0 if self._process is None else self._process.pid

    def start(self) -> None:
        self._process = subprocess.Popen(
            [self._program, "-c", str(self._config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        pytest.fail("Mosquitto did not start")

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None
