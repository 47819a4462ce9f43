"""The plan ahead of now, by zone and slot. A slot is told again only where it changed: an hour of the same plan is quiet."""

from __future__ import annotations

from datetime import datetime

from premises.plan import Plan, PlanSlot
from premises.site import Site
from premises.time import SLOT
from premises.told import PLAN, Told

_Slot = tuple[str, datetime]


class PlanTeller:
    """Tells one site's plans. Remembers what it told of slots to come, which bounds it to the horizon."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._told: dict[_Slot, dict[str, float | str]] = {}

    def tell(self, plan: Plan, now: datetime) -> list[Told]:
        """Lines of the slots from the present one on that differ from what was told of them."""
        self._told = {key: fields for key, fields in self._told.items() if key[1] > now - SLOT}
        lines = []
        for zone in plan.zones:
            frost_c = self._site.zone(zone.zone).frost_c
            for slot in zone.slots:
                if slot.start <= now - SLOT:
                    continue
                fields = fields_of(slot, frost_c)
                if self._told.get((zone.zone, slot.start)) != fields:
                    self._told[(zone.zone, slot.start)] = fields
                    lines.append(Told(PLAN, slot.start, fields, {"zone": zone.zone}))
        return lines


def fields_of(slot: PlanSlot, frost_c: float) -> dict[str, float | str]:
    """No heat wanted is told as the frost guard's temperature: a field that is left out would keep what an older plan said."""
    fields: dict[str, float | str] = {
        "wanted_c": frost_c if slot.setpoint_c is None else round(slot.setpoint_c, 1),
        "planned_heat_w": round(slot.heat_w, -2),  # rounded, so that a plan that is hardly another one is quiet
        "light_pct": slot.light_pct,
    }
    if slot.air_c is not None:
        fields["planned_c"] = round(slot.air_c, 1)
    return fields
