"""Webhooks at the door: signed or refused, taken once, in any order, and mapped to zones by the site's rules."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from gateway.app import create_app
from gateway.foreign import ForeignBooking, occurrences_of
from gateway.settings import GatewaySettings, HookSettings
from gateway.webhooks.messages import HookMessage
from gateway.webhooks.signatures import sign_standard, standard
from premises.booking import BookingKey, DayKind
from premises.site import CalendarFeed, CalendarRule
from tests.gateway.client import Client
from tests.gateway.conftest import Door
from tests.gateway.fakes import Fakes
from tests.gateway.premises_of_tests import NOW, STUDIO
from tests.gateway.webhooks.messages import calcom, graph_event, planning_center, raw, reservation, square

SECRET = "whsec_" + base64.b64encode(b"an example key of the tests, no more").decode()
ADDRESS = "https://studio.example/v1/webhooks/square"
PROVIDERS = ("calcom", "square", "planning_center", "google", "microsoft_graph", "librebooking", "robin", "standard")


@pytest.fixture
def door() -> Door:
    """A hook for each provider; its bookings whose title or location names stage 1 go there."""
    rules = (CalendarRule("stage 1|STAGE1", ("stage-1",), DayKind.REHEARSAL),)
    feeds = tuple(CalendarFeed(f"{name}-diary", "none", "Europe/Paris", rules) for name in PROVIDERS)
    hooks = tuple(
        HookSettings(name=name, provider=name, secret=SecretStr(SECRET), source=f"{name}-diary", address=ADDRESS)
        for name in PROVIDERS
    )
    fakes = Fakes()
    house = replace(fakes.house(), sites={STUDIO.id: replace(STUDIO, calendars=feeds)})
    told: list[tuple[str, HookMessage]] = []
    app = create_app(
        house, GatewaySettings(hooks=hooks, open_rate_burst=10_000), notices=lambda name, message: told.append((name, message))
    )
    door = Door(fakes, Client(app))
    door.notices = told  # type: ignore[attr-defined]
    return door


def mac(body: bytes) -> bytes:
    return hmac.new(SECRET.encode(), body, hashlib.sha256).digest()


SIGN: dict[str, Callable[[bytes], dict[str, str]]] = {
    "calcom": lambda body: {"X-Cal-Signature-256": mac(body).hex()},
    "square": lambda body: {"X-Square-HmacSha256-Signature": base64.b64encode(mac(ADDRESS.encode() + body)).decode()},
    "planning_center": lambda body: {"X-PCO-Webhooks-Authenticity": mac(body).hex()},
    "google": lambda _: {"X-Goog-Channel-Token": SECRET, "X-Goog-Channel-ID": "c", "X-Goog-Resource-State": "exists"},
    "librebooking": lambda _: {"X-Greenroom-Token": SECRET},
    "robin": lambda _: {"X-Greenroom-Token": SECRET},
    "standard": lambda body: sign_standard(SECRET, "msg_1", NOW, body),
}


def send(door: Door, provider: str, message: Any, headers: dict[str, str] | None = None) -> httpx.Response:
    body = raw(message) if message is not None else b""
    signed = SIGN[provider](body) if headers is None and provider in SIGN else headers or {}
    return door.client.post(f"/v1/webhooks/{provider}", content=body, headers=signed)


def stored(door: Door, provider: str, booking_id: str) -> Any:
    return door.fakes.bookings.get(BookingKey(f"{provider}-diary", booking_id))


STANDARD = {
    "type": "booking.put",
    "data": {"id": "s-1", "start": "2026-03-02T07:00:00Z", "end": "2026-03-02T08:00:00Z", "title": "Stage 1"},
}
GOOD: dict[str, Any] = {
    "calcom": calcom(),
    "square": square(),
    "planning_center": planning_center(
        "x.event_instance.created",
        "EventInstance",
        starts_at="2026-03-02T07:00:00Z",
        ends_at="2026-03-02T08:00:00Z",
        name="Stage 1",
    ),
    "google": None,
    "librebooking": reservation(),
    "robin": {"id": "r-1", "title": "Stage 1", "started_at": "2026-03-02T07:00:00Z", "ended_at": "2026-03-02T08:00:00Z"},
    "standard": STANDARD,
}


@pytest.mark.parametrize("provider", sorted(GOOD))
def test_a_signed_message_is_taken(door: Door, provider: str) -> None:
    answer = send(door, provider, GOOD[provider])
    assert answer.status_code == 202, answer.text
    assert len(answer.json()["taken"]) + answer.json()["fetch"] == 1


@pytest.mark.parametrize("provider", sorted(GOOD))
def test_an_unsigned_or_wrongly_signed_message_is_refused_and_changes_nothing(door: Door, provider: str) -> None:
    right = SIGN[provider](raw(GOOD[provider]) if GOOD[provider] is not None else b"")
    name = next(header for header in right if header != "webhook-id")
    for headers in ({}, {name: "0" * 64}, {**right, **{key: "v1,AAAA" for key in right if "signature" in key.lower()}, name: "1"}):
        answer = send(door, provider, GOOD[provider], headers)
        assert (answer.status_code, answer.json()["type"]) == (401, "/problems/bad-signature")
    assert not door.fakes.bookings.kept


@pytest.mark.parametrize("provider", ["calcom", "square", "planning_center", "standard"])
def test_the_signature_is_over_the_raw_bytes(door: Door, provider: str) -> None:
    body = raw(GOOD[provider])
    signed = SIGN[provider](body)
    changed = door.client.post(f"/v1/webhooks/{provider}", content=body.replace(b'": ', b'":'), headers=signed)
    assert changed.status_code == 401
    assert door.client.post(f"/v1/webhooks/{provider}", content=body, headers=signed).status_code == 202


def test_the_example_of_the_standard_webhooks_specification() -> None:
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,bm9uZQ== v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    body, secret = b'{"test": 2432232314}', "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    then = datetime.fromtimestamp(1614265330, UTC)
    verify = standard()
    assert verify(body, headers, secret, then + timedelta(minutes=4), "")
    assert not verify(body, headers, secret, then + timedelta(minutes=6), "")
    assert not verify(body, headers, secret, then - timedelta(minutes=6), "")
    assert not verify(body + b" ", headers, secret, then, "")
    assert not verify(body, {**headers, "webhook-id": "msg_other"}, secret, then, "")


def test_an_old_message_is_a_replay(door: Door) -> None:
    door.fakes.clock.advance(timedelta(hours=30))
    answer = send(door, "calcom", calcom())
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/bad-signature")
    assert "old" in answer.json()["detail"]


def test_a_booking_goes_to_the_zone_that_the_rules_name(door: Door) -> None:
    send(door, "square", square())
    booking = stored(door, "square", "sq-1").booking
    assert (booking.zones, booking.day_kind, booking.sequence) == (("stage-1",), DayKind.REHEARSAL, 0)
    assert booking.held.duration == timedelta(minutes=90)
    nowhere = send(door, "square", square(event_id="e-2", id="sq-2", seller_note="Garden", location_id="GARDEN"))
    assert "no rule" in nowhere.json()["skipped"][0]["reason"]
    assert stored(door, "square", "sq-2") is None
    assert [entry.who for entry in door.fakes.audit.entries] == ["webhook square"]


def test_the_same_delivery_twice_is_taken_once(door: Door) -> None:
    first, again = send(door, "square", square()), send(door, "square", square())
    assert (first.json()["double"], again.json()["double"]) == (False, True)
    assert stored(door, "square", "sq-1").version == 1


def test_deliveries_out_of_order_end_with_the_newest(door: Door) -> None:
    send(door, "square", square(event_id="e-3", version=2, seller_note="Stage 1 final"))
    late = send(door, "square", square(event_id="e-2", version=1, seller_note="Stage 1 draft"))
    assert "older" in late.json()["skipped"][0]["reason"]
    assert stored(door, "square", "sq-1").booking.title == "Stage 1 final"


def test_an_update_that_comes_after_the_cancellation_it_preceded_does_not_bring_it_back(door: Door) -> None:
    send(door, "square", square(event_id="e-1", version=0))
    send(door, "square", square("booking.updated", "e-3", version=2, status="CANCELLED_BY_SELLER"))
    send(door, "square", square("booking.updated", "e-2", version=1))
    assert stored(door, "square", "sq-1").booking.status == "cancelled"


def test_a_cancellation_that_comes_before_its_booking_still_holds(door: Door) -> None:
    send(door, "square", square("booking.updated", "e-3", version=2, status="CANCELLED_BY_SELLER"))
    late = send(door, "square", square(event_id="e-1", version=0))
    assert late.json()["taken"] == []
    assert stored(door, "square", "sq-1") is None


def test_a_rescheduled_booking_moves(door: Door) -> None:
    send(door, "calcom", calcom())
    later = {"createdAt": "2026-03-02T04:29:30.000Z", "uid": "cal-uid-2", "rescheduleUid": "cal-uid-1"}
    send(door, "calcom", calcom("BOOKING_RESCHEDULED", **later, startTime="2026-03-03T07:00:00Z", endTime="2026-03-03T19:00:00Z"))
    assert stored(door, "calcom", "cal-uid-1").booking.status == "cancelled"
    assert stored(door, "calcom", "cal-uid-2").booking.held.start == datetime(2026, 3, 3, 7, tzinfo=UTC)


def test_a_series_is_booked_by_its_occurrences_at_its_wall_time(door: Door) -> None:
    edge = {"date_time": "2026-03-27T08:00:00", "time_zone": "Europe/Paris"}
    event = {"id": "r-1", "title": "Stage 1", "start": edge, "end": {**edge, "date_time": "2026-03-27T09:00:00"}}
    answer = send(door, "robin", {**event, "recurrence": ["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=Europe/Paris:20260328T080000"]})
    assert [one["id"] for one in answer.json()["taken"]] == ["r-1#2026-03-27T07:00:00Z", "r-1#2026-03-29T06:00:00Z"]
    bomb = send(door, "robin", {**event, "id": "r-2", "recurrence": ["RRULE:FREQ=SECONDLY"]})
    assert "steps" in bomb.json()["skipped"][0]["reason"]


def weekly(version: str, rule: str | None, status: str | None = None) -> dict[str, Any]:
    edge = {"date_time": "2026-03-03T08:00:00", "time_zone": "Europe/Paris"}
    event = {"id": "r-1", "title": "Stage 1", "start": edge, "end": {**edge, "date_time": "2026-03-03T09:00:00"}}
    return {**event, "updated_at": version, "recurrence": [rule] if rule else [], "status": status}


def standing(door: Door, provider: str) -> list[str]:
    versions = door.fakes.bookings.kept.items()
    return sorted(key.id for key, kept in versions if kept[-1].booking.status != "cancelled" and key.source == f"{provider}-diary")


def test_a_series_that_is_shortened_moved_or_cancelled_leaves_nothing_behind(door: Door) -> None:
    send(door, "robin", weekly("2026-03-01T10:00:00Z", "RRULE:FREQ=DAILY;COUNT=3"))
    assert len(standing(door, "robin")) == 3
    send(door, "robin", weekly("2026-03-01T11:00:00Z", "RRULE:FREQ=DAILY;COUNT=2"))
    assert standing(door, "robin") == ["r-1#2026-03-03T07:00:00Z", "r-1#2026-03-04T07:00:00Z"]
    send(door, "robin", weekly("2026-03-01T12:00:00Z", None))
    assert standing(door, "robin") == ["r-1"], "a single event again"
    send(door, "robin", weekly("2026-03-01T13:00:00Z", "RRULE:FREQ=DAILY;COUNT=2"))
    answer = send(door, "robin", weekly("2026-03-01T14:00:00Z", None, "cancelled"))
    assert standing(door, "robin") == []
    assert {one["id"].partition("#")[0] for one in answer.json()["taken"]} == {"r-1"}


def test_an_older_message_takes_away_nothing_that_a_newer_one_booked(door: Door) -> None:
    send(door, "robin", weekly("2026-03-01T12:00:00Z", "RRULE:FREQ=DAILY;COUNT=3"))
    send(door, "robin", weekly("2026-03-01T11:00:00Z", "RRULE:FREQ=DAILY;COUNT=1"))
    assert len(standing(door, "robin")) == 3


def test_google_says_only_that_something_changed_and_its_channel_ends(door: Door) -> None:
    answer = send(door, "google", None)
    assert answer.json()["fetch"] == 1
    assert door.notices[0][0] == "google"  # type: ignore[attr-defined]
    expired = {**SIGN["google"](b""), "X-Goog-Channel-Expiration": "Sun, 01 Mar 2026 00:00:00 GMT"}
    assert send(door, "google", None, expired).status_code == 401


def test_graph_asks_once_whether_we_are_here_and_is_answered_in_plain_text(door: Door) -> None:
    answer = door.client.post("/v1/webhooks/microsoft_graph?validationToken=Validation%3A+%3Cb%3Ehello%3C%2Fb%3E")
    assert (answer.status_code, answer.text) == (200, "Validation: <b>hello</b>")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_graph_gets_202_whatever_the_shared_word_but_a_wrong_one_moves_nothing(door: Door) -> None:
    def notice(word: str) -> Any:
        item = {"subscriptionId": "s", "clientState": word, "changeType": "updated", "resource": "Users/u/Events/e1"}
        return {"value": [item]}

    assert send(door, "microsoft_graph", notice("wrong")).json()["fetch"] == 0
    assert send(door, "microsoft_graph", notice(SECRET)).json()["fetch"] == 1
    assert send(door, "microsoft_graph", graph_event()).json()["taken"] == [], "an event without the shared word is nobody's"


def test_a_hook_that_is_not_set_up_is_not_there_and_a_broken_body_is_told(door: Door) -> None:
    assert door.client.post("/v1/webhooks/elsewhere", content=b"{}").status_code == 404
    broken = door.client.post("/v1/webhooks/calcom", content=b"{", headers=SIGN["calcom"](b"{"))
    assert (broken.status_code, broken.json()["type"]) == (400, "/problems/bad-request")


def test_a_delivery_that_failed_may_come_again(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    put = door.fakes.bookings.put

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(door.fakes.bookings, "put", broken)
    assert send(door, "square", square()).status_code == 500
    monkeypatch.setattr(door.fakes.bookings, "put", put)
    assert send(door, "square", square()).json()["taken"][0]["outcome"] == "created"


def test_a_series_that_ends_with_a_day_has_that_day() -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=UTC)
    told = ForeignBooking("s", start, start + timedelta(hours=1), "confirmed", timezone="Europe/Paris")
    each = list(occurrences_of(told, ["RRULE:FREQ=DAILY;UNTIL=20260304"], start, STUDIO))
    assert [one.start.day for one in each if one.start is not None] == [2, 3, 4]


def test_standard_webhooks_by_a_public_key() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    public = "whpk_" + base64.b64encode(private.public_key().public_bytes_raw()).decode()
    body, stamp = b'{"type": "booking.put"}', str(int(NOW.timestamp()))

    def headers(*signatures: str) -> dict[str, str]:
        return {"webhook-id": "m-1", "webhook-timestamp": stamp, "webhook-signature": " ".join(signatures)}

    right = "v1a," + base64.b64encode(private.sign(b"m-1." + stamp.encode() + b"." + body)).decode()
    shared = sign_standard(SECRET, "m-1", NOW, body)["webhook-signature"]
    verify = standard()
    assert verify(body, headers(shared, right), public, NOW, "")
    assert verify(body, headers(shared, right), SECRET, NOW, "")
    assert not verify(body + b" ", headers(right), public, NOW, "")
    assert not verify(body, headers(right.replace("v1a", "v1")), public, NOW, "")
    assert not verify(body, headers(shared, "v1a,%%%"), public, NOW, "")
    assert not verify(body, headers(right), public, NOW + timedelta(minutes=6), "")
    assert not verify(body, headers(right), "whpk_c2hvcnQ=", NOW, "")
