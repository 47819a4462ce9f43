"""A local day of a site as the search for losses sees it: quarter hours of zones and plants, base loads. Missing is None."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from premises.losses import LossKind
from premises.site import Plant, Site, Zone
from premises.time import Interval


@dataclass(frozen=True, slots=True)
class ZoneQuarter:
    """One quarter hour of a zone.

    due: somebody is booked or the zone is open; near: within a lead before, or the light's margin after. heat: share of the
    emitters' power that is on (0 to 1); cooled, open, seen: share of the time that it was cooled, a door or window was open,
    somebody was there; light: share of the lighting's power. state: of the decision, "" where not known.
    """

    start: datetime
    due: bool
    near: bool
    air_c: float | None = None
    heat: float | None = None
    cooled: float | None = None
    open: float | None = None
    seen: float | None = None
    light: float | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class PlantDay:
    """What a plant took and gave over the day. Energies in kWh, None where not metered; temperatures are means while it ran."""

    taken_kwh: float | None
    given_kwh: float | None
    outdoor_c: float | None
    supply_c: float | None
    reference: float | None = None


@dataclass(frozen=True, slots=True)
class SiteDay:
    """base_w: mean power between 1 and 5 in the night without heating plants, while nobody was due; usual_base_w: the median
    of the nights before; None where not known. per_heat: final energy per heat of each zone (1 over the performance)."""

    site: Site
    day: Interval
    zones: Mapping[str, tuple[ZoneQuarter, ...]]
    plants: Mapping[str, PlantDay]
    base_w: float | None = None
    usual_base_w: float | None = None
    nights: int = 0

    def zone(self, zone_id: str) -> Zone:
        return self.site.zone(zone_id)

    def plant_of(self, zone: Zone) -> Plant | None:
        return None if zone.heating_plant is None else self.site.plant(zone.heating_plant)

    def heat_kwh(self, zone: Zone, share_hours: float) -> float | None:
        """Final energy of so many hours at the full power of the zone's emitters; None where no power is known."""
        plant = self.plant_of(zone)
        if plant is None or zone.emitter_power_w <= 0:
            return None
        known = self.plants.get(plant.id)
        gain = known.reference if known is not None and known.reference else plant.efficiency
        return share_hours * zone.emitter_power_w / 1000.0 / max(gain, 0.05)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one search found on one day. since, until: start of the first and end of the last quarter hour in which it was so."""

    kind: LossKind
    subject: str
    zone: str
    since: datetime
    until: datetime
    kwh: float | None
    evidence: Mapping[str, float | str]
