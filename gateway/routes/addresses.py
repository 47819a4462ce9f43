"""Where notices are posted to: addresses with a secret each, shown once; and the log of what was delivered."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Path, Query, Response

from gateway.access import Caller, Right
from gateway.answers import WRITING, answers, problems
from gateway.door import Gateway, GatewayHere, Language, needs
from gateway.faults import invalid
from gateway.problems import FieldFault, Problem
from gateway.routes.parameters import LimitQuery, SiteQuery
from gateway.shapes.notices import AddressDocument, AddressList, AddressRequest, DeliveryDocument, DeliveryList
from gateway.times import told
from premises.catalogue import FALLBACK
from premises.desks import WebhookAddress, WebhookBook
from premises.notice import Delivery

router = APIRouter(prefix="/v1", tags=["webhooks"])

Keeper = Annotated[Caller, Depends(needs(Right.MANAGE_WEBHOOKS))]
LogSeer = Annotated[Caller, Depends(needs(Right.SEE_DELIVERIES))]
AddressId = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$", examples=["wh_5f2c9a17d0"])]
ChannelQuery = Annotated[
    str | None, Query(min_length=1, max_length=300, description="one channel only, such as `webhook:wh_5f2c9a17d0`")
]
MOST = 1_000
_ASKED: dict[str, Any] = {
    "url": "https://diary.example/greenroom",
    "label": "cinema diary",
    "sites": ["la-kolok"],
    "kinds": ["booking.ready", "booking.late", "booking.not_ready"],
}
_ADDRESS: dict[str, Any] = {
    "id": "wh_5f2c9a17d0",
    **_ASKED,
    "zones": [],
    "created_at": "2026-03-01T09:00:00Z",
    "disabled_at": None,
    "secret": None,
}
_SECRET = "whsec_" + base64.b64encode(b"the secret of an example, no more").decode()
_DELIVERY: dict[str, Any] = {
    "id": "d-81",
    "channel": "webhook:wh_5f2c9a17d0",
    "notice": "ready la-kolok cinema-diary/4711",
    "kind": "booking.ready",
    "site": "la-kolok",
    "subject": "cinema-diary/4711",
    "title": "Stage 1 is ready for the call at 07:00",
    "state": "delivered",
    "attempts": 1,
    "created_at": "2026-03-02T05:40:00Z",
    "due_at": "2026-03-02T05:40:00Z",
    "done_at": "2026-03-02T05:40:01Z",
    "answer": "204",
}
AddressBody = Annotated[AddressRequest, Body(openapi_examples={"diary": {"summary": "When bookings are ready", "value": _ASKED}})]


def _book(gateway: Gateway) -> WebhookBook:
    if gateway.house.webhooks is None:
        raise Problem("not-set-up", "this house posts no notices")
    return gateway.house.webhooks


def _within(caller: Caller, sites: Iterable[str], zones: Iterable[str]) -> bool:
    """Whether all that such an address is told lies in the caller's scope."""
    sites, zones = set(sites), set(zones)
    in_sites = not caller.key.sites or (bool(sites) and sites <= caller.key.sites)
    in_zones = not caller.by_zone or (bool(zones) and zones <= caller.key.zones)
    return in_sites and in_zones and not caller.by_source


def _seen(gateway: Gateway, caller: Caller, address_id: str) -> WebhookAddress:
    address = _book(gateway).get(address_id)
    if address is None or not _within(caller, address.sites, address.zones):
        raise Problem("not-found", f"there is no address {address_id!r} here")
    return address


def _told(address: WebhookAddress, secret: str | None = None) -> AddressDocument:
    return AddressDocument(
        id=address.id,
        url=address.url,
        label=address.label,
        sites=sorted(address.sites),
        zones=sorted(address.zones),
        kinds=sorted(address.kinds),
        created_at=told(address.created_at) or "",
        disabled_at=told(address.disabled_at),
        secret=secret,
    )


def _asked(gateway: Gateway, caller: Caller, asked: AddressRequest) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Sites, zones and kinds; what is left out is the key's own scope. Raises invalid, out-of-scope."""
    sites, zones = frozenset(asked.sites) or caller.key.sites, frozenset(asked.zones) or caller.key.zones
    if not _within(caller, sites, zones):
        raise Problem("out-of-scope", "an address is told of sites and zones of this key only")
    here = [site for site in gateway.sites(caller) if not sites or site.id in sites]
    known = {zone.id for site in here for zone in site.zones}
    faults = [
        FieldFault(pointer=f"#/{name}", detail=f"there is no {name[:-1]} {wrong!r} here")
        for name, wanted, there in (("sites", sites, {site.id for site in here}), ("zones", zones, known))
        for wrong in sorted(wanted - there)
    ]
    if faults:
        raise invalid(faults)
    return sites, zones, frozenset(kind.value for kind in asked.kinds)


def _new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()


@router.get("/webhook-addresses", responses=answers({"items": [_ADDRESS]}, "not-set-up"))
def list_addresses(gateway: GatewayHere, caller: Keeper) -> AddressList:
    """Addresses that notices are posted to, without their secrets."""
    return AddressList(items=[_told(one) for one in _book(gateway).all() if _within(caller, one.sites, one.zones)])


