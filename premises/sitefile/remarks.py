"""What is no fault of a site file, yet keeps Greenroom from doing all it could: for `greenroom check` to say."""

from __future__ import annotations

from collections.abc import Iterator

from premises.site import Site, Zone, ZoneUse


def remarks(site: Site) -> tuple[str, ...]:
    """One line each, in the order of the file."""
    return (*_zones(site), *_energy(site), *_devices(site))


def _zones(site: Site) -> Iterator[str]:
    points = {point.id: point for point in site.points}
    for zone in site.zones:
        if zone.heating_plant or zone.cooling_plant:
            if f"{zone.id}/air_temperature" not in points:
                yield f"zone {zone.id} is heated or cooled, yet no device measures its air_temperature: it runs on the clock only"
            setpoint = points.get(f"{zone.id}/setpoint_temperature")
            if setpoint is None or not setpoint.writable:
                yield f"zone {zone.id} is heated or cooled, yet has no writable setpoint_temperature: Greenroom cannot steer it"
        if zone.cooling_plant and all(comfort.cool_c is None for comfort in zone.comfort.values()):
            yield f"zone {zone.id} has a cooling_plant, yet no comfort has a cool_c: it is never cooled"
        if zone.use is ZoneUse.STAGE and not _lit(site, zone):
            yield f"stage {zone.id} has no writable brightness or switch_state: its light is left to people"
    served = sum(zone.area_m2 for zone in site.zones)
    if served < 0.7 * site.floor_area_m2:
        yield f"the zones cover {served:,.0f} of {site.floor_area_m2:,.0f} m² only"


def _lit(site: Site, zone: Zone) -> bool:
    return any(point.writable and point.quantity.name in ("brightness", "switch_state") for point in site.points_of(zone.id))


def _energy(site: Site) -> Iterator[str]:
    contracts = {contract.meter for contract in site.contracts}
    for meter in site.meters:
        if not any(point.quantity.counter for point in site.points_of(meter.id)):
            yield f"meter {meter.id} has no counter (energy, heat_energy, gas_volume): reports have no energy of it"
        if meter.role == "grid" and meter.id not in contracts:
            yield f"meter {meter.id} has no contract: its energy has no price"
    if not any(meter.role == "grid" for meter in site.meters):
        yield "no meter is at the boundary (role: grid): reports cannot tell what was bought"
    if site.pv_strings and not any(meter.role == "production" for meter in site.meters):
        yield "there are PV strings, yet no meter with role: production"
    if not site.pv_strings and any(meter.role == "production" for meter in site.meters):
        yield "a meter has role: production, yet the file has no PV strings (`pv:`)"


def _devices(site: Site) -> Iterator[str]:
    read = {point.device for point in site.points}
    for device in site.devices:
        if device.id not in read:
            yield f"device {device.id} measures nothing: its messages are kept out of the readings"
