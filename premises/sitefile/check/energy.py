"""Plants, meters and their tree, tariffs, contracts."""

from __future__ import annotations

from datetime import date

from premises.sitefile.check.findings import Findings, circle
from premises.sitefile.defaults import PLANT_CARRIER
from premises.sitefile.form.energy import BandForm, MeterForm, MeterRole
from premises.sitefile.form.fields import EVERY_DAY, EVERY_MONTH
from premises.sitefile.form.site import SiteForm
from premises.sitefile.text import Place


def check_plants(form: SiteForm, findings: Findings) -> None:
    carriers = {meter.id: meter.carrier for meter in form.meters}
    for index, plant in enumerate(form.plants):
        place = ("plants", index)
        if plant.supply_max_c is not None and plant.supply_max_c <= plant.supply_min_c:
            findings.say(
                (*place, "supply_max_c"), f"must be above supply_min_c, {plant.supply_min_c:g} °C", "", ((*place, "supply_min_c"),)
            )
        if plant.heat_power_w == 0 and plant.cool_power_w == 0:
            findings.say(place, "neither heats nor cools", "give heat_power_w or cool_power_w")
        carrier = plant.carrier or PLANT_CARRIER[plant.kind]
        if findings.refer((*place, "meter"), "meters", plant.meter) and carriers.get(plant.meter or "", carrier) is not carrier:
            message = f"meter {plant.meter!r} measures {carriers[plant.meter or '']}, the plant runs on {carrier}"
            because = ((*place, "carrier"), (*place, "kind"), (*findings.place_of("meters", plant.meter), "carrier"))
            findings.say((*place, "meter"), message, f"name a meter of {carrier}", because)


def check_meters(form: SiteForm, findings: Findings) -> None:
    above = {meter.id: [meter.parent] for meter in form.meters if meter.parent is not None}
    told: set[frozenset[str]] = set()
    for index, meter in enumerate(form.meters):
        place: Place = ("meters", index)
        findings.refer((*place, "tenant"), "tenants", meter.tenant)
        for number, zone in enumerate(meter.zones):
            findings.refer((*place, "zones", number), "zones", zone)
        if not findings.refer((*place, "parent"), "meters", meter.parent):
            continue
        way = circle(meter.id, above)
        if way is None:
            _stands(meter, form, place, findings)
        elif frozenset(way) not in told:
            told.add(frozenset(way))
            message = f"meters stand behind each other in a circle: {' → '.join(way)}"
            findings.say((*place, "parent"), message, "the one at the boundary has no parent")


def _stands(meter: MeterForm, form: SiteForm, place: Place, findings: Findings) -> None:
    """Boundary meters stand behind none, sub-meters behind one of the same carrier."""
    parent = next((other for other in form.meters if other.id == meter.parent), None)
    here, role = (*place, "parent"), (*place, "role")
    if meter.role is MeterRole.GRID and parent is not None:
        hint = "leave parent out, or make it role: sub"
        findings.say(here, "a meter at the boundary stands behind no other", hint, (role,))
    elif parent is not None and parent.carrier is not meter.carrier:
        because = ((*place, "carrier"), (*findings.place_of("meters", parent.id), "carrier"))
        message = f"meter {parent.id!r} measures {parent.carrier}, this one {meter.carrier}"
        findings.say(here, message, "name a meter of the same carrier", because)
    elif meter.role is MeterRole.SUB and meter.parent is None:
        boundary = [other.id for other in form.meters if other.role is MeterRole.GRID and other.carrier is meter.carrier]
        hint = f"`parent: {boundary[0]}`, or make it role: grid" if boundary else "or make it role: grid, at the boundary"
        findings.say(here, "a sub-meter needs the meter that it stands behind", hint, (role, (*place, "carrier")))


def check_tariffs(form: SiteForm, findings: Findings) -> None:
    for index, tariff in enumerate(form.tariffs):
        place = ("tariffs", index, "bands")
        if not _always(tariff.bands[-1]):
            message = f"the last band, {tariff.bands[-1].name!r}, holds only on some hours"
            findings.say((*place, len(tariff.bands) - 1), message, "end with a band that has only name and price: it holds always")
        for number, band in enumerate(tariff.bands[:-1]):
            if _always(band):
                findings.say((*place, number), f"band {band.name!r} holds always: those after it never do", "put it last")


def _always(band: BandForm) -> bool:
    return band.weekdays == EVERY_DAY and band.months == EVERY_MONTH and band.start == band.end


def check_contracts(form: SiteForm, findings: Findings) -> None:
    meters = {meter.id: meter for meter in form.meters}
    tariffs = {tariff.id: tariff for tariff in form.tariffs}
    for index, contract in enumerate(form.contracts):
        place = ("contracts", index)
        if contract.until is not None and contract.until <= contract.since:
            findings.say((*place, "until"), "must be after since", "it is the first day after the contract")
        known = findings.refer((*place, "meter"), "meters", contract.meter)
        known = findings.refer((*place, "tariff"), "tariffs", contract.tariff) and known
        meter, tariff = meters.get(contract.meter), tariffs.get(contract.tariff)
        bought, priced = findings.place_of("meters", contract.meter), findings.place_of("tariffs", contract.tariff)
        if known and meter and tariff and meter.carrier is not tariff.carrier:
            message = f"prices {tariff.carrier}, meter {meter.id!r} measures {meter.carrier}"
            findings.say((*place, "tariff"), message, "", ((*bought, "carrier"), (*priced, "carrier")))
        if meter and meter.role is MeterRole.SUB:
            hint = "a contract is of a meter at the boundary"
            findings.say((*place, "meter"), f"{meter.id!r} is a sub-meter", hint, ((*bought, "role"),))
        for number, other in enumerate(form.contracts[:index]):
            if other.meter == contract.meter and _overlap(contract.since, contract.until, other.since, other.until):
                message = f"overlaps contracts[{number}] of the same meter ({_span(other.since, other.until)})"
                hint = "end the older with `until:` the day on which this one begins"
                findings.say((*place, "since"), message, hint, ((*place, "until"), ("contracts", number)))


def _overlap(since: date, until: date | None, other_since: date, other_until: date | None) -> bool:
    return (other_until is None or since < other_until) and (until is None or other_since < until)


def _span(since: date, until: date | None) -> str:
    return f"from {since.isoformat()}" + (f" until {until.isoformat()}" if until else "")
