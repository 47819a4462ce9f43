"""What the pages say is so: every test that the security page names is there."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.webhooks import PROVIDERS

ROOT = Path(__file__).parents[2]


def test_every_test_that_the_security_page_names_exists() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    file, named = "", 0
    for told in re.findall(r"`((?:[a-z]+/)?(?:test_\w+\.py)?(?:::test_\w+)?)`", page):
        path, _, name = told.partition("::")
        file = path or file
        if not file:
            continue
        text = (ROOT / "tests" / "gateway" / file).read_text(encoding="utf-8")
        assert not name or f"def {name}(" in text, told
        named += 1
    assert named > 30


def test_all_ten_risks_are_there() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    assert all(f"| API{number} " in page for number in range(1, 11))


def test_every_provider_of_webhooks_is_described() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in PROVIDERS)
