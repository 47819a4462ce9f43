"""What somebody describes to the open loop, looked through at once: every fault is told, with what would be right."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from premises.booking import Booking
from premises.errors import Fault, FaultsError, UnknownNameError
from premises.site import Plant, Zone

LEAST_C, MOST_C = -50.0, 60.0


def looked_through(zones: Sequence[Zone], plants: Sequence[Plant], timezone: str) -> None:
    """Raises FaultsError with all that is wrong in the description of a site."""
    faults = [Fault(path, wrong) for path, wrong in _faults(zones, plants, timezone)]
    if faults:
        raise FaultsError("description", faults)


def _faults(zones: Sequence[Zone], plants: Sequence[Plant], timezone: str) -> Iterator[tuple[str, str]]:
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError):
        yield "timezone", f"there is no {timezone!r}; write a name such as Europe/Paris"
    for kind, names in (("zone", [zone.id for zone in zones]), ("plant", [plant.id for plant in plants])):
        for name, count in Counter(names).items():
            if count > 1:
                yield f"{kind} {name}", f"is there {count} times; give each an id of its own"
    there = {plant.id for plant in plants}
    for zone in zones:
        yield from _zone_faults(zone, there, {z.id for z in zones})
    for plant in plants:
        for field in ("heat_power_w", "cool_power_w"):
            yield from _power(f"plant {plant.id}", field, getattr(plant, field))
        if not plant.supply_min_c <= plant.supply_max_c:
            yield f"plant {plant.id}", f"supply_min_c {plant.supply_min_c} must not lie above supply_max_c {plant.supply_max_c}"


def _zone_faults(zone: Zone, plants: set[str], zones: set[str]) -> Iterator[tuple[str, str]]:
    path = f"zone {zone.id}"
    for field in ("heating_plant", "cooling_plant"):
        plant = getattr(zone, field)
        if plant is not None and plant not in plants:
            yield path, f"{field} {plant!r} is not among the plants; they are {', '.join(sorted(plants)) or 'none'}"
    for neighbour in zone.neighbours:
        if neighbour.zone not in zones:
            yield path, f"neighbour {neighbour.zone!r} is not among the zones"
    for field in ("emitter_power_w", "area_m2", "volume_m3"):
        yield from _power(path, field, getattr(zone, field))
    wished = [(f"comfort on {kind.value}", c) for kind, comfort in zone.comfort.items() for c in (comfort.heat_c, comfort.cool_c)]
    for name, value in [*wished, ("setback_c", zone.setback_c), ("frost_c", zone.frost_c)]:
        if value is not None and not (_is_number(value) and LEAST_C <= value <= MOST_C):
            yield path, f"{name} is {value!r}; it must be a number of °C"


def _power(path: str, field: str, value: object) -> Iterator[tuple[str, str]]:
    if not _is_number(value) or math.isnan(float(value)) or float(value) < 0:  # type: ignore[arg-type]
        yield path, f"{field} is {value!r}; it must be a number, 0 where it is not known"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def named(bookings: Iterable[Booking], zones: Iterable[Zone]) -> tuple[Booking, ...]:
    """The bookings, all of whose zones there are. Raises UnknownNameError for the first of which one is not."""
    found, there = tuple(bookings), {zone.id for zone in zones}
    for booking in found:
        for zone in booking.zones:
            if zone not in there:
                raise UnknownNameError(f"booking {booking.key} names zone {zone!r}; there are {', '.join(sorted(there)) or 'none'}")
    return found
