"""Victron Venus OS: `N/<portal>/<service>/<instance>/<D-Bus path>` with `{"value": …}`; writes on `W/…`."""

from __future__ import annotations

import orjson

from ingest.decoded import Decoded, Measurement, Outgoing
from ingest.families.family import Family, Hints, as_number, as_switch, compact
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import plain
from ingest.families.victron_paths import meaning_of_path
from premises.reading import Value
from premises.site import Device, Point

_SERVICES = frozenset(
    (
        "system", "grid", "pvinverter", "solarcharger", "battery", "vebus", "multi", "inverter", "charger", "settings",
        "temperature", "tank", "meteo", "evcharger", "heatpump", "acload", "genset", "generator", "dcload", "dcsystem", "dcsource",
        "alternator", "dcdc", "platform", "gps", "digitalinput", "pulsemeter", "hub4", "acsystem", "switch", "ev", "adc", "logger",
        "fronius", "vecan", "modbusclient", "motordrive", "fuelcell", "hydropower", "windcharger",
    )
)  # fmt: skip


def _start(levels: list[str]) -> int | None:
    """Where `N/<portal>/<service>` begins: a bridge may put a prefix of its own before it. None where it is not there."""
    for place, level in enumerate(levels[:4]):
        if level in ("N", "R", "W") and len(levels) > place + 2 and levels[place + 2] in _SERVICES:
            return place
    return None


class Victron(Family):
    name = "victron"

    def recognises(self, message: Message, memory: Memory) -> float:
        levels = message.levels
        place = _start(levels)
        if place is not None:
            return 0.97
        if len(levels) >= 3 and levels[0] in ("N", "R", "W"):
            return 0.6 if levels[2] in ("heartbeat", "keepalive", "full_publish_completed") or len(levels) > 4 else 0.2
        return 0.0

    def subscriptions(self, device: Device) -> tuple[str, ...]:
        own = device.topic.startswith("N/") or "/N/" in device.topic
        topic = device.topic if own else f"N/{device.topic}"
        return (f"{topic}/#",)

    def device_of(self, topic: str) -> str:
        levels = topic.split("/")
        return "/".join(levels[: (_start(levels) or 0) + 4])

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        device = hints.base or self.device_of(message.topic)
        levels = message.levels[_start(message.levels) or 0 :]
        if levels[0] != "N" or len(levels) < 5:
            return self.ignored("a request or a sign of life", device)
        if not message.payload:
            return self.ignored("an empty payload: the service is gone", device)
        fields = message.fields
        if "value" not in fields:
            raise MalformedError("a message of Venus OS is an object with `value`, this has none")
        told = fields["value"]
        if isinstance(told, dict):
            return self.ignored("a value of many parts", device)
        if isinstance(told, list):
            told = None if not told else told[0] if len(told) == 1 else None
            if fields["value"] and told is None:
                return self.ignored("a list of values", device)
        service, instance, path = levels[2], levels[3], levels[4:]
        meaning = meaning_of_path(service, path)
        if meaning is None:
            return self.ignored(f"{'/'.join(path)[:60]} is not measured", device)
        quantity, unit, channel = meaning
        parts = device.split("/")
        short = hints.device is not None and len(parts[_start(parts) or 0 :]) >= 4
        where = channel if short or service == "settings" else f"{service}/{instance} {channel}".strip()
        return self.told((Measurement(quantity, plain(told), unit, where),), device)

    def encode(self, device: Device, point: Point, value: Value, memory: Memory) -> tuple[Outgoing, ...]:
        """The path is the owner's to name (option `write <channel>`), but for relays, modes and charger limits."""
        what = point.message_quantity or point.quantity.message
        told = f"/{device.topic}"
        base = told.replace("/N/", "/W/", 1)[1:] if "/N/" in told else f"W/{device.topic}"
        place, _, channel = point.channel.rpartition(" relay ") if " relay " in point.channel else ("", "", point.channel)
        if place:
            base, channel = f"{base}/{place}", f"relay {channel}"
        path = device.options.get(f"write {point.channel}")
        body: object
        if path is None and what == "switch_state" and channel.startswith("relay "):
            path = f"Relay/{channel.removeprefix('relay ')}/State"
        elif path is None and what == "current_limit":
            path = "SetCurrent" if "/evcharger" in base or "evcharger" in point.channel else "Ac/ActiveIn/CurrentLimit"
        elif path is None and what == "mode":
            path = "Mode"
        if path is None:
            raise self.cannot(point)
        if what in ("switch_state", "enabled"):
            body = 1 if as_switch(value) else 0
        else:
            body = compact(as_number(value))
        return (Outgoing(f"{base}/{path}", orjson.dumps({"value": body})),)
