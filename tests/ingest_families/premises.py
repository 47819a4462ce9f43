"""Small premises for the tests: one site with a few devices and points, in code."""

from __future__ import annotations

from datetime import UTC, datetime

from premises.quantities import QUANTITIES
from premises.reading import RawMessage
from premises.site import Device, Point, Site

NOON = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)


def point(device: str, quantity: str, channel: str = "", **more: object) -> Point:
    """A point of the stage that is read from that device and channel."""
    name = f"stage/{quantity}" + (f".{device}-{channel}".replace("/", "-").replace(" ", "-") if channel or device else "")
    return Point(name, "house", "stage", QUANTITIES[quantity], device, channel, **more)  # type: ignore[arg-type]


def site(devices: tuple[Device, ...], points: tuple[Point, ...], timezone: str = "Europe/Paris") -> Site:
    return Site(
        id="house",
        name="House",
        timezone=timezone,
        country="FR",
        latitude=48.8,
        longitude=2.4,
        altitude_m=40,
        languages=("fr",),
        currency="EUR",
        owner="",
        floor_area_m2=1000,
        energy_area_m2=900,
        zones=(),
        devices=devices,
        points=points,
    )


def message(topic: str, payload: str | bytes, at: datetime = NOON, retained: bool = False) -> RawMessage:
    return RawMessage(topic, payload.encode() if isinstance(payload, str) else payload, at, retained)
