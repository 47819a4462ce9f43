"""Every reason can be said in every language, with the same numbers in it."""

from __future__ import annotations

import re
import string

import pytest

from premises.reason import REASONS, Reason

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


def test_english_french_and_dutch_are_there() -> None:
    assert {"en", "fr", "nl"} <= set(REASONS.languages())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "warm for call Wed 21 January 06:00: held at 20.5 °C"),
        ("fr", "chaud pour la convocation mercredi 21 janvier 06:00 : maintenu à 20,5 °C"),
        ("nl", "warm voor de call woensdag 21 januari 06:00: op 20,5 °C gehouden"),
    ],
)
def test_days_and_numbers_are_told_as_the_language_tells_them(language: str, said: str) -> None:
    assert Reason("ready", {"call": "2026-01-21 06:00", "target": 20.5}).text(language) == said


def test_the_first_of_a_month_and_what_is_no_day() -> None:
    assert Reason("conflict_service", {"zone": "Plateau 2", "since": "2026-09-01"}).text("fr").endswith("1er septembre 2026")
    assert (
        Reason("conflict_service", {"zone": "A 1.5", "since": "2026-13-77"}).text("nl")
        == "A 1.5 is niet in gebruik vóór 2026-13-77"
    )


def test_french_says_convocation_for_a_call() -> None:
    from premises.catalogue import _load

    assert not [text for text in _load("premises", "messages", "fr").values() if re.search(r"\bappel", text)]


def test_every_code_that_the_rules_use_is_in_the_catalogue() -> None:
    """Codes are written out in the rules, so that a missing one is found here and not at night."""
    from importlib.resources import files

    used: set[str] = set()
    for module in files("rules").iterdir():
        if module.name.endswith(".py"):
            used |= set(re.findall(r'Reason\(\s*"([a-z_]+)"', module.read_text(encoding="utf-8")))
    assert used
    assert {f"reason.{code}" for code in used} <= REASONS.keys("en")
