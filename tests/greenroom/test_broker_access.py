"""Who may do what at a real Mosquitto: a device its own topics, Greenroom what it needs, everybody else nothing."""

from __future__ import annotations

import base64
import csv
import hashlib
import shutil
import stat
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from click.testing import CliRunner, Result
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.reasoncodes import ReasonCode

from greenroom.broker_access import GREENROOM, ITERATIONS, clients_of, password_line
from greenroom.cli import greenroom
from greenroom.premises_files import load_sites
from premises.errors import SettingError
from premises.site import Device
from tests.mosquitto import Mosquitto

SECONDS = 10.0
ZIGBEE = "zigbee2mqtt"


def acl(out: Path, *options: str) -> Result:
    return CliRunner().invoke(greenroom, ["broker", "acl", "la-kolok", "--out", str(out), *options])


def credentials(out: Path) -> dict[str, str]:
    with (out / "credentials.csv").open(encoding="utf-8") as file:
        return {row["user"]: row["password"] for row in csv.DictReader(file)}


@dataclass
class Guarded:
    """A Mosquitto with the files of a site, and everyone's password."""

    broker: Mosquitto
    passwords: dict[str, str]

    def speaks(self, user: str, password: str | None = None) -> Speaker:
        return Speaker(self.broker.port, user, self.passwords[user] if password is None else password)


