"""What is heard and in no site file: devices, what they measure, and lines for the file that a person completes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from ruamel.yaml import YAML

from ingest.decoded import Outcome
from ingest.families.registry import FAMILIES
from ingest.interpreter import SiteInterpreter
from ingest.recognition import TO_BE_NAMED, Recogniser, recognise_all, site_file_section
from premises.quantities import QUANTITIES
from premises.reading import RawMessage
from premises.site import Device, Site
from premises.sitefile.load import load_text
from tests.ingest_families.premises import NOON, message, site
from tests.ingest_families.test_golden import BY_OTHER_TESTS, _lines

HEARD = [
    message("zigbee2mqtt/Hall valve", '{"local_temperature":20.1,"current_heating_setpoint":21,"battery":80,"linkquality":60}'),
    message("shellypro3em-a/status/em:0", '{"id":0,"a_act_power":10.5,"b_act_power":11.5,"total_act_power":22}'),
    message("solar/ac/power", "812.5"),
    message("hp/main/Outside_Temp", "4"),
    message("hp/main/Main_Outlet_Temp", "35"),
    message("hp/main/Z1_Heat_Request_Temp", "36"),
    message("homeassistant/sensor/yard/config", '{"stat_t":"yard/light","unit_of_meas":"lx","dev_cla":"illuminance"}'),
    message("yard/light", "1200"),
    message("strange/topic", "hello"),
]


def section(known: tuple[Device, ...] = ()) -> dict[str, dict[str, object]]:
    text = site_file_section(recognise_all(HEARD, [site(known, ())]))
    return {one["topic"]: one for one in YAML(typ="safe").load(text)["devices"]}


def test_every_device_is_proposed_with_what_it_measures() -> None:
    devices = section()
    assert devices.keys() == {"zigbee2mqtt/Hall valve", "shellypro3em-a", "solar", "hp", "yard/light"}
    assert devices["hp"]["family"] == "heatpump"
    assert devices["hp"]["measures"] == [
        {"quantity": "outdoor_temperature", "channel": "outside"},
        {"quantity": "supply_temperature", "channel": "main outlet"},
        {"quantity": "supply_setpoint", "channel": "z1 heat request"},
    ]
    assert devices["shellypro3em-a"]["measures"] == [
        {"quantity": "power", "channel": "em:0/a", "qualifier": "em-0-a"},
        {"quantity": "power", "channel": "em:0/b", "qualifier": "em-0-b"},
        {"quantity": "power", "channel": "em:0/total", "qualifier": "em-0-total"},
    ]
    assert devices["yard/light"]["family"] == "ha_discovery"


def test_only_words_of_the_site_file_are_proposed_and_the_zone_is_left_to_a_person() -> None:
    for device in section().values():
        assert device["zone"] == TO_BE_NAMED
        measures = device["measures"]
        assert isinstance(measures, list)
        assert all(measure["quantity"] in QUANTITIES for measure in measures)


def test_what_can_be_set_is_a_remark_and_never_a_right() -> None:
    text = site_file_section(recognise_all(HEARD))
    assert "21 °C; can be set" in text
    assert "writable" not in text


def test_devices_of_the_site_file_are_left_alone() -> None:
    known = (Device("roof", "opendtu", "solar"), Device("hall-valve", "zigbee2mqtt", "zigbee2mqtt/Hall valve"))
    assert section(known).keys() == {"shellypro3em-a", "hp", "yard/light"}


def test_what_is_not_recognised_is_counted_by_topic() -> None:
    recogniser = Recogniser()
    for heard in HEARD:
        recogniser.add(heard)
    assert recogniser.unknown == {"strange/topic": 1}


def test_hostile_names_stay_text_in_the_proposal() -> None:
    topic = 'zigbee2mqtt/x"\\n  - id: evil #{{ }} [1]: *a'
    text = site_file_section(recognise_all([message(topic, '{"temperature":1}')]))
    (device,) = YAML(typ="safe").load(text)["devices"]
    assert device["topic"] == topic


def test_any_number_of_devices_is_heard_within_bounds() -> None:
    heard = (message(f"zigbee2mqtt/sensor {number}", '{"temperature":20}') for number in range(2500))
    assert len(recognise_all(heard)) == 2000


HOUSE = """\
id: house
name: House
owner: House
country: FR
timezone: Europe/Paris
latitude: 48.8
longitude: 2.4
languages: [fr]
floor_area_m2: 1000
energy_area_m2: 900
zones:
  - {id: hall, name: Hall, use: office, area_m2: 100, height_m: 3}
"""
# Answers to calls come on a topic that the caller chose, which is no topic of the device.
ANSWERS = {"greenroom/rpc", "user_1"}


def capture() -> list[tuple[dict[str, Any], RawMessage]]:
    """All golden messages of all families as one morning's traffic, two seconds apart."""
    lines = [line for family in sorted(FAMILIES.keys() - BY_OTHER_TESTS) for line in _lines(family) if line["topic"]]
    return [(line, message(line["topic"], line["payload"], NOON + timedelta(seconds=2 * n))) for n, line in enumerate(lines)]


def proposed(heard: list[RawMessage], sites: tuple[Site, ...] = ()) -> str:
    return site_file_section(recognise_all(heard, sites), sites)


@pytest.mark.slow
def test_what_is_proposed_for_the_traffic_of_all_families_loads_as_it_is_and_reads_that_traffic() -> None:
    heard = capture()
    text = proposed([raw for _, raw in heard])
    house = load_text(HOUSE + text.replace(TO_BE_NAMED, "hall"), "proposed")
    assert isinstance(house, Site)
    assert {device.family for device in house.devices} == FAMILIES.keys() - BY_OTHER_TESTS
    interpreter = SiteInterpreter([house])
    quantities = {point.message_quantity or point.quantity.message for point in house.points}
    for line, raw in heard:
        told = interpreter.understand(raw)
        due = {one[0] for one in line["readings"] if one[1] is not None} & quantities - {"status", "status_code"}
        if due and raw.topic not in ANSWERS:
            assert told.outcome is Outcome.READINGS, (raw.topic, raw.payload, told.reason)


@pytest.mark.slow
def test_what_is_in_the_site_file_is_proposed_no_second_time_and_new_devices_take_no_name_of_it() -> None:
    heard = [raw for _, raw in capture()]
    house = load_text(HOUSE + proposed(heard).replace(TO_BE_NAMED, "hall"), "proposed")
    assert isinstance(house, Site)
    assert proposed(heard, (house,)) == ""
    newcomer = message("zigbee2mqtt/new/HM-600", '{"temperature":20.5,"humidity":44}')
    added = proposed([newcomer], (house,))
    both = load_text(HOUSE + (proposed(heard) + added.removeprefix("devices:\n")).replace(TO_BE_NAMED, "hall"), "grown")
    assert isinstance(both, Site)
    assert len(both.devices) == len(house.devices) + 1


def test_a_quantity_that_a_device_tells_in_a_unit_of_something_else_is_not_proposed() -> None:
    noisy = message("tele/desk/SENSOR", '{"Time":"2026-01-20T12:00:00","Temperature":21,"Noise":40,"TempUnit":"C"}')
    assert "noise" not in proposed([noisy])
    assert "air_temperature" in proposed([noisy])


def test_devices_with_one_topic_for_each_attribute_are_proposed_so_that_these_are_heard() -> None:
    (device,) = YAML(typ="safe").load(proposed([message("zigbee2mqtt/plug/power", "12.5")]))["devices"]
    assert (device["topic"], device["options"]) == ("zigbee2mqtt/plug", {"output": "attribute"})
