"""Every reason can be said in every language, with the same numbers in it."""

from __future__ import annotations

import re
import string

import pytest

from premises.reason import REASONS

KEYS = sorted(REASONS.keys("en"))


def placeholders(language: str, key: str) -> set[str]:
    from premises.catalogue import _load

    return {name for _, name, _, _ in string.Formatter().parse(_load("premises", "messages", language)[key]) if name}


@pytest.mark.parametrize("language", REASONS.languages())
def test_a_language_has_all_the_reasons_and_no_others(language: str) -> None:
    assert REASONS.keys(language) == REASONS.keys("en")


@pytest.mark.parametrize("language", REASONS.languages())
@pytest.mark.parametrize("key", KEYS)
def test_a_reason_tells_the_same_numbers_in_every_language(language: str, key: str) -> None:
    assert placeholders(language, key) == placeholders("en", key)


class Anything(float):
    """A value that can be put into any placeholder, of numbers and of texts."""


@pytest.mark.parametrize("language", REASONS.languages())
@pytest.mark.parametrize("key", KEYS)
def test_a_reason_can_be_rendered(language: str, key: str) -> None:
    values = {name: Anything(12.5) for name in placeholders("en", key)}
    text = REASONS.say(language, key, **values)
    assert text
    assert not re.search(r"[{}]", text)


def test_english_and_french_are_there() -> None:
    assert {"en", "fr"} <= set(REASONS.languages())


def test_every_code_that_the_rules_use_is_in_the_catalogue() -> None:
    """Codes are written out in the rules, so that a missing one is found here and not at night."""
    from importlib.resources import files

    used: set[str] = set()
    for module in files("rules").iterdir():
        if module.name.endswith(".py"):
            used |= set(re.findall(r'Reason\(\s*"([a-z_]+)"', module.read_text(encoding="utf-8")))
    assert used
    assert {f"reason.{code}" for code in used} <= REASONS.keys("en")
