"""The session with real brokers: in order, acknowledged by hand, kept through restarts, and told clearly when it fails."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ingest.arrivals import Arrivals
from ingest.connection import MqttConnection
from ingest.connection_settings import ConnectionSettings
from premises.errors import BrokerUnavailableError, SettingError
from premises.ports import IntakeStatus
from premises.reading import RawMessage
from premises.time import ManualClock
from stores.journal import SqliteJournal
from tests.ingest_wire.brokers import Running
from tests.ingest_wire.fakes import NOON, SITE, SystemClock
from tests.ingest_wire.station import TEMPERATURE, Devices, Station, wait_until
from tests.mosquitto import Mosquitto
from tests.ports import free_port


@pytest.fixture
def devices(broker: Running) -> Iterator[Devices]:
    made = Devices(broker.url)
    yield made
    made.end()


@pytest.fixture
def station(broker: Running, tmp_path: Path) -> Iterator[Station]:
    made = Station(broker.url, tmp_path, ConnectionSettings(broker.url, mqtt_version=broker.version))
    made.start()
    yield made
    made.stop()


@pytest.mark.slow
def test_messages_of_both_brokers_reach_the_store(station: Station, devices: Devices) -> None:
    for n in range(300):
        devices.client.publish("t/sensor", json.dumps({"n": n, TEMPERATURE: float(n)}), 1)
    wait_until(lambda: station.status.stored == 300)
    assert [reading.value for _, reading in sorted(station.store.rows.items())] == [float(n) for n in range(300)]
    assert station.status.balanced


@pytest.mark.slow
def test_a_command_reaches_its_device_and_is_confirmed_by_the_broker(station: Station, devices: Devices) -> None:
    devices.listen("t/+/set")
    publication = station.connection.publish("t/stage/set", b'{"value": 21}')
    assert publication.wait(60)
    wait_until(lambda: devices.heard == [("t/stage/set", b'{"value": 21}')])


@pytest.mark.slow
def test_marks_of_time_come_in_order_between_the_messages(broker: Running) -> None:
    order: list[str] = []
    clock = ManualClock(NOON)
    came: list[tuple[str, object]] = []

    def receive(arrivals: Arrivals) -> None:
        order.extend(message.topic for message in arrivals.messages)
        came.extend((message.topic, message.received_at) for message in arrivals.messages)
        connection.acknowledge(arrivals.connection, [message.packet_id for message in arrivals.messages])

    def mark(message: RawMessage) -> None:
        order.append(f"mark {message.payload.decode()}")
        clock.advance(timedelta(minutes=5))

    settings = ConnectionSettings(broker.url, mqtt_version=broker.version)
    connection = MqttConnection(settings, clock, receive, {"x/clock": mark})
    connection.subscribe(["t/#"])
    connection.start()
    connection.wait_ready(15)
    devices = Devices(broker.url)
    expected: list[str] = []
    for step in range(20):
        expected += [f"mark {step}", "t/a", "t/b"]
        devices.client.publish("x/clock", str(step), 1)
        devices.client.publish("t/a", b"1", 1)
        devices.client.publish("t/b", b"2", 1)
    wait_until(lambda: len(order) == len(expected))
    assert order == expected
    assert [at for _, at in came] == [NOON + timedelta(minutes=5) * (step + 1) for step in range(20) for _ in range(2)]
    devices.end()
    connection.stop()


@pytest.mark.slow
def test_what_came_while_we_were_away_is_delivered_after_it(mosquitto: Mosquitto, tmp_path: Path) -> None:
    station = Station(mosquitto.url, tmp_path)
    station.start()
    station.stop()
    devices = Devices(mosquitto.url)
    for n in range(50):
        devices.say("t/sensor", json.dumps({"n": n, TEMPERATURE: 1.0}))
    again = Station(mosquitto.url, tmp_path)
    again.start()
    wait_until(lambda: again.status.stored == 50)
    devices.end()
    again.stop()


@pytest.mark.slow
@pytest.mark.parametrize("version", [5, 4])
def test_what_was_not_acknowledged_is_sent_again_and_kept_once(mosquitto: Mosquitto, tmp_path: Path, version: int) -> None:
    settings = ConnectionSettings(mosquitto.url, mqtt_version=version)
    deaf = MqttConnection(settings, SystemClock(), lambda arrivals: held.extend(arrivals.messages))
    held: list[RawMessage] = []
    deaf.subscribe(["t/#"])
    deaf.start()
    deaf.wait_ready(60)
    devices = Devices(mosquitto.url)
    for n in range(10):
        devices.say("t/sensor", json.dumps({"n": n, TEMPERATURE: 1.0}))
    wait_until(lambda: len(held) == 10)
    deaf.stop()
    journal = SqliteJournal(tmp_path / "j.db")
    journal.append(held[:6])  # durable, and killed before the acknowledgement went out
    journal.close()
    station = Station(mosquitto.url, tmp_path, settings)
    station.start()
    wait_until(lambda: station.status.stored == 10)
    assert station.status.received == 10
    assert station.intake.ledger.redelivered == 6
    devices.end()
    station.stop()


@pytest.mark.slow
def test_a_broker_that_is_restarted_loses_us_nothing(mosquitto: Mosquitto, tmp_path: Path) -> None:
    settings = ConnectionSettings(mosquitto.url, reconnect_min_s=0.05, reconnect_max_s=0.1)
    station = Station(mosquitto.url, tmp_path, settings)
    station.start()
    wrong: list[IntakeStatus] = []
    stop = threading.Event()

    def sample() -> None:
        while not stop.wait(0.001):
            status = station.status
            if not status.balanced:
                wrong.append(status)

    sampler = threading.Thread(target=sample)
    sampler.start()
    sent = 0
    for _ in range(3):
        devices = Devices(mosquitto.url)
        for _ in range(100):
            devices.client.publish("t/sensor", json.dumps({"n": sent, TEMPERATURE: 1.0}), 1)
            sent += 1
        devices.say("t/other", b"{}")
        devices.end()
        mosquitto.stop()
        wait_until(lambda: not station.connection.connected)
        mosquitto.start()
        station.connection.wait_ready(15)
    wait_until(lambda: station.status.stored == sent)
    stop.set()
    sampler.join()
    assert wrong == []
    assert len(station.store.rows) == sent
    station.stop()


@pytest.mark.slow
def test_after_a_change_of_the_site_file_old_topics_are_unsubscribed(mosquitto: Mosquitto, tmp_path: Path) -> None:
    before = Station(mosquitto.url, tmp_path)
    before.start()
    before.stop()
    after = Station(mosquitto.url, tmp_path)
    after.interpreter.subscriptions = lambda: ["u/#", "v/#"]  # type: ignore[method-assign]
    after.connection.subscribe(after.interpreter.subscriptions())
    after.start()
    devices = Devices(mosquitto.url)
    for topic in ("t/sensor", "u/x", "v/x"):
        devices.say(topic, b"{}")
    wait_until(lambda: after.status.ignored == 2)
    after.interpreter.subscriptions = lambda: ["v/#"]  # type: ignore[method-assign]
    after.connection.subscribe(after.interpreter.subscriptions())
    after.connection.wait_ready(60)
    for topic in ("u/x", "v/x"):
        devices.say(topic, b"{}")
    wait_until(lambda: after.status.ignored == 3)
    time.sleep(0.1)
    assert after.status.received == 3
    devices.end()
    after.stop()


@pytest.mark.slow
def test_a_retained_message_is_told_as_such(mosquitto: Mosquitto, tmp_path: Path) -> None:
    devices = Devices(mosquitto.url)
    devices.say("t/sensor", json.dumps({TEMPERATURE: 12.0}), retain=True)
    station = Station(mosquitto.url, tmp_path)
    station.start()
    wait_until(lambda: station.status.stored == 1)
    value = station.intake.live.get(SITE, TEMPERATURE)
    assert value is not None
    assert not value.known
    devices.say("t/sensor", json.dumps({TEMPERATURE: 13.0}), retain=True)
    wait_until(lambda: station.status.stored == 2)
    value = station.intake.live.get(SITE, TEMPERATURE)
    assert value is not None
    assert (value.reading.value, value.known) == (13.0, True)
    devices.end()
    station.stop()


@pytest.mark.slow
def test_a_broker_that_speaks_3_1_1_only_is_found_out(tmp_path: Path) -> None:
    from greenroom.broker import EmbeddedBroker

    broker = EmbeddedBroker()
    broker.start()
    station = Station(broker.url, tmp_path, ConnectionSettings(broker.url, answer_s=0.3))
    station.start()
    assert station.connection.mqtt_version == 4
    devices = Devices(broker.url)
    devices.say("t/sensor", json.dumps({TEMPERATURE: 1.0}))
    wait_until(lambda: station.status.stored == 1)
    devices.end()
    station.stop()
    broker.stop()


def test_a_broker_that_is_away_is_told_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    settings = ConnectionSettings(f"mqtt://someone:very-secret@127.0.0.1:{port}", reconnect_min_s=0.01, reconnect_max_s=0.02)
    connection = MqttConnection(settings, SystemClock(), lambda _: None)
    connection.start()
    with pytest.raises(BrokerUnavailableError, match=f"127.0.0.1:{port} cannot be reached .*start it, or correct"):
        connection.wait_ready(0.2)
    connection.stop()
    lines = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(lines) == 1
    assert "very-secret" not in caplog.text + repr(settings)


def test_what_is_published_while_the_broker_is_away_is_bounded() -> None:
    connection = MqttConnection(ConnectionSettings("mqtt://127.0.0.1:1", outgoing_limit=3), SystemClock(), lambda _: None)
    for _ in range(3):
        assert not connection.publish("t", b"").confirmed
    with pytest.raises(BrokerUnavailableError, match="wait to be sent"):
        connection.publish("t", b"")


@pytest.mark.slow
def test_a_topic_that_is_not_utf8_disturbs_nobody(tmp_path: Path) -> None:
    """A rogue broker: no real one lets such a topic through, so it is played here."""
    server = socket.create_server(("127.0.0.1", 0))
    bad = b"t/\xff\xfe"

    def serve() -> None:
        peer, _ = server.accept()
        with peer:
            peer.recv(1000)
            peer.sendall(b"\x20\x02\x00\x00")
            subscribe = peer.recv(1000)
            peer.sendall(b"\x90\x03" + subscribe[2:4] + b"\x01")
            body = len(bad).to_bytes(2, "big") + bad + b"\x00\x01" + b"{}"
            good = b"\x00\x08t/sensor\x00\x02" + json.dumps({TEMPERATURE: 1.0}).encode()
            peer.sendall(b"\x32" + bytes([len(body)]) + body + b"\x32" + bytes([len(good)]) + good)
            acknowledged.append(peer.recv(1000))
            done.wait(10)

    acknowledged: list[bytes] = []
    done = threading.Event()
    thread = threading.Thread(target=serve)
    thread.start()
    url = f"mqtt://127.0.0.1:{server.getsockname()[1]}"
    station = Station(url, tmp_path, ConnectionSettings(url, mqtt_version=4))
    station.start()
    wait_until(lambda: station.status.stored == 1)
    wait_until(lambda: bool(acknowledged))
    assert station.journal.read(0, 1)[0].message.topic.encode("utf-8", "surrogateescape") == bad
    assert acknowledged[0].startswith(b"\x40\x02\x00\x01")
    done.set()
    station.stop()
    thread.join()
    server.close()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"url": "http://broker"}, "must be like mqtt://"),
        ({"url": "mqtt://broker:port"}, "must be like mqtt://"),
        ({"url": "mqtt://"}, "must be like mqtt://"),
        ({"client_id": ""}, "client id must not be empty"),
        ({"mqtt_version": 3}, "must be 5, 4"),
        ({"receive_maximum": 0}, "between 1 and 65535"),
        ({"share": "a/b"}, "must not hold"),
        ({"certificate": Path("cert.pem")}, "together or not at all"),
    ],
)
def test_a_wrong_setting_is_told_at_once(change: dict[str, object], told: str) -> None:
    with pytest.raises(SettingError, match=told):
        replace(ConnectionSettings("mqtt://broker"), **change)  # type: ignore[arg-type]


def test_the_address_is_read_with_user_password_and_port() -> None:
    settings = ConnectionSettings("mqtts://green:r%40om@broker.example:8884")
    assert (settings.host, settings.port, settings.tls) == ("broker.example", 8884, True)
    assert (settings.user, settings.password) == ("green", "r@om")
    assert ConnectionSettings("mqtt://broker").port == 1883
    assert ConnectionSettings("mqtts://broker").port == 8883
