"""How old each device's last word is, and how the house itself is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from premises.plan import Plan, Rung
from premises.ports import IntakeStatus
from premises.site import GREENROOM, Site
from premises.told import DEVICE, ITSELF, Told

PATIENCE = 3
"""Expected intervals that may pass before a device counts as stale, as for live values."""
NEVER_S = 1e7
"""Age that is told of a device that was never heard of (four months)."""


def devices(site: Site, heard: Mapping[str, datetime], several: bool, now: datetime) -> list[Told]:
    """One line per device of the site file; several: the intake serves several sites and names devices with them.

    A device that tells nothing but changes (no interval is expected) is never stale by age.
    """
    lines = []
    for device in site.devices:
        if device.id == GREENROOM:
            continue
        at = heard.get(f"{site.id}/{device.id}" if several else device.id)
        age = NEVER_S if at is None else max(0.0, (now - at) / timedelta(seconds=1))
        stale = device.expected_every is not None and age > PATIENCE * device.expected_every.total_seconds()
        tags = {"device": device.id, "family": device.family, "zone": device.zone}
        lines.append(Told(DEVICE, now, {"age_s": age, "stale": float(stale)}, tags))
    return lines


def itself(status: IntakeStatus, plan: Plan | None, alarms: int, waiting: int, given_up: int, now: datetime) -> Told:
    """The house itself; alarms: those that stand, waiting and given_up: of its own readings."""
    fields: dict[str, float | str] = {
        "balanced": float(status.balanced),
        "connected": float(status.connected),
        "in_flight": float(status.in_flight),
        "rate_per_s": status.rate_per_s,
        "alarms": float(alarms),
        "own_waiting": float(waiting),
        "own_given_up": float(given_up),
    }
    if plan is not None:
        fields["plan_age_s"] = max(0.0, (now - plan.made_at) / timedelta(seconds=1))
        by_solver = sum(zone.rung is Rung.OPTIMISED for zone in plan.zones)
        fields["plan_optimised_pct"] = 100.0 * by_solver / len(plan.zones) if plan.zones else 0.0
    return Told(ITSELF, now, fields)
