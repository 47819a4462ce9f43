"""Shelly generation 2 and later: component objects on `status/<component>` and in RPC notifications; Bluetooth relays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson

from ingest.decoded import Decoded, Measurement, Outgoing
from ingest.families.bthome import bthome_measurements
from ingest.families.family import Family, Hints, Layout, Place, Shape, as_number, as_switch, compact
from ingest.families.instants import instant_of
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import plain, present
from ingest.families.shelly_components import component_measurements, component_places, guessed_component
from premises.reading import Value
from premises.site import Device, Point

_RPC_TAILS = ("events/rpc", "rpc")
_SOURCE = "greenroom"
_BARE_KEYS = frozenset(("apower", "aenergy", "a_act_power", "total_act_power", "current_C", "act_power", "tC"))
_NOTIFICATIONS = ("NotifyStatus", "NotifyFullStatus", "NotifyEvent")


class ShellyGen2(Family):
    name = "shelly_gen2"

    def recognises(self, message: Message, memory: Memory) -> float:
        levels = message.levels
        if "shelly-blu" in levels and "events" in levels:
            return 0.95
        if len(levels) >= 2 and levels[-2] == "status" and ":" in levels[-1] and message.looks_like_object:
            return 0.95
        shelly = message.topic[:6].lower() == "shelly"
        if levels[-1] == "rpc" or not message.topic:
            fields = message.fields_or_none() or {}
            if fields.get("method") in _NOTIFICATIONS or ("src" in fields and "result" in fields):
                return 0.95
            if not message.topic and not _BARE_KEYS.isdisjoint(fields):
                return 0.55
            return 0.85 if levels[-2:] == ["events", "rpc"] else 0.3 if shelly else 0.0
        if levels[0] == "shellies":
            return 0.0
        if shelly and (levels[-1] in ("online", "status", "command") or "status" in levels or "debug" in levels):
            return 0.9
        if not shelly and message.looks_like_object and b'"src"' in message.payload:
            fields = message.fields_or_none() or {}  # an answer on the topic that who called has chosen
            called = str(fields.get("src", "")).lower().startswith("shelly")
            return 0.9 if called and isinstance(fields.get("result"), dict) and "id" in fields else 0.0
        return 0.3 if shelly else 0.0

    def subscriptions(self, device: Device) -> tuple[str, ...]:
        topic = device.topic
        if "shelly-blu" in topic:
            return (topic,)
        answers = (f"{answers_to(device)}/rpc",) if "schedule" in device.options else ()
        return (f"{topic}/status/+", f"{topic}/events/rpc", f"{topic}/online", *answers)

    def device_of(self, topic: str) -> str:
        for tail in ("/status/", "/events/rpc", "/rpc", "/online", "/debug/", "/command"):
            at = topic.rfind(tail)
            if at > 0:
                return topic[:at]
        return topic

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        topic, levels = message.topic, message.levels
        device = self.device_of(topic)
        last = levels[-1]
        if len(levels) >= 2 and levels[-2] == "status":
            fields = message.fields
            return self.told(component_measurements(last, fields, _time_of(fields, hints)), device)
        if last == "online":
            there = present(message.text)
            if there is None:
                raise MalformedError(f"online is told as true or false, not {message.text[:40]!r}")
            return self.told((Measurement("availability", there),), device)
        if last in ("log", "command") or (last == "rpc" and _is_request(message)):
            return self.ignored("a log or a command", device)
        if message.looks_like_object:
            return self._object(message, device, hints)
        if last == "rpc":
            raise MalformedError("a remote call or notification is a JSON object, this is none")
        return self.ignored("no status of a component", device)

    def _object(self, message: Message, device: str, hints: Hints) -> Decoded:
        fields = message.fields
        if "BTHome_version" in fields or "shelly-blu" in message.levels:
            return self.told(bthome_measurements(fields), device)
        method = fields.get("method")
        body = fields.get("params") if method else fields.get("result", fields)
        if not isinstance(body, dict):
            if method in _NOTIFICATIONS:
                raise MalformedError(f"a {method} without params")
            return self.ignored("a remote call without status", device)
        alone = (not message.topic and body is fields) or body is fields.get("result")  # one component, which is not named
        if (
            method is None
            and alone
            and not any(isinstance(told, dict) and (":" in key or key == "sys") for key, told in body.items())
        ):
            return self.told(component_measurements(guessed_component(body), body, _time_of(body, hints)), device)
        if not device and isinstance(fields.get("src"), str):
            device = fields["src"]
        if method is not None and method not in _NOTIFICATIONS:
            return self.ignored(f"remote call {str(method)[:40]}", device)
        return self.told(_status(body, hints), device, "no component that measures anything")

    def shape(self, fields: dict[str, Any]) -> Shape:
        body = fields.get("params")
        if type(body) is not dict:
            return tuple(fields)
        method = fields.get("method")
        parts: list[str | None] = [*fields, None, method if type(method) is str else None]
        for component, told in body.items():
            parts.append(component)
            if type(told) is dict:
                parts += told
                parts.append(None)
        return tuple(parts)

    def layout(self, topic: str, fields: dict[str, Any], hints: Hints) -> Layout | None:
        """Of a status on a topic of its own and of a notification, in which each component may have a time of its own."""
        *_, before, last = ("", *topic.split("/"))
        if before == "status":
            time = next((key for key in ("last_updated_ts", "ts") if key in fields), None)
            places = component_places((), last, fields)
            return None if places is None else Layout(places, None if time is None else (time,))
        body = fields.get("params")
        if last != "rpc" or "BTHome_version" in fields or "shelly-blu" in topic or not isinstance(body, dict):
            return None
        if fields.get("method") not in _NOTIFICATIONS or "events" in body or not body.get("ts"):
            return None
        parts: list[Place] = []
        for component, told in body.items():
            if isinstance(told, dict):
                found = component_places(("params", component), component, told)
                if found is None or "last_updated_ts" in told:
                    return None
                parts += found
        return Layout(tuple(parts), ("params", "ts"))

    def encode(self, device: Device, point: Point, value: Value, memory: Memory) -> tuple[Outgoing, ...]:
        what = point.message_quantity or point.quantity.message
        component, _, number = point.channel.partition(":")
        number = number.partition("/")[0] or "0"
        if not number.isdigit():
            raise self.cannot(point)
        params: dict[str, Any] = {"id": int(number)}
        if what == "switch_state" and component in ("switch", "light", "rgb", "rgbw", "cct"):
            method, params["on"] = f"{_METHODS[component]}.Set", as_switch(value)
        elif what == "brightness" and component in ("light", "rgb", "rgbw", "cct"):
            level = compact(min(max(as_number(value), 0.0), 100.0))
            method, params["on"] = f"{_METHODS[component]}.Set", level > 0
            if level > 0:  # a lamp keeps its level while it is off; zero is no level
                params["brightness"] = level
        elif what == "cover_position" and component == "cover":
            method, params["pos"] = "Cover.GoToPosition", compact(as_number(value))
        elif what == "setpoint_temperature" and component == "thermostat":
            method, params = "Thermostat.SetConfig", {**params, "config": {"target_C": compact(as_number(value))}}
        elif what == "setpoint_temperature" and component == "blutrv":
            target = {"id": 0, "target_C": compact(as_number(value))}
            method, params = "BluTrv.Call", {**params, "method": "TRV.SetTarget", "params": target}
        elif what == "valve_position" and component == "blutrv":
            position = {"id": 0, "pos": compact(as_number(value))}
            method, params = "BluTrv.Call", {**params, "method": "TRV.SetPosition", "params": position}
        elif what == "enabled" and component == "thermostat":
            method, params = "Thermostat.SetConfig", {**params, "config": {"enable": as_switch(value)}}
        else:
            raise self.cannot(point)
        frame = {"id": 1, "src": _SOURCE, "method": method, "params": params}
        return (Outgoing(f"{device.topic}/rpc", orjson.dumps(frame)),)


def answers_to(device: Device) -> str:
    """Source that a request names where its answer matters: it then comes on a topic below the device's own."""
    return f"{device.topic}/{_SOURCE}"


