"""Monthly energy by functional zone, as the French decree on building automation has it kept for five years."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response

from gateway.access import Caller, Right
from gateway.answers import answers
from gateway.door import GatewayHere, needs
from gateway.routes.parameters import SiteQuery
from gateway.shapes.zone_months import ZoneMonthDocument, ZoneMonthsDocument
from premises.site import Site
from premises.zone_months import MOST_YEARS, WHOLE_SITE, YEARS, ZoneMonth, as_csv, as_row, months_back, zone_months

router = APIRouter(prefix="/v1", tags=["readings"])

Seer = Annotated[Caller, Depends(needs(Right.SEE_READINGS))]
YearsQuery = Annotated[int, Query(ge=1, le=MOST_YEARS, description="how many years back, besides the running month")]
FormatQuery = Annotated[Literal["json", "csv"], Query(alias="format", description="csv: one line per month, zone, carrier and use")]
_MONTH: dict[str, Any] = {
    "site": "la-kolok",
    "month": "2026-02",
    "zone": "stage-1",
    "zone_use": "stage",
    "carrier": "electricity",
    "use": "lighting",
    "kwh": 812.25,
    "estimated_kwh": 3.5,
    "completeness": 0.9981,
    "by_area": False,
    "meters": ["lighting-stage-1"],
}


@router.get(
    "/energy/months",
    response_model=ZoneMonthsDocument,
    responses=answers({"site": "la-kolok", "first": "2021-03", "last": "2026-03", "items": [_MONTH]}, "not-found"),
)
def read_months(
    gateway: GatewayHere, caller: Seer, site: SiteQuery = None, years: YearsQuery = YEARS, form: FormatQuery = "json"
) -> ZoneMonthsDocument | Response:
    """Energy by functional zone, use and month, with what is estimated and how complete it is. A gap is null, never 0."""
    here = gateway.site(caller, site)
    first, beyond = months_back(gateway.now().astimezone(here.zoneinfo).date(), years)
    seen = [one for one in zone_months(here, gateway.house.store, first, beyond) if _seen(caller, here, one)]
    if form == "csv":
        return Response(as_csv(seen), media_type="text/csv; charset=utf-8", headers={"Content-Disposition": "attachment"})
    items = [ZoneMonthDocument.model_validate(as_row(one)) for one in seen]
    return ZoneMonthsDocument(site=here.id, first=f"{first:%Y-%m}", last=f"{beyond - timedelta(days=1):%Y-%m}", items=items)


def _seen(caller: Caller, site: Site, one: ZoneMonth) -> bool:
    """What belongs to the whole site, or to meters of other zones too, is not for keys that see some zones only."""
    if not caller.by_zone:
        return True
    zones = {zone for meter in site.meters if meter.id in one.meters for zone in meter.zones}
    return one.zone != WHOLE_SITE and zones <= caller.key.zones
