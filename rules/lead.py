"""How long before the call heating must start: learned on the zone's own warm-ups, else from a table.

Source of both forms: optimal-start practice (PNNL, Seem et al. 1989); the table is that of the project's reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from premises.plan import Rung
from premises.site import Emitter
from rules.arbiter import READY_BAND_K
from rules.snapshot import LearnedLead
from rules.warm_time import WarmTime

SHORT_OFF_H, LONG_OFF_H = 10.0, 36.0
LONG_LEAD_H = 6.0
SHORT_LEAD_H = 1.25
BALANCE_C = 21.0
RISE_K_PER_H = 2.5
"""How fast a large hall warms at least, before anything is known of it: the table never promises more."""
SLAB_FACTOR = 4.0
"""A slab passes its heat on a quarter as fast as a radiator: six hours become a day."""
OUTDOOR_ASSUMED_C = 0.0
"""Taken where nobody knows the weather: cold enough to start early, and said in the reason."""
HOURS_OFF_MOST = 72.0
"""After three days without heat the mass is as cold as it gets; beyond that the feature is held, not the lead."""
LEAD_MOST = timedelta(hours=48)
SURE_MOST = 2.0
"""The margin makes a lead no longer than this many times itself, and an hour: near what full power just reaches, a tenth of a
degree takes hours that no error of a model is worth."""
FAR_FACTOR = 2.0
"""A model that says a zone takes more than this many times the table's longest lead is asked again, with less caution."""


@dataclass(frozen=True, slots=True)
class Lead:
    """How long it takes to be warm, without margin; rung: learned or table."""

    duration: timedelta
    rung: Rung
    hours_off: float | None


def hours_off(warm_at: datetime | None, now: datetime) -> float | None:
    """Hours since the zone was last heated for comfort, None where not known."""
    return None if warm_at is None else max(0.0, (now - warm_at).total_seconds() / 3600)


def lead_for(
    emitter: Emitter,
    air_c: float | None,
    target_c: float,
    outdoor_c: float | None,
    off_h: float | None,
    learned: LearnedLead | None,
    mass_c: float | None = None,
    share: float | None = None,
) -> Lead:
    """The lead from the best rung that has what it needs: the learned one needs the air temperature.

    mass_c: of the zone's slow mass, where it is followed; taken as the air's elsewhere. share: of its emitter's power that it gets;
    where it gets more than that, what is not the model's stays as it is.
    """
    crowded = 1.0 if share is None else min(1.0, share)
    outside = OUTDOOR_ASSUMED_C if outdoor_c is None else outdoor_c
    if air_c is not None and air_c >= target_c - READY_BAND_K:
        return Lead(timedelta(0), Rung.LEARNED if learned else Rung.TABLE, off_h)
    if learned is not None and learned.warm is not None and air_c is not None:
        hours = full_power_hours(learned.warm, emitter, air_c, air_c if mass_c is None else mass_c, outside, target_c, share)
        return Lead(min(timedelta(hours=hours), LEAD_MOST), Rung.LEARNED, off_h)
    if learned is not None and air_c is not None:
        hours = learned.margin_h + learned_hours(learned, target_c - air_c, target_c - outside, off_h)
        return Lead(min(timedelta(hours=hours / crowded), LEAD_MOST), Rung.LEARNED, off_h)
    rise_k = None if air_c is None else target_c - air_c
    hours = table_hours(emitter, outside, off_h, rise_k) / crowded
    return Lead(min(timedelta(hours=hours), LEAD_MOST), Rung.TABLE, off_h)


def full_power_hours(
    warm: WarmTime,
    emitter: Emitter,
    air_c: float,
    mass_c: float,
    outdoor_c: float,
    target_c: float,
    share: float | None,
    *,
    sure: bool = True,
) -> float:
    """Hours at full power by the model, with its margin and beside the zones that heat up too, as long as that can be believed.

    Near the temperature that the zone just reaches, a margin or a lesser share makes days of an hour, and "never" of days. What is
    far beyond the table is reckoned without the others, then without the margin; what is never reached takes twice the
    table's longest.
    """
    hours = warm.hours(air_c, mass_c, outdoor_c, target_c, share, sure=sure)
    if sure and hours > 1.0:
        hours = min(hours, SURE_MOST * warm.hours(air_c, mass_c, outdoor_c, target_c, share, sure=False) + 1.0)
    far = FAR_FACTOR * LONG_LEAD_H * (SLAB_FACTOR if emitter is Emitter.SLAB else 1.0)
    for careful in (True, False):
        if hours <= far:
            break
        hours = max(far, warm.hours(air_c, mass_c, outdoor_c, target_c, sure=sure and careful))
    return far if hours >= LEAD_MOST / timedelta(hours=1) else hours


def learned_hours(learned: LearnedLead, rise_k: float, span_k: float, off_h: float | None) -> float:
    """h1 dT + h2 dT (target - outdoor) + h3 hours since heat, never below zero."""
    off = HOURS_OFF_MOST if off_h is None else min(off_h, HOURS_OFF_MOST)
    return max(0.0, learned.h1 * rise_k + learned.h2 * rise_k * span_k + learned.h3 * off)


def table_hours(emitter: Emitter, outdoor_c: float, off_h: float | None, rise_k: float | None = None) -> float:
    """1.25 h after a night, six hours after a day and a half without heat (or unknown), in between in proportion.

    The short end is scaled by outdoor temperature; nothing below what the rise takes at 2.5 K an hour; a slab four times.
    """
    scale = max(0.2, (BALANCE_C - outdoor_c) / BALANCE_C)
    if off_h is None or off_h >= LONG_OFF_H:
        hours = LONG_LEAD_H
    else:
        share = max(0.0, (off_h - SHORT_OFF_H) / (LONG_OFF_H - SHORT_OFF_H))
        hours = SHORT_LEAD_H * scale * (1 - share) + LONG_LEAD_H * share
    if rise_k is not None:
        hours = max(hours, rise_k / RISE_K_PER_H)
    return hours * (SLAB_FACTOR if emitter is Emitter.SLAB else 1.0)
