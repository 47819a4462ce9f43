"""People and their sessions, as they are told."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from premises.ports import Role


class SignInRequest(BaseModel):
    """Name and password of a person."""

    model_config = ConfigDict(extra="forbid", strict=True)

    person: str = Field(min_length=1, max_length=100, examples=["anna"])
    password: str = Field(min_length=1, max_length=200, examples=["quiet stage before the call"])


class PasswordRequest(BaseModel):
    """One's own password, as it is and as it shall be."""

    model_config = ConfigDict(extra="forbid", strict=True)

    old: str = Field(min_length=1, max_length=200, examples=["quiet stage before the call"])
    new: str = Field(min_length=12, max_length=200, examples=["four lamps on the west wall"])


class SessionDocument(BaseModel):
    """Who asks, and what they may: of a person who signed in, or of a key. Empty scopes: no restriction."""

    kind: str = Field(examples=["person"], description="`person` or `key`")
    id: str
    name: str
    role: Role
    rights: list[str]
    sites: list[str]
    zones: list[str]
    sources: list[str]
    expires_at: str | None


class PersonDocument(BaseModel):
    """Someone who may sign in."""

    id: str
    name: str
    role: Role
    sites: list[str]
    zones: list[str]
    tenant: str | None
    language: str
    by_password: bool
    by_provider: bool
    created_at: str
    disabled_at: str | None
    last_seen_at: str | None


class PersonList(BaseModel):
    items: list[PersonDocument]
