"""Webhooks of booking systems: the signature over the raw body takes the place of a key."""

from __future__ import annotations

from typing import Annotated, Any

import structlog
from fastapi import APIRouter, Depends, Path, Query, Request, Response
from starlette.responses import PlainTextResponse

from gateway.answers import answers
from gateway.door import Gateway, GatewayHere, address_of, too_many
from gateway.foreign import Taken
from gateway.hook_intake import take_message
from gateway.problems import Problem
from gateway.settings import HookSettings
from gateway.shapes.hooks import HookAnswer, TakenDocument
from gateway.webhooks import Provider, read_message
from gateway.webhooks.google import channel_expired
from gateway.webhooks.kept import KeptMessages
from gateway.webhooks.messages import HookError, HookMessage
from gateway.webhooks.microsoft_graph import TOKEN_LONGEST
from gateway.webhooks.providers import provider_named
from gateway.webhooks.signatures import same
from premises.site import Site

log = structlog.get_logger("gateway")
router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])

HookName = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[a-z0-9][a-z0-9_-]*$", examples=["cinema-cal"])]
Token = Annotated[str | None, Query(alias="validationToken", max_length=TOKEN_LONGEST, description="Microsoft Graph asks once")]
_ANSWER: dict[str, Any] = {
    "event_id": "76193e8a-db85-53c6-b538-1837519cbc12",
    "double": False,
    "taken": [{"id": "i2id2g3enyspi7", "outcome": "created", "reason": ""}],
    "skipped": [],
    "fetch": 0,
}


async def raw_body(request: Request) -> bytes:
    """The body as it came: a signature is over these bytes and no others."""
    return await request.body()


def _hook(gateway: Gateway, name: str) -> tuple[HookSettings, Provider, Site]:
    hook = next((one for one in gateway.settings.hooks if one.name == name), None)
    if hook is None:
        raise Problem("not-found", f"no webhook {name!r} is set up here")
    return hook, provider_named(hook.provider), gateway.house.site(hook.site)


def _check_sender(gateway: Gateway, request: Request, hook: HookSettings, provider: Provider, body: bytes) -> dict[str, str]:
    """Headers in lower case of a message that was signed. Raises bad-signature, too-many-requests."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    address = f"hook {address_of(request)}"
    wait = gateway.unkeyed.empty(address)
    if wait > 0:
        raise too_many(wait)
    now, verify = gateway.now(), provider.verify
    right = verify is None or any(verify(body, headers, secret, now, hook.address) for secret in hook.secrets)
    if not right or (provider.name == "google" and channel_expired(headers, now)):
        gateway.unkeyed.take(address)
        raise Problem("bad-signature", f"the message does not show that it comes from {provider.name}")
    return headers


def _keep(gateway: Gateway, hook: HookSettings, headers: dict[str, str], body: bytes, reason: str) -> None:
    """Write down a message that could not be taken whole, so that it can be read again."""
    KeptMessages(gateway.settings.kept_messages).keep(
        hook.name, hook.provider, headers, body, reason[:300], gateway.now(), hook.secrets
    )


def _read(gateway: Gateway, hook: HookSettings, provider: Provider, body: bytes, headers: dict[str, str]) -> HookMessage:
    try:
        message = read_message(provider, body, headers, lambda word: any(same(word, secret) for secret in hook.secrets))
    except HookError as error:
        if provider.verify is not None:  # else nobody has shown yet that it is right
            _keep(gateway, hook, headers, body, str(error))
        raise Problem("bad-request", str(error)) from None
    age = gateway.now() - message.sent_at if message.sent_at is not None else None
    if provider.window is not None and age is not None and abs(age) > provider.window:
        raise Problem(
            "bad-signature", f"the message is {age.total_seconds() / 3600:.0f} h old: at most {provider.window} are taken"
        )
    return message  # also where no item was left: answered like a right one, so that nobody can try words


@router.post(
    "/{name}",
    status_code=202,
    responses={
        **answers(
            _ANSWER,
            "not-found",
            "bad-signature",
            "body-too-large",
            "body-timeout",
            status=202,
            description="Taken, or nothing to take",
        ),
        200: {
            "description": "The token, where Microsoft Graph asks whether we are here",
            "content": {
                "text/plain": {"schema": {"type": "string"}, "example": "Validation: Testing client application reachability"}
            },
        },
    },
    response_model=HookAnswer,
)
def receive_webhook(
    name: HookName,
    request: Request,
    gateway: GatewayHere,
    body: Annotated[bytes, Depends(raw_body)],
    validation_token: Token = None,
) -> HookAnswer | Response:
    """A message of a booking system. Its own signature over the raw body is checked; the same delivery twice is taken once."""
    hook, provider, site = _hook(gateway, name)
    if validation_token is not None and provider.name == "microsoft_graph":
        return PlainTextResponse(validation_token)
    headers = _check_sender(gateway, request, hook, provider, body)
    message = _read(gateway, hook, provider, body, headers)
    if message.event_id:
        gateway.channels.heard(hook.name, message.ends, message.care)
    if gateway.inbox.came_before(hook.name, message.event_id, gateway.now()):
        return HookAnswer(event_id=message.event_id, double=True, taken=[], skipped=[], fetch=0)
    taken = take_message(gateway.house, gateway.inbox, hook, site, message)
    if message.fetch and gateway.notices is not None:
        gateway.notices(hook.name, message)
    gateway.inbox.finished(hook.name, message.event_id, gateway.now())
    if message.faults or any(one.wrong for one in taken):
        told = [*(one.reason for one in taken if one.wrong), *(reason for _, reason in message.skipped)]
        _keep(gateway, hook, headers, body, "; ".join(told))
    skipped = [Taken(uid, "skipped", reason) for uid, reason in message.skipped]
    log.info("webhook", hook=hook.name, taken=len(taken), skipped=len(skipped), fetch=len(message.fetch))
    return HookAnswer(
        event_id=message.event_id,
        double=False,
        taken=[_told(one) for one in taken if one.outcome != "skipped"],
        skipped=[_told(one) for one in [*(one for one in taken if one.outcome == "skipped"), *skipped]],
        fetch=len(message.fetch),
    )


def _told(taken: Taken) -> TakenDocument:
    return TakenDocument(id=taken.id, outcome=taken.outcome, reason=taken.reason)
