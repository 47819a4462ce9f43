"""Parts of a site file that contradict each other: each contradiction is one fault at the part that must change."""

from __future__ import annotations

import pytest

from premises.errors import FaultsError
from premises.sitefile import load_text

STUDIO = """\
id: studio
name: Studio
owner: The Owner
country: FR
timezone: Europe/Paris
latitude: 48.8
longitude: 2.3
languages: [fr]
floor_area_m2: 1000
zones:
  - id: stage
    use: stage
    area_m2: 400
    heating_plant: heat-pump
    cooling_plant: heat-pump
    comfort:
      shoot: {heat_c: 20, cool_c: 25}
    neighbours: [{zone: office, conductance_w_k: 50}]
  - id: office
    use: office
    area_m2: 200
    heating_plant: boiler
    tenant: tenant
  - {id: make-up, use: make_up, area_m2: 40, follows: [{zone: stage, lead: 2 h}]}
plants:
  - {id: heat-pump, kind: heat_pump, heat_power_w: 50000, cool_power_w: 40000, meter: pump-meter}
  - {id: boiler, kind: boiler, heat_power_w: 20000, meter: gas}
pv:
  - {id: roof, peak_power_w: 9000, tilt_deg: 20, azimuth_deg: 180}
meters:
  - {id: grid, role: grid}
  - {id: gas, role: grid, carrier: gas}
  - {id: pump-meter, parent: grid, use: heating}
devices:
  - {id: main-meter, family: shelly_gen2, topic: shellypro3em-main, of: grid, channel: em:0/total, measures: [power, energy]}
  - id: thermostat
    family: zigbee2mqtt
    topic: zigbee2mqtt/stage
    zone: stage
    measures: [air_temperature, {quantity: setpoint_temperature, writable: true}]
  - {id: light, family: dali_knx, topic: /devices/wb-dali-1, zone: stage, channel: level, measures: [brightness]}
  - {id: pump, family: heatpump, topic: pump, of: heat-pump, channel: main outlet, measures: [supply_temperature]}
tariffs:
  - {id: power, bands: [{name: day, price: 0.2, start: "06:00", end: "22:00"}, {name: else, price: 0.1}]}
  - {id: gas-price, carrier: gas, bands: [{name: all, price: 0.09}]}
contracts:
  - {meter: grid, tariff: power, supplier: Supplier, since: 2024-01-01, until: 2025-01-01}
  - {meter: grid, tariff: power, supplier: Supplier, since: 2025-01-01}
funds:
  - {id: fund, name: Fund, total: 100, grants: [{funder: A, amount: 60}, {funder: B, amount: 40}]}
  - {id: part, name: Part, total: 50, part_of: fund, grants: [{funder: A, amount: 30}]}
tenants:
  - {id: tenant, name: Tenant, zones: [office]}
calendars:
  - source: rooms
    address: https://calendar.example/rooms.ics
    rules: [{pattern: stage, zones: [stage]}]
"""


def test_the_studio_itself_is_without_fault() -> None:
    load_text(STUDIO, "studio.yaml")


