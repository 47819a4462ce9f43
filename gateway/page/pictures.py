"""Pictures of the page for the README: `python -m gateway.page.pictures URL OUT [KEY]`.

A tool for developers: it needs Playwright and a Chromium, neither of which Greenroom needs to run.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from premises.errors import SettingError

_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")
_WAIT_MS = 30_000


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: what is looked at, on which screen, in which language and light."""

    name: str
    view: str
    width: int
    height: int
    language: str = "en"
    scheme: str = "light"
    whole: bool = False


SHOTS = (
    Shot("page-wall", "now", 1920, 1080, scheme="dark"),
    Shot("page-desk", "now", 1366, 900, whole=True),
    Shot("page-phone", "now", 360, 780, language="fr"),
    Shot("page-week", "week", 1366, 560),
    Shot("page-bookings", "bookings", 1366, 760),
    Shot("page-alarms", "alarms", 1366, 560),
    Shot("page-devices", "devices", 1366, 760, scheme="dark"),
)


def take(address: str, folder: Path, key: str = "", shots: tuple[Shot, ...] = SHOTS) -> list[Path]:
    """Look at a running page and keep what is seen as PNG files. Raises SettingError where there is no browser to look with."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        raise SettingError("pictures need Playwright: pip install playwright") from None
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        raise SettingError("pictures need Chromium: install the system's package `chromium`")
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_ARGUMENTS))
        try:
            return [_shoot(browser, address.rstrip("/"), folder, key, shot) for shot in shots]
        finally:
            browser.close()


def _shoot(browser: Any, address: str, folder: Path, key: str, shot: Shot) -> Path:
    screen = {"width": shot.width, "height": shot.height}
    context = browser.new_context(viewport=screen, color_scheme=shot.scheme, locale=shot.language)
    if key:
        context.add_cookies([{"name": "greenroom_key", "value": key, "url": f"{address}/page"}])
    page = context.new_page()
    page.set_default_timeout(_WAIT_MS)
    page.goto(f"{address}/page/{shot.language}/{shot.view}")
    page.wait_for_selector(".clock time")
    if shot.view == "now":
        page.wait_for_selector(".day-chart canvas")
    page.wait_for_timeout(800)  # until the chart is drawn
    path = folder / f"{shot.name}.png"
    page.screenshot(path=str(path), full_page=shot.whole)
    context.close()
    return path


def main(arguments: list[str]) -> int:
    """The command. Exit status 0 done, 1 no browser, 2 wrong use."""
    if len(arguments) not in (2, 3):
        sys.stderr.write("usage: python -m gateway.page.pictures URL OUT [KEY]\n")
        return 2
    try:
        key = arguments[2] if len(arguments) == 3 else ""
        for path in take(arguments[0], Path(arguments[1]), key):
            sys.stdout.write(f"{path}\n")
    except SettingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
