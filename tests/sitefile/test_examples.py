"""The premises that come with Greenroom: complete, plausible, and without fault."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from premises.booking import DayKind
from premises.errors import UnknownNameError
from premises.site import GREENROOM, Cluster, Emitter, Site, ZoneUse
from premises.sitefile import example, example_names, load_cluster, load_premises, load_site
from premises.sitefile.families import families
from premises.tariff import Carrier

SITES = (
    "commune-image",
    "la-kolok",
    "pole-images-arenberg",
    "pole-images-tourcoing",
    "pole-images-valenciennes",
    "primi-marseille",
    "primi-nice",
)
CLUSTERS = ("pole-images", "primi")


def test_four_premises_come_as_seven_sites_and_two_clusters() -> None:
    assert set(example_names()) == {*SITES, *CLUSTERS}
    for name in CLUSTERS:
        assert isinstance(load_premises(example(name)), Cluster)
    with pytest.raises(UnknownNameError, match="la-kolok"):
        example("la-colok")


@pytest.fixture(params=SITES, scope="module")
def site(request: pytest.FixtureRequest) -> Site:
    return load_site(example(request.param))


def test_zones_fit_into_the_building(site: Site) -> None:
    total = sum(zone.area_m2 for zone in site.zones)
    assert 0.85 * site.floor_area_m2 <= total <= site.floor_area_m2
    assert site.energy_area_m2 <= site.floor_area_m2


def test_every_point_has_a_source_that_its_family_knows(site: Site) -> None:
    points = [point for point in site.points if point.device != GREENROOM]
    assert 55 <= len(points) <= 165
    for point in points:
        family = families()[site.device(point.device).family]
        channel = family.channel(point.channel)
        assert channel is not None
        assert channel.tells(point.message_quantity)
    assert len({point.id for point in site.points}) == len(site.points)


def test_every_heated_zone_is_measured_and_can_be_set(site: Site) -> None:
    for zone in site.zones:
        if zone.heating_plant is None:
            continue
        assert zone.emitter is not Emitter.NONE
        assert zone.emitter_power_w > 0
        assert zone.emitter_supply_c <= site.plant(zone.heating_plant).supply_max_c
        assert site.point(f"{zone.id}/air_temperature").zone == zone.id
        assert site.point(f"{zone.id}/setpoint_temperature").writable


def test_every_stage_has_light_that_can_be_set_and_a_rig_meter(site: Site) -> None:
    stages = [zone for zone in site.zones if zone.use is ZoneUse.STAGE]
    assert stages
    for stage in stages:
        assert site.point(f"{stage.id}/brightness").writable
        assert site.point(f"{stage.id}-rig/energy").zone == stage.id
        assert stage.comfort_on(DayKind.SHOOT).light_pct > 0


def test_the_plants_can_heat_all_their_zones_together(site: Site) -> None:
    for plant in site.plants:
        emitters = sum(zone.emitter_power_w for zone in site.zones if zone.heating_plant == plant.id)
        assert plant.heat_power_w >= 0.6 * emitters, plant.id  # never all zones at once


def test_what_is_bought_has_a_meter_a_tariff_and_a_contract(site: Site) -> None:
    for meter in site.meters:
        if meter.role != "grid":
            continue
        counters = [point for point in site.points_of(meter.id) if point.quantity.counter]
        assert counters, meter.id
        assert site.tariff_of(meter.carrier) is not None
        assert any(contract.meter == meter.id for contract in site.contracts)


def test_no_stage_dimmer_is_dark_while_people_are_in(site: Site) -> None:
    for zone in site.zones:
        for kind in DayKind:
            if kind is not DayKind.DARK:
                assert zone.comfort_on(kind).light_pct > 0
        assert zone.comfort_on(DayKind.DARK).heat_c is None


def test_la_kolok_is_a_four_stage_studio_with_about_150_points() -> None:
    site = load_site(example("la-kolok"))
    assert sum(zone.use is ZoneUse.STAGE for zone in site.zones) == 4
    assert site.floor_area_m2 == 5000
    assert 140 <= sum(point.device != GREENROOM for point in site.points) <= 165
    assert site.funds[0].share("European Regional Development Fund (ERDF)") == Fraction(446, 1177)
    restaurant = site.zone("restaurant")
    assert restaurant.in_service is not None
    assert (restaurant.in_service.month, restaurant.in_service.day) == (7, 1)
    assert site.tariff_of(Carrier.GAS) is not None


def test_commune_image_has_35_tenants_who_share_the_office_floors_without_rest() -> None:
    site = load_site(example("commune-image"))
    assert site.floor_area_m2 == 2500
    assert len(site.tenants) == 35
    for floor in (zone for zone in site.zones if zone.use is ZoneUse.OFFICE):
        assert sum(tenant.area_m2 for tenant in site.tenants if floor.id in tenant.zones) == floor.area_m2
    assert site.zone("auditorium").seats == 168
    assert {zone.use for zone in site.zones} >= {ZoneUse.EDIT_ROOM, ZoneUse.MIX_ROOM, ZoneUse.STAGE}
    assert all(zone.quiet for zone in site.zones if zone.use is ZoneUse.MIX_ROOM)


def test_pole_images_adds_five_funders_of_two_countries_up_to_the_whole() -> None:
    cluster = load_cluster(example("pole-images"))
    fund, pilots = cluster.funds
    assert len(cluster.sites) == 3
    assert sum(fund.share(grant.funder) for grant in fund.grants) == 1
    assert {grant.country for grant in fund.grants} == {"FR", "BE"}
    assert pilots.part_of == fund.id
    assert (pilots.total, pilots.share("VAF")) == (Decimal(750000), Fraction(1, 3))
    assert cluster.languages == ("fr", "nl", "en")


def test_primi_is_two_cooled_poles_with_some_hundred_members() -> None:
    cluster = load_cluster(example("primi"))
    assert [site.climate_zone for site in cluster.sites] == ["H3", "H3"]
    assert len(cluster.tenants) == 100
    assert {feed.timezone for site in cluster.sites for feed in site.calendars} >= {"America/Toronto", "America/Vancouver"}
    for member in cluster.sites:
        for stage in (zone for zone in member.zones if zone.use is ZoneUse.STAGE):
            assert stage.cooling_plant is not None
            assert stage.comfort_on(DayKind.SHOOT).cool_c is not None
        assert all(plant.cool_power_w > plant.heat_power_w for plant in member.plants)


def test_names_of_devices_on_one_broker_never_meet() -> None:
    topics = [(device.family, device.topic) for name in SITES for device in load_site(example(name)).devices]
    assert len(topics) == len(set(topics))
