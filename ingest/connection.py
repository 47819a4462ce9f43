"""The connection to the broker: the one module of the intake that knows paho.

QoS 1, persistent session, manual acknowledgement. paho asks the kernel for single bytes and selects before each packet; here
its `loop_read` is replaced: one read takes what is there, PUBLISH packets are cut out of it and handed over together, all
other packets go to paho as before. Acknowledgements are written together. Messages are received in one thread, in order.
"""

from __future__ import annotations

import logging
import random
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.exception import MalformedPacket
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from ingest.arrivals import Arrivals
from ingest.connection_settings import ConnectionSettings
from ingest.delivery import Delivery, Extra
from ingest.outbox import Outbox, OutgoingMessage
from ingest.packets import PUBACK, PacketBuffer, Publish, acknowledgements, is_publish, read_publishes
from ingest.subscriptions import Notes, Subscriptions
from premises.errors import BrokerUnavailableError
from premises.time import Clock

_log = logging.getLogger("greenroom.ingest.connection")
_READ_BYTES = 256 * 1024
_FILTERS_AT_ONCE = 100
_REFUSED = 0x80
_UNSUPPORTED_VERSION = 132
_BAD_LOGIN = frozenset({134, 135})


class _Buffered(mqtt.Client):
    """paho's client with reads of many packets at once."""

    def take_publishes(self, buffer_bytes: int, deliver: Callable[[list[tuple[int, bytes]]], None]) -> None:
        self._max_buffer, self._deliver = buffer_bytes, deliver
        self._buffer = PacketBuffer(buffer_bytes)

    def fresh_buffer(self) -> None:
        self._buffer = PacketBuffer(self._max_buffer)

    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        try:
            data = self._sock_recv(_READ_BYTES)
            packets = self._buffer.feed(data)
        except BlockingIOError:
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        except OSError:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        except ValueError:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_PROTOCOL)
        if not data:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        with self._msgtime_mutex:
            self._last_bytes_received = mqtt.time_func()
        publishes: list[tuple[int, bytes]] = []
        for first, body in packets:
            if is_publish(first):
                publishes.append((first, body))
                continue
            if publishes:
                self._deliver(publishes)
                publishes = []
            rc = self._one_packet(first, body)
            if rc or self._sock is None:
                return self._loop_rc_handle(rc)
        if publishes:
            self._deliver(publishes)
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _one_packet(self, first: int, body: bytes) -> MQTTErrorCode:
        whole = self._in_packet
        whole["command"], whole["packet"], whole["remaining_length"], whole["pos"] = first, bytearray(body), len(body), 0
        try:
            return self._packet_handle()
        except (MalformedPacket, IndexError, ValueError):
            return MQTTErrorCode.MQTT_ERR_PROTOCOL

    def acknowledge(self, packet_ids: Sequence[int]) -> None:
        self._packet_queue(PUBACK, acknowledgements(packet_ids), 0, 1)


