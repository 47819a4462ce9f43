"""Devices on the wire: what each family says, pinned in golden files of its own, and how it obeys."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from premises.errors import UnknownNameError
from premises.site import Device
from premises.time import EPOCH
from simulators.devices import FAMILIES
from simulators.devices.device import Message
from simulators.simulated import SimulatedSite
from tests.simulators.small_site import FILES, START, shoot, small_site

GOLDEN = Path(__file__).parent / "golden"
CALL = START + timedelta(hours=3)


def running(hours: float = 7, seed: int = 1) -> tuple[SimulatedSite, list[Message]]:
    """A site in the middle of a shooting day, lit and heated, and its devices' last messages."""
    simulated = SimulatedSite(small_site(), seed, [shoot(CALL)], start=START)
    births = simulated.step(START)
    simulated.building.set_setpoint("stage", 20)
    simulated.building.set_light("stage", 55)
    simulated.building.set_light("office", 80)
    return simulated, births + simulated.step(START + timedelta(hours=hours))


POSED = {
    "grid/power": -4321.5,
    "grid/energy": 41_234.567,
    "grid/energy_export": 987.654,
    "stage/brightness": 55.0,
    "stage/switch_state": 1.0,
    "stage-light/power": 2795.04,
    "stage-light/energy": 8_765.43219,
    "pump/switch_state": 1.0,
    "stage/air_temperature": 18.4567,
    "stage/humidity": 46.04,
    "stage/co2": 873.2,
    "stage/setpoint_temperature": 20.0,
    "stage/heating_demand": 63.4,
    "stage/contact": 0.0,
    "office/setpoint_temperature": 19.5,
    "pv/power": 12_345.67,
    "pv/energy": 23_456.7899,
    "pv/energy_today": 34.5678,
    "office/brightness": 79.6,
    "pump/heat_energy": 345_678.12345,
    "pump/heat_power": 45_678.9,
    "outdoor/outdoor_temperature": -3.26,
    "outdoor/irradiance": 0.0,
}


def posed() -> list[Message]:
    """What every device says of values set by hand, so that the golden files pin the encoders and not the physics."""
    simulated = SimulatedSite(small_site(), 1, start=START)
    messages = simulated.step(START)
    births = [message for message in messages if message.retain and "/main/" not in message.topic]
    building = simulated.building
    building.set_light("stage", 55)
    building.zones.state[:] = 18.25
    building.emitters.water_c[:] = 33.0
    building.meters.power_w[0] = POSED["grid/power"]
    building.meters.import_kwh[0], building.meters.export_kwh[0] = 123.456, 65.4321
    building.registers.show("grid/energy", 0.0)
    building.pv_dc_w[:] = 12_800.4
    pump = building.plants["pump"]
    pump.supply_c, pump.return_c, pump.target_c, pump.flow_l_min = 41.37, 36.1, 42.0, 258.0645
    pump.heat_w, pump.final_w, pump.running, pump.told_supply_c = 45_678.9, 13_456.7, True, 42.0
    building.minute = (START - EPOCH) // timedelta(minutes=1)
    for device in simulated.devices:
        for (channel, quantity), point in device.point_of.items():
            if point.id in POSED:
                device.gauges[channel, quantity] = partial(float, POSED[point.id])
        device.points = tuple((point, device.gauges[point.channel, point.message_quantity]) for point, _ in device.points)
    reports = [message for device in simulated.devices for message in device.report(START + timedelta(hours=7, seconds=1.5))]
    return [message for message in births if not message.topic.endswith("/level")] + [
        message._replace(payload=b"(weather)") if message.topic.endswith("/Outside_Temp") else message for message in reports
    ]


def of(messages: list[Message], topic: str) -> Message:
    found = [message for message in messages if message.topic == topic]
    assert found, f"nothing on {topic}; there were {sorted({message.topic for message in messages})}"
    return found[-1]


def as_lines(messages: list[Message], topic: str) -> list[str]:
    return [
        json.dumps({"topic": m.topic, "retain": m.retain, "payload": m.payload.decode()}, ensure_ascii=False)
        for m in messages
        if m.topic == topic or m.topic.startswith(topic + "/")
    ]


@pytest.mark.parametrize("device", sorted(FILES))
def test_every_device_says_what_its_golden_file_holds(device: str) -> None:
    """To renew after a wanted change: delete the file, run `python -m tests.simulators.renew_golden`, read the difference."""
    messages = posed()
    golden = GOLDEN / f"{device}.jsonl"
    assert golden.is_file(), f"{golden.name} is missing"
    assert as_lines(messages, FILES[device][1]) == golden.read_text(encoding="utf-8").splitlines()


