"""The quarantine: look at one message, try it again after a correction, drop it for good."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response

from gateway.access import Caller, Right
from gateway.answers import answers, problems
from gateway.door import Gateway, GatewayHere, needs
from gateway.problems import Problem
from gateway.routes.examples import QUARANTINED
from gateway.shapes.running import QuarantinedDetails, RetryDocument
from premises.desks import QuarantineDesk

router = APIRouter(prefix="/v1/quarantine", tags=["running"])

Seer = Annotated[Caller, Depends(needs(Right.SEE_DEVICES))]
Handler = Annotated[Caller, Depends(needs(Right.HANDLE_QUARANTINE))]
QuarantineId = Annotated[int, Path(ge=1, lt=2**62, examples=[31])]
_DETAILS: dict[str, Any] = {
    "details": {
        **{name: value for name, value in QUARANTINED.items() if name != "payload_b64"},
        "payload_hex": QUARANTINED["payload"].encode().hex(),
    }
}
SCOPED = ("not-found", "not-set-up", "out-of-scope")


def of_the_house(caller: Caller) -> None:
    """Quarantined messages belong to no site or zone: a key with such scopes sees none. Raises the problem out-of-scope."""
    if caller.by_zone or caller.key.sites:
        raise Problem("out-of-scope", "quarantined messages belong to no site or zone, but this key does")


def _desk(gateway: Gateway, caller: Caller) -> QuarantineDesk:
    of_the_house(caller)
    if gateway.house.quarantine_desk is None:
        raise Problem("not-set-up", "the intake of this house runs elsewhere; ask there")
    return gateway.house.quarantine_desk


@router.get("/{id}", responses=answers(_DETAILS, *SCOPED))
def get_quarantined(id: QuarantineId, gateway: GatewayHere, caller: Seer) -> QuarantinedDetails:  # noqa: A002 - its name in the path
    """All that is known of one message, escaped so that it is safe to print; bytes as hex up to a limit."""
    return QuarantinedDetails(details=dict(_desk(gateway, caller).details(id)))


@router.post("/{id}/retry", responses=answers({"stored": True, "reason": ""}, *SCOPED))
def retry_quarantined(id: QuarantineId, gateway: GatewayHere, caller: Handler) -> RetryDocument:  # noqa: A002
    """Decode it again as things are now. Where it is stored, it leaves the quarantine; else it stays, with the reason of now."""
    stored, reason = _desk(gateway, caller).retry(id)
    gateway.audit(caller, "quarantine.retried", f"quarantined {id}", "stored" if stored else reason[:200])
    return RetryDocument(stored=stored, reason="" if stored else reason)


@router.delete(
    "/{id}",
    status_code=204,
    response_class=Response,
    responses={204: {"description": "Dropped for good; it stays counted as ignored"}, **problems(*SCOPED)},
)
def discard_quarantined(id: QuarantineId, gateway: GatewayHere, caller: Handler) -> None:  # noqa: A002
    """Drop it for good."""
    _desk(gateway, caller).discard(id)
    gateway.audit(caller, "quarantine.discarded", f"quarantined {id}")