class MqttConnection:
    """A session with a broker that is kept through restarts of either side. The Wire of the intake."""

    def __init__(
        self,
        settings: ConnectionSettings,
        clock: Clock,
        receive: Callable[[Arrivals], None],
        extras: Mapping[str, Extra] | None = None,
        notes: Notes | None = None,
    ) -> None:
        """receive: called in the receiving thread, may block (then nothing is read).

        extras: exact topic to callback, called in order between the others, in the receiving thread; their messages are not
        journalled and are acknowledged when the callback has returned. notes: remembers the subscriptions of the session.
        """
        self.settings = settings
        self._delivery = Delivery(clock, receive, extras or {}, self.acknowledge)
        self._extras = tuple(extras or ())
        self._tls = settings.tls_context() if settings.tls else None
        self._lock = threading.RLock()
        self._subscriptions = Subscriptions(settings.client_id, settings.share, notes)
        self._subscriptions.want((), self._extras)
        self._outbox = Outbox(settings.outgoing_limit)
        self._connection = 0
        self._connected = threading.Event()
        self._ready = threading.Condition(self._lock)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._version = settings.mqtt_version or 5
        self._version_known = settings.mqtt_version is not None
        self._problem = "not tried yet"
        self._problem_logged = False
        self._client = self._build()

    # --- life

    def start(self) -> None:
        """Connect in a thread of its own and stay connected; returns at once."""
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)
            self._thread.start()

    def wait_ready(self, timeout_s: float = 10.0) -> None:
        """Wait until connected and subscribed. Raises BrokerUnavailableError that names the broker and what to do."""
        with self._ready:
            ready = self._ready.wait_for(lambda: self.connected and self._subscriptions.settled, timeout_s)
        if not ready:
            raise BrokerUnavailableError(self._away())

    def stop(self) -> None:
        """Write what is queued, end the connection and keep the session."""
        self._stop.set()
        with suppress(OSError):
            self._wake()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(10)
            self._thread = None

    @property
    def connected(self) -> bool:
        return self._connected.is_set()

    @property
    def mqtt_version(self) -> int:
        """5 or 4 (3.1.1): what is spoken, or tried."""
        return self._version

    def _away(self) -> str:
        return (
            f"the MQTT broker {self.settings.address} cannot be reached ({self._problem}); start it, or correct the broker's"
            " address; trying again until it answers"
        )

    def _build(self) -> mqtt.Client:
        settings = self.settings
        options: dict[str, Any] = {"protocol": MQTTProtocolVersion(self._version), "manual_ack": True}
        if self._version != mqtt.MQTTv5:
            options["clean_session"] = False
        kind = _Buffered if settings.buffered else mqtt.Client
        client = kind(CallbackAPIVersion.VERSION2, settings.client_id, reconnect_on_failure=False, **options)
        if isinstance(client, _Buffered):
            client.take_publishes(settings.max_packet_bytes, self._deliver)
        if settings.user is not None:
            client.username_pw_set(settings.user, settings.password)
        if self._tls is not None:
            client.tls_set_context(self._tls)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        client.on_subscribe = self._on_subscribe
        client.on_unsubscribe = self._on_unsubscribe
        # with a callback here paho leaves writing to the loop: other threads only queue
        client.on_socket_register_write = _leave_it_to_the_loop
        client.on_socket_open = _without_delay
        arguments: dict[str, Any] = {}
        if self._version == mqtt.MQTTv5:
            properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
            properties.SessionExpiryInterval = int(settings.session_expiry.total_seconds())
            properties.ReceiveMaximum = settings.receive_maximum
            arguments = {"clean_start": False, "properties": properties}
        client.connect_async(settings.host, settings.port, settings.keepalive_s, **arguments)
        return client

    # --- the receiving thread

    def _run(self) -> None:
        wait_s = self.settings.reconnect_min_s
        while not self._stop.is_set():
            before = self._connection
            self._once()
            if self._stop.is_set():
                break
            if self._connection != before:
                wait_s = self.settings.reconnect_min_s  # it had worked
            elif self._try_other_version():
                continue
            if not self._problem_logged:
                self._problem_logged = True
                _log.error("%s", self._away())
            self._stop.wait(wait_s * random.uniform(0.5, 1.0))
            wait_s = min(2 * wait_s, self.settings.reconnect_max_s)
        self._leave()

    def _once(self) -> None:
        """One connection, from the attempt to its end."""
        self._reached = False
        try:
            if isinstance(self._client, _Buffered):
                self._client.fresh_buffer()
            self._client.reconnect()
            self._reached, self._problem = True, "it hung up"
            before, until = self._connection, time.monotonic() + self.settings.answer_s
            while self._client.loop(1.0) == MQTTErrorCode.MQTT_ERR_SUCCESS and not self._stop.is_set():
                if self._connection == before and time.monotonic() > until:
                    self._problem = "it does not answer in MQTT"
                    self._client.disconnect()
                    break
        except OSError as error:  # includes TLS, name and time-out errors
            self._problem = str(error)
        except Exception:  # noqa: BLE001 - the outermost loop of the receiving thread: said, and a new connection made
            _log.exception("receiving from %s failed; connecting again", self.settings.address)
        if not self._stop.is_set():
            self._gone()

    def _gone(self) -> None:
        with self._lock:
            self._connected.clear()

    def _try_other_version(self) -> bool:
        """Where a broker does not speak MQTT 5 it refuses, or just hangs up: then 3.1.1 is tried at once."""
        if self._version_known or not self._reached:
            return False
        with self._lock:
            self._version = 4 if self._version == 5 else 5
            self._client = self._build()
        return self._version == 4

    def _leave(self) -> None:
        with suppress(OSError):
            self._client.disconnect()
            for _ in range(10):
                if self._client.loop(0.05) != MQTTErrorCode.MQTT_ERR_SUCCESS:
                    break
        self._gone()

    def _wake(self) -> None:
        """Let the loop see that something is to be done."""
        writer = getattr(self._client, "_sockpairW", None)
        if writer is not None:
            writer.send(b"\x00")

    # --- what comes

    def _deliver(self, packets: list[tuple[int, bytes]]) -> None:
        mqtt5 = self._version == mqtt.MQTTv5
        self._delivery.deliver(self._connection, read_publishes(packets, mqtt5=mqtt5))

    def _on_message(self, _client: mqtt.Client, _data: Any, told: mqtt.MQTTMessage) -> None:
        """A message by paho's own reading (`buffered=False`)."""
        packet_id = told.mid if told.qos else 0
        one = Publish(told._topic, bytes(told.payload), told.qos, told.retain, told.dup, packet_id)
        self._delivery.deliver(self._connection, [one])

    def acknowledge(self, connection: int, packet_ids: Sequence[int]) -> None:
        with self._lock:
            if connection != self._connection or not self.connected:
                return
            if isinstance(self._client, _Buffered):
                self._client.acknowledge(packet_ids)
            else:
                for packet_id in packet_ids:
                    self._client.ack(packet_id, 1)

    # --- what goes

    def publish(self, topic: str, payload: bytes, retain: bool = False, valid_s: float | None = None) -> OutgoingMessage:
        message = OutgoingMessage(topic, payload, retain, valid_s)
        with self._lock:
            self._outbox.put(message)
            if self.connected:
                self._send(message)
        return message

    def _send(self, message: OutgoingMessage) -> None:
        properties = None
        if self._version == mqtt.MQTTv5 and message.left_s is not None:
            properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]
            properties.MessageExpiryInterval = int(message.left_s) + 1
        message.receipt = self._client.publish(message.topic, message.payload, 1, message.retain, properties)

    def subscribe(self, filters: Sequence[str], own: Sequence[str] = ()) -> None:
        with self._lock:
            self._subscriptions.want(filters, (*self._extras, *own))
            if self.connected:
                self._send_difference()

    def _send_difference(self) -> None:
        for part in self._subscriptions.to_add(_FILTERS_AT_ONCE):
            _, mid = self._client.subscribe([(one, self._options(one)) for one in part])
            self._subscriptions.adding(mid, part)
        for part in self._subscriptions.to_remove(_FILTERS_AT_ONCE):
            _, mid = self._client.unsubscribe(part)
            self._subscriptions.removing(mid, part)

    def _options(self, one: str) -> Any:
        if self._version != mqtt.MQTTv5:
            return 1
        all_again = one.startswith("$share/") or self._subscriptions.renewing
        handling = SubscribeOptions.RETAIN_SEND_ON_SUBSCRIBE if all_again else SubscribeOptions.RETAIN_SEND_IF_NEW_SUB
        return SubscribeOptions(qos=1, retainHandling=handling)

    # --- paho's callbacks, in the receiving thread

    def _on_connect(self, _client: mqtt.Client, _data: Any, flags: mqtt.ConnectFlags, reason: ReasonCode, _more: Any) -> None:
        if reason.is_failure:
            self._problem = f"it refuses the connection: {reason}"
            if reason.value in _BAD_LOGIN:
                self._problem += "; correct user and password in its address"
            if reason.value != _UNSUPPORTED_VERSION:
                self._version_known = self._version_known or reason.value in _BAD_LOGIN
            return
        with self._ready:
            self._connection += 1
            self._version_known = True
            self._problem_logged = False
            self._problem = "the connection ended"
            self._connected.set()
            self._subscriptions.session(present=flags.session_present)
            self._send_difference()
            self._subscriptions.renewing = False
            self._client.drop_out_messages()  # paho would send again whatever it had, however old
            for message in self._outbox.to_send_again():
                self._send(message)
            self._ready.notify_all()
        _log.info("connected to %s, session %s", self.settings.address, "resumed" if flags.session_present else "new")

    def _on_disconnect(self, _client: mqtt.Client, _data: Any, _flags: Any, reason: ReasonCode, _more: Any) -> None:
        if self.connected:
            self._problem = f"the connection ended: {reason}"
        self._gone()

    def _on_subscribe(self, _client: mqtt.Client, _data: Any, mid: int, reasons: Sequence[ReasonCode], _more: Any) -> None:
        with self._ready:
            refused = self._subscriptions.added(mid, [reason.value < _REFUSED for reason in reasons])
            if refused:
                _log.error("the MQTT broker %s refuses to subscribe us to %s", self.settings.address, ", ".join(refused))
            self._ready.notify_all()

    def _on_unsubscribe(self, _client: mqtt.Client, _data: Any, mid: int, _reasons: Any, _more: Any) -> None:
        with self._ready:
            self._subscriptions.removed(mid)
            self._ready.notify_all()


def _leave_it_to_the_loop(*_: Any) -> None:
    return


def _without_delay(_client: mqtt.Client, _data: Any, opened: Any) -> None:
    """Small packets go at once: else the kernel holds them back for the other side's delayed acknowledgement, some 40 ms."""
    with suppress(OSError):
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