def test_the_golden_files_cover_every_family() -> None:
    assert {family for family, _ in FILES.values()} == set(FAMILIES)


def test_a_family_without_simulator_is_named() -> None:
    with pytest.raises(UnknownNameError, match="no simulator of family 'lorawan'"):
        SimulatedSite(small_site(devices=(Device("x", "lorawan", "x"),)), 1, start=START)


def test_a_valve_takes_a_new_setpoint_and_says_so() -> None:
    simulated, _ = running()
    answers = simulated.apply("zigbee2mqtt/stage valve/set", b'{"occupied_heating_setpoint": 17.5}')
    assert json.loads(of(answers, "zigbee2mqtt/stage valve").payload)["occupied_heating_setpoint"] == 17.5
    simulated.building.advance(simulated.now + timedelta(hours=1))
    assert simulated.building.opening[0] == 0


@pytest.mark.parametrize("payload", [b"", b"nonsense", b"[]", b'{"occupied_heating_setpoint": "warm"}', b"\xff"])
def test_a_valve_passes_over_what_it_does_not_understand(payload: bytes) -> None:
    simulated, _ = running()
    simulated.apply("zigbee2mqtt/stage valve/set", payload)
    assert simulated.building.valves.setpoint_c[0] == 20


def test_a_dimmer_is_set_by_rpc_notifies_and_draws_less() -> None:
    simulated, messages = running()
    before = json.loads(of(messages, "shellyprodm-stage/status/light:0").payload)
    asked = b'{"id":4,"src":"house","method":"Light.Set","params":{"id":0,"on":true,"brightness":20}}'
    answers = simulated.apply("shellyprodm-stage/rpc", asked)
    notice = json.loads(of(answers, "shellyprodm-stage/events/rpc").payload)
    assert notice["method"] == "NotifyStatus"
    assert notice["params"]["light:0"] == {"id": 0, "output": True, "source": "MQTT", "brightness": 20}
    assert json.loads(of(answers, "house/rpc").payload)["id"] == 4
    after = json.loads(of(simulated.step(simulated.now + timedelta(minutes=5)), "shellyprodm-stage/status/light:0").payload)
    assert after["apower"] < before["apower"] / 2
    assert after["aenergy"]["total"] > before["aenergy"]["total"]


def test_a_relay_switches_the_heat_pump() -> None:
    simulated, _ = running()
    simulated.apply("shellypro1-office/rpc", b'{"id":1,"method":"Switch.Set","params":{"id":0,"on":false}}')
    assert not simulated.building.plants["pump"].enabled


def test_the_heat_pump_gateway_takes_whole_numbers_only() -> None:
    simulated, _ = running()
    base = "panasonic_heat_pump"
    answers = simulated.apply(f"{base}/commands/SetZ1HeatRequestTemperature", b"38")
    assert of(answers, f"{base}/main/Z1_Heat_Request_Temp").payload == b"38"
    assert simulated.apply(f"{base}/commands/SetZ1HeatRequestTemperature", b"38.5") == []
    simulated.step(simulated.now + timedelta(hours=2))
    assert simulated.building.plants["pump"].supply_c == pytest.approx(38, abs=4)
    answers = simulated.apply(f"{base}/commands/SetHeatpump", b"0")
    assert of(answers, f"{base}/main/Heatpump_State").payload == b"0"


def test_a_dali_lamp_follows_its_level() -> None:
    simulated, _ = running()
    answers = simulated.apply("/devices/office-light/controls/level/on", b"35")
    assert of(answers, "/devices/office-light/controls/level") == Message("/devices/office-light/controls/level", b"35", True)
    assert simulated.apply("/devices/office-light/controls/level/on", b"350") == []


def test_commands_in_lockstep_are_answered_in_the_next_step() -> None:
    simulated, _ = running()
    simulated.queue("zigbee2mqtt/stage valve/set", b'{"occupied_heating_setpoint": 16}')
    first = simulated.step(simulated.now + timedelta(minutes=5))[0]
    assert json.loads(first.payload)["occupied_heating_setpoint"] == 16.0


def test_foreign_topics_are_passed_over() -> None:
    simulated, _ = running()
    assert simulated.apply("somewhere/else", b"1") == []


