"""Texts that every store can keep: bounded, without control characters or broken surrogates."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

MULTILINE = "\n\t"


def _sound(text: str) -> str:
    for sign in text:
        if (sign < " " and sign not in MULTILINE) or sign == "\x7f" or "\ud800" <= sign <= "\udfff":
            raise ValueError("holds a control character or half of a character")
    return text


Sound = AfterValidator(_sound)
Short = Annotated[str, StringConstraints(max_length=200), Sound]
Long = Annotated[str, StringConstraints(max_length=4_000), Sound]
Name = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
SourceId = Annotated[str, StringConstraints(min_length=1, max_length=255), Sound]
WireTime = Annotated[
    str,
    StringConstraints(min_length=10, max_length=40),
    Sound,
    Field(json_schema_extra={"format": "date-time"}, description="RFC 3339 with offset, e.g. 2026-03-02T07:00:00+01:00"),
]
