"""Emblems that are drawn, not copied: by the geometry that their owners publish."""

from __future__ import annotations

import math

EUROPE = "eu.svg"
"""The European emblem in a grant's `emblem:`, as in reports."""


def emblem_svg(name: str) -> str | None:
    """The emblem of that key as SVG of 27 by 18, None for one that is not drawn here.

    The European emblem: twelve stars of five points on a circle of a third of the height, each star in a circle of an
    eighteenth of the height, one point upwards (graphics guide to the European emblem, Interinstitutional style guide, annex A1).
    """
    if name != EUROPE:
        return None
    height, width = 18.0, 27.0
    stars = []
    for hour in range(12):
        angle = math.radians(30 * hour)
        x, y = width / 2 + height / 3 * math.sin(angle), height / 2 - height / 3 * math.cos(angle)
        stars.append(f'<polygon points="{_star(x, y, height / 18)}"/>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" aria-hidden="true">'
        f'<rect width="{width:g}" height="{height:g}" fill="#003399"/><g fill="#ffcc00">{"".join(stars)}</g></svg>'
    )


def _star(x: float, y: float, radius: float) -> str:
    inner = radius * math.sin(math.radians(18)) / math.sin(math.radians(54))
    corners = []
    for step in range(10):
        reach, angle = (radius if step % 2 == 0 else inner), math.radians(36 * step)
        corners.append(f"{x + reach * math.sin(angle):.3f},{y - reach * math.cos(angle):.3f}")
    return " ".join(corners)
