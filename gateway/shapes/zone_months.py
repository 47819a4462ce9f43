"""Energy by functional zone and month as it is told."""

from __future__ import annotations

from pydantic import BaseModel, Field


class ZoneMonthDocument(BaseModel):
    site: str
    month: str = Field(description="of the site's calendar", examples=["2026-02"])
    zone: str | None = Field(description="id of the functional zone; null for what is metered for the whole site")
    zone_use: str | None = Field(description="what the zone is for")
    carrier: str
    use: str = Field(description="of the meters; of those at the boundary their role, which is not to be added to the zones")
    kwh: float | None = Field(description="of all meters of which something is known; null where nothing is")
    estimated_kwh: float = Field(description="the part of it that was interpolated")
    completeness: float = Field(ge=0, le=1, description="share of the month that was measured, meter by meter")
    by_area: bool = Field(description="whether a meter of several zones was shared by their areas")
    meters: list[str]


class ZoneMonthsDocument(BaseModel):
    site: str
    first: str
    last: str = Field(description="the running month, which is not complete yet")
    items: list[ZoneMonthDocument]
