"""Addresses that notices are posted to, and what became of each delivery."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gateway.shapes.text import Name, Short
from premises.notice import DeliveryState, NoticeKind

Url = Annotated[str, StringConstraints(min_length=9, max_length=1000, pattern=r"^https?://[^\s/?#@]+(?:[/?][^\s#]*)?$")]


class AddressRequest(BaseModel):
    """Where notices are to be posted, signed by Standard Webhooks. Empty lists: no restriction beyond that of the key."""

    model_config = ConfigDict(extra="forbid", strict=True)

    url: Url = Field(description="https, or http for a machine of one's own", examples=["https://diary.example/greenroom"])
    label: Short = Field(default="", examples=["cinema diary"])
    sites: list[Name] = Field(default_factory=list, max_length=100)
    zones: list[Name] = Field(default_factory=list, max_length=500)
    kinds: list[Annotated[NoticeKind, Field(strict=False)]] = Field(
        default_factory=list, max_length=20, examples=[["booking.ready"]]
    )
    disabled: bool = False


class AddressDocument(BaseModel):
    """An address. secret: shown once, when it was made or made anew; null ever after."""

    id: str
    url: str
    label: str
    sites: list[str]
    zones: list[str]
    kinds: list[str]
    created_at: str
    disabled_at: str | None
    secret: str | None


class AddressList(BaseModel):
    items: list[AddressDocument]


class DeliveryDocument(BaseModel):
    """One notice on its way through one channel. answer: what came back at the last try, in one line."""

    id: str
    channel: str
    notice: str
    kind: str
    site: str
    subject: str
    title: str
    state: DeliveryState
    attempts: int
    created_at: str
    due_at: str
    done_at: str | None
    answer: str


class DeliveryList(BaseModel):
    items: list[DeliveryDocument]
