"""Messages meant to hurt: every family answers with an outcome, soon, and within bounds."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.decode import LineDecoder, decode_message
from ingest.decoded import Bounds, Outcome
from ingest.families.memory import Memory
from ingest.families.registry import FAMILIES
from ingest.interpreter import SiteInterpreter
from premises.reading import RawMessage
from premises.site import Device
from tests.ingest_families.premises import NOON, message, point, site
from tests.ingest_families.test_golden import BY_OTHER_TESTS, _lines

OUTCOMES = {"readings", "ignored", "quarantined"}
INJECTIONS = (
    'x,site=evil power_w=1 1"\n',
    'from(bucket:"b") |> drop()',
    "'; DROP TABLE readings; --",
    "<script>alert(1)</script>",
    "{{ config.__class__ }}",
    "../../etc/passwd",
    "\x00\x07\x1b[31m",
    "٣٤",
    "1_000",
    "0x10",
    "1e400",
    "-1e400",
    "NaN",
    "Infinity",
    "9" * 400,
    "-" * 300,
)
# What stands where something else is due: other types, other depths, numbers at the ends of what there is.
ODD: tuple[Any, ...] = (
    None, True, 0, -1, 2**63, -(2**63), 10**30, 1e308, -1e308, 1e-320, "", "nan", "1e400", "9" * 400, "\x00", "😀", "21,5",
    "21.5 °C", "on", "open", [], {}, [1], [None], [[]], [{}], {"value": None}, {"value": {}}, {"value": [1]},
    {"value": "x", "unit": 5},
    {"value": 1e308, "unit": "kWh"}, ["a"] * 50, "x" * 5000, {"a": {"b": {"c": {"d": 1}}}}, "2026-13-45T99:99:99", 253402300800000,
    -62135596801,
)  # fmt: skip
# One topic per family under which it takes most of its paths.
TOPICS = {
    "zigbee2mqtt": ("zigbee2mqtt/a", "zigbee2mqtt/a/availability", "zigbee2mqtt/a/power"),
    "shelly_gen1": ("shellies/a/relay/0", "shellies/a/info", "shellies/a/sensor/temperature", "shellies/a/input_event/0"),
    "shelly_gen2": ("shelly/status/switch:0", "shelly/events/rpc", "shelly/status/em:0", "shelly-blu/events/a", "shelly/online"),
    "tasmota": ("tele/a/SENSOR", "tele/a/STATE", "stat/a/RESULT", "tele/a/LWT", "tele/a/ENERGY", "tasmota/discovery/a/sensors"),
    "esphome": ("a/sensor/b/state", "a/light/b/state", "a/climate/b/mode/state", "a/status"),
    "homie": ("homie/a/b/temperature", "homie/5/a/$description", "homie/a/$state", "homie/a/$stats/battery", "homie/a/b/c/$unit"),
    "ha_discovery": ("homeassistant/sensor/a/config", "homeassistant/device/a/config", "homeassistant/climate/a/b/config"),
    "opendtu": ("solar/ac/power", "solar/114190640000/0/power", "solar/dtu/status"),
    "ahoydtu": ("a/b/ch0/P_AC", "a/b/ch0", "a/status", "a/total/P_AC"),
    "solar_other": ("deye/ac/power", "a/status/grid_voltage/value", "fronius/state", "deye/status"),
    "victron": ("N/a/grid/30/Ac/Power", "N/a/settings/0/Settings/X", "N/a/battery/1/Alarms/X"),
    "evcc": ("evcc/site/gridPower", "evcc/loadpoints/1/mode", "evcc/status", "evcc/site/grid/currents/1"),
    "heatpump": (
        "p/main/Main_Inlet_Temp",
        "ems-esp/boiler_data",
        "ebusd/a/FlowTemp",
        "espaltherma/ATTR",
        "m/HVAC/state",
        "p/main/x",
    ),
    "dali_knx": ("/devices/wb-dali_1/controls/level", "knx/1/2/3", "/wb-dali/a/bus_monitor", "/devices/knx/controls/data"),
    "wirenboard": ("/devices/a/controls/b", "/devices/a/controls/b/meta", "/devices/a/meta/error"),
    "lorawan": ("application/a/device/b/event/up", "v3/a/devices/b/up", ""),
    "sparkplug_b": ("spBv1.0/a/NBIRTH/b", "spBv1.0/a/NDATA/b", "spBv1.0/a/DDATA/b/c", "spBv1.0/a/NDEATH/b", "spBv1.0/a/NDATA"),
    "misc_sensors": ("a/temperature", "a/BTtoMQTT/b", "a/report", "a/obis/1-0:16.7.0/value"),
    "mapped": ("a/b",),
}
_KEYS = (
    "value", "ENERGY", "Power", "state", "brightness", "params", "events", "switch:0", "device", "object", "rxInfo", "nodes",
    "uplink_message", "decoded_payload", "StatusSNS", "Wifi", "hc1", "components", "availability", "data", "cmd", "sid", "tempc",
    "method", "state_topic", "value_template", "properties", "thermostats", "ZbReceived", "TIC", "grid", "values", "Body", "type",
)  # fmt: skip
documents = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=20) | st.sampled_from(INJECTIONS),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_KEYS) | st.text(max_size=12), inner, max_size=5),
    max_leaves=20,
)


def _well_formed(answer: Mapping[str, Any]) -> None:
    assert answer["outcome"] in OUTCOMES
    json.dumps(answer, allow_nan=False)  # plain values only, no infinity and no lone surrogates on the way out
    if answer["outcome"] == "quarantined":
        assert answer["reason"]
    for reading in answer["readings"]:
        assert not isinstance(reading["value"], float) or reading["value"] == reading["value"]
        assert len(str(reading["channel"])) <= 2 * Bounds().topic_bytes


def test_every_family_has_topics_to_be_tried() -> None:
    assert TOPICS.keys() == FAMILIES.keys()


@pytest.mark.parametrize("family", sorted(FAMILIES))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_document_on_any_topic_of_a_family_is_answered(family: str, data: st.DataObject) -> None:
    decoder = LineDecoder(NOON)
    topic = data.draw(st.sampled_from(TOPICS[family]))
    document = data.draw(documents)
    _well_formed(decoder.decode_line({"topic": topic, "payload": json.dumps(document), "family": family}))


@pytest.mark.parametrize("family", sorted(FAMILIES))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_bytes_on_any_topic_of_a_family_are_answered(family: str, data: st.DataObject) -> None:
    topic = data.draw(st.sampled_from(TOPICS[family]))
    payload = data.draw(st.binary(max_size=60) | st.sampled_from([text.encode() for text in INJECTIONS]))
    decoded = decode_message(RawMessage(topic, payload, NOON), Memory(), family)
    assert decoded.outcome in Outcome


@settings(max_examples=150, deadline=None)
@given(topic=st.text(max_size=60), payload=st.text(max_size=80))
def test_any_topic_and_text_without_a_family_is_answered(topic: str, payload: str) -> None:
    _well_formed(LineDecoder(NOON).decode_line({"topic": topic, "payload": payload}))


@pytest.mark.parametrize("family", sorted(FAMILIES.keys() - BY_OTHER_TESTS))
def test_golden_messages_with_their_ends_cut_off_do_no_harm(family: str) -> None:
    decoder = LineDecoder(NOON)
    for line in _lines(family):
        for length in {len(line["payload"]) // 3, len(line["payload"]) - 1} - {-1}:
            _well_formed(decoder.decode_line({"topic": line["topic"], "payload": line["payload"][:length], "family": family}))


@pytest.mark.parametrize("family", sorted(FAMILIES))
@pytest.mark.parametrize("text", INJECTIONS)
def test_injections_in_payload_topic_and_keys_stay_text(family: str, text: str) -> None:
    decoder = LineDecoder(NOON)
    topic = TOPICS[family][0]
    _well_formed(decoder.decode_line({"topic": topic, "payload": text, "family": family}))
    _well_formed(decoder.decode_line({"topic": topic, "payload": json.dumps({text: 1, "temperature": text}), "family": family}))
    _well_formed(decoder.decode_line({"topic": f"{topic}/{text}", "payload": "1", "family": family}))


def _changed(document: Any, draw: Callable[[st.SearchStrategy[Any]], Any], depth: int = 0) -> Any:
    """The document with some of its values, keys and levels exchanged for others."""
    if draw(st.integers(0, 9)) == 0 or depth > 6:
        return draw(st.sampled_from(ODD))
    if isinstance(document, dict):
        told = {key: _changed(value, draw, depth + 1) for key, value in document.items()}
        if told and draw(st.booleans()):
            key = draw(st.sampled_from(sorted(told)))
            told[draw(st.sampled_from((key.upper(), f"{key}_1", key * 40, "value", "", f"\x00{key}")))] = told.pop(key)
        return told
    if isinstance(document, list):
        return [_changed(value, draw, depth + 1) for value in document] * draw(st.integers(0, 2))
    return document if draw(st.booleans()) else draw(st.sampled_from(ODD))


@pytest.mark.parametrize("family", sorted(FAMILIES.keys() - BY_OTHER_TESTS))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_golden_messages_with_parts_exchanged_are_understood_as_far_as_they_go(family: str, data: st.DataObject) -> None:
    """Whatever stands where a number, a word or an object is due, a family says so itself: no fault of the program is caught."""
    line = data.draw(st.sampled_from(_lines(family)))
    try:
        payload = json.dumps(_changed(json.loads(line["payload"]), data.draw)).encode()
    except ValueError:
        payload = data.draw(st.sampled_from([str(one).encode() for one in ODD]))
    payload = data.draw(
        st.sampled_from((payload, b"\xef\xbb\xbf" + payload, payload + b"\x00", payload[:-1], payload.replace(b"1", b"1e400")))
    )
    topic = data.draw(st.sampled_from(_topics_near(line["topic"] or "")))
    memory = Memory()
    for wanted in (family, None):
        decoded = decode_message(RawMessage(topic, payload, NOON), memory, wanted)
        assert not decoded.reason.startswith("not understood"), (topic, payload, decoded.reason)
        assert all(one.value is None or type(one.value) in (int, float, bool, str) for one in decoded.measurements)
        assert all(one.unit is None or len(one.unit) <= 64 for one in decoded.measurements)
    _well_formed(LineDecoder(NOON).decode_line({"topic": topic, "payload": payload.decode("utf-8", "replace")}))


def _topics_near(topic: str) -> tuple[str, ...]:
    levels = topic.split("/")
    return (
        topic,
        f"{topic}/",
        f"/{topic}",
        f"{topic}/0",
        f"$SYS/{topic}",
        topic.replace("/", "//"),
        "/".join(levels[1:]),
        topic.upper(),
    )


def _outcome(topic: str, payload: bytes, family: str = "zigbee2mqtt") -> tuple[Outcome, str]:
    decoded = decode_message(RawMessage(topic, payload, NOON), Memory(), family)
    return decoded.outcome, decoded.reason


def test_deep_nesting_is_quarantined_with_the_bound_in_the_reason() -> None:
    assert _outcome("zigbee2mqtt/a", b'{"a":' * 40 + b"1" + b"}" * 40)[0] is Outcome.QUARANTINED
    assert "32" in _outcome("zigbee2mqtt/a", b'{"a":' * 40 + b"1" + b"}" * 40)[1]
    assert _outcome("zigbee2mqtt/a", b"[" * 100_000)[0] is Outcome.QUARANTINED
    assert _outcome("zigbee2mqtt/a", b'{"a":' * 100_000)[0] is Outcome.QUARANTINED


def test_oversize_payloads_and_topics_are_quarantined_unread() -> None:
    outcome, reason = _outcome("zigbee2mqtt/a", b" " * (Bounds().payload_bytes + 1))
    assert outcome is Outcome.QUARANTINED
    assert str(Bounds().payload_bytes) in reason
    assert _outcome("zigbee2mqtt/" + "a" * 2000, b"{}")[0] is Outcome.QUARANTINED
    assert _outcome("zigbee2mqtt/a\x00b", b"{}")[0] is Outcome.QUARANTINED


def test_wrong_utf_8_and_lone_surrogates_are_quarantined() -> None:
    assert _outcome("solar/ac/power", b"\xff\xfe12", "opendtu")[0] is Outcome.QUARANTINED
    assert _outcome("zigbee2mqtt/a", b'{"temperature":"\\ud800"}')[0] is Outcome.QUARANTINED
    answer = LineDecoder(NOON).decode_line({"topic": "a/temperature", "payload": "\ud800", "family": "misc_sensors"})
    assert answer["outcome"] == "quarantined"


def test_numbers_beyond_a_double_and_bare_nan_are_no_value() -> None:
    decoder = LineDecoder(NOON)
    payload = '{"temperature":1e400,"humidity":nan,"co2":-Infinity,"pressure":1013,"note":"nan, 1e999 and Infinity stay"}'
    told = decoder.decode_line({"topic": "zigbee2mqtt/a", "payload": payload, "family": "zigbee2mqtt"})
    assert {one["quantity"]: one["value"] for one in told["readings"]} == {
        "temperature": None,
        "humidity": None,
        "co2": None,
        "pressure": 1013.0,
    }


def test_texts_are_cut_where_a_point_cuts_them_and_a_message_in_utf_16_is_quarantined() -> None:
    told = LineDecoder(NOON).decode_line({"topic": "zigbee2mqtt/a", "payload": json.dumps({"system_mode": "x" * 200_000})})
    assert [len(one["message_value"]) for one in told["readings"]] == [Bounds().text_length]
    assert _outcome("zigbee2mqtt/a", '{"temperature":21}'.encode("utf-16"))[0] is Outcome.QUARANTINED
    assert _outcome("zigbee2mqtt/a", ("{" + ",".join(f'"k{n}":1' for n in range(20_000)) + "}").encode())[0] is Outcome.QUARANTINED


def test_a_number_at_the_end_of_doubles_in_a_greater_unit_is_refused_and_its_neighbours_are_kept() -> None:
    told = LineDecoder(NOON).decode_line(
        {"topic": "mapped/a", "payload": '{"energy":{"value":1e308,"unit":"GJ"},"temperature":{"value":21.5,"unit":"C"}}'}
    )
    assert [one["quantity"] for one in told["readings"]] == ["temperature"]
    assert "beyond any number" in told["reason"]


def test_the_last_of_two_equal_keys_counts() -> None:
    told = LineDecoder(NOON).decode_line({"topic": "zigbee2mqtt/a", "payload": '{"temperature":1,"temperature":2}'})
    assert [one["value"] for one in told["readings"]] == [2.0]


@pytest.mark.parametrize(
    "payload",
    [
        b'{"a":"' + b'\\"' * 120_000,
        b"9" * 250_000,
        b'{"a":' + b"1.1" * 80_000,
        b'"' * 250_000,
        b'{"a":' + b"1e" * 100_000,
        b"-" * 250_000,
        b'{"a":[' + b"nan," * 60_000 + b"1]}",
        b" " * 250_000,
    ],
    ids=["escapes", "digits", "points", "quotes", "exponents", "signs", "nans", "blanks"],
)
@pytest.mark.parametrize("family", ["zigbee2mqtt", "misc_sensors", "tasmota", "dali_knx", "lorawan"])
def test_payloads_that_are_costly_to_scan_are_answered(family: str, payload: bytes) -> None:
    """A scanner that goes back would take minutes for these; the time limit of the tests is what fails."""
    assert decode_message(RawMessage(TOPICS[family][0], payload, NOON), Memory(), family).outcome in Outcome


def test_a_message_of_thousands_of_measurements_is_quarantined() -> None:
    fields = {f"Sensor{number}": {"Temperature": number} for number in range(2200)}
    told = LineDecoder(NOON).decode_line({"topic": "tele/a/SENSOR", "payload": json.dumps(fields), "family": "tasmota"})
    assert told["outcome"] == "quarantined"
    assert "2000" in told["reason"]


def test_any_number_of_topics_is_remembered_within_bounds() -> None:
    memory = Memory(limit=500)
    for number in range(3000):
        raw = RawMessage(f"/devices/a{number}/controls/b/meta", b'{"type":"temperature"}', NOON)
        decode_message(raw, memory, "wirenboard")
    assert len(memory) <= 500
    house = SiteInterpreter([site((Device("dtu", "opendtu", "solar"),), (point("dtu", "power", "ac total"),))])
    for number in range(3000):
        house.understand(message(f"solar/x{number}/y", "1"))
        house.understand(message(f"elsewhere/{number}", "1"))
    assert house.understand(message("solar/ac/power", "5")).readings[0][1].value == 5.0


def test_a_poisonous_message_leaves_its_neighbours_alone() -> None:
    house = SiteInterpreter([site((Device("dtu", "opendtu", "solar"),), (point("dtu", "power", "ac total"),))])
    for payload in (b"\xff", b"{", b"nan", "؟".encode(), b"1" * 300_000, b""):
        house.understand(message("solar/ac/power", payload))
    assert house.understand(message("solar/ac/power", "7.5")).readings[0][1].value == 7.5


def test_long_names_are_not_remembered_at_their_length() -> None:
    """What is kept of names, so that each is worked out once, is cut first: thousands of long ones would fill the machine."""
    from ingest.families import words
    from ingest.families.ha_discovery.templates import template_of
    from ingest.families.zigbee2mqtt_exposes import parted

    before = words._meaning_of.cache_info().currsize
    for number in range(50):
        long = "temperature " + "x" * 200_000 + str(number)
        assert words.meaning_of(long) == words.Meaning("temperature", "°C")
        assert parted(long) == (long, "")
        template_of("{{ " + long)
    assert words._meaning_of.cache_info().currsize <= before + 1