@pytest.mark.parametrize(
    ("old", "new", "path", "said"),
    [
        # zones
        ("{zone: office, cond", "{zone: offce, cond", "zones[0].neighbours[0].zone", "did you mean `office`?"),
        ("{zone: office, cond", "{zone: stage, cond", "zones[0].neighbours[0].zone", "own neighbour"),
        (
            "    tenant: tenant\n",
            "    tenant: tenant\n    neighbours: [{zone: stage, conductance_w_k: 60}]\n",
            "zones[1].neighbours[0].conductance_w_k",
            "50 W/K of the same wall",
        ),
        ("heat_c: 20, cool_c: 25", "heat_c: 25, cool_c: 25", "zones[0].comfort.shoot.heat_c", "below cool_c"),
        ("heat_c: 20, cool_c: 25", "cool_c: 19", "zones[0].comfort.shoot.cool_c", "heating to 20 °C"),
        ("    cooling_plant: heat-pump\n", "", "zones[0].comfort.shoot.cool_c", "nothing cools"),
        ("    cooling_plant: heat-pump\n", "    cooling_plant: boiler\n", "zones[0].cooling_plant", "does not cool"),
        ("    area_m2: 400\n", "    area_m2: 400\n    frost_c: 14\n", "zones[0].setback_c", "below frost_c"),
        ("    area_m2: 400\n", "    area_m2: 400\n    height_m: 8\n    volume_m3: 3200\n", "zones[0].volume_m3", "only one"),
        ("    area_m2: 400\n", "    area_m2: 400\n    volume_m3: 400\n", "zones[0].volume_m3", "height of 1.0 m"),
        (
            "    area_m2: 400\n",
            "    area_m2: 400\n    emitter_supply_c: 80\n    emitter: slab\n",
            "zones[0].emitter_supply_c",
            "can supply, 55",
        ),
        ("    tenant: tenant\n", "    tenant: tenat\n", "zones[1].tenant", "did you mean `tenant`?"),
        ("    tenant: tenant\n", "    tenant: tenant\n    follows: [{zone: office}]\n", "zones[1].follows", "office → office"),
        # plants and meters
        ("meter: gas}", "meter: grid}", "plants[1].meter", "the plant runs on gas"),
        ("pump-meter, parent: grid", "pump-meter, parent: gird", "meters[2].parent", "did you mean `grid`?"),
        ("pump-meter, parent: grid", "pump-meter, parent: gas", "meters[2].parent", "measures gas"),
        ("pump-meter, parent: grid", "pump-meter, parent: pump-meter", "meters[2].parent", "circle"),
        ("pump-meter, parent: grid", "pump-meter", "meters[2].parent", "stands behind"),
        ("{id: gas, role: grid,", "{id: gas, role: grid, parent: grid,", "meters[1].parent", "boundary"),
        # devices
        ("family: dali_knx", "family: dali-knx", "devices[2].family", "did you mean `dali_knx`?"),
        ("channel: level", "channel: levle", "devices[2].channel", "did you mean `level`?"),
        ("channel: em:0/total", "channel: em:0/d", "devices[0].channel", ""),
        ("channel: main outlet", "channel: heat production", "devices[3].channel", "main outlet"),
        ("topic: zigbee2mqtt/stage", "topic: zigbee2mqtt/+", "devices[1].topic", "holds + or #"),
        ("topic: /devices/wb-dali-1", "topic: /devices/wb-dali-1/", "devices[2].topic", "ends with /"),
        ("zone: stage, channel: level", "channel: level", "devices[2].measures[0]", "brightness of what?"),
        ("[brightness]", "[brigthness]", "devices[2].measures[0].quantity", "did you mean `brightness`?"),
        ("[brightness]", "[{quantity: brightness, of: stge}]", "devices[2].measures[0].of", "did you mean `stage`?"),
        ("[power, energy]", "[{quantity: power, writable: true}]", "devices[0].measures[0].writable", "switch_state on"),
        ("[power, energy]", "[{quantity: energy, unit: kW}]", "devices[0].measures[0].unit", "fits: kWh"),
        ("[power, energy]", "[{quantity: energy, message: power}]", "devices[0].measures[0].message", "cannot be read as"),
        ("[power, energy]", "[power, {quantity: power, qualifier: b}]", "devices[0].measures[1]", "is read twice"),
        ("[supply_temperature]", "[{quantity: air_temperature, of: stage}]", "devices[3].measures[0]", "there twice"),
        # prices
        ("{name: else, price: 0.1}", "{name: else, price: 0.1, months: jan-nov}", "tariffs[0].bands[1]", "only on some hours"),
        (', start: "06:00", end: "22:00"', "", "tariffs[0].bands[0]", "holds always"),
        ("until: 2025-01-01", "until: 2025-01-02", "contracts[1].since", "overlaps contracts[0]"),
        ("until: 2025-01-01", "until: 2023-01-01", "contracts[0].until", "after since"),
        (
            "{meter: grid, tariff: power, supplier: Supplier, since: 2025",
            "{meter: gas, tariff: power, supplier: S, since: 2025",
            "contracts[1].tariff",
            "measures gas",
        ),
        # funds
        ("{funder: B, amount: 40}", "{funder: B, amount: 41}", "funds[0].grants", "more than the total of 100"),
        ("{funder: B, amount: 40}", "{funder: A, amount: 40}", "funds[0].grants[1].funder", "gives twice"),
        ("total: 50, part_of", "total: 101, part_of", "funds[1].total", "more than that of fund 'fund'"),
        (
            "amount: 60}, {funder: B, amount: 40}",
            "amount: 20}, {funder: B, amount: 40}",
            "funds[1].grants[0].amount",
            "more than A gives",
        ),
        ("{funder: A, amount: 30}", "{funder: C, amount: 30}", "funds[1].grants[0].funder", "gives nothing to fund"),
        ("part_of: fund", "part_of: part", "funds[1].part_of", "circle"),
        # the rest
        ("zones: [office]", "zones: [office], area_m2: 1100", "tenants", "add up to 1100"),
        ("zones: [office]", "zones: [ofice]", "tenants[0].zones[0]", "did you mean `office`?"),
        ("pattern: stage", 'pattern: "stage("', "calendars[0].rules[0].pattern", "no regular expression"),
        ("calendar.example/", "me:secret@calendar.example/", "calendars[0].address", "holds a password"),
        ("zones: [stage]}]", "zones: [stag]}]", "calendars[0].rules[0].zones[0]", "did you mean `stage`?"),
    ],
)
def test_a_contradiction_is_told_where_it_must_be_mended(old: str, new: str, path: str, said: str) -> None:
    assert STUDIO.count(old) == 1, old
    with pytest.raises(FaultsError) as caught:
        load_text(STUDIO.replace(old, new), "studio.yaml")
    told = {fault.path: f"{fault.message} {fault.hint}" for fault in caught.value.faults}
    assert path in told, told
    assert said in told[path]
    assert len(told) == 1, told
