"""Emblems that front pages show: those drawn here in simple geometry, by file name; others come from a folder of the house."""

from __future__ import annotations

import re
from collections.abc import Mapping

from premises.emblems import drawn_emblem

LARGEST_BYTES = 500_000
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.(svg|png)")


def emblem_image(name: str, own: Mapping[str, bytes] | None = None) -> bytes | None:
    """The picture of that file name, of the house's own first; None where there is none: the page is made without.

    A name that is no plain file name is none: it never leads out of the folder.
    """
    if not _NAME.fullmatch(name):
        return None
    if own and name in own:
        data = own[name]
        return data if len(data) <= LARGEST_BYTES and _looks_right(name, data) else None
    return drawn_emblem(name)


def _looks_right(name: str, data: bytes) -> bool:
    return data.startswith(b"\x89PNG\r\n\x1a\n") if name.endswith(".png") else b"<svg" in data[:1000]
