"""The language of an answer, by Accept-Language; reasons in words that never fail an answer."""

from __future__ import annotations

from collections.abc import Collection

from premises.catalogue import FALLBACK
from premises.errors import UnknownNameError
from premises.reason import REASONS, Reason

LONGEST = 500


def choose_language(accepted: str | None) -> str:
    """The best language of the reasons for an Accept-Language header; English where none fits."""
    return best_of(accepted, REASONS.languages())


def best_of(accepted: str | None, known: Collection[str]) -> str:
    """The best of the known languages for an Accept-Language header; English where none fits."""
    best, best_weight = FALLBACK, 0.0
    for part in (accepted or "")[:LONGEST].split(","):
        tag, _, weight_text = part.strip().partition(";")
        try:
            weight = float(weight_text.strip().removeprefix("q=")) if weight_text else 1.0
        except ValueError:
            continue
        language = tag.strip().lower().partition("-")[0]
        if language in known and weight > best_weight:
            best, best_weight = language, weight
    return best


def in_words(reason: Reason, language: str) -> str:
    """The reason in that language. A reason that the catalogue lacks is told by its code: an answer must not fail by it."""
    try:
        return reason.text(language)
    except (UnknownNameError, KeyError, IndexError, ValueError):
        values = ", ".join(f"{name} {value}" for name, value in reason.values.items())
        return f"{reason.code}: {values}" if values else reason.code
