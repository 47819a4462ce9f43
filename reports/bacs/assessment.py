"""Class of each function by what the rules did in the period: a class is claimed only with the decisions that prove it."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from premises.decision import ZoneDecision, ZoneState
from premises.plan import Rung
from premises.reporting import BacsClass, BacsName
from premises.site import PlantKind, Site
from reports.content import Cell, CellKind, Column, Figure, Figures, Paragraph, Section, Table, Text, Tone, say
from reports.inputs import SiteInputs
from reports.parts.energy import leaves
from reports.parts.sun import sun_series

_ORDER = tuple(BacsClass)


@dataclass(frozen=True, slots=True)
class Assessed:
    """proven: the best class whose proof is in the data, None where nothing shows any; stated: what a paper says."""

    function: BacsName
    proven: BacsClass | None
    proof: str
    count: int
    stated: BacsClass | None
    document: str
    present: bool

    @property
    def counted(self) -> BacsClass | None:
        """What goes into the building's class: what is proven; what is only stated never raises it."""
        return self.proven


@cache
def _classes() -> dict[str, list[tuple[str, str]]]:
    told = tomllib.loads(files("reports.bacs").joinpath("functions.toml").read_text(encoding="utf-8"))
    return {name: [(one[0], one[1]) for one in block["classes"]] for name, block in told.items()}


def _states(decisions: tuple[ZoneDecision, ...], *states: ZoneState) -> int:
    return sum(one.state in states for one in decisions)


def _starts(decisions: tuple[ZoneDecision, ...], *rungs: Rung) -> int:
    heating = (ZoneState.PRE_HEATING, ZoneState.PRE_COOLING)
    return sum(one.state in heating and one.rung in rungs for one in decisions)


def _reasons(decisions: tuple[ZoneDecision, ...], *codes: str) -> int:
    return sum(one.heat_reason.code in codes or one.light_reason.code in codes for one in decisions)


def _has(site: Site, quantity: str, *, writable: bool | None = None) -> int:
    return sum(p.quantity.name == quantity and (writable is None or p.writable is writable) for p in site.points)


_PROOFS: dict[str, Callable[[SiteInputs], int]] = {
    "always": lambda _: 1,
    "setpoints": lambda one: _has(one.site, "setpoint_temperature", writable=True),
    "room_control": lambda one: min(_has(one.site, "setpoint_temperature", writable=True), len(one.decisions)),
    "occupancy": lambda one: _has(one.site, "occupancy") and _reasons(one.decisions, "coast", "light_occupied"),
    "demand_supply": lambda one: _has(one.site, "supply_setpoint", writable=True) and len(one.decisions),
    "timetable": lambda one: _states(one.decisions, ZoneState.SET_BACK),
    "learned_start": lambda one: _starts(one.decisions, Rung.LEARNED, Rung.OPTIMISED),
    "optimised_start": lambda one: _starts(one.decisions, Rung.OPTIMISED),
    "interlock": lambda one: (
        sum(zone.heating_plant is not None and zone.cooling_plant is not None for zone in one.site.zones) and len(one.decisions)
    ),
    "light_presence": lambda one: _has(one.site, "occupancy") and _reasons(one.decisions, "light_occupied", "light_booked"),
    "light_sweep": lambda one: _reasons(one.decisions, "light_off", "light_margin"),
    "central_reset": lambda one: _reasons(one.decisions, "override_temperature") and _states(one.decisions, ZoneState.SET_BACK),
    "losses": lambda one: len(one.losses),
    "alarms": lambda one: len(one.decisions),
    "analysis": lambda one: len(leaves(one.site)),
    "metered": lambda one: len(one.site.meters),
    "optimised_sun": lambda one: int(sun_series(one.ledger) is not None) and _starts(one.decisions, Rung.OPTIMISED),
    "sun_metered": lambda one: int(sun_series(one.ledger) is not None),
}
"""How often each proof is there: decisions of the period, or points of the site."""


def assessed(one: SiteInputs) -> list[Assessed]:
    """All functions in the standard's order; those that the site has nothing of are not counted."""
    stated = {told.function: told for told in one.site.bacs}
    found = []
    for function in BacsName:
        told = stated.get(function)
        present = told.present if told is not None else _is_present(one.site, function)
        proven, proof, count = None, "", 0
        for name, wanted in _classes()[function.value]:
            count = _PROOFS[wanted](one)
            if count:
                proven, proof = BacsClass(name), wanted
                break
        found.append(
            Assessed(
                function,
                proven if present else None,
                proof if present else "",
                count if present else 0,
                told.stated if told else None,
                told.document if told else "",
                present,
            )
        )
    return found


def _is_present(site: Site, function: BacsName) -> bool:
    if function is BacsName.INTERLOCK:
        return any(zone.cooling_plant for zone in site.zones)
    if function is BacsName.LOCAL_GENERATION:
        return bool(site.pv_strings)
    if function in (BacsName.HEAT_DISTRIBUTION, BacsName.GENERATOR):
        return any(plant.kind is not PlantKind.ELECTRIC for plant in site.plants)
    return True


def building_class(found: list[Assessed]) -> BacsClass | None:
    """The lowest of the functions that are there; None while any of them is without proof."""
    there = [one.counted for one in found if one.present]
    known = [one for one in there if one is not None]
    return max(known, key=_ORDER.index) if known and len(known) == len(there) else None


def functions_section(one: SiteInputs) -> Section:
    """Function by function: class, the rule that proves it and how often, and what a paper states."""
    found = assessed(one)
    rows: list[tuple[Cell, ...]] = []
    for told in found:
        proof: Text | None = say(f"proof.{told.proof}", count=told.count) if told.proof else None
        rows.append(
            (
                say(f"bacs.{told.function.value}"),
                told.present,
                told.proven.value if told.proven else None,
                proof,
                told.count if told.proof else None,
                told.stated.value if told.stated else None,
                told.document,
            )
        )
    columns = (
        Column("function", say("column.function"), CellKind.NAME),
        Column("present", say("column.present"), CellKind.FLAG),
        Column("class_proven", say("column.class_proven")),
        Column("proof", say("column.proof")),
        Column("times", say("column.times"), CellKind.NUMBER),
        Column("class_stated", say("column.class_stated")),
        Column("document", say("column.document")),
    )
    lowest = building_class(found)
    without = [told for told in found if told.present and told.counted is None]
    lines = [Paragraph(say("bacs.class", grade=lowest.value if lowest else "-"), Tone.PLAIN)]
    if without:
        lines.append(Paragraph(say("bacs.without_proof", count=len(without)), Tone.WARNING))
    lines.append(Paragraph(say("bacs.wording"), Tone.NOTE))
    table = Table(f"functions_{one.site.id}", say("table.functions", site=one.site.name), columns, tuple(rows))
    return Section(f"functions_{one.site.id}", say("section.functions"), (*lines, table))


def states_figures(one: SiteInputs) -> Figures:
    """How often the building managed itself, and how often a person stepped in."""
    counts = Counter(decision.state for decision in one.decisions)
    head = one.site.id
    return Figures(
        (
            Figure(f"{head}.starts", say("bacs.starts"), _starts(one.decisions, *Rung), "1"),
            Figure(f"{head}.setbacks", say("bacs.setbacks"), counts[ZoneState.SET_BACK], "1"),
            Figure(f"{head}.manual", say("bacs.manual"), counts[ZoneState.OVERRIDDEN], "1"),
        )
    )
