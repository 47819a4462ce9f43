"""What watches over the live demo: alarms, calls that will not be kept, losses; as `greenroom run` has it, but nothing goes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from greenroom.losses import LossSearch
from greenroom.notices import LOOK_S, Notices

if TYPE_CHECKING:
    from greenroom.house import Running

FORESEE_S = SEARCH_S = 60.0
"""Of the demo's time: sooner than in earnest, as nobody watches a demo for an hour."""
LEAST_S = 5.0
"""Of real time, however fast the demo's goes."""


class Watching:
    """Looks as in earnest. The site's contacts are left out and no way out is wired, so that whoever tries a site file of
    their own wakes nobody."""

    def __init__(self, running: Running) -> None:
        sites = {name: replace(site, notify=replace(site.notify, contacts=())) for name, site in running.sites.items()}
        house = replace(running.house, sites=sites)
        self._notices = Notices(house, running.books, {})
        self._losses = LossSearch(house, running.books)

    def jobs(self, speed: float) -> Mapping[str, tuple[float, Callable[[], object]]]:
        """By name: every how many real seconds, and what to call. No job delivers."""
        wanted: Mapping[str, tuple[float, Callable[[], object]]] = {
            "alarms": (LOOK_S, self._notices.look),
            "foresight": (FORESEE_S, self._notices.foresee),
            "losses": (SEARCH_S, self._losses.look),
        }
        return {name: (max(LEAST_S, every_s / speed), call) for name, (every_s, call) in wanted.items()}

    def close(self) -> None:
        self._notices.close()
