"""Building a board: panels with their words from the catalogue, and the annotations that boards share."""

from __future__ import annotations

from typing import Any

from dashboards.flux import Label, Source
from dashboards.panels import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, SKY, Annotation, Board, Panel, SqlTarget, Target, Variable
from dashboards.pick import one
from dashboards.told import booking_events, events, meter_swaps
from dashboards.words import Words
from premises.site import Zone, ZoneUse

STATE_COLOURS = {
    "occupied": GREEN,
    "ready": SKY,
    "pre_heating": ORANGE,
    "pre_cooling": BLUE,
    "set_back": "#9aa5a0",
    "frost_guard": "#5b6b63",
    "overridden": PURPLE,
    "sensor_lost": RED,
    "uncontrolled": "#d5ddd8",
}
RISK_COLOURS = {
    "-1": ("no_call", GREY),
    "0": ("ready", GREEN),
    "1": ("unknown", "#9aa5a0"),
    "2": ("late", ORANGE),
    "3": ("not_ready", RED),
}
READINESS_COLOURS = {"ready": GREEN, "late": ORANGE, "not_ready": RED, "unknown": "#9aa5a0"}


HOURS, RATE = "suffix:h", "suffix:/s"
"""Units of Grafana's own would turn 30 h into 1.3 days, and call messages requests."""


class Maker:
    """Collects the panels of one board. A panel without a query is not made: only what the site has is shown."""

    def __init__(self, source: Source, say: Words) -> None:
        self.source, self.say, self.site = source, say, source.site
        self.panels: list[Panel] = []

    def add(self, key: str, kind: str, unit: str, *targets: Target | SqlTarget | None, of: str = "", **more: Any) -> None:
        """Add a panel titled `panel.<key>`, described by `panel.<key>_about`. of: what of several it shows."""
        asked = tuple(target for target in targets if target is not None)
        if not asked:
            return
        title = f"{self.say(f'panel.{key}')} · {of}" if of else self.say(f"panel.{key}")
        more.setdefault("no_value", self.say("label.no_data"))
        self.panels.append(Panel(title, self.say(f"panel.{key}_about"), kind, unit, asked, **more))

    def labels(self, subject: str, names: dict[str, str]) -> list[Label]:
        """Points of a subject that there are, by quantity, with their labels `label.<name>`."""
        found = ((one(self.site, subject, quantity), self.say(f"label.{name}")) for quantity, name in names.items())
        return [(point, label) for point, label in found if point is not None]

    def states(self) -> dict[str, tuple[str, str]]:
        return {state: (self.say(f"state.{state}"), colour) for state, colour in STATE_COLOURS.items()}

    def readiness(self) -> dict[str, tuple[str, str]]:
        return {name: (self.say(f"readiness.{name}"), colour) for name, colour in READINESS_COLOURS.items()}

    def risks(self) -> dict[str, tuple[str, str]]:
        return {value: (self.say(f"readiness.{name}"), colour) for value, (name, colour) in RISK_COLOURS.items()}

    def annotations(self, *kinds: str, chosen: bool = False) -> tuple[Annotation, ...]:
        """Marks of these kinds: booking, reason, override, alarm, clock, configuration, correction, meter_swap."""
        return tuple(self._annotation(kind, chosen) for kind in kinds)

    def _annotation(self, kind: str, chosen: bool) -> Annotation:
        name, colour = self.say(f"annotation.{kind}"), _COLOURS[kind]
        if kind == "booking":
            return Annotation(name, booking_events(self.source, chosen=chosen), colour)
        if kind == "meter_swap":
            return Annotation(name, meter_swaps(self.source), colour)
        return Annotation(
            name, events(self.source, kind, until_now=kind == "alarm", chosen=chosen), colour, kind != "configuration"
        )

    def board(
        self, name: str, *, variables: tuple[Variable, ...] = (), annotations: tuple[Annotation, ...] = (), **more: Any
    ) -> Board:
        """The board `name`, titled `board.<name>` and, as lists and tabs cut the end off, then the site's name."""
        title = f"{self.say(f'board.{name}')} · {self.site.name}"
        about = self.say(f"about.{name}")
        return Board(self.site.id, name, title, about, self.site.timezone, tuple(self.panels), variables, annotations, **more)


_COLOURS = {
    "booking": GREEN,
    "reason": SKY,
    "override": PURPLE,
    "alarm": RED,
    "clock": "#9aa5a0",
    "configuration": BLUE,
    "correction": ORANGE,
    "meter_swap": ORANGE,
}


def controlled(source: Source) -> list[Zone]:
    """Zones that a plant serves, stages first."""
    zones = [zone for zone in source.site.zones if zone.heating_plant or zone.cooling_plant]
    return sorted(zones, key=lambda zone: zone.use is not ZoneUse.STAGE)


def of_zones(source: Source, quantity: str, zones: list[Zone] | None = None) -> list[Label]:
    """The first point of that quantity of each zone, named for the zone."""
    wanted = source.site.zones if zones is None else zones
    return [(point, zone.name) for zone in wanted if (point := one(source.site, zone.id, quantity)) is not None]
