"""From the form of the file to the frozen premises, with every default filled in. Expects a form without faults."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from premises.booking import DayKind
from premises.quantities import QUANTITIES, Quantity, ValueKind
from premises.reporting import ReportOrder
from premises.site import (
    ALL_PHASES,
    CalendarFeed,
    CalendarRule,
    Cluster,
    Comfort,
    Device,
    Emitter,
    Follows,
    Fund,
    Grant,
    Meter,
    Neighbour,
    OpeningHours,
    Plant,
    PlantKind,
    Point,
    PublicPage,
    PvString,
    Site,
    Tenant,
    WeatherFeed,
    Zone,
    own_points,
)
from premises.sitefile.build_notify import build_notify
from premises.sitefile.build_reporting import build_bacs, build_operat, build_operation
from premises.sitefile.defaults import COMMON_COP, EMITTER_SUPPLY_C, PLANT_CARRIER, USUAL, usual_daylight, usual_supply_max_c
from premises.sitefile.form.devices import DeviceForm, MeasureForm
from premises.sitefile.form.energy import ContractForm, MeterForm, PlantForm, PvForm, TariffForm
from premises.sitefile.form.money import CalendarForm, ForecastForm, FundForm, TenantForm
from premises.sitefile.form.site import ClusterForm, PublicPageForm, SiteForm
from premises.sitefile.form.zones import ZoneForm
from premises.tariff import Contract, Tariff, TariffBand

DEVICE_EVERY = timedelta(minutes=15)


def comfort_of(form: ZoneForm) -> dict[DayKind, Comfort]:
    """Comfort by kind of day: the defaults of the use, overruled key by key by what the file says."""
    comfort = dict(USUAL[form.use].comfort)
    fallback = comfort[DayKind.WORK]
    for kind, block in form.comfort.items():
        said = {name: getattr(block, name) for name in block.model_fields_set}
        comfort[kind] = replace(comfort.get(kind, fallback), **said)
    return comfort


def build_zone(form: ZoneForm, neighbours: tuple[Neighbour, ...]) -> Zone:
    usual = USUAL[form.use]
    emitter = form.emitter or (Emitter.RADIATOR if form.heating_plant or form.cooling_plant else Emitter.NONE)
    heated = form.heating_plant is not None and emitter is not Emitter.NONE
    power = form.emitter_power_w if form.emitter_power_w is not None else usual.heat_w_m2 * form.area_m2 if heated else 0.0
    return Zone(
        id=form.id,
        name=form.name or form.id,
        use=form.use,
        area_m2=form.area_m2,
        volume_m3=form.volume_m3 or form.area_m2 * (form.height_m or usual.height_m),
        comfort=comfort_of(form),
        heating_plant=form.heating_plant,
        cooling_plant=form.cooling_plant,
        emitter=emitter,
        emitter_power_w=power,
        emitter_supply_c=form.emitter_supply_c or EMITTER_SUPPLY_C[emitter],
        setback_c=form.setback_c,
        frost_c=form.frost_c,
        floor_c=form.floor_c,
        cool_setback_c=form.cool_setback_c,
        lighting_power_w=usual.light_w_m2 * form.area_m2 if form.lighting_power_w is None else form.lighting_power_w,
        light_margin=timedelta(minutes=30) if form.light_margin is None else form.light_margin,
        daylight=usual_daylight(form.use) if form.daylight_share is None else form.daylight_share,
        seats=form.seats,
        opening_hours=tuple(OpeningHours(h.weekdays, h.start, h.end, h.day_kind, h.since, h.until) for h in form.opening_hours),
        follows=tuple(Follows(f.zone, f.lead, f.lag) for f in form.follows),
        neighbours=neighbours,
        quiet=form.quiet,
        bookable=usual.bookable if form.bookable is None else form.bookable,
        tenant=form.tenant,
        in_service=form.in_service,
    )


def build_zones(forms: tuple[ZoneForm, ...]) -> tuple[Zone, ...]:
    """All zones; a wall that is written on one side is known on both."""
    walls: dict[str, dict[str, float]] = {form.id: {} for form in forms}
    for form in forms:
        for wall in form.neighbours:
            walls[form.id][wall.zone] = wall.conductance_w_k
            walls[wall.zone].setdefault(form.id, wall.conductance_w_k)
    return tuple(build_zone(form, tuple(Neighbour(zone, w_k) for zone, w_k in walls[form.id].items())) for form in forms)


def subject_of(device: DeviceForm, measure: MeasureForm) -> str:
    """What a measure tells of; "" where neither the measure nor the device says it."""
    return measure.of or device.of or device.zone or ""


def point_id(subject: str, measure: MeasureForm) -> str:
    """`<subject>/<quantity>` or `<subject>/<quantity>.<qualifier>`."""
    qualifier = measure.qualifier or (f"l{measure.phase}" if measure.phase else "")
    return f"{subject}/{measure.quantity}" + (f".{qualifier}" if qualifier else "")


def channel_of(device: DeviceForm, measure: MeasureForm) -> str:
    return device.channel if measure.channel is None else measure.channel


def _expected_every(device: DeviceForm, measure: MeasureForm, quantity: Quantity) -> timedelta | None:
    if measure.every == "change":
        return None
    if isinstance(measure.every, timedelta):
        return measure.every
    told_on_change = quantity.kind is not ValueKind.NUMBER or measure.writable
    return None if told_on_change else device.every or DEVICE_EVERY


def build_points(form: SiteForm) -> tuple[Point, ...]:
    zones = {zone.id for zone in form.zones}
    served = {meter.id: meter.zones[0] for meter in form.meters if len(meter.zones) == 1}
    points = []
    for device in form.devices:
        for measure in device.measures:
            quantity = QUANTITIES[measure.quantity]
            subject = subject_of(device, measure)
            points.append(
                Point(
                    id=point_id(subject, measure),
                    site=form.id,
                    subject=subject,
                    quantity=quantity,
                    device=device.id,
                    channel=channel_of(device, measure),
                    message_quantity=measure.message or quantity.message,
                    zone=subject if subject in zones else served.get(subject, ""),
                    writable=measure.writable,
                    unit=measure.unit,
                    sign=-1 if measure.invert else 1,
                    expected_every=_expected_every(device, measure, quantity),
                    phase=measure.phase,
                )
            )
    return tuple(points)


def build_device(form: DeviceForm) -> Device:
    return Device(
        id=form.id,
        family=form.family,
        topic=form.topic,
        name=form.name or form.id,
        zone=form.zone or "",
        timezone=form.timezone,
        expected_every=form.every or DEVICE_EVERY,
        options=dict(form.options),
    )


def build_plant(form: PlantForm, meters: tuple[MeterForm, ...] = ()) -> Plant:
    """The plant; where it does not say on which phases it sits, its meter does."""
    metered = next((meter.phases for meter in meters if meter.id == form.meter), None)
    heat_pump = form.kind is PlantKind.HEAT_PUMP
    cop_points = tuple((p.outdoor_c, p.supply_c, p.cop) for p in form.cop_points)
    return Plant(
        id=form.id,
        name=form.name or form.id,
        kind=form.kind,
        carrier=form.carrier or PLANT_CARRIER[form.kind],
        heat_power_w=form.heat_power_w,
        cool_power_w=form.cool_power_w,
        supply_min_c=form.supply_min_c,
        supply_max_c=usual_supply_max_c(form.kind) if form.supply_max_c is None else form.supply_max_c,
        cool_supply_min_c=form.cool_supply_min_c,
        efficiency=form.efficiency or (0.92 if form.kind is PlantKind.BOILER else 1.0),
        cop_points=cop_points or (COMMON_COP if heat_pump else ()),
        eer=form.eer,
        min_run=timedelta(minutes=15) if form.min_run is None else form.min_run,
        min_rest=timedelta(minutes=10) if form.min_rest is None else form.min_rest,
        meter=form.meter,
        phases=form.phases or metered or ALL_PHASES,
        supply_ramp_k_per_h=form.supply_ramp_k_per_h,
    )


def build_pv(form: PvForm) -> PvString:
    return PvString(
        form.id,
        form.name or form.id,
        form.peak_power_w,
        form.tilt_deg,
        form.azimuth_deg,
        form.inverter_power_w or form.peak_power_w,
        form.loss_fraction,
        form.in_service,
    )


def build_meter(form: MeterForm) -> Meter:
    return Meter(
        form.id,
        form.name or form.id,
        form.carrier,
        form.role.value,
        form.use.value,
        form.parent,
        form.zones,
        form.tenant,
        form.kwh_per_m3,
        form.resolution_kwh,
        form.serial,
        form.delivery_point,
        form.mid,
        form.accuracy_class,
        form.ratio,
        form.installed,
        form.checked,
        form.phases or (),
    )


def build_tariff(form: TariffForm, currency: str) -> Tariff:
    return Tariff(
        id=form.id,
        carrier=form.carrier,
        currency=form.currency or currency,
        bands=tuple(TariffBand(b.name, b.price, b.weekdays, b.months, b.start, b.end) for b in form.bands),
        export_price=form.export_price,
        fixed_per_month=form.fixed_per_month,
        per_kva_month=form.per_kva_month,
        basis=form.basis.value,
    )


def build_contract(form: ContractForm) -> Contract:
    return Contract(
        form.meter,
        form.tariff,
        form.supplier,
        form.since,
        form.until,
        form.power_kva,
        form.phases,
        form.guarantee_of_origin_share,
    )


def build_fund(form: FundForm, currency: str, country: str, language: str) -> Fund:
    grants = tuple(
        Grant(g.funder, g.amount, g.country or country, g.language or language, g.emblem, dict(g.sentence)) for g in form.grants
    )
    operation = build_operation(form.operation)
    return Fund(form.id, form.name, form.total, form.currency or currency, grants, form.programme, form.part_of, operation)


def build_tenant(form: TenantForm, language: str, zones: tuple[ZoneForm, ...] = ()) -> Tenant:
    """The tenant; zones that name it as theirs are its own even where it does not name them."""
    own = form.zones + tuple(zone.id for zone in zones if zone.tenant == form.id and zone.id not in form.zones)
    return Tenant(form.id, form.name, own, form.area_m2, form.language or language)


def build_calendar(form: CalendarForm, timezone: str) -> CalendarFeed:
    rules = tuple(CalendarRule(r.pattern, r.zones, r.day_kind) for r in form.rules)
    return CalendarFeed(form.source, form.address, form.timezone or timezone, rules, form.every or timedelta(minutes=10))


def build_forecast(form: ForecastForm | None, latitude: float, longitude: float) -> WeatherFeed | None:
    """The feed, its place filled in."""
    if form is None:
        return None
    address = form.address.replace("{latitude}", f"{latitude:g}").replace("{longitude}", f"{longitude:g}")
    return WeatherFeed(address, form.every or timedelta(hours=1))


def build_public_page(form: PublicPageForm | None) -> PublicPage | None:
    return None if form is None else PublicPage(dict(form.about))


def build_site(form: SiteForm) -> Site:
    """The site of a form without faults; Greenroom's own points come after those of the devices."""
    zones = build_zones(form.zones)
    return Site(
        id=form.id,
        name=form.name,
        timezone=form.timezone,
        country=form.country,
        latitude=form.latitude,
        longitude=form.longitude,
        altitude_m=form.altitude_m,
        languages=form.languages,
        currency=form.currency,
        owner=form.owner,
        floor_area_m2=form.floor_area_m2,
        energy_area_m2=form.energy_area_m2 or form.floor_area_m2,
        zones=zones,
        devices=tuple(build_device(device) for device in form.devices),
        points=build_points(form) + own_points(form.id, zones),
        plants=tuple(build_plant(plant, form.meters) for plant in form.plants),
        pv_strings=tuple(build_pv(string) for string in form.pv),
        meters=tuple(build_meter(meter) for meter in form.meters),
        tariffs=tuple(build_tariff(tariff, form.currency) for tariff in form.tariffs),
        contracts=tuple(build_contract(contract) for contract in form.contracts),
        funds=tuple(build_fund(fund, form.currency, form.country, form.languages[0]) for fund in form.funds),
        tenants=tuple(build_tenant(tenant, form.languages[0], form.zones) for tenant in form.tenants),
        calendars=tuple(build_calendar(feed, form.timezone) for feed in form.calendars),
        forecast=build_forecast(form.forecast, form.latitude, form.longitude),
        address=form.address,
        climate_zone=form.climate_zone,
        degree_day_station=form.degree_day_station,
        department=form.department,
        operat=build_operat(form.operat),
        bacs=build_bacs(form.bacs),
        public_building=form.public_building,
        public_page=build_public_page(form.public_page),
        reports=tuple(ReportOrder(**order.model_dump()) for order in form.reports),
        notify=build_notify(form.notify, form.languages[0]),
        weights=form.weights.model_dump(),
        carbon_price_per_tonne=form.carbon_price_per_tonne,
    )


def build_cluster(form: ClusterForm, sites: tuple[Site, ...]) -> Cluster:
    """The cluster of a form without faults over its loaded sites."""
    return Cluster(
        id=form.id,
        name=form.name,
        sites=sites,
        languages=form.languages,
        funds=tuple(build_fund(fund, form.currency, form.country, form.languages[0]) for fund in form.funds),
        tenants=tuple(build_tenant(tenant, form.languages[0]) for tenant in form.tenants),
        public_page=build_public_page(form.public_page),
        reports=tuple(ReportOrder(**order.model_dump()) for order in form.reports),
    )
