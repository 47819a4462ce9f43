"""The messages of the sign-in page, and the language to say them in."""

from __future__ import annotations

from gateway.languages import best_of
from premises.catalogue import Catalogue

MESSAGES = Catalogue("gateway.signin", "messages")


def language_asked(accepted: str | None) -> str:
    """The best language of this catalogue for an Accept-Language header."""
    return best_of(accepted, MESSAGES.languages())