_METHODS = {"switch": "Switch", "light": "Light", "rgb": "RGB", "rgbw": "RGBW", "cct": "CCT"}


def _is_request(message: Message) -> bool:
    """A call to the device, not a notification of it or an answer by it."""
    fields = message.fields_or_none() or {}
    return "method" in fields and fields["method"] not in _NOTIFICATIONS


def _time_of(fields: dict[str, Any], hints: Hints) -> datetime | None:
    told = fields.get("last_updated_ts") or fields.get("ts")
    return instant_of(told, hints.zone) if told else None


def _status(body: dict[str, Any], hints: Hints) -> Iterator[Measurement]:
    time = instant_of(body.get("ts"), hints.zone)
    for component, told in body.items():
        if type(told) is dict:
            own = told.get("last_updated_ts")
            yield from component_measurements(component, told, instant_of(own, hints.zone) if own else time)
        elif component == "events" and isinstance(told, list):
            yield from _events(told, time, hints)


def _events(told: list[Any], time: datetime | None, hints: Hints) -> Iterator[Measurement]:
    for event in told:
        if not isinstance(event, dict):
            continue
        component = str(event.get("component", ""))[:64]
        at = instant_of(event.get("ts"), hints.zone) or time
        data = event.get("data")
        if event.get("event") in ("oneminute", "data") or (isinstance(data, dict) and "BTHome_version" in data):
            if isinstance(data, dict):
                yield from bthome_measurements(data, at, component)
        elif component.startswith(("input", "bthome", "blutrv")) and "event" in event:
            yield Measurement("button_event", plain(event["event"]), None, component, at)
