"""A small site for the stores' tests: a grid meter, a stage, a lamp, a plant, with every kind of value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from premises.quantities import QUANTITIES
from premises.reading import Flag, Quality, Reading, Value
from premises.site import Point, Site

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
FIVE = timedelta(minutes=5)
ENERGY, POWER, EXPORT = "grid/energy", "grid/power", "grid/energy_export"
AIR, AIR_REAR, LIT, MODE, GAS = (
    "stage-1/air_temperature",
    "stage-1/air_temperature.rear",
    "stage-1/switch_state",
    "plant/mode",
    "gas/gas_volume",
)


def point(
    point_id: str, device: str, channel: str = "", zone: str = "", *, site: str = "studio", every: timedelta | None = FIVE
) -> Point:
    """A point by its id `<subject>/<quantity>.<qualifier>`."""
    subject, _, rest = point_id.partition("/")
    quantity = QUANTITIES[rest.partition(".")[0]]
    return Point(point_id, site, subject, quantity, device, channel, zone=zone, expected_every=every)


def site_of(points: tuple[Point, ...], site_id: str = "studio", timezone: str = "Europe/Paris") -> Site:
    return Site(
        site_id,
        site_id,
        timezone,
        "FR",
        48.8,
        2.4,
        40.0,
        ("en",),
        "EUR",
        "an owner",
        5000.0,
        4500.0,
        zones=(),
        devices=(),
        points=points,
    )


STUDIO = site_of(
    (
        point(ENERGY, "shelly-1", "em:0/total"),
        point(EXPORT, "shelly-1", "em:0/total"),
        point(POWER, "shelly-1", "em:0/total"),
        point(AIR, "sensor-1", zone="stage-1"),
        point(AIR_REAR, "sensor-1", zone="stage-1"),
        point(LIT, "relay 1", "switch:0", "stage-1", every=None),
        point(MODE, "pump", every=None),
        point(GAS, "gas-meter", every=timedelta(hours=1)),
    )
)
ODD_NAMES = site_of(
    (
        point('a, b="c" d\\/air_temperature', 'device "one", two=\\', "chan, nel='; DROP", "zone é ☃", site='o\'dd, site="x"'),
        point('${1+1}") |> drop()/air_temperature', "d2", site='o\'dd, site="x"'),
    ),
    'o\'dd, site="x"',
    "America/St_Johns",
)
SITES = (STUDIO, ODD_NAMES)


def reading(
    point_id: str,
    time: datetime,
    value: Value,
    *flags: Flag,
    quality: Quality = Quality.MEASURED,
    delay: timedelta = timedelta(milliseconds=250),
) -> Reading:
    return Reading(point_id, time, value, time + delay, quality, frozenset(flags))


def every_five_minutes(point_id: str, start: datetime, values: list[float]) -> list[Reading]:
    return [reading(point_id, start + FIVE * step, value) for step, value in enumerate(values)]
