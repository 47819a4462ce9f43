"""Texts that every store can keep: bounded, without control characters or broken surrogates."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

MULTILINE = "\n\t"


def _sound(text: str) -> str:
    for sign in text:
        if (sign < " " and sign not in MULTILINE) or sign == "\x7f" or "\ud800" <= sign <= "\udfff":
            raise ValueError("holds a control character or half of a character")
    return text


# The same for whoever reads the description; halves of characters cannot be said in a pattern.
Sound = AfterValidator(_sound)
PLAIN = {"pattern": "^[^\\u0000-\\u0008\\u000b-\\u001f\\u007f]*$"}
Short = Annotated[str, StringConstraints(max_length=200), Sound, Field(json_schema_extra=PLAIN)]
Long = Annotated[str, StringConstraints(max_length=4_000), Sound, Field(json_schema_extra=PLAIN)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
SourceId = Annotated[str, StringConstraints(min_length=1, max_length=255), Sound, Field(json_schema_extra=PLAIN)]


def _like_time(text: str) -> str:
    if not _TIME.match(text):
        raise ValueError("is no RFC 3339 time; write it like 2026-03-02T07:00:00+01:00")
    return text


_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}")
WireTime = Annotated[
    str,
    StringConstraints(min_length=10, max_length=40),
    Sound,
    AfterValidator(_like_time),
    Field(json_schema_extra={"format": "date-time"}, description="RFC 3339 with offset, e.g. 2026-03-02T07:00:00+01:00"),
]


def _number(value: object) -> object:
    """JSON numbers only: pydantic would take `true` for 1 and "5" for 5."""
    if isinstance(value, bool | str | bytes):
        raise ValueError("must be a number")
    return value


Number = BeforeValidator(_number)