def test_a_meter_with_its_clamps_turned_round_counts_the_other_way() -> None:
    site = small_site()
    points = tuple(replace(point, sign=-1) if point.id == "grid/power" else point for point in site.points)
    right, wrong = (SimulatedSite(small_site(points=p), 1, start=START) for p in (site.points, points))
    for simulated in (right, wrong):
        simulated.step(START)
    power, taken = ([] for _ in range(2))
    for simulated in (right, wrong):
        messages = simulated.step(START + timedelta(hours=3))
        power.append(json.loads(of(messages, "shellypro3em-hangar/status/em:0").payload)["total_act_power"])
        taken.append(json.loads(of(messages, "shellypro3em-hangar/status/emdata:0").payload))
    assert power[0] == -power[1] != 0
    assert taken[0]["total_act"] == taken[1]["total_act_ret"]


def test_each_zigbee_bridge_speaks_for_itself() -> None:
    site = small_site()
    devices = tuple(replace(d, topic="attic/stage door") if d.id == "door" else d for d in site.devices)
    births = SimulatedSite(small_site(devices=devices), 1, start=START).step(START)
    assert [m.topic for m in births if m.topic.endswith("/bridge/state")] == ["attic/bridge/state", "zigbee2mqtt/bridge/state"]


def test_counters_never_go_back() -> None:
    simulated, _ = running(hours=0)
    seen: dict[str, float] = {}
    for minute in range(0, 1440, 10):
        messages = simulated.step(START + timedelta(minutes=minute))
        for name, value in counters(messages):
            assert value >= seen.get(name, 0.0), f"{name} fell to {value} at minute {minute}"
            seen[name] = value
    assert len(seen) == 11
    assert seen["solar yield"] > 0
    assert seen["heat"] > 0


def counters(messages: list[Message]) -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = []
    for message in messages:
        if message.topic.endswith("/status/emdata:0"):
            found += [(key, value) for key, value in json.loads(message.payload).items() if "total" in key]
        elif message.topic.endswith("/status/light:0"):
            found.append(("light", json.loads(message.payload)["aenergy"]["total"]))
        elif message.topic == "solar/ac/yieldtotal":
            found.append(("solar yield", float(message.payload)))
        elif message.topic == "/devices/heat-meter/controls/energy":
            found.append(("heat", float(message.payload)))
    return found


def test_the_suns_counter_of_today_starts_anew_at_local_midnight() -> None:
    simulated, _ = running(hours=0)
    values = {}
    for minute in range(0, 2 * 1440, 5):
        at = START + timedelta(minutes=minute)
        for message in simulated.step(at):
            if message.topic == "solar/ac/yieldday":
                values[at.astimezone(simulated.site.zoneinfo).strftime("%d %H:%M")] = int(message.payload)
    assert values["13 23:55"] > 0
    assert values["14 00:00"] == 0
    assert values["14 18:00"] > 0


def test_a_door_is_told_when_it_moves_and_once_an_hour() -> None:
    simulated, _ = running(hours=0)
    quiet = [m for k in range(1, 13) for m in simulated.step(START + timedelta(minutes=5 * k)) if m.topic.endswith("stage door")]
    assert len(quiet) == 1
    simulated.step(CALL - timedelta(minutes=5))
    busy = [m for k in range(40) for m in simulated.step(CALL + timedelta(minutes=k)) if m.topic.endswith("stage door")]
    assert {json.loads(message.payload)["contact"] for message in busy} == {True, False}


def test_each_device_reports_at_its_own_pace_when_time_runs_slowly() -> None:
    simulated, _ = running(hours=0)
    count: dict[str, int] = {}
    for second in range(5, 605, 5):
        for message in simulated.step(START + timedelta(seconds=second)):
            count[message.topic] = count.get(message.topic, 0) + 1
    assert count["shellypro3em-hangar/status/em:0"] == 60
    assert 2 <= count["zigbee2mqtt/stage room"] <= 7
    assert count["weather/sensor/outdoor_temperature/state"] == 10


def test_times_on_the_wire_are_those_of_the_simulation() -> None:
    _, messages = running()
    told = json.loads(of(messages, "zigbee2mqtt/stage room").payload)["last_seen"]
    assert datetime.fromisoformat(told) == START + timedelta(hours=7)


def test_all_devices_say_farewell() -> None:
    simulated, _ = running()
    farewells = {message.topic: message for message in simulated.farewells()}
    assert farewells["zigbee2mqtt/bridge/state"].payload == b'{"state":"offline"}'
    assert farewells["panasonic_heat_pump/LWT"].payload == b"Offline"
    assert farewells["shellypro3em-hangar/online"].payload == b"false"
    assert all(message.retain for message in farewells.values())
