"""So many requests and no more: by key, and by address for who has none."""

from __future__ import annotations

from gateway.app import create_app
from gateway.limits import TokenBuckets
from gateway.settings import GatewaySettings
from premises.ports import Role
from tests.gateway.client import Client
from tests.gateway.conftest import Door
from tests.gateway.fakes import Fakes


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    seconds = Seconds()
    buckets = TokenBuckets(2.0, 3, 10, seconds)
    assert [buckets.take("a") for _ in range(4)] == [0.0, 0.0, 0.0, 0.5]
    assert buckets.take("b") == 0.0
    seconds.now += 0.5
    assert buckets.take("a") == 0.0
    assert buckets.take("a") > 0.0
    seconds.now += 1000
    assert [buckets.take("a") for _ in range(4)][:3] == [0.0, 0.0, 0.0]


def test_buckets_are_bounded_in_number() -> None:
    buckets = TokenBuckets(0.001, 1, 3, Seconds())
    for name in "abcd":
        buckets.take(name)
    assert buckets.take("d") > 0
    assert buckets.take("a") == 0.0, "the one longest unused was dropped, and is full again"


def limited(**more: float) -> tuple[Door, Seconds]:
    fakes, seconds = Fakes(), Seconds()
    settings = GatewaySettings.model_validate(
        {"rate_per_s": 1, "rate_burst": 3, "open_rate_per_s": 0.1, "open_rate_burst": 4, **more}
    )
    return Door(fakes, Client(create_app(fakes.house(), settings, monotonic=seconds))), seconds


def test_a_key_that_asks_too_often_is_told_when_to_come_back() -> None:
    door, seconds = limited()
    busy, calm = door.key("busy", Role.VIEWER), door.key("calm", Role.VIEWER)
    assert [door.client.get("/v1/sites", headers=busy).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = door.client.get("/v1/sites", headers=busy)
    assert refused.json()["type"] == "/problems/too-many-requests"
    assert refused.headers["retry-after"] == "1"
    assert door.client.get("/v1/sites", headers=calm).status_code == 200
    seconds.now += 1
    assert door.client.get("/v1/sites", headers=busy).status_code == 200


def test_guessing_keys_ends_after_a_few_and_locks_out_nobody_else() -> None:
    door, _ = limited()
    guess = {"X-API-Key": "gr_aaaaaaaa_" + "x" * 43}
    assert [door.client.get("/v1/sites", headers=guess).status_code for _ in range(6)] == [401, 401, 401, 401, 429, 429]
    viewer = door.key("viewer", Role.VIEWER)
    assert door.client.get("/v1/sites", headers=viewer).status_code == 200, "not even from the same address, such as a proxy's"


def test_health_is_limited_too() -> None:
    door, _ = limited()
    assert [door.client.get("/v1/health").status_code for _ in range(5)] == [200, 200, 200, 200, 429]