class Speaker:
    """A client of the broker that waits for every answer."""

    def __init__(self, port: int, user: str, password: str) -> None:
        self.refused: ReasonCode | None = None
        self.heard: list[str] = []
        self._answered = threading.Event()
        self._news = threading.Condition()
        self._published: dict[int, ReasonCode] = {}
        self._subscribed: list[ReasonCode] = []
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, f"test-{user}", protocol=mqtt.MQTTv5)
        self._client.username_pw_set(user, password)
        self._client.on_connect = self._on_connect
        self._client.on_publish = self._on_publish
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.connect("127.0.0.1", port, clean_start=True)
        self._client.loop_start()
        assert self._answered.wait(SECONDS)

    def _on_connect(self, _c: object, _u: object, _f: object, reason: ReasonCode, _p: object) -> None:
        self.refused = reason if reason.is_failure else None
        self._answered.set()

    def _on_publish(self, _c: object, _u: object, mid: int, reason: ReasonCode, _p: object) -> None:
        with self._news:
            self._published[mid] = reason
            self._news.notify_all()

    def _on_subscribe(self, _c: object, _u: object, _mid: int, reasons: list[ReasonCode], _p: object) -> None:
        self._subscribed = reasons
        self._answered.set()

    def _on_message(self, _c: object, _u: object, message: mqtt.MQTTMessage) -> None:
        with self._news:
            self.heard.append(message.topic)
            self._news.notify_all()

    def hears(self, topic: str) -> None:
        """Wait until a message on that topic has come: those before it came before."""
        with self._news:
            assert self._news.wait_for(lambda: topic in self.heard, SECONDS)

    def may_publish(self, topic: str) -> bool:
        told = self._client.publish(topic, b"1", qos=1)
        with self._news:
            assert self._news.wait_for(lambda: told.mid in self._published, SECONDS)
        return not self._published[told.mid].is_failure

    def listen(self, topic: str) -> bool:
        self._answered.clear()
        self._client.subscribe(topic, qos=1)
        assert self._answered.wait(SECONDS)
        return not self._subscribed[0].is_failure

    def leave(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[Guarded]:
    out = tmp_path / "files"
    assert acl(out).exit_code == 0
    folder = tmp_path / "broker"
    folder.mkdir()
    files = f"allow_anonymous false\npassword_file {out}/passwords\nacl_file {out}/access\n"
    broker = Mosquitto(folder, files)
    broker.start()
    yield Guarded(broker, credentials(out))
    broker.stop()


@pytest.mark.live
def test_a_device_publishes_its_own_topics_and_nothing_else(guarded: Guarded) -> None:
    meter = guarded.speaks("main-meter")
    assert meter.refused is None
    own = "shellypro3em-main"
    assert [meter.may_publish(f"{own}/{what}") for what in ("events/rpc", "online", "status/em:0")] == [True] * 3
    others = ("shellypro3em-kitchen/status/em:0", "zigbee2mqtt/stage-1-heat/set", f"{own}x/online", "greenroom/x", "$SYS/x", "x")
    assert [meter.may_publish(topic) for topic in others] == [False] * len(others)
    meter.leave()


@pytest.mark.live
def test_a_device_reads_its_own_commands_and_hears_nobody_else(guarded: Guarded) -> None:
    meter, house = guarded.speaks("main-meter"), guarded.speaks(GREENROOM)
    assert meter.listen("#"), "Mosquitto takes any filter, and then keeps back what the client may not read"
    assert house.may_publish("shellypro3em-kitchen/rpc")
    assert house.may_publish("shellypro3em-main/rpc")
    assert house.listen("shellypro3em-main/#")
    assert meter.may_publish("shellypro3em-main/online")
    meter.hears("shellypro3em-main/online")
    house.hears("shellypro3em-main/online")
    for speaker in (meter, house):
        speaker.leave()
    assert meter.heard == ["shellypro3em-main/rpc", "shellypro3em-main/online"], "and nothing of the kitchen's"
    assert house.heard == ["shellypro3em-main/online"]


@pytest.mark.live
def test_a_bridge_speaks_for_all_devices_behind_it(guarded: Guarded) -> None:
    bridge = guarded.speaks(ZIGBEE)
    assert all(bridge.may_publish(topic) for topic in ("zigbee2mqtt/stage-1-air", "zigbee2mqtt/bridge/state"))
    assert bridge.listen("zigbee2mqtt/stage-1-heat/set")
    assert not bridge.may_publish("shellypro3em-main/online")
    bridge.leave()


@pytest.mark.live
def test_greenroom_cannot_pretend_to_be_what_it_only_reads_and_nobody_enters_without_a_password(guarded: Guarded) -> None:
    house = guarded.speaks(GREENROOM)
    assert house.refused is None
    assert house.listen("#")
    assert not house.may_publish("somewhere/else")
    house.leave()
    for user, password in ((GREENROOM, "guessed"), ("main-meter", ""), ("nobody", "x")):
        stranger = guarded.speaks(user, password)
        assert stranger.refused is not None
        stranger.leave()


def test_the_password_file_is_what_mosquittos_own_tool_makes(tmp_path: Path) -> None:
    line = password_line("anna", "a password", b"twelve bytes")
    user, _, told = line.partition(":")
    empty, mark, iterations, salt, key = told.split("$")
    assert (user, empty, mark, int(iterations)) == ("anna", "", "7", ITERATIONS)
    right = hashlib.pbkdf2_hmac("sha512", b"a password", base64.b64decode(salt), int(iterations))
    assert base64.b64decode(key) == right
    tool = shutil.which("mosquitto_passwd")
    if tool is None:
        pytest.skip("mosquitto_passwd is not installed")
    own = tmp_path / "own"
    subprocess.run([tool, "-b", "-c", str(own), "anna", "a password"], check=True, capture_output=True)
    _, mark, iterations, salt, key = own.read_text(encoding="utf-8").strip().partition(":")[2].split("$")
    theirs = hashlib.pbkdf2_hmac("sha512", b"a password", base64.b64decode(salt), int(iterations))
    assert (mark, base64.b64decode(key)) == ("7", theirs)


def test_files_are_for_the_owner_and_hold_no_password_in_the_clear_but_one(tmp_path: Path) -> None:
    acl(tmp_path / "files")
    for path in (tmp_path / "files").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    secrets = set(credentials(tmp_path / "files").values())
    assert len(secrets) == len(credentials(tmp_path / "files"))
    for name in ("passwords", "access", "mosquitto.conf"):
        text = (tmp_path / "files" / name).read_text(encoding="utf-8")
        assert not any(secret in text for secret in secrets)


def test_who_has_a_password_keeps_it_until_it_is_renewed_and_who_is_gone_loses_it(tmp_path: Path) -> None:
    out = tmp_path / "files"
    acl(out)
    before = (out / "passwords").read_text(encoding="utf-8").splitlines()
    (out / "passwords").write_text("\n".join([*before, "old-meter:$7$101$c2FsdA==$a2V5"]) + "\n", encoding="utf-8")
    (out / "credentials.csv").unlink()
    again = acl(out)
    assert "0 with a new password, 1 gone" in again.output
    assert (out / "passwords").read_text(encoding="utf-8").splitlines() == before
    assert not (out / "credentials.csv").exists()
    acl(out, "--renew", "main-meter")
    changed = set((out / "passwords").read_text(encoding="utf-8").splitlines()) ^ set(before)
    assert {line.partition(":")[0] for line in changed} == {"main-meter"}
    assert set(credentials(out)) == {"main-meter"}
    assert "no user" in str(acl(out, "--renew", "nobody").exception)


def test_commands_that_come_elsewhere_are_read_there() -> None:
    from dataclasses import replace

    (site,) = load_sites("la-kolok")
    devices = (
        Device("lamp", "tasmota", "lamp"),
        Device("inverter", "victron", "N/a0b1c2"),
        Device("node", "sparkplug_b", "spBv1.0/studio/node"),
    )
    by_user = {client.user: client for client in clients_of([replace(site, devices=devices)])}
    assert {"tele/lamp/SENSOR", "stat/lamp/+"} <= set(by_user["lamp"].publishes)
    assert "cmnd/lamp/#" in by_user["lamp"].reads
    assert {"R/a0b1c2/#", "W/a0b1c2/#"} <= set(by_user["inverter"].reads)
    assert "spBv1.0/studio/NCMD/node" in by_user["node"].reads
    assert "cmnd/lamp/#" in by_user[GREENROOM].publishes
    with pytest.raises(SettingError, match="Greenroom's own"):
        clients_of([replace(site, devices=(Device(GREENROOM, "tasmota", "lamp"),))])
