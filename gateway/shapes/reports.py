"""Issued reports, as they are told."""

from __future__ import annotations

from pydantic import BaseModel, Field


class EditionDocument(BaseModel):
    """A frozen edition. files: by form. hash: SHA-256 of the manifest. superseded_by: the correction that replaces it."""

    id: str
    site: str
    kind: str
    number: int
    first: str = Field(description="first day covered")
    last: str = Field(description="last day covered, included")
    title: str
    languages: list[str]
    issued_at: str
    files: dict[str, str]
    hash: str
    tenant: str | None
    production: str | None
    superseded_by: str | None
    signed: bool


class EditionList(BaseModel):
    items: list[EditionDocument]
