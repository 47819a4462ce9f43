"""Signed messages that could not be taken whole: kept on disk, so that they can be read again when their cause is mended.

One file each, as a recorder writes it (`headers` and `body`), with the hook, the instant and the reason. Words that are secret
are taken out. Bounded: the oldest goes first. What cannot be written is logged; the sender is answered all the same.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from gateway.webhooks.messages import Headers
from premises.errors import UnknownNameError
from premises.time import format_instant

log = structlog.get_logger("gateway")

FILES_MOST = 200
_HEADERS = ("content-type", "x-goog-", "webhook-id", "webhook-timestamp")


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """One that could not be taken. name: its file's name, by which it is asked for. headers: in lower case, without secrets."""

    name: str
    hook: str
    provider: str
    at: str
    reason: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class KeptMessages:
    """The folder of them; None: nothing is kept."""

    folder: Path | None = None

    def keep(
        self, hook: str, provider: str, headers: Headers, body: bytes, reason: str, at: datetime, words: Sequence[str]
    ) -> None:
        """Write it down, once for each content; words: what must not stand in it."""
        if self.folder is None:
            return
        told = body.decode("utf-8", "replace")
        for word in words:
            told = told.replace(json.dumps(word)[1:-1], "")
        kept = {name: value for name, value in headers.items() if name.startswith(_HEADERS) and value not in words}
        name = f"{at:%Y%m%dT%H%M%S}-{hook}-{hashlib.sha256(body).hexdigest()[:8]}.json"
        text = {"hook": hook, "provider": provider, "at": format_instant(at), "reason": reason, "headers": kept, "body": told}
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if any(self.folder.glob(f"*-{name.rpartition('-')[2]}")):
                return
            with os.fdopen(
                os.open(self.folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
            ) as file:
                json.dump(text, file, ensure_ascii=False)
            for old in sorted(self.folder.glob("*.json"))[:-FILES_MOST]:
                old.unlink(missing_ok=True)
        except OSError as error:
            log.warning("a message that could not be taken was not kept", hook=hook, error=error.strerror)

    def all(self) -> list[KeptMessage]:
        """Oldest first; files that are none of these are passed over."""
        if self.folder is None or not self.folder.is_dir():
            return []
        return [kept for kept in map(_read, sorted(self.folder.glob("*.json"))) if kept is not None]

    def get(self, name: str) -> KeptMessage:
        """Raises UnknownNameError."""
        found = next((kept for kept in self.all() if name in (kept.name, kept.name.removesuffix(".json"))), None)
        if found is None:
            raise UnknownNameError(f"no message {name!r} is kept; `greenroom webhook kept` lists them")
        return found

    def drop(self, kept: KeptMessage) -> None:
        """It was taken, or is not wanted any more."""
        if self.folder is not None:
            (self.folder / kept.name).unlink(missing_ok=True)


def _read(path: Path) -> KeptMessage | None:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        headers = {str(name): str(value) for name, value in told["headers"].items()}
        hook, provider, at, reason = (str(told[name]) for name in ("hook", "provider", "at", "reason"))
        return KeptMessage(path.name, hook, provider, at, reason, headers, str(told["body"]).encode())
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None
