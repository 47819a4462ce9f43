"""Studies as tables for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table

from premises.plan import Plan, PlanSlot, ZonePlan
from premises.time import SLOT
from rules.backtest import Outcome
from rules.what_if import Comparison

SLOT_H = SLOT.total_seconds() / 3600


def console() -> Console:
    """Standard output, wide where it is no terminal."""
    found = Console()
    return found if found.is_terminal else Console(width=200)


def plan_table(plan: Plan, tz: ZoneInfo, language: str) -> Table:
    """Spans of slots with one reason: when, to what, with how much heat, why."""
    title = f"{plan.site} from {plan.made_at.astimezone(tz):%a %d %b %H:%M}: "
    table = Table(title=title + f"{plan.energy_kwh:.0f} kWh, {plan.cost:.2f} {plan.currency}, {plan.carbon_kg:.1f} kg CO2e")
    for column in ("zone", "plan", "from", "to", "set to", "air at end", "heat", "why"):
        table.add_column(column, justify="right" if column in ("set to", "air at end", "heat") else "left")
    for zone in plan.zones:
        for place, span in enumerate(spans(zone)):
            first, last = span[0], span[-1]
            table.add_row(
                zone.zone if place == 0 else "",
                zone.rung.value if place == 0 else "",
                f"{first.start.astimezone(tz):%a %H:%M}",
                f"{(last.start + SLOT).astimezone(tz):%a %H:%M}",
                _range([slot.setpoint_c for slot in span]),
                "" if last.air_c is None else f"{last.air_c:.1f} °C",
                f"{sum(slot.heat_w for slot in span) * SLOT_H / 1000:.0f} kWh",
                first.reason.text(language),
                end_section=place == len(list(spans(zone))) - 1,
            )
    return table


def spans(zone: ZonePlan) -> Iterator[list[PlanSlot]]:
    """Runs of slots that have their kind of reason, and what it is for, in common."""
    run: list[PlanSlot] = []
    told: object = None
    for slot in zone.slots:
        key = (slot.reason.code, slot.reason.values.get("call"), slot.reason.values.get("wrap"))
        if run and key != told:
            yield run
            run = []
        run.append(slot)
        told = key
    if run:
        yield run


def _range(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    if not known:
        return "frost"
    low, high = min(known), max(known)
    return f"{low:.1f} °C" if high - low < 0.05 else f"{low:.1f} to {high:.1f} °C"


def difference_table(comparison: Comparison, what: str) -> Table:
    """Before, after and the difference."""
    before, after = comparison.before, comparison.after
    table = Table(title=f"what if {what}", min_width=min(100, len(what) + 12))
    for column in ("", "energy kWh", f"cost {before.currency}", "carbon kg"):
        table.add_column(column, justify="right")
    for name, plan in (("as things stand", before), ("changed", after)):
        table.add_row(name, f"{plan.energy_kwh:.1f}", f"{plan.cost:.2f}", f"{plan.carbon_kg:.2f}")
    table.add_row("difference", f"{comparison.energy_kwh:+.1f}", f"{comparison.cost:+.2f}", f"{comparison.carbon_kg:+.2f}")
    return table


def outcome_table(outcomes: Sequence[Outcome], title: str, currency: str) -> Table:
    """One row per way of heating."""
    table = Table(title=title)
    for column in ("", "energy kWh", f"cost {currency}", "carbon kg", "ready", "below K h"):
        table.add_column(column, justify="right")
    for told in outcomes:
        ready = f"{told.ready} of {told.calls}"
        table.add_row(
            told.way, f"{told.energy_kwh:.0f}", f"{told.cost:.2f}", f"{told.carbon_kg:.1f}", ready, f"{told.cold_k_h:.1f}"
        )
    return table
