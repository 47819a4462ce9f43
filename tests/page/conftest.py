"""A fake house for each test, and for the browser its page in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.page.fake_house import Fakes, build
from tests.ports import free_port

expect.set_options(timeout=30_000)  # a busy machine is no fault of the page
_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")


@pytest.fixture
def fakes(tmp_path: Path) -> Iterator[Fakes]:
    made = build(tmp_path)
    yield made
    made.books.close()


@dataclass(frozen=True)
class Served:
    """The page's address, and what a test does to the house behind it."""

    address: str

    def do(self, deed: str) -> None:
        httpx.post(f"{self.address}/deed/{deed}", timeout=20).raise_for_status()

    def key(self) -> str:
        return str(httpx.get(f"{self.address}/a-key", timeout=20).json())


@contextmanager
def _serving() -> Iterator[Served]:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.page.serve", str(port)], cwd=Path(__file__).parents[2])
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                httpx.get(f"{address}/a-key", timeout=20)
                break
            except httpx.TransportError:
                assert process.poll() is None, "the page's server ended"
                time.sleep(0.1)
        yield Served(address)
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="session")
def server() -> Iterator[Served]:
    """One process for all tests of a worker: it takes seconds to start."""
    with _serving() as address:
        yield address


@pytest.fixture
def served(server: Served) -> Served:
    """The fake house's page, the house as it was built."""
    server.do("reset")
    return server


@pytest.fixture(scope="module")  # no longer: while it lives, its event loop keeps asyncio.run from working in other tests
def chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is not installed")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(_ARGUMENTS))
        yield browser
        browser.close()


class Look:
    """Opens pages, and keeps what went wrong in them and which hosts they asked."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.faults: list[str] = []
        self.hosts: set[str] = set()

    def at(self, address: str, *, width: int = 1366, height: int = 900, **wishes: Any) -> Page:
        context = self.browser.new_context(viewport={"width": width, "height": height}, **wishes)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda told: self.faults.append(told.text) if told.type == "error" else None)
        page.on("request", lambda request: self.hosts.add(httpx.URL(request.url).host))
        page.on("websocket", lambda socket: self.hosts.add(httpx.URL(socket.url).host))
        page.goto(address)
        return page


@pytest.fixture
def look(chromium: Browser) -> Iterator[Look]:
    looking = Look(chromium)
    yield looking
    for context in chromium.contexts:
        context.close()
