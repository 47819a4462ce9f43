"""When the live page shows something, on a phone's screen and a processor one and four times as slow: medians in milliseconds.

Of a running page, such as `greenroom demo --days 1` (needs Playwright and Chromium):
`python -m bench.page_paint http://127.0.0.1:8080 [KEY]`. The first visit of each context, nothing kept from before.
"""

from __future__ import annotations

import statistics
import sys
from typing import Any

from playwright.sync_api import Browser, sync_playwright

VIEWS = ("now", "week", "bookings", "devices")
TIMES = 7
PHONE = {"width": 360, "height": 740}
READ = """() => ({
  paint: performance.getEntriesByName('first-contentful-paint').map((entry) => entry.startTime)[0],
  bytes: performance.getEntriesByType('navigation')[0].transferSize,
})"""


def visit(browser: Browser, address: str, key: str, slower: int) -> tuple[float, float, int]:
    """First content, live (a socket is open and the clock shown), bytes of the document."""
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]  # a mapping will do
    if key:
        context.add_cookies([{"name": "greenroom_key", "value": key, "url": address}])
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(address, wait_until="commit")
    page.wait_for_selector(".clock time", timeout=60_000)
    live = float(page.evaluate("performance.now()"))
    told: dict[str, Any] = page.evaluate(READ)
    context.close()
    return float(told["paint"]), live, int(told["bytes"])


def _spread(found: list[float]) -> str:
    return f"{statistics.median(found):.0f} ms ({min(found):.0f} to {max(found):.0f})"


def main() -> None:
    address, key = sys.argv[1].rstrip("/"), sys.argv[2] if len(sys.argv) > 2 else ""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for slower in (1, 4):
            for view in VIEWS:
                found = [visit(browser, f"{address}/page/en/{view}", key, slower) for _ in range(TIMES)]
                paint, live = (_spread([one[index] for one in found]) for index in (0, 1))
                print(f"processor / {slower}  {view:9} first content {paint}, live {live}, {found[0][2] / 1024:.0f} KiB")
        browser.close()


if __name__ == "__main__":
    main()
