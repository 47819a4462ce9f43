"""The table of booking systems: how each is read, and how it shows that it is itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gateway.nearest import nearest
from gateway.webhooks import calcom, google, librebooking, microsoft_graph, planning_center, robin, signatures, square, standard
from gateway.webhooks.messages import Headers, HookError, HookMessage, Json, load_json


@dataclass(frozen=True, slots=True)
class Provider:
    """read: body and headers (names in lower case) to a message. verify: whether the raw body was signed with the secret.

    of_sender: the shared word stands in each item: what is left of the body without those that have another one.
    window: how old a message may be by its own time; None: it tells none that is signed, doubles are told by their id.
    """

    name: str
    read: Callable[[Json, Headers], HookMessage]
    verify: signatures.Verify | None
    window: timedelta | None = None
    of_sender: Callable[[Json, Callable[[str], bool]], Json] | None = None


_ALL = (
    Provider("calcom", calcom.read, signatures.hex_of_body("x-cal-signature-256"), timedelta(hours=24)),
    Provider("square", square.read, signatures.square, timedelta(hours=72)),
    Provider("planning_center", planning_center.read, signatures.hex_of_body("x-pco-webhooks-authenticity"), timedelta(hours=72)),
    Provider("google", google.read, signatures.shared_header("x-goog-channel-token")),
    Provider("microsoft_graph", microsoft_graph.read, None, of_sender=microsoft_graph.of_sender),
    Provider("librebooking", librebooking.read, signatures.shared_header(signatures.TOKEN_HEADER)),
    Provider("robin", robin.read, signatures.shared_header(signatures.TOKEN_HEADER)),
    Provider("standard", standard.read, signatures.standard()),
)
PROVIDERS: dict[str, Provider] = {provider.name: provider for provider in _ALL}
_OTHER_NAMES = {
    "cal.com": "calcom",
    "cal": "calcom",
    "google_push": "google",
    "googlecalendar": "google",
    "google_calendar": "google",
    "msgraph": "microsoft_graph",
    "microsoft": "microsoft_graph",
    "graph": "microsoft_graph",
    "planningcenter": "planning_center",
    "pco": "planning_center",
    "libre_booking": "librebooking",
    "standard_webhooks": "standard",
    "standardwebhooks": "standard",
}


def provider_named(name: str) -> Provider:
    """The provider, also by another spelling. Raises HookError that names those there are."""
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    found = PROVIDERS.get(_OTHER_NAMES.get(plain, plain))
    if found is None:
        raise HookError(f"no provider {name[:40]!r}{nearest(plain, sorted(PROVIDERS))}")
    return found


def read_message(
    provider: Provider, data: bytes, headers: Mapping[str, str], is_ours: Callable[[str], bool] | None = None
) -> HookMessage:
    """What the message says. An envelope of `headers` and `body`, as recorders keep it, is opened. Raises HookError.

    is_ours: whether a shared word in an item is the right one; None: they are not looked at.
    """
    low = {name.lower(): value for name, value in headers.items()}
    body = load_json(data) if data.strip() else {}
    if isinstance(body, dict) and "body" in body and isinstance(body.get("headers"), dict):
        low = {**{str(name).lower(): str(value) for name, value in body["headers"].items()}, **low}
        inner = body["body"]
        body = load_json(inner.encode("utf-8", "replace")) if isinstance(inner, str) and inner.strip() else inner
    if body in ("", None):
        body = {}
    if not isinstance(body, (dict, list)):
        raise HookError("the message is neither a JSON object nor a list")
    told: Json = {"value": body} if isinstance(body, list) else body
    if is_ours is not None and provider.of_sender is not None:
        told = provider.of_sender(told, is_ours)
    return provider.read(told, low)


def read_webhook(provider: str, data: bytes, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """As JSON: `{provider, event, event_id, sent_at, bookings, fetch, skipped}`. Signatures are not looked at. Raises HookError."""
    return read_message(provider_named(provider), data, headers or {}).document()
