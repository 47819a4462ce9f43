"""One production takes two stages and make-up: its lamps and its people are shared out, and not counted in each room anew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from premises.booking import Booking, LampType
from premises.time import Interval
from rules.claims import Claim, schedule
from tests.rules.studio import at, booked, make_up, office, stage, studio

SITE = studio(stage(), stage(id="stage-2", name="Stage 2", area_m2=200), make_up(follows=()), office(opening_hours=()))


def claims_of(booking: Booking) -> dict[str, Claim]:
    found = schedule(SITE, [booking], Interval(at("2026-01-20 00:00"), at("2026-01-20 00:00") + timedelta(days=2)))
    return {zone: claims[0] for zone, claims in found.items() if claims}


def production(*zones: str) -> Booking:
    return booked(
        "2026-01-20 09:00", "2026-01-20 19:00", *zones, people=84, rig_power_w={LampType.TUNGSTEN: 60000.0, LampType.LED: 4000.0}
    )


@pytest.mark.parametrize(
    ("zones", "lamps_w", "people"),
    [
        (("stage",), {"stage": 64000.0}, {"stage": 84}),
        (("stage", "stage-2"), {"stage": 48000.0, "stage-2": 16000.0}, {"stage": 63, "stage-2": 21}),
        (
            ("stage", "stage-2", "make-up"),
            {"stage": 48000.0, "stage-2": 16000.0, "make-up": 0.0},  # nobody hangs lamps in make-up
            {"stage": 60, "stage-2": 20, "make-up": 4},
        ),
        (("office",), {"office": 64000.0}, {"office": 84}),  # shot on location, in the office
    ],
)
def test_what_warms_a_room_is_counted_once(zones: tuple[str, ...], lamps_w: dict[str, float], people: dict[str, int]) -> None:
    claims = claims_of(production(*zones))
    assert {zone: claim.lamp_power_w for zone, claim in claims.items()} == pytest.approx(lamps_w)
    assert {zone: claim.people for zone, claim in claims.items()} == people
