"""What a person does with quarantined messages: look at them, try them again after a correction, discard them.

What devices sent is shown escaped: no control character, no direction mark, no line break of theirs reaches a terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ingest.decoded import Understood
from ingest.ledger import Ledger
from ingest.refusals import write_split
from premises.ports import Quarantined, TelemetryStore
from premises.reading import RawMessage, Reading
from premises.time import format_instant


class Kept(Protocol):
    """What is needed of the journal; SqliteJournal is one."""

    def quarantined(self, quarantine_id: int) -> Quarantined: ...

    def release(self, quarantine_id: int, *, stored: bool, readings: int = 0) -> None: ...


@dataclass(frozen=True, slots=True)
class Retried:
    """stored: the message is understood now and in the store; else `reason` says why it stays."""

    stored: bool
    readings: int = 0
    reason: str = ""


def escaped(value: bytes | str, limit: int = 400) -> str:
    """Text that is safe to print: what is not printable as backslash escapes, what is too long cut off with its length."""
    text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value
    cut = text[:limit]
    shown = "".join(sign if sign.isprintable() else _escape(sign) for sign in cut)
    return shown if len(text) <= limit else f"{shown}… ({len(value)} in all)"


def _escape(sign: str) -> str:
    code = ord(sign)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def summary(one: Quarantined) -> str:
    """The message in one line."""
    when = format_instant(one.message.received_at.replace(microsecond=0))
    family = f" [{escaped(one.family)}]" if one.family else ""
    return f"{one.id} {when}{family} {escaped(one.message.topic, 120)}: {escaped(one.reason, 200)}"


def details(one: Quarantined, payload_limit: int = 4000) -> dict[str, str | int | bool | None]:
    """All that is known of it, escaped, for a page, an API or a terminal; `payload_hex` holds the very bytes, up to the limit."""
    message = one.message
    return {
        "id": one.id,
        "received_at": format_instant(message.received_at),
        "quarantined_at": format_instant(one.at),
        "topic": escaped(message.topic, 1024),
        "family": None if one.family is None else escaped(one.family),
        "reason": escaped(one.reason, 2000),
        "retained": message.retained,
        "qos": message.qos,
        "payload_bytes": len(message.payload),
        "payload": escaped(message.payload, payload_limit),
        "payload_hex": message.payload[:payload_limit].hex(),
    }


def retry(
    journal: Kept,
    quarantine_id: int,
    understand: Callable[[RawMessage], Understood],
    store: TelemetryStore,
    ledger: Ledger | None = None,
) -> Retried:
    """Decode the message again and store its readings; where all are taken it leaves the quarantine.

    understand: of a fresh interpreter. ledger: of the running intake, where there is one (then better `IntakeService.retry`).
    Raises UnknownNameError, and RetryableError where the store is away.
    """
    one = journal.quarantined(quarantine_id)
    understood = understand(one.message)
    if not understood.readings:
        return Retried(False, reason=understood.reason or "; ".join(understood.problems) or "it holds nothing to keep")
    by_site: dict[str, list[Reading]] = {}
    for site, reading in understood.readings:
        by_site.setdefault(site, []).append(reading)
    for site, readings in by_site.items():
        for reason in write_split(store, site, readings).values():
            return Retried(False, reason=reason)
    count = len(understood.readings)
    journal.release(quarantine_id, stored=True, readings=count)
    if ledger is not None:
        ledger.released(stored=True, readings=count)
    return Retried(True, count)


def discard(journal: Kept, quarantine_id: int, ledger: Ledger | None = None) -> None:
    """The message is of no use: it leaves the quarantine and counts as ignored. Raises UnknownNameError."""
    journal.release(quarantine_id, stored=False)
    if ledger is not None:
        ledger.released(stored=False, readings=0)
