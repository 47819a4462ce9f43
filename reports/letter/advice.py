"""What to do, the most useful first: a few lines, each with its reason in numbers."""

from __future__ import annotations

from collections.abc import Sequence

from reports.bacs.losses import place_of
from reports.content import Amount, Text, say
from reports.inputs import SiteInputs
from reports.ledger.sums import register_sum
from reports.letter.readiness import Readiness
from reports.letter.waste import Waste
from reports.parts.quality import THRESHOLD_PCT

MOST = 8
LEAST_KWH = 1.0


def advice_of(one: SiteInputs, ready: Sequence[Readiness], waste: Waste) -> tuple[Text, ...]:
    """Losses by size, then rooms that were late, then standby, then meters that told too little; at most eight lines."""
    items: list[Text] = []
    for loss in waste.losses:
        if loss.closed_at is None:
            amount = Amount(loss.kwh, "kWh")
            kind, text = say(f"loss.{loss.kind.value}"), say(f"advice.{loss.kind.value}")
            items.append(say("advice.loss", kind=kind, place=place_of(loss, one), kwh=amount, advice=text))
    late = sorted({item.zone for item in ready if item.ready is False})
    items += [say("advice.late", zone=one.site.zone(zone).name) for zone in late]
    for idle in waste.standby:
        if idle.kwh >= LEAST_KWH and idle.kwh > 0.3 * idle.whole_kwh:
            kwh, cost = Amount(idle.kwh, "kWh"), Amount(idle.cost, one.site.currency, 0)
            items.append(say("advice.standby_of", zone=idle.zone.name, kwh=kwh, cost=cost))
    for meter, register in one.ledger.registers():
        found = register_sum(one.ledger, meter, register)
        if 100 * found.completeness < THRESHOLD_PCT and found.quarters:
            items.append(say("advice.meter", meter=meter, share=Amount(100 * found.completeness, "%", 1)))
    return tuple(items[:MOST])
