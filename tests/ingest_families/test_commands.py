"""Commands: for each family that can act, the message on the wire, and the device's own answer that confirms it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ingest.families.family import CannotActError
from ingest.interpreter import SiteInterpreter
from premises.command import Command, Priority
from premises.errors import UnitError, UnknownNameError
from premises.reading import Value
from premises.reason import Reason
from premises.site import Device
from tests.ingest_families.premises import NOON, message, point, site

COMMANDS = Path(__file__).parent / "commands.jsonl"


class Act(NamedTuple):
    """A command: device, what is set, the message due, and the answer (topic, payload) that shows that it was obeyed."""

    device: Device
    quantity: str
    channel: str
    value: Value
    topic: str
    payload: str
    answer: tuple[str, str] | None


def _act(line: str) -> Act:
    told = json.loads(line)
    device = Device("d", told["family"], told["device"], options=told.get("options", {}))
    answer = told["answer"]
    return Act(
        device, told["quantity"], told["channel"], told["value"], told["topic"], told["payload"], tuple(answer) if answer else None
    )


ACTS = [_act(line) for line in COMMANDS.read_text(encoding="utf-8").splitlines()]


def _payload(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


@pytest.mark.parametrize("act", ACTS, ids=lambda act: f"{act.device.family} {act.quantity} {act.channel}")
def test_a_command_reaches_the_device_and_its_answer_confirms_it(act: Act) -> None:
    target = point("d", act.quantity, act.channel, writable=True)
    house = SiteInterpreter([site((act.device,), (target,))])
    wish = Command("c", "house", target.id, act.value, Priority.BOOKING, Reason("call"), NOON, NOON + timedelta(minutes=5))
    (sent,) = house.encode(wish)
    assert (sent.topic, _payload(sent.payload.decode())) == (act.topic, _payload(act.payload))
    if act.answer is not None:
        answered = house.understand(message(*act.answer, at=NOON + timedelta(seconds=2)))
        (reading,) = [one for _, one in answered.readings if one.point == target.id]
        assert house.confirms(wish, reading)


def test_an_answer_that_says_otherwise_does_not_confirm() -> None:
    target = point("d", "switch_state", "relay/0", writable=True)
    house = SiteInterpreter([site((Device("d", "shelly_gen1", "shellies/a"),), (target,))])
    wish = Command("c", "house", target.id, True, Priority.BOOKING, Reason("call"), NOON, NOON + timedelta(minutes=5))
    ((_, reading),) = house.understand(message("shellies/a/relay/0", "off", at=NOON + timedelta(seconds=2))).readings
    assert not house.confirms(wish, reading)


def test_a_point_mounted_the_other_way_is_set_the_other_way() -> None:
    target = point("d", "switch_state", "relay/0", writable=True, sign=-1)
    house = SiteInterpreter([site((Device("d", "shelly_gen1", "shellies/a"),), (target,))])
    wish = Command("c", "house", target.id, True, Priority.BOOKING, Reason("call"), NOON, NOON + timedelta(minutes=5))
    assert house.encode(wish)[0].payload == b"off"


@pytest.mark.parametrize(
    ("device", "quantity", "channel", "value", "error"),
    [
        (Device("d", "misc_sensors", "a"), "switch_state", "", True, CannotActError),
        (Device("d", "shelly_gen2", "a"), "brightness", "switch:0", 50.0, CannotActError),
        (Device("d", "shelly_gen1", "shellies/a"), "brightness", "light/0", "bright", UnitError),
        (Device("d", "shelly_gen1", "shellies/a"), "switch_state", "relay/0", "perhaps", UnitError),
        (Device("d", "ha_discovery", "x"), "switch_state", "x/state", True, UnknownNameError),
    ],
)
def test_what_cannot_be_done_is_said(device: Device, quantity: str, channel: str, value: Value, error: type[Exception]) -> None:
    target = point("d", quantity, channel, writable=True)
    house = SiteInterpreter([site((device,), (target,))])
    with pytest.raises(error):
        house.encode(Command("c", "house", target.id, value, Priority.BOOKING, Reason("call"), NOON, NOON + timedelta(minutes=5)))


def test_an_announced_entity_is_set_by_its_command_topic() -> None:
    target = point("d", "switch_state", "plug/state", writable=True)
    house = SiteInterpreter([site((Device("d", "ha_discovery", "plug"),), (target,))])
    house.understand(message("homeassistant/switch/plug/config", '{"stat_t":"plug/state","cmd_t":"plug/set","name":"P"}'))
    wish = Command("c", "house", target.id, True, Priority.BOOKING, Reason("call"), NOON, NOON + timedelta(minutes=5))
    (sent,) = house.encode(wish)
    assert (sent.topic, sent.payload) == ("plug/set", b"ON")
    ((_, reading),) = house.understand(message("plug/state", "ON", at=NOON + timedelta(seconds=1))).readings
    assert house.confirms(wish, reading)


class Announced(NamedTuple):
    """An announced entity that is set: its announcement, what is set on which channel, what is due, and the answer."""

    component: str
    config: str
    quantity: str
    channel: str
    value: Value
    topic: str
    payload: str
    answer: tuple[str, str]


ANNOUNCED = [
    Announced(**{**told, "answer": tuple(told["answer"])})
    for told in map(json.loads, COMMANDS.with_name("announced.jsonl").read_text(encoding="utf-8").splitlines())
]


@pytest.mark.parametrize("act", ANNOUNCED, ids=lambda act: f"{act.component} {act.quantity} {act.payload}")
def test_an_announced_entity_is_set_as_its_announcement_says_and_its_answer_confirms_it(act: Announced) -> None:
    target = point("d", act.quantity, act.channel, writable=True)
    house = SiteInterpreter([site((Device("d", "ha_discovery", "d"),), (target,))])
    house.understand(message(f"homeassistant/{act.component}/d/config", act.config))
    again = SiteInterpreter([site((Device("d", "ha_discovery", "d"),), (target,))])
    again.restore(json.loads(json.dumps(house.remembered())))  # what was announced outlasts a restart
    wish = Command("c", "house", target.id, act.value, Priority.BOOKING, Reason("call"), NOON, NOON + timedelta(minutes=5))
    for one in (house, again):
        (sent,) = one.encode(wish)
        assert (sent.topic, sent.payload.decode()) == (act.topic, act.payload)
    answered = house.understand(message(*act.answer, at=NOON + timedelta(seconds=2)))
    (reading,) = [one for _, one in answered.readings if one.point == target.id]
    assert house.confirms(wish, reading)


def test_a_command_template_that_cannot_be_read_sends_nothing() -> None:
    target = point("d", "switch_state", "d/p", writable=True)
    house = SiteInterpreter([site((Device("d", "ha_discovery", "d"),), (target,))])
    house.understand(message("homeassistant/switch/d/config", '{"stat_t":"d/p","cmd_t":"d/p/set","cmd_tpl":"{{ now() }}"}'))
    wish = Command("c", "house", target.id, True, Priority.BOOKING, Reason("call"), NOON, NOON + timedelta(minutes=5))
    with pytest.raises(CannotActError, match="beyond what is read here"):
        house.encode(wish)


def test_what_was_announced_without_a_command_topic_cannot_be_set() -> None:
    target = point("d", "temperature", "d/t", writable=True)
    house = SiteInterpreter([site((Device("d", "ha_discovery", "d"),), (target,))])
    house.understand(message("homeassistant/sensor/d/config", '{"stat_t":"d/t","dev_cla":"temperature","unit_of_meas":"°C"}'))
    with pytest.raises(CannotActError):
        house.encode(Command("c", "house", target.id, 20.0, Priority.BOOKING, Reason("call"), NOON, NOON + timedelta(minutes=5)))
