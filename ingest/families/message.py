"""A message while it is decoded: levels, text and JSON are worked out once, when first asked for."""

from __future__ import annotations

import re
from typing import Any

import orjson

from ingest.decoded import Bounds
from premises.errors import GreenroomError
from premises.reading import RawMessage

BOUNDS = Bounds()

# Old firmware prints numbers that JSON does not know; strings are matched first so that they stay as they are. Each
# alternative is left in one pass: an unclosed string runs to the end, and no number begins within another.
_NOT_JSON = re.compile(
    rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[-+]?\b(?:nan|inf(?:inity)?)\b|(?<![\d.])-?\d+(?:\.\d+)?[eE][-+]?\d{3,}',
    re.IGNORECASE | re.DOTALL,
)
_MOST_FIELDS = 5000
_UNSET = object()


class MalformedError(GreenroomError, ValueError):
    """The message cannot be what its topic or family says; it is kept for a person. The text is the reason."""


def _without_non_numbers(found: re.Match[bytes]) -> bytes:
    token = found.group()
    if token[:1] == b'"':
        return token
    if token[-1:].isdigit() and abs(float(token)) != float("inf"):
        return token
    return b"null"


def _depth_within(document: Any, bound: int) -> bool:
    """Whether no branch is nested deeper than `bound`; walks level by level, so never recursively."""
    level = [document]
    for _ in range(bound + 1):
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, dict | list)
        ]
        if not level:
            return True
    return False


def parse_json(payload: bytes) -> Any:
    """The document in the payload, of some thousand fields at most; bare nan, inf and numbers beyond a double become null.

    Raises MalformedError.
    """
    if len(payload) > _MOST_FIELDS and payload.count(b":") > _MOST_FIELDS:
        raise MalformedError(f"JSON of more than {_MOST_FIELDS} fields")
    try:
        document = orjson.loads(payload)
    except orjson.JSONDecodeError as error:
        stripped = payload.strip(b"\x00 \t\r\n").removeprefix(b"\xef\xbb\xbf")
        try:
            document = orjson.loads(_NOT_JSON.sub(_without_non_numbers, stripped))
        except orjson.JSONDecodeError:
            raise MalformedError(f"the payload is no JSON: {error}") from None
    if payload.count(b"{") + payload.count(b"[") > BOUNDS.nesting and not _depth_within(document, BOUNDS.nesting):
        raise MalformedError(f"JSON nested deeper than {BOUNDS.nesting} levels")
    return document


class Message:
    """Topic and payload of one message, with lazily made views of them."""

    __slots__ = ("_document", "_levels", "_text", "payload", "received_at", "retained", "topic")

    def __init__(self, raw: RawMessage) -> None:
        self.topic = raw.topic
        self.payload = raw.payload
        self.received_at = raw.received_at
        self.retained = raw.retained
        self._levels: list[str] | None = None
        self._text: str | None = None
        self._document: Any = _UNSET

    @property
    def levels(self) -> list[str]:
        """Topic levels; a leading slash gives an empty first level."""
        if self._levels is None:
            self._levels = self.topic.split("/")
        return self._levels

    @property
    def text(self) -> str:
        """The payload as text, without surrounding blanks and trailing NULs. Raises MalformedError for wrong UTF-8."""
        if self._text is None:
            try:
                self._text = self.payload.decode("utf-8").strip("\x00 \t\r\n")
            except UnicodeDecodeError as error:
                raise MalformedError(f"the payload is no UTF-8 text: {error.reason} at byte {error.start}") from None
        return self._text

    @property
    def document(self) -> Any:
        """The payload as JSON. Raises MalformedError."""
        if self._document is _UNSET:
            try:
                self._document = parse_json(self.payload)
            except MalformedError as error:
                self._document = error  # so that the next family that asks need not try again
        if isinstance(self._document, MalformedError):
            raise self._document
        return self._document

    @property
    def looks_like_object(self) -> bool:
        """Whether the payload starts as a JSON object does: cheap, for recognition."""
        return self.payload[:64].lstrip()[:1] == b"{"

    @property
    def fields(self) -> dict[str, Any]:
        """The payload as a JSON object. Raises MalformedError where it is something else."""
        document = self.document
        if type(document) is not dict:
            raise MalformedError(f"a JSON object is due here, the payload is {type(document).__name__}")
        return document

    def fields_or_none(self) -> dict[str, Any] | None:
        """The payload as a JSON object, None where it is none: for recognition, never raises."""
        if not self.looks_like_object:
            return None
        try:
            document = self.document
        except MalformedError:
            return None
        return document if type(document) is dict else None
