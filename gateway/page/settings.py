"""What the wiring decides about the page."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class PageSettings(BaseModel):
    """Switches and bounds of the live page.

    page_public: whether it is seen without a key (nothing can be changed without one). path: where it lies.
    refresh_s: how often the one shared picture is taken. ahead_h: how far ahead bookings are asked whether they will be ready.
    old_after_ticks: decisions older than so many ticks are told to be old. clients_max: pages open at once.
    secure_cookie: send the key's cookie over HTTPS only; behind a TLS proxy, set it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    page_public: bool = False
    path: str = Field(default="/page", pattern=r"^/[a-z0-9-]+$")
    refresh_s: float = Field(default=2.0, gt=0, le=60)
    ahead_h: int = Field(default=36, ge=1, le=24 * 14)
    old_after_ticks: int = Field(default=3, ge=1, le=100)
    clients_max: int = Field(default=200, ge=1, le=10_000)
    secure_cookie: bool = False
