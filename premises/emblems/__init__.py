"""Emblems that are drawn here in simple geometry, by file name.

The European one: twelve stars of five points, one point upwards, on a circle of a third of the height, each in a circle of an
eighteenth of it (Interinstitutional style guide, annex A1).
"""

from __future__ import annotations

from importlib.resources import files

EUROPE = "eu.svg"


def drawn_emblem(name: str) -> bytes | None:
    """The SVG of that name; None for one that is not drawn here."""
    return files("premises.emblems").joinpath(EUROPE).read_bytes() if name == EUROPE else None
