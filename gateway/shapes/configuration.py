"""The site file, what a changed one would do, and what came of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gateway.shapes.booking import ReadyByDocument


class ConfigurationRequest(BaseModel):
    """The whole of a changed site file, as YAML."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Annotated[str, StringConstraints(min_length=1, max_length=1_000_000)] = Field(examples=["id: la-kolok\nname: La Kolok\n"])


class ConfigurationText(BaseModel):
    """The site file as it is followed now."""

    site: str
    text: str


class EffectDocument(BaseModel):
    """One booking's zone whose answer would differ: as it is, and as it would be."""

    source: str
    id: str
    zone: str
    now: ReadyByDocument
    then: ReadyByDocument


class ConfigurationAnswer(BaseModel):
    """applied: whether it is followed now. faults: why it cannot be.

    changes: one line each, `+` added, `-` removed, `~` changed. effects: bookings to come whose answer would differ.
    """

    applied: bool
    faults: list[str]
    changes: list[str]
    effects: list[EffectDocument]
