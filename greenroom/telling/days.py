"""Days gone by: energy for heat against what the weather asks for, and against what always-on heating would have used.

*Expected*: heating energy of a day with that outdoor temperature, from the days before (up to a year). From ten days on a
change-point model (as IPMVP and ASHRAE Guideline 14 use it), with fewer the mean energy per degree-day.
*Always on*: heat is lost in proportion to the difference between inside and outside, so the day's energy times
(comfort - outside) / (measured inside - outside), weighted by area. Free gains and the walls' heat are left out: an estimate.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from premises.booking import DayKind
from premises.ports import Resolution, TelemetryStore
from premises.site import Meter, Point, Site, Zone
from premises.tariff import Carrier
from premises.time import Interval, local_midnight
from premises.told import DAILY, Told
from reports.figures.changepoint import fit
from reports.figures.exact import FigureInputError

BASE_C = 17.0
"""Base of degree-days, as French and Belgian heating reports use it (17 °C would be 18 °C less free gains)."""
MODEL_FROM_DAYS = 10
FEWEST_DAYS = 2
LEAST_DIFFERENCE_K = 2.0


@dataclass(frozen=True, slots=True)
class Day:
    """Measured energy of a local day in kWh of final energy, mean temperatures in °C, completeness 0 to 1. None: not known."""

    on: date
    heating_kwh: float | None
    total_kwh: float | None
    import_kwh: Mapping[Carrier, float]
    outdoor_c: float | None
    inside_c: Mapping[str, float]
    completeness: float


def days_of(store: TelemetryStore, site: Site, first: date, last: date) -> list[Day]:
    """Days first to last, both included. Raises StoreUnavailableError."""
    span = Interval(local_midnight(first, site.zoneinfo), local_midnight(last + timedelta(days=1), site.zoneinfo))
    meters = [meter for meter in site.meters if meter.role in ("grid", "production")]
    energy = {meter.id: _energy(store, site, meter, "", span) for meter in meters}
    export = {meter.id: _energy(store, site, meter, "_export", span) for meter in meters}
    heating = {meter.id: _energy(store, site, meter, "", span) for meter in _heating_meters(site)}
    outdoor = _means(store, site, "outdoor", "outdoor_temperature", span)
    inside = {zone.id: _means(store, site, zone.id, "air_temperature", span) for zone in _heated(site)}
    days = []
    for index in range((last - first).days + 1):
        on = first + timedelta(days=index)
        found = [values.get(on) for values in energy.values()]
        known = [value for value in found if value is not None]
        sent = sum(value[0] for values in export.values() if (value := values.get(on)) is not None)
        heats = [value for values in heating.values() if (value := values.get(on)) is not None]
        imports = {
            meter.carrier: value[0] for meter in meters if meter.role == "grid" and (value := energy[meter.id].get(on)) is not None
        }
        completeness = min((value[1] for value in (*known, *heats)), default=0.0)
        days.append(
            Day(
                on,
                sum(value[0] for value in heats) if heats else None,
                sum(value[0] for value in known) - sent if known else None,
                imports,
                outdoor.get(on),
                {zone: values[on] for zone, values in inside.items() if on in values},
                completeness,
            )
        )
    return days


def expected_kwh(before: Sequence[Day], outdoor_c: float) -> float | None:
    """Heating energy that a day of that weather asks for, by the days before; None where too few are known."""
    known = [(day.outdoor_c, day.heating_kwh) for day in before if day.outdoor_c is not None and day.heating_kwh is not None]
    if len(known) < FEWEST_DAYS:
        return None
    if len(known) >= MODEL_FROM_DAYS:
        try:
            found = fit([outdoor for outdoor, _ in known], [energy for _, energy in known])
        except FigureInputError:
            return None
        model, above = found.model, 0.0
        if model.heating_change_c is not None:
            above += model.heating_slope * max(0.0, model.heating_change_c - outdoor_c)
        if model.cooling_change_c is not None:
            above += model.cooling_slope * max(0.0, outdoor_c - model.cooling_change_c)
        return max(0.0, model.base + above)
    degrees = sum(max(0.0, BASE_C - outdoor) for outdoor, _ in known)
    return None if degrees <= 0.0 else sum(energy for _, energy in known) / degrees * max(0.0, BASE_C - outdoor_c)


def always_on_kwh(site: Site, day: Day) -> float | None:
    """What heating to comfort all day long would have used; None where the difference to outside says nothing."""
    if day.heating_kwh is None or day.outdoor_c is None:
        return None
    zones = [(zone, day.inside_c[zone.id]) for zone in _heated(site) if zone.id in day.inside_c]
    had = sum(zone.area_m2 * (inside - day.outdoor_c) for zone, inside in zones)
    area = sum(zone.area_m2 for zone, _ in zones)
    if area <= 0.0 or had < LEAST_DIFFERENCE_K * area:
        return None
    would = sum(zone.area_m2 * (max(comfort_c(zone), inside) - day.outdoor_c) for zone, inside in zones)
    return day.heating_kwh * would / had


def told(site: Site, days: Sequence[Day], since: date, carbon: Callable[[Carrier, datetime], float]) -> list[Told]:
    """Lines of the days from `since` on; those before only teach what is expected. carbon: kg CO2e per kWh."""
    lines = []
    for index, day in enumerate(days):
        if day.on < since:
            continue
        at = local_midnight(day.on, site.zoneinfo)
        values = {
            "heating_kwh": day.heating_kwh,
            "total_kwh": day.total_kwh,
            "outdoor_c": day.outdoor_c,
            "expected_kwh": None if day.outdoor_c is None else expected_kwh(days[:index], day.outdoor_c),
            "always_on_kwh": always_on_kwh(site, day),
            "carbon_kg": sum(kwh * carbon(carrier, at) for carrier, kwh in day.import_kwh.items()) if day.import_kwh else None,
            "completeness_pct": 100.0 * day.completeness if day.total_kwh is not None else None,
        }
        fields: dict[str, float | str] = {name: float(value) for name, value in values.items() if value is not None}
        if fields:
            lines.append(Told(DAILY, at, fields))
    return lines


def comfort_c(zone: Zone) -> float:
    """What people get when they work there: the warmest of its kinds of day but the audience's own."""
    wishes = [comfort.heat_c for kind, comfort in zone.comfort.items() if comfort.heat_c is not None and kind is not DayKind.DARK]
    return max(wishes, default=zone.setback_c)


