"""The family `misc_sensors`: told apart by keys; the words of keys and of the topic serve where nothing more is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from ingest.decoded import Decoded, Measurement
from ingest.families.bthome import bthome_measurements
from ingest.families.family import Family, Hints
from ingest.families.instants import instant_of
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message, parse_json
from ingest.families.misc_sensors.bacnet import bacnet_measurements, device_of_bacnet, is_bacnet
from ingest.families.misc_sensors.goe import device_of_goe, goe_measurements, is_goe
from ingest.families.misc_sensors.loxone import is_loxone, loxone_measurements
from ingest.families.misc_sensors.meters import dsmr_meaning, is_wmbus, teleinfo_measurements, wmbus_measurements
from ingest.families.misc_sensors.smarthome import is_smarthome, smarthome_measurements
from ingest.families.misc_sensors.tables import AQARA, ENODE, ESPURNA, OMG, OPENWB, P1, RTL_433, RUUVI, Meaning
from ingest.families.misc_sensors.vzlogger import device_of_vzlogger, is_vzlogger, vzlogger_measurements
from ingest.families.misc_sensors.zwave import is_zwave, zwave_measurements
from ingest.families.obis import meaning_of_obis, names_obis
from ingest.families.scalars import number_with_unit, plain, plain_text, present, yes_no
from ingest.families.teleinfo import TELEINFO, names_teleinfo
from ingest.families.words import Meaning as Named
from ingest.families.words import meaning_of, quantity_of_unit, unit_named
from premises.site import Device

_AVAILABILITY = frozenset(("status", "lwt", "availability", "online", "connected", "state", "available"))
_PRESENCE_WORDS = frozenset((b"online", b"offline", b"Online", b"Offline", b"connected", b"disconnected"))
_STATES = frozenset(("occupancy", "contact", "smoke", "switch_state", "vibration", "water_leak", "heating_active", "availability"))
_ESPURNA_OWN = frozenset(("mac", "host", "ip"))
_OMG_OWN = frozenset(("id", "model", "model_id", "brand", "mac_type", "manufacturerdata", "servicedata"))


class MiscSensors(Family):
    name = "misc_sensors"

    def recognises(self, message: Message, memory: Memory) -> float:
        fields = message.fields_or_none()
        levels = message.levels
        if len(levels) >= 3 and is_zwave(message):
            return 0.85
        if is_goe(message) or is_vzlogger(levels) or is_loxone(message) or is_bacnet(message):
            return 0.9
        if fields is not None:
            return _of_fields(fields, levels)
        if message.payload[:64].lstrip()[:1] == b"[":
            return 0.27 if _tells_batch(message) else 0.0
        if "obis" in levels or levels[-1] in P1:
            return 0.8
        if "rtl_433" in levels and levels[-1] in RTL_433:
            return 0.9
        if _named_exactly(levels) is not None:
            return 0.5
        if names_obis(message.topic):
            return 0.5
        if message.payload in _PRESENCE_WORDS:
            return 0.35
        if len(message.payload) > 64 or not message.topic:
            return 0.0
        named = meaning_of(levels[-1]) or (
            meaning_of(levels[-2]) if levels[-1].lower() in _PRESENT_ONE and len(levels) > 1 else None
        )
        return 0.3 if named is not None and named.quantity != "mode" else 0.0

    def subscriptions(self, device: Device) -> tuple[str, ...]:
        return (device.topic, f"{device.topic}/#")

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        topic = hints.base or message.topic
        if message.levels[-1] in ("set", "command", "cmnd"):
            return self.ignored("a command", topic)
        own = self._of_makes(message, memory, hints)
        if own is not None:
            return own
        if is_zwave(message):
            return self.told(zwave_measurements(message, hints), topic, "a setting, a wish or a name")
        if message.payload[:64].lstrip()[:1] == b"[":
            return self.told(_batch(message, hints), topic, "a list that measures nothing known")
        if message.looks_like_object:
            return self.told(_of_object(message.fields, message, hints), topic, "no key that measures anything known")
        return self._bare(message, hints, topic)

    def _of_makes(self, message: Message, memory: Memory, hints: Hints) -> Decoded | None:
        """Makes whose topics say which they are; None for all others."""
        if is_goe(message):
            return self.told(goe_measurements(message), hints.base or device_of_goe(message.topic), "a setting of the charger")
        if is_vzlogger(message.levels):
            device = hints.base or device_of_vzlogger(message.topic)
            return self.told(vzlogger_measurements(message, memory, hints), device, "the name of a channel")
        if is_bacnet(message):
            device = hints.base or device_of_bacnet(message.topic)
            return self.told(bacnet_measurements(message, hints), device, "another property than the present value")
        if is_loxone(message):
            return self.told(loxone_measurements(message), hints.base or message.topic, "no state that measures anything known")
        return None

    def _bare(self, message: Message, hints: Hints, topic: str) -> Decoded:
        text, levels = message.text, message.levels
        last = levels[-1]
        if message.payload in _PRESENCE_WORDS or last.lower() in ("lwt", "availability"):
            there = present(text)
            if there is None:
                raise MalformedError(f"availability is told as online or offline, not {text[:40]!r}")
            return self.told((Measurement("availability", there),), topic)
        value = plain_text(text)
        known = _named_exactly(levels) or (
            meaning_of_obis(message.topic) if "obis" in levels or last == "value" or names_obis(message.topic) else None
        )
        channel = message.topic[len(topic) :].strip("/") if hints.device is not None else ""
        if known is None:
            named = next((one for one in (meaning_of(level) for level in reversed(levels[-2:])) if one is not None), None)
            if named is None:
                if isinstance(value, str):
                    raise MalformedError("neither the topic nor the text says what this is")
                return self.told((Measurement(None, value, None, channel),), topic)
            known = (named.quantity, named.unit, channel)
        quantity, unit, own = known
        if quantity in _STATES and quantity != "contact":
            value = yes_no(text)
        if isinstance(value, str) and quantity not in ("mode", "fault", *_STATES):
            with_unit = number_with_unit(text)
            if with_unit is None:
                raise MalformedError(f"{quantity} is a number, not {text[:40]!r}")
            value, unit = with_unit[0], unit_named(with_unit[1]) or unit
        return self.told((Measurement(quantity, value, unit, own),), topic)


_PRESENT_ONE = frozenset(("state", "value", "get", "actual", "current", "present", "reading", "present-value", "total", "sum"))
"""Last levels that say no more than that this is the value of the level before."""


def _named_exactly(levels: list[str]) -> Meaning | None:
    """Last levels with a fixed meaning: customer ports of meters, weather sensors."""
    last = levels[-1]
    known = P1.get(last) or (RTL_433.get(last) if "rtl_433" in levels else None)
    if known is not None:
        return known
    if last in TELEINFO and last not in ("BASE",):
        return TELEINFO[last]
    if levels[0] == "openWB":
        return OPENWB.get(last.rstrip("123")) or OPENWB.get(last)
    if last == "energy_delta":
        return "energy_delta", None, ""
    day = dsmr_meaning(levels) if len(levels) >= 3 else None
    return (day.quantity, day.unit, "") if day is not None else None


def _of_fields(fields: dict[str, Any], levels: list[str]) -> float:
    if "cmd" in fields and "sid" in fields:
        return 0.9
    if "BTtoMQTT" in levels or "RFtoMQTT" in levels or "Pilight" in levels:
        return 0.9
    if fields.keys() >= _ESPURNA_OWN:
        return 0.8
    if is_wmbus(fields) or names_teleinfo(fields):
        return 0.8
    if "measurementSequenceNumber" in fields or ("gw_mac" in fields and "rssi" in fields):
        return 0.8
    if "sensor" in fields and "value" in fields:
        return 0.6
    if _is_rtl(fields, levels):
        return 0.6
    if "Ts" in fields and any(key in ENODE for key in fields):
        return 0.7
    if _is_value(fields, levels) or is_smarthome(fields, levels):
        return 0.4
    if sum(key in P1 for key in fields) >= 2:
        return 0.6
    values = fields.get("values")
    if isinstance(values, dict) and any(key in fields for key in _CLOCKS):
        return 0.3 if any(_tells(key, told) for key, told in values.items()) else 0.0
    return 0.26 if any(_tells(key, told) for key, told in fields.items()) else 0.0


def _tells(key: str, told: Any) -> bool:
    """Whether a key says what its value is, be it bare or an object with `value`."""
    return meaning_of(key) is not None and (
        type(told.get("value")) in (int, float, str) if type(told) is dict else type(told) is not list
    )


def _is_rtl(fields: dict[str, Any], levels: list[str]) -> bool:
    """Whether rtl_433 wrote it: its topics say so, else a model beside names of its own kind."""
    return "rtl_433" in levels or ("model" in fields and any(key in RTL_433 and "_" in key for key in fields))


def _is_value(fields: dict[str, Any], levels: list[str]) -> bool:
    """Whether it is one value with its unit, or under a topic that says what it is."""
    if type(fields.get("value")) not in (int, float, str):
        return False
    unit = fields.get("unit")
    known = isinstance(unit, str) and quantity_of_unit(unit_named(unit) or "") is not None
    return known or meaning_of(levels[-1]) is not None


_CLOCKS = ("time", "timestamp", "ts", "Time")
_MOST_OF_BATCH = 200


def _tells_batch(message: Message) -> bool:
    """Whether it is a list of objects of which one measures something: for recognition, never raises."""
    try:
        return any(True for _ in _batch(message, Hints()))
    except MalformedError:
        return False


def _batch(message: Message, hints: Hints) -> Iterator[Measurement]:
    """A list of objects: what each says at its own time; those without one are told apart by their names, else their numbers."""
    told = message.document
    for number, one in enumerate(told[:_MOST_OF_BATCH] if isinstance(told, list) else (), 1):
        if not isinstance(one, dict):
            continue
        time = next((instant_of(one[key], hints.zone) for key in _CLOCKS if key in one), None)
        name = next((str(one[key])[:32] for key in ("name", "id", "device", "sensor") if isinstance(one.get(key), str | int)), "")
        yield from _by_words(one, time, name or ("" if time is not None else str(number)), 0)


def _of_object(fields: dict[str, Any], message: Message, hints: Hints) -> Iterator[Measurement]:
    keys = fields.keys()
    if "cmd" in keys and "sid" in keys:
        yield from _aqara(fields)
    elif "BTtoMQTT" in message.levels or ("tempc" in keys and _OMG_OWN & keys):
        yield from _openmqtt(fields, None)
    elif keys >= _ESPURNA_OWN:
        yield from _table(fields, ESPURNA, instant_of(fields.get("time"), hints.zone))
        for key, told in fields.items():
            if key.startswith("relay/"):
                yield Measurement("switch_state", plain(told), None, key)
    elif is_wmbus(fields):
        yield from wmbus_measurements(fields, instant_of(fields.get("timestamp"), hints.zone))
    elif names_teleinfo(fields):
        yield from teleinfo_measurements(fields, None)
    elif "measurementSequenceNumber" in keys or "gw_mac" in keys:
        yield from _table(fields, RUUVI, instant_of(fields.get("ts"), hints.zone))
    elif ("sensor" in keys and "value" in keys) or _is_value(fields, message.levels):
        yield from _named_value(fields, message, hints)
    elif "Ts" in keys and any(key in ENODE for key in keys):
        yield from _table(fields, ENODE, None)
    elif _is_rtl(fields, message.levels):
        yield from _table(fields, RTL_433, instant_of(fields.get("time"), hints.zone))
        if fields.get("battery_ok") is not None:
            yield Measurement("status", plain(fields["battery_ok"]), None, "battery ok")
    elif "BTHome_version" in keys:
        yield from bthome_measurements(fields)
    elif is_smarthome(fields, message.levels):
        yield from smarthome_measurements(fields, message, hints)
    elif sum(key in P1 for key in keys) >= 2:
        yield from _table(fields, P1, instant_of(fields.get("timestamp"), hints.zone))
    else:
        time = next((instant_of(fields[key], hints.zone) for key in _CLOCKS if key in keys), None)
        yield from _by_words(fields, time, "", 0)


def _table(fields: dict[str, Any], table: Mapping[str, Meaning], time: datetime | None) -> Iterator[Measurement]:
    for key, told in fields.items():
        meaning = table.get(key)
        if meaning is not None and type(told) is not dict and type(told) is not list:
            yield Measurement(meaning[0], plain(told), meaning[1], meaning[2], time)


def _openmqtt(fields: dict[str, Any], time: datetime | None) -> Iterator[Measurement]:
    """Theengs keys; the temperature in Fahrenheit only where Celsius is not told."""
    told = {key: value for key, value in fields.items() if not (key == "tempf" and "tempc" in fields)}
    yield from _table(told, OMG, time)


_AQARA_STATES = {
    "motion": "occupancy",
    "no_motion": "occupancy",
    "open": "contact",
    "close": "contact",
    "leak": "water_leak",
    "no_leak": "water_leak",
    "on": "switch_state",
    "off": "switch_state",
}


def _aqara(fields: dict[str, Any]) -> Iterator[Measurement]:
    """The data are JSON in a text, numbers in text, in hundredths."""
    told = fields.get("data")
    if isinstance(told, str):
        told = parse_json(told.encode())
    for key, value in told.items() if isinstance(told, dict) else ():
        meaning = AQARA.get(key)
        if meaning is not None:
            number = plain(value)
            quantity, unit, channel, divisor = meaning
            scaled = number / divisor if divisor != 1 and isinstance(number, int | float) else number
            yield Measurement(quantity, scaled, unit, channel)
        elif key == "status" and isinstance(value, str):
            quantity = _AQARA_STATES.get(value, "button_event")
            yield Measurement(quantity, plain(value) if quantity == "switch_state" else value[:64])
        elif key.startswith("channel_"):
            yield Measurement("switch_state", plain(value), None, key)


def _named_value(fields: dict[str, Any], message: Message, hints: Hints) -> Iterator[Measurement]:
    """Klimalogger and the like: what the value is, is told by a key or by the topic, if at all."""
    told = next((str(fields[key]) for key in ("type", "quantity", "measurement", "name") if isinstance(fields.get(key), str)), "")
    meaning = meaning_of(told) or meaning_of(message.levels[-1])
    time = instant_of(fields.get("time", fields.get("timestamp")), hints.zone)
    unit = unit_named(str(fields["unit"])) if isinstance(fields.get("unit"), str) else None
    if meaning is None and unit is not None:
        by_unit = quantity_of_unit(unit)
        meaning = Named(by_unit, unit) if by_unit is not None else None
    channel = str(fields.get("sensor", ""))[:64]
    yield Measurement(
        meaning.quantity if meaning else None, plain(fields["value"]), unit or (meaning.unit if meaning else None), channel, time
    )


def _by_words(fields: dict[str, Any], time: datetime | None, place: str, depth: int) -> Iterator[Measurement]:
    for key, told in fields.items():
        if type(told) is dict and "value" in told and meaning_of(key) is not None:
            yield from _with_unit(key, told, time, place)
            continue
        if type(told) is dict and depth < 3:
            yield from _by_words(told, time, f"{place} {key}".strip()[:64], depth + 1)
            continue
        meaning = meaning_of(key)
        if meaning is None or isinstance(told, dict | list):
            continue
        value = yes_no(told) if meaning.quantity in _STATES and meaning.quantity != "contact" else plain(told)
        if isinstance(value, str) and meaning.quantity not in ("mode", "fault", "contact"):
            continue
        yield Measurement(meaning.quantity, value, meaning.unit, f"{place} {key}".strip(), time)


def _with_unit(key: str, told: dict[str, Any], time: datetime | None, place: str) -> Iterator[Measurement]:
    """`{"temperature": {"value": 21.3, "unit": "C"}}`."""
    meaning = meaning_of(key)
    value = plain(told["value"])
    if meaning is not None and not isinstance(value, str):
        unit = unit_named(str(told["unit"])) if isinstance(told.get("unit"), str) else None
        yield Measurement(meaning.quantity, value, unit or meaning.unit, f"{place} {key}".strip(), time)
