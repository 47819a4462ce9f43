"""The family `heatpump`: finds the dialect of a message, by the device's option `dialect` or by its topic and keys."""

from __future__ import annotations

from ingest.decoded import Decoded, Measurement, Outgoing
from ingest.families.family import Family, Hints
from ingest.families.heatpump.bsblan import BsbLan
from ingest.families.heatpump.dialect import Dialect
from ingest.families.heatpump.ebusd import Ebusd
from ingest.families.heatpump.emsesp import EmsEsp
from ingest.families.heatpump.heishamon import HeishaMon
from ingest.families.heatpump.opentherm import OpenTherm
from ingest.families.heatpump.others import EspAltherma, Mitsubishi
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.scalars import present
from premises.reading import Value
from premises.site import Device, Point

DIALECTS: tuple[Dialect, ...] = (HeishaMon(), EmsEsp(), Ebusd(), EspAltherma(), Mitsubishi(), OpenTherm(), BsbLan())
_PRESENCE = ("availability", "LWT", "status", "online")
_BY_NAME = {dialect.name: dialect for dialect in DIALECTS}


class HeatPump(Family):
    name = "heatpump"

    def recognises(self, message: Message, memory: Memory) -> float:
        return max(dialect.recognises(message) for dialect in DIALECTS)

    def decode(self, message: Message, memory: Memory, hints: Hints) -> Decoded:
        dialect = _BY_NAME.get(hints.option("dialect"))
        if dialect is None:
            scores = [(dialect.recognises(message), -place) for place, dialect in enumerate(DIALECTS)]
            score, place = max(scores)
            if score <= 0.0 and message.levels[-1] in _PRESENCE and present(message.text) is not None:
                return self.told((Measurement("availability", present(message.text)),), self.device_of(message.topic))
            if message.levels[-1] in ("set", "command"):
                return self.ignored("a command", self.device_of(message.topic))
            if score <= 0.0 and hints.device is None:
                raise MalformedError("no heat pump gateway that is known writes on this topic")
            dialect = DIALECTS[-place]
        told = dialect.decode(message, memory, hints)
        if hints.device is not None and told.measurements:
            memory.put(self.name, f"dialect {hints.device.topic}", dialect.name)
        return self.told(told.measurements, told.device, told.reason)

    def device_of(self, topic: str) -> str:
        levels = topic.split("/")
        for place in range(len(levels) - 1, 0, -1):
            if levels[place] in ("main", "optional", "extra", "LWT", "ATTR", "state", "boiler_data", "thermostat_data"):
                return "/".join(levels[:place])
        return "/".join(levels[:-1]) or topic

    def encode(self, device: Device, point: Point, value: Value, memory: Memory) -> tuple[Outgoing, ...]:
        heard = memory.get(self.name, f"dialect {device.topic}") or "heishamon"
        dialect = _BY_NAME.get(device.options.get("dialect", heard))
        sent = dialect.encode(device, point, value) if dialect else None
        if sent is None:
            raise self.cannot(point)
        return sent

    def settled(self, device: Device, point: Point, value: Value) -> Value:
        dialect = _BY_NAME.get(device.options.get("dialect", "heishamon"))
        return dialect.settled(point, value) if dialect else value
