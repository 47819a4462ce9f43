"""What is heard and in no site file: devices, what they measure, and lines for the file that a person completes."""

from __future__ import annotations

from ruamel.yaml import YAML

from ingest.recognition import TO_BE_NAMED, Recogniser, recognise_all, site_file_section
from premises.quantities import QUANTITIES
from premises.site import Device
from tests.ingest_families.premises import message, site

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
