"""What Greenroom tells beside readings, where boards can read it: the plan ahead, bookings, events, devices, itself, days.

A reading is what a point was at an instant. What is told here lies ahead of now (a plan, a booking), or spans time (an
override), or is of no point (how old a device's last word is), so it has measurements of its own in the wide store. One line per
measurement, tags and instant: telling it again replaces it, which is how a changed plan takes the place of the one before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from premises.quantities import ValueKind
from premises.time import Interval

PLAN, BOOKING, READY, EVENT, DEVICE, ITSELF, DAILY = "plan", "booking", "ready", "event", "device", "itself", "daily"
_N, _T = ValueKind.NUMBER, ValueKind.TEXT

FIELDS: Mapping[str, Mapping[str, ValueKind]] = {
    # by zone and slot: the newest plan that reached so far
    PLAN: {"planned_c": _N, "wanted_c": _N, "planned_heat_w": _N, "light_pct": _N},
    # by zone and booking, at its call; local_*: wall time at the site, "" where there is none; until_us: wrap, µs since 1970
    BOOKING: {
        "title": _T,
        "kind": _T,
        "status": _T,
        "readiness": _T,
        "local_call": _T,
        "local_ready": _T,
        "local_heat_from": _T,
        "local_wrap": _T,
        "reason": _T,
        "until_us": _N,
        "wanted_c": _N,
        "confidence_pct": _N,
        "spare_min": _N,
        "energy_kwh": _N,
        "cost": _N,
    },
    # by zone, now: how its next booking stands. risk: -1 no call, 0 ready, 1 unknown, 2 late, 3 not ready; short_k: air below the
    # wish while occupied, else 0; mass_c: of walls and floor, followed from the air, not measured
    READY: {
        "risk": _N,
        "spare_min": _N,
        "hours_to_call": _N,
        "confidence_pct": _N,
        "short_k": _N,
        "frost_margin_k": _N,
        "mass_c": _N,
    },
    # by kind, zone and subject, when it began; until_us 0: an instant, or still there
    EVENT: {"title": _T, "text": _T, "until_us": _N, "state": _T},
    # by device, now
    DEVICE: {"age_s": _N, "stale": _N},
    # the house itself, now; flags as 0 and 1
    ITSELF: {
        "balanced": _N,
        "connected": _N,
        "in_flight": _N,
        "rate_per_s": _N,
        "alarms": _N,
        "plan_age_s": _N,
        "plan_optimised_pct": _N,
        "own_waiting": _N,
        "own_given_up": _N,
    },
    # by local day, at its midnight: final energy of heating against what the weather asks for
    DAILY: {
        "heating_kwh": _N,
        "expected_kwh": _N,
        "always_on_kwh": _N,
        "carbon_kg": _N,
        "total_kwh": _N,
        "outdoor_c": _N,
        "completeness_pct": _N,
    },
}
TAGS: Mapping[str, tuple[str, ...]] = {
    PLAN: ("site", "zone"),
    BOOKING: ("site", "zone", "booking"),
    READY: ("site", "zone"),
    EVENT: ("site", "kind", "zone", "subject"),
    DEVICE: ("site", "device", "family", "zone"),
    ITSELF: ("site",),
    DAILY: ("site",),
}
EVENT_KINDS = ("reason", "override", "alarm", "clock", "configuration", "correction")
"""Kinds of events; bookings and meter swaps are shown from their own series."""
GONE = "gone"
"""Status of a booking's line that was moved to another instant or another zone."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line: measurement and fields of FIELDS, tags of TAGS without `site` (empty ones are left out), an instant in UTC."""

    measurement: str
    time: datetime
    fields: Mapping[str, float | str]
    tags: Mapping[str, str] = field(default_factory=dict)


@runtime_checkable
class Tells(Protocol):
    """A store that keeps what is told for boards. Raises as TelemetryStore.write; telling twice is the same as once."""

    def tell(self, site: str, lines: Sequence[Told]) -> None: ...


@runtime_checkable
class Recalls(Protocol):
    """A store that can say what was told. Raises as TelemetryStore.readings."""

    def told(self, site: str, measurement: str, field: str, span: Interval) -> list[Told]:
        """The lines of a measurement that hold the field, with it and their tags as the store keeps them (tag_value), by time."""
        ...
