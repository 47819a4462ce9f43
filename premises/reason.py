"""Reasons: why something is done, kept as a code with its numbers, and said in words of any language of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from premises.catalogue import Catalogue
from premises.spoken import spoken

REASONS = Catalogue("premises", "messages")


@dataclass(frozen=True, slots=True)
class Reason:
    """A code of the catalogue (section `reason`) and the values of its placeholders.

    Times are passed as local wall time text ("20:00", "2026-01-21 20:00"), days as "2026-09-01", temperatures in °C and differences
    in K as numbers, so that what is stored is of no language.
    """

    code: str
    values: Mapping[str, float | str] = field(default_factory=dict)

    def text(self, language: str = "en") -> str:
        """The reason in words, e.g. `heating on: call 20:00, 14.2 °C, outside 3 °C, table lead 2 h 35`."""
        return REASONS.say(language, f"reason.{self.code}", **spoken(REASONS, language, self.values))
