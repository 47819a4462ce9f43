"""LoRaWAN network servers: ChirpStack v3 and v4, The Things Stack v3 (and v2), and bare objects of vendor codecs."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson

from ingest.decoded import Decoded, Measurement, Outgoing
from ingest.families.family import Family, Hints, as_number, as_switch, compact
from ingest.families.instants import instant_of
from ingest.families.lorawan_keys import OBJECT_KEYS
from ingest.families.lorawan_objects import is_not_measured, object_measurements
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import number_in, plain
from ingest.families.words import meaning_of
from premises.reading import Value
from premises.site import Device, Point

_NAMED_TEXT = re.compile(r"([A-Za-z][A-Za-z _]{1,31}?)\s*[=:]\s*([-+]?\d{1,9}(?:\.\d{1,6})?)")
_EVENTS = frozenset(("up", "status", "join", "ack", "txack", "log", "location", "integration", "down", "queued", "sent", "failed"))


class LoRaWan(Family):
    name = "lorawan"

    def recognises(self, message: Message, memory: Memory) -> float:
        levels = message.levels
        if levels[0] == "application" and len(levels) >= 5 and levels[2] == "device":
            return 0.95
        if levels[0] == "v3" and "devices" in levels:
            return 0.95
        fields = message.fields_or_none()
        if fields is None:
            return 0.0
        if "uplink_message" in fields or "end_device_ids" in fields:
            return 0.9
        if "deviceInfo" in fields or "devEUI" in fields or "payload_fields" in fields:
            return 0.85
        if not message.topic or levels[-1] in ("uplink", "up"):
            plain_values = all(
                not isinstance(told, str) or key in OBJECT_KEYS or is_not_measured(key) for key, told in fields.items()
            )
            known = any(key in OBJECT_KEYS or key.partition("_chn")[0] in OBJECT_KEYS for key in fields)
            return 0.4 if plain_values and known else 0.0
        return 0.0

    def subscriptions(self, device: Device) -> tuple[str, ...]:
        topic = device.topic
        return (f"{topic}/event/+",) if topic.startswith("application/") else (f"{topic}/#",)

    def device_of(self, topic: str) -> str:
        levels = topic.split("/")
        return "/".join(levels[:4]) if levels[0] in ("application", "v3") else topic

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        device = hints.base or self.device_of(message.topic)
        if "/command/" in message.topic or "/down/" in message.topic:
            return self.ignored("a downlink", device)
        fields = message.fields
        event = message.levels[-1] if message.levels[-1] in _EVENTS else ""
        if "end_device_ids" in fields or "uplink_message" in fields:
            return self.told(_things_stack(fields, hints), device, "no uplink")
        if "payload_fields" in fields or ("hardware_serial" in fields and "metadata" in fields):
            return self.told(_things_v2(fields, hints), device, "no uplink")
        if "deviceInfo" in fields or "devEUI" in fields or "applicationID" in fields:
            return self.told(_chirpstack(fields, event, hints), device, f"event {event or 'without measurements'}")
        decoded = fields.get("decoded")
        if isinstance(decoded, dict) and isinstance(decoded.get("payload"), dict):
            fields = decoded["payload"]
        return self.told(object_measurements(fields, None), device, "no measurement in the object")

    def encode(self, device: Device, point: Point, value: Value, memory: Memory) -> tuple[Outgoing, ...]:
        """Downlinks carry an object for the codec: option `downlink <quantity>` is its JSON with `{value}`, `f_port` the port."""
        what = point.message_quantity or point.quantity.message
        template = device.options.get(f"downlink {what}")
        if template is None:
            raise self.cannot(point)
        shown = ("true" if as_switch(value) else "false") if isinstance(value, bool) else str(compact(as_number(value)))
        told = orjson.loads(template.replace("{value}", shown))
        port = int(device.options.get("f_port", "1"))
        if device.topic.startswith("v3/"):
            body: dict[str, Any] = {"downlinks": [{"f_port": port, "decoded_payload": told, "priority": "NORMAL"}]}
            return (Outgoing(f"{device.topic}/down/push", orjson.dumps(body)),)
        eui = device.topic.rsplit("/", 1)[-1]
        body = {"devEui": eui, "confirmed": False, "fPort": port, "object": told}
        return (Outgoing(f"{device.topic}/command/down", orjson.dumps(body)),)


def _chirpstack(fields: dict[str, Any], event: str, hints: Hints) -> Iterator[Measurement]:
    time = instant_of(fields.get("time") or fields.get("publishedAt"), hints.zone)
    if event == "log" or ("level" in fields and "code" in fields):
        if str(fields.get("level", "")).upper() in ("ERROR", "WARNING", ""):
            yield Measurement("fault", plain(fields.get("code") or fields.get("type")), None, "", time)
        return
    if event in ("join", "ack", "txack", "location"):
        return
    if "batteryLevel" in fields:
        external = fields.get("externalPowerSource") is True or fields.get("batteryLevelUnavailable") is True
        yield Measurement("battery", None if external else plain(fields["batteryLevel"]), "%", "", time)
    if "margin" in fields:
        yield Measurement("link_margin", plain(fields["margin"]), "dB", "", time)
    told = fields.get("object", fields.get("objectJSON"))
    if isinstance(told, str) and told[:1] == "{":
        try:
            told = orjson.loads(told)
        except orjson.JSONDecodeError:
            raise MalformedError("objectJSON is no JSON") from None
    if isinstance(told, dict):
        yield from object_measurements(told, time)
    elif fields.get("data"):
        yield from _text_payload(fields["data"], time)
    yield from _radio(fields.get("rxInfo", [fields]), time)  # the oldest releases told the signal beside the data


def _things_stack(fields: dict[str, Any], hints: Hints) -> Iterator[Measurement]:
    uplink = fields.get("uplink_message")
    if not isinstance(uplink, dict):
        return
    settings = uplink.get("settings")
    told_at = settings.get("time") if isinstance(settings, dict) else None
    time = instant_of(told_at or uplink.get("received_at") or fields.get("received_at"), hints.zone)
    decoded = uplink.get("decoded_payload")
    found = list(object_measurements(decoded, time)) if isinstance(decoded, dict) else []
    if found:
        yield from found
    elif isinstance(uplink.get("normalized_payload"), list):
        for part in uplink["normalized_payload"][:16]:
            if isinstance(part, dict):
                yield from object_measurements(part, time)
    elif uplink.get("frm_payload"):
        yield from _text_payload(uplink["frm_payload"], time)
    battery = uplink.get("last_battery_percentage")
    if isinstance(battery, dict) and "value" in battery:
        yield Measurement("battery", plain(battery["value"]), "%", "", instant_of(battery.get("received_at")) or time)
    yield from _radio(uplink.get("rx_metadata"), time)


def _things_v2(fields: dict[str, Any], hints: Hints) -> Iterator[Measurement]:
    metadata = fields.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    time = instant_of(metadata.get("time"), hints.zone)
    decoded = fields.get("payload_fields")
    if isinstance(decoded, dict):
        yield from object_measurements(decoded, time)
    yield from _radio(metadata.get("gateways"), time)


def _radio(gateways: Any, time: datetime | None) -> Iterator[Measurement]:
    """Signal at the gateway that heard the device best."""
    heard = [one for one in gateways[:32] if isinstance(one, dict)] if isinstance(gateways, list) else []
    rated = [one for one in heard if isinstance(one.get("rssi"), int | float) and not isinstance(one.get("rssi"), bool)]
    if not rated:
        return
    best = max(rated, key=lambda one: one["rssi"])
    yield Measurement("rssi", plain(best["rssi"]), "dBm", "", time)
    snr = best.get("snr", best.get("loRaSNR"))
    if snr is not None:
        yield Measurement("snr", plain(snr), "dB", "", time)


def _text_payload(told: Any, time: datetime | None) -> Iterator[Measurement]:
    """A payload without codec that is readable text such as `Temperature = 0.0`; other bytes need a codec."""
    if not isinstance(told, str) or len(told) > 512:
        return
    try:
        text = base64.b64decode(told, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return
    if not text.isprintable():
        return
    for name, number in _NAMED_TEXT.findall(text)[:16]:
        meaning = meaning_of(name)
        if meaning is not None:
            yield Measurement(meaning.quantity, number_in(number), meaning.unit, "", time)
