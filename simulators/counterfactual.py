"""What the same weather and people would have cost otherwise: heated all the time, or never."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from premises.booking import Booking, DayKind
from premises.site import Site, Zone, ZoneUse
from premises.tariff import Carrier
from premises.time import Interval
from simulators.building import Building

_RUN_IN = timedelta(hours=24)
_MAIN_USE = {ZoneUse.STAGE: DayKind.SHOOT, ZoneUse.AUDITORIUM: DayKind.AUDIENCE}


@dataclass(frozen=True, slots=True)
class Energy:
    """Final energy in kWh of heating (plants, heaters, pumps) by carrier, gas by its gross calorific value.

    heat_kwh: given to the zones; air_c: air temperature by zone at the end.
    """

    heating_kwh: Mapping[Carrier, float]
    heat_kwh: float
    air_c: Mapping[str, float]

    @property
    def total_kwh(self) -> float:
        return sum(self.heating_kwh.values())


def comfort_setpoint_c(zone: Zone) -> float:
    """What the zone is held at in its main use."""
    wanted = zone.comfort_on(_MAIN_USE.get(zone.use, DayKind.WORK)).heat_c
    return wanted if wanted is not None else zone.setback_c


def always_on(site: Site, seed: int, interval: Interval, bookings: Sequence[Booking] = ()) -> Energy:
    """Every zone held at its comfort setpoint all the time, plants on their own heating curves; a day of run-in before.

    A zone is held at the warmest that any booking in the interval asks of it. Same weather and people as any simulation of
    that seed.
    """
    wanted = {zone.id: comfort_setpoint_c(zone) for zone in site.zones}
    for booking in bookings:
        if booking.acts and booking.comfort_c is not None and booking.occupied.overlaps(interval):
            wanted |= {zone: max(wanted[zone], booking.comfort_c) for zone in booking.zones if zone in wanted}
    return _run(site, seed, interval, bookings, wanted, heated=True)


def free_running(site: Site, seed: int, interval: Interval, bookings: Sequence[Booking] = ()) -> Energy:
    """No heat at all, after a day of run-in at set-back: what the building does by itself."""
    return _run(site, seed, interval, bookings, {zone.id: zone.setback_c for zone in site.zones}, heated=False)


def _run(
    site: Site, seed: int, interval: Interval, bookings: Sequence[Booking], setpoints: Mapping[str, float], *, heated: bool
) -> Energy:
    building = Building(site, seed, bookings, _run_in_start(interval.start))
    for zone, setpoint in setpoints.items():
        building.set_setpoint(zone, setpoint)
    building.advance(interval.start)
    if not heated:
        for model in building.plants.values():
            model.enabled = model.running = False
        building.relay[:] = False
    before, heat_before = building.heating_kwh(), float(building.heat_kwh.sum())
    building.advance(interval.end)
    after = building.heating_kwh()
    return Energy(
        heating_kwh={carrier: after[carrier] - before.get(carrier, 0.0) for carrier in after},
        heat_kwh=float(building.heat_kwh.sum()) - heat_before,
        air_c={zone.id: building.air_c(zone.id) for zone in site.zones},
    )


def _run_in_start(start: datetime) -> datetime:
    return start - _RUN_IN
