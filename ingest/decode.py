"""`greenroom decode`: what Greenroom makes of any message, without a site file. JSON lines in, JSON lines out."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from ingest.decoded import Decoded, Measurement, Outcome
from ingest.families.family import Family, Hints
from ingest.families.memory import Memory
from ingest.families.message import BOUNDS, MalformedError, Message
from ingest.families.registry import FAMILIES, recognise
from ingest.normalise import Refused, canonical, decided_time, odd
from premises.reading import Flag, RawMessage, Value
from premises.time import format_instant, parse_instant

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")  # other unprintable ones, such as a narrow blank, occur in names


class LineDecoder:
    """Decodes line by line and remembers what the lines before have announced (births, units on topics of their own)."""

    def __init__(self, now: datetime | None = None) -> None:
        self._memory = Memory()
        self._now = now

    def decode_line(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """One message as `{topic, payload | payload_b64, family?, retained?, received_at?}`; see decode_line. Never raises."""
        try:
            raw = self._raw(line)
        except (ValueError, TypeError) as error:
            return _answer(Outcome.QUARANTINED, None, str(error), [])
        wanted = line.get("family")
        decoded = decode_message(raw, self._memory, str(wanted) if wanted is not None else None)
        found, refused = [], []
        for measurement in decoded.measurements:
            try:
                found.append(_reading(measurement, raw))
            except Refused as problem:
                refused.append(str(problem))
        reason = "; ".join([decoded.reason, *refused][not decoded.reason :])
        outcome = decoded.outcome
        if outcome is Outcome.READINGS and not found:
            outcome = Outcome.QUARANTINED
        return _answer(outcome, decoded.family, reason, found)

    def _raw(self, line: Mapping[str, Any]) -> RawMessage:
        topic = line.get("topic")
        if "payload_b64" in line:
            try:
                payload = base64.b64decode(str(line["payload_b64"]), validate=True)
            except (binascii.Error, ValueError):
                raise ValueError("payload_b64 is no base64") from None
        elif "payload" in line:
            told = line["payload"]
            if isinstance(told, dict | list):  # a document instead of its text
                payload = orjson.dumps(told)
            else:
                payload = str(told).encode("utf-8", "surrogatepass") if told is not None else b""
        else:
            raise ValueError("a line needs `payload` or `payload_b64`")
        told_at = line.get("received_at")
        received_at = parse_instant(str(told_at)) if told_at else self._now or datetime.now(UTC)
        return RawMessage(str(topic) if topic is not None else "", payload, received_at, bool(line.get("retained")))


def decode_line(line: Mapping[str, Any], decoder: LineDecoder | None = None) -> dict[str, Any]:
    """What Greenroom makes of one message.

    line: `topic` (may be null), `payload` or `payload_b64`, optional `family`, `retained`, `received_at` (RFC 3339).
    Answers `outcome` (readings, ignored, quarantined), `family`, `reason`, `readings`: each `quantity`, `value` (in `unit`, the
    unit that is kept of the quantity), `message_value` and `message_unit` as the message has them, `channel`, `time`, `quality`,
    `flags`. A null value says that the message tells there is none. Pass one decoder for lines that belong together.
    """
    return (decoder or LineDecoder()).decode_line(line)


def decode_message(raw: RawMessage, memory: Memory, wanted: str | None = None) -> Decoded:
    """Decode by the family that is wanted, or by the one that is recognised. Never raises for what the message holds."""
    refusal = refused_outright(raw)
    if refusal:
        return Decoded(Outcome.QUARANTINED, wanted, (), refusal)
    message = Message(raw)
    family: Family | None
    if wanted is not None:
        family = FAMILIES.get(wanted)
        if family is None:
            return Decoded(Outcome.QUARANTINED, None, (), f"no family {wanted[:40]!r}; there are {', '.join(FAMILIES)}")
    else:
        recognised = recognise(message, memory)
        if recognised is None:
            return Decoded(Outcome.QUARANTINED, None, (), "no family is known that writes such messages")
        family = recognised[0]
    return guarded(family, message, memory, Hints())


def refused_outright(raw: RawMessage) -> str:
    """Why a message is not even looked at, "" where it is: too large, or a topic that no device has."""
    if len(raw.payload) > BOUNDS.payload_bytes:
        return f"the payload has {len(raw.payload)} bytes, more than {BOUNDS.payload_bytes}"
    if len(raw.topic) > BOUNDS.topic_bytes:
        return f"the topic has {len(raw.topic)} characters, more than {BOUNDS.topic_bytes}"
    if not raw.topic.isprintable() and _CONTROL.search(raw.topic):
        return "the topic holds control characters"
    return ""


def guarded(family: Family, message: Message, memory: Memory, hints: Hints) -> Decoded:
    """Decode within bounds; what the message cannot be is quarantined with the reason."""
    try:
        decoded = family.decode(message, memory, hints)
    except MalformedError as error:
        return Decoded(Outcome.QUARANTINED, family.name, (), str(error))
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        # What hostile messages can provoke that no family foresaw: such a message is kept, its neighbours go on.
        return Decoded(Outcome.QUARANTINED, family.name, (), f"not understood: {type(error).__name__}: {str(error)[:120]}")
    if len(decoded.measurements) > BOUNDS.measurements:
        return Decoded(
            Outcome.QUARANTINED, family.name, (), f"more than {BOUNDS.measurements} measurements in one message", decoded.device
        )
    return decoded


def _answer(outcome: Outcome, family: str | None, reason: str, readings: list[dict[str, Any]]) -> dict[str, Any]:
    return {"outcome": outcome.value, "family": family, "reason": reason, "readings": readings}


def _reading(measurement: Measurement, raw: RawMessage) -> dict[str, Any]:
    """One measurement as a line shows it. Raises Refused where its value cannot be one of its quantity."""
    value, unit = canonical(measurement)
    flags = set(measurement.flags)
    time, own = decided_time(measurement.time, raw.received_at)
    if measurement.time is not None and not own:
        flags.add(Flag.ARRIVAL_TIME)
    if odd(measurement, value):
        flags.add(Flag.OUT_OF_RANGE)
    if raw.retained:
        flags.add(Flag.RETAINED)
    return {
        "quantity": measurement.quantity,
        "value": _within(value),
        "unit": unit,
        "message_value": _within(measurement.value),
        "message_unit": measurement.unit,
        "channel": measurement.channel,
        "time": format_instant(time),
        "quality": "missing" if value is None else "measured",
        "flags": sorted(flags),
    }


def _within(value: Value | None) -> Value | None:
    """Texts are cut where a point's are: a message may hold a hundred thousand signs where a word is due."""
    return value[: BOUNDS.text_length] if isinstance(value, str) else value
