"""What a site file describes, in a few lines for its owner to compare with the building."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from premises.site import GREENROOM, Cluster, Fund, Plant, Site, ZoneUse
from premises.sitefile.remarks import remarks
from premises.tariff import Tariff

_PLURAL = {
    ZoneUse.STAGE: ("stage", "stages"),
    ZoneUse.EDIT_ROOM: ("edit room", "edit rooms"),
    ZoneUse.MIX_ROOM: ("mix room", "mix rooms"),
    ZoneUse.AUDITORIUM: ("auditorium", "auditoriums"),
    ZoneUse.OFFICE: ("office", "offices"),
    ZoneUse.RESTAURANT: ("restaurant", "restaurants"),
    ZoneUse.MAKE_UP: ("make-up room", "make-up rooms"),
    ZoneUse.WARDROBE: ("wardrobe", "wardrobes"),
    ZoneUse.WORKSHOP: ("workshop", "workshops"),
    ZoneUse.CLASSROOM: ("classroom", "classrooms"),
    ZoneUse.CIRCULATION: ("hall", "halls"),
    ZoneUse.STORAGE: ("storage", "storages"),
    ZoneUse.PLANT_ROOM: ("plant room", "plant rooms"),
}


def describe(premises: Site | Cluster) -> str:
    """Lines of text: zones, plants, PV, meters, devices, points, tariffs, contracts, funds, tenants; then what is remarkable."""
    if isinstance(premises, Site):
        return "\n".join(_site(premises))
    head = f"{premises.name} ({premises.id}): {len(premises.sites)} sites, {', '.join(premises.languages)}"
    lines = [
        head,
        *_rows([("funds", _fund(fund)) for fund in premises.funds] + [("members", _count(len(premises.tenants), "member"))]),
    ]
    for site in premises.sites:
        lines += ["", *_site(site)]
    return "\n".join(lines)


def _site(site: Site) -> list[str]:
    place = f", {site.address}" if site.address else ""
    head = f"{site.name} ({site.id}){place}; {site.timezone}; {', '.join(site.languages)}"
    rows = [("zones", _zones(site)), *(("plant", _plant(plant)) for plant in site.plants)]
    if site.pv_strings:
        peak = sum(string.peak_power_w for string in site.pv_strings) / 1000
        rows.append(("PV", f"{peak:g} kWp in {_count(len(site.pv_strings), 'string')}"))
    rows += [("meters", _meters(site)), ("devices", _devices(site)), ("points", _points(site))]
    rows += [("tariff", _tariff(tariff)) for tariff in site.tariffs]
    for contract in site.contracts:
        power = f", {contract.power_kva:g} kVA" if contract.power_kva else ""
        until = f" until {contract.until}" if contract.until else ""
        rows.append(("contract", f"{contract.meter} from {contract.supplier}{power}, since {contract.since}{until}"))
    rows += [("fund", _fund(fund)) for fund in site.funds]
    if site.tenants:
        rows.append(("tenants", f"{len(site.tenants)}, on {sum(tenant.area_m2 for tenant in site.tenants):,.0f} m²"))
    rows += [("calendar", f"{feed.source}, every {feed.every.total_seconds() / 60:g} min") for feed in site.calendars]
    if site.forecast is not None:
        rows.append(("forecast", f"every {site.forecast.every.total_seconds() / 60:g} min"))
    rows += [("told", f"{contact.name} ({contact.id}), step {contact.step}") for contact in site.notify.contacts]
    rows += [("remark", remark) for remark in remarks(site)]
    return [head, *_rows(rows)]


def _rows(rows: Iterable[tuple[str, str]]) -> list[str]:
    lines, last = [], ""
    for name, text in rows:
        lines.append(f"  {name if name != last else '':<9} {text}")
        last = name
    return lines


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _zones(site: Site) -> str:
    area = sum(zone.area_m2 for zone in site.zones)
    kinds = []
    for use, names in _PLURAL.items():
        zones = [zone for zone in site.zones if zone.use is use]
        if zones:
            kinds.append(f"{len(zones)} {names[len(zones) > 1]} ({sum(zone.area_m2 for zone in zones):,.0f} m²)")
    return f"{len(site.zones)} on {area:,.0f} of {site.floor_area_m2:,.0f} m²: {', '.join(kinds)}"


def _plant(plant: Plant) -> str:
    heat = [f"{plant.heat_power_w / 1000:g} kW heat"] if plant.heat_power_w else []
    cold = [f"{plant.cool_power_w / 1000:g} kW cold"] if plant.cool_power_w else []
    return f"{plant.name}: {' and '.join(heat + cold)} from {plant.carrier.replace('_', ' ')}"


def _meters(site: Site) -> str:
    boundary = [f"{meter.id} ({meter.carrier.replace('_', ' ')})" for meter in site.meters if meter.role != "sub"]
    subs = sum(meter.role == "sub" for meter in site.meters)
    return f"{', '.join(boundary) or 'none at the boundary'}; {_count(subs, 'sub-meter')}"


def _devices(site: Site) -> str:
    families = Counter(device.family for device in site.devices)
    return f"{len(site.devices)}" + (f": {', '.join(f'{n} {family}' for family, n in families.most_common())}" if families else "")


def _points(site: Site) -> str:
    read = [point for point in site.points if point.device != GREENROOM]
    settable = sum(point.writable for point in read)
    return f"{len(read)}, of which {settable} can be set; and {len(site.points) - len(read)} that Greenroom writes itself"


def _tariff(tariff: Tariff) -> str:
    prices = sorted(band.price for band in tariff.bands)
    span = f"{prices[0]}" if len(prices) == 1 else f"{prices[0]} to {prices[-1]}"
    return f"{tariff.id}: {span} {tariff.currency}/kWh of {tariff.carrier.replace('_', ' ')} in {_count(len(tariff.bands), 'band')}"


def _fund(fund: Fund) -> str:
    shares = ", ".join(f"{grant.funder} {grant.amount:,} ({float(fund.share(grant.funder)):.1%})" for grant in fund.grants)
    inside = f" (part of {fund.part_of})" if fund.part_of else ""
    return f"{fund.name}{inside}: {fund.total:,} {fund.currency}" + (f"; {shares}" if shares else "")