def _heated(site: Site) -> list[Zone]:
    return [zone for zone in site.zones if zone.heating_plant is not None]


def _heating_meters(site: Site) -> list[Meter]:
    named = {plant.meter for plant in site.plants if plant.meter and plant.heat_power_w > 0.0}
    return [meter for meter in site.meters if meter.id in named or (not named and meter.use == "heating")]


def _energy(store: TelemetryStore, site: Site, meter: Meter, register: str, span: Interval) -> dict[date, tuple[float, float]]:
    """(kWh, completeness) by local day of one register of the meter."""
    names = (f"{meter.id}/energy{register}", *((f"{meter.id}/heat_energy", f"{meter.id}/gas_volume") if not register else ()))
    point = next((point for point in site.points if point.id in names), None)
    if point is None:
        return {}
    factor = _kwh_per_unit(meter, point)
    return {
        bucket.start.astimezone(site.zoneinfo).date(): (bucket.kwh * factor, bucket.completeness)
        for bucket in store.energy(site.id, point.id, span, Resolution.DAY)
        if bucket.kwh is not None and factor is not None
    }


def _kwh_per_unit(meter: Meter, point: Point) -> float | None:
    return meter.kwh_per_m3 if point.quantity.name == "gas_volume" else 1.0


def _means(store: TelemetryStore, site: Site, subject: str, quantity: str, span: Interval) -> dict[date, float]:
    points = site.points_of(subject, quantity)
    if not points:
        return {}
    buckets = store.series(site.id, points[0].id, span, Resolution.DAY)
    return {bucket.start.astimezone(site.zoneinfo).date(): bucket.mean for bucket in buckets if bucket.mean is not None}
