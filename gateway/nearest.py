"""The name that was probably meant."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

SHOWN = 12


def nearest(told: str, known: Sequence[str]) -> str:
    """ "; did you mean 'stage-1'?", or the names there are, to be put behind a message."""
    close = get_close_matches(told[:100], known, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]!r}?"
    if not known:
        return "; this key sees none"
    more = f" and {len(known) - SHOWN} more" if len(known) > SHOWN else ""
    return f"; there are {', '.join(known[:SHOWN])}{more}"
