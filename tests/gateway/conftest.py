"""The door of a studio, with a key of each role."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
from fastapi import FastAPI

from gateway.app import create_app, gateway_over
from gateway.keys import make_key
from gateway.settings import GatewaySettings
from premises.ports import Role
from tests.gateway.client import Client
from tests.gateway.fakes import Fakes
from tests.gateway.premises_of_tests import NOW

WIDE = GatewaySettings(rate_burst=100_000, open_rate_burst=100_000)


@dataclass
class Door:
    """A client of the gateway, and what lies behind it."""

    fakes: Fakes
    client: Client
    secrets: dict[str, str] = field(default_factory=dict)

    def key(self, name: str, role: Role, **scopes: Any) -> dict[str, str]:
        """Headers with a new key."""
        key, secret = make_key(role, name, NOW, **scopes)
        self.fakes.keys.put(key)
        self.secrets[name] = secret
        return {"Authorization": f"Bearer {secret}"}


def open_door(settings: GatewaySettings = WIDE, *, two_sites: bool = False, address: str = "192.0.2.7") -> Door:
    """A fresh house behind the door. The application of the usual settings is built once: it keeps all its state in its gateway."""
    fakes = Fakes()
    house = fakes.house(two_sites=two_sites)
    app = usual_app() if settings is WIDE else create_app(house, settings)
    return Door(fakes, Client(app, address, gateway_over(house, settings)))


@cache
def usual_app() -> FastAPI:
    return create_app(Fakes().house(), WIDE)


@pytest.fixture
def door() -> Door:
    return open_door()


@pytest.fixture
def booker(door: Door) -> dict[str, str]:
    return door.key("cinema diary", Role.BOOKER, sources={"cinema-diary"})


@pytest.fixture
def viewer(door: Door) -> dict[str, str]:
    return door.key("viewer", Role.VIEWER)


@pytest.fixture
def engineer(door: Door) -> dict[str, str]:
    return door.key("engineer", Role.ENGINEER)


@pytest.fixture
def tenant(door: Door) -> dict[str, str]:
    return door.key("cutters", Role.TENANT, zones={"edit-3"})


@pytest.fixture
def administrator(door: Door) -> dict[str, str]:
    return door.key("administrator", Role.ADMINISTRATOR)


SHOOT: dict[str, Any] = {
    "zones": ["stage-1"],
    "start": "2026-03-02T06:00:00+01:00",
    "end": "2026-03-03T06:00:00+01:00",
    "call": "2026-03-02T08:00:00+01:00",
    "wrap": "2026-03-02T19:00:00+01:00",
    "title": "The Long Winter, day 4",
    "people": 40,
}
BOOKING = "/v1/bookings/cinema-diary/4711"
