"""vzlogger: `<prefix>/chn<n>/id` names the register once, `…/raw` and `…/agg` tell its value, bare or with its time.

After the documentation of its MQTT client. The value is that of the meter's telegram, whose unit of energy differs by protocol
(Wh of SML, kWh of D0): it is left to the point's `unit`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.decoded import Measurement
from ingest.families.family import Hints
from ingest.families.instants import instant_of
from ingest.families.memory import Memory
from ingest.families.message import MalformedError, Message
from ingest.families.obis import meaning_of_obis
from ingest.families.scalars import plain, plain_text

_FAMILY = "misc_sensors"
_VALUES = ("raw", "agg")
_NAMES = ("id", "uuid")


def is_vzlogger(levels: list[str]) -> bool:
    """Whether the last two levels are a channel and what is told of it."""
    return len(levels) >= 3 and levels[-2][:3] == "chn" and levels[-2][3:].isdigit() and levels[-1] in (*_VALUES, *_NAMES)


def device_of_vzlogger(topic: str) -> str:
    """The prefix above all channels."""
    return "/".join(topic.split("/")[:-2])


def vzlogger_measurements(message: Message, memory: Memory, hints: Hints) -> Iterator[Measurement]:
    """One value; a channel's name is remembered. Raises MalformedError for a value that is no number."""
    place = message.topic.rpartition("/")[0]
    key = f"vzlogger {place}"
    last, channel = message.levels[-1], message.levels[-2]
    if last in _NAMES:
        if last == "id":
            memory.put(_FAMILY, key, message.text[:40])
        return
    time = None
    if message.looks_like_object:
        fields = message.fields
        value = plain(fields.get("value"))
        time = instant_of(fields.get("timestamp"), hints.zone)
    else:
        value = plain_text(message.text)
    if isinstance(value, str | bool):
        raise MalformedError(f"{channel}/{last} is a number, not {message.text[:40]!r}")
    register = memory.get(_FAMILY, key)
    known = meaning_of_obis(register) if register else None
    if last == "agg":
        channel = f"{channel} mean"
    if known is None:
        yield Measurement(None, value, None, channel, time)
    else:
        yield Measurement(known[0], value, None if "energy" in known[0] else known[1], channel, time)