@router.post(
    "/webhook-addresses",
    status_code=201,
    responses=answers({**_ADDRESS, "secret": _SECRET}, *WRITING, "out-of-scope", "not-set-up", status=201, description="Made"),
)
def make_address(asked: AddressBody, response: Response, gateway: GatewayHere, caller: Keeper) -> AddressDocument:
    """Have notices posted somewhere, signed by Standard Webhooks. The secret is in this answer and in no other."""
    book, (sites, zones, kinds) = _book(gateway), _asked(gateway, caller, asked)
    if len(book.all()) >= MOST:
        raise Problem("conflict", f"there are {MOST} addresses; remove one first")
    now, secret = gateway.now(), _new_secret()
    disabled = now if asked.disabled else None
    address = WebhookAddress(f"wh_{secrets.token_hex(8)}", asked.url, secret, now, asked.label, sites, zones, kinds, disabled)
    book.put(address)
    gateway.audit(caller, "webhook.made", f"address {address.id}", asked.label)
    response.headers["Location"] = f"/v1/webhook-addresses/{address.id}"
    response.headers["Cache-Control"] = "no-store"
    return _told(address, secret)


@router.get("/webhook-addresses/{address}", responses=answers(_ADDRESS, "not-found", "not-set-up"))
def get_address(address: AddressId, gateway: GatewayHere, caller: Keeper) -> AddressDocument:
    """One address, without its secret."""
    return _told(_seen(gateway, caller, address))


@router.put("/webhook-addresses/{address}", responses=answers(_ADDRESS, *WRITING, "not-found", "out-of-scope", "not-set-up"))
def change_address(address: AddressId, asked: AddressBody, gateway: GatewayHere, caller: Keeper) -> AddressDocument:
    """Change all of it but its secret. `disabled: false` lets an address in again that answered 410."""
    before = _seen(gateway, caller, address)
    sites, zones, kinds = _asked(gateway, caller, asked)
    disabled = (before.disabled_at or gateway.now()) if asked.disabled else None
    changed = replace(before, url=asked.url, label=asked.label, sites=sites, zones=zones, kinds=kinds, disabled_at=disabled)
    _book(gateway).put(changed)
    gateway.audit(caller, "webhook.changed", f"address {changed.id}", asked.label)
    return _told(changed)


@router.post("/webhook-addresses/{address}/secret", responses=answers({**_ADDRESS, "secret": _SECRET}, "not-found", "not-set-up"))
def renew_secret(address: AddressId, response: Response, gateway: GatewayHere, caller: Keeper) -> AddressDocument:
    """A new secret, shown once; what is posted from now on is signed with it."""
    changed = replace(_seen(gateway, caller, address), secret=_new_secret())
    _book(gateway).put(changed)
    gateway.audit(caller, "webhook.secret", f"address {changed.id}")
    response.headers["Cache-Control"] = "no-store"
    return _told(changed, changed.secret)


@router.delete(
    "/webhook-addresses/{address}",
    status_code=204,
    response_class=Response,
    responses={204: {"description": "Removed; nothing more is posted there"}, **problems("not-found", "not-set-up")},
)
def remove_address(address: AddressId, gateway: GatewayHere, caller: Keeper) -> None:
    """Remove it."""
    _book(gateway).remove(_seen(gateway, caller, address).id)
    gateway.audit(caller, "webhook.removed", f"address {address}")


@router.get("/deliveries", responses=answers({"items": [_DELIVERY]}, "not-found", "not-set-up"))
def list_deliveries(
    gateway: GatewayHere,
    caller: LogSeer,
    language: Language,
    site: SiteQuery = None,
    channel: ChannelQuery = None,
    limit: LimitQuery = None,
) -> DeliveryList:
    """Notices on their way, delivered and given up, newest first: by webhook, mail and push."""
    if gateway.house.outbox is None:
        raise Problem("not-set-up", "this house sends no notices")
    size = min(limit or gateway.settings.page_default, gateway.settings.page_max)
    here = [gateway.site(caller, site)] if site is not None else gateway.sites(caller)
    found = [one for place in here for one in gateway.house.outbox.log(place.id, channel, size) if _sees(caller, one)]
    found.sort(key=lambda one: (one.created_at, one.id), reverse=True)
    return DeliveryList(items=[_delivery_told(one, language) for one in found[:size]])


def _sees(caller: Caller, delivery: Delivery) -> bool:
    return _within(caller, {delivery.notice.site}, delivery.notice.zones)


def _delivery_told(delivery: Delivery, language: str) -> DeliveryDocument:
    notice = delivery.notice
    return DeliveryDocument(
        id=delivery.id,
        channel=delivery.channel,
        notice=notice.id,
        kind=notice.kind.value,
        site=notice.site,
        subject=notice.subject,
        title=notice.title.get(language) or notice.title.get(FALLBACK) or "",
        state=delivery.state,
        attempts=delivery.attempts,
        created_at=told(delivery.created_at) or "",
        due_at=told(delivery.due_at) or "",
        done_at=told(delivery.done_at),
        answer=delivery.last_answer,
    )
