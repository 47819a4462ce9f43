"""How quality and flags of a reading are written beside its value: one short text, nothing where it is plainly measured.

`estimated` · `measured:late` · `corrected:counter_reset,late`
"""

from __future__ import annotations

from functools import lru_cache

from premises.reading import Flag, Quality

PLAIN = ""


@lru_cache(maxsize=4096)
def mark_of(quality: Quality, flags: frozenset[Flag]) -> str:
    """The text kept; empty for a plainly measured reading."""
    if not flags:
        return PLAIN if quality is Quality.MEASURED else quality.value
    return f"{quality.value}:{','.join(sorted(flag.value for flag in flags))}"


@lru_cache(maxsize=4096)
def read_mark(mark: str | None) -> tuple[Quality, frozenset[Flag]]:
    """Quality and flags of a kept text. Words of a later version that this one does not know are passed over."""
    if not mark:
        return Quality.MEASURED, frozenset()
    quality, _, flags = mark.partition(":")
    known = {flag.value: flag for flag in Flag}
    return Quality(quality), frozenset(known[name] for name in flags.split(",") if name in known)
