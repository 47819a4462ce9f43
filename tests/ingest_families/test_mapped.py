"""A declared mapping: topic, path, unit and quantity of what is no known family."""

from __future__ import annotations

from datetime import UTC, datetime

from ingest.decoded import Outcome
from ingest.interpreter import SiteInterpreter
from premises.site import Device
from tests.ingest_families.premises import message, point, site

PLC = Device(
    "plc",
    "mapped",
    "plant/plc",
    timezone="Europe/Paris",
    options={
        "power": "meter/live | grid.0.kilowatts | kW",
        "temperature return": "loops/+/temp | value | °F",
        "energy": "meter/total | | MWh",
        "available": "alive | up",
        "time": "at",
    },
)
HOUSE = site((PLC,), (point("plc", "power"), point("plc", "return_temperature", "return"), point("plc", "energy")))


def test_values_are_found_at_their_paths_in_their_units() -> None:
    house = SiteInterpreter([HOUSE])
    ((_, power),) = house.understand(
        message("plant/plc/meter/live", '{"grid":[{"kilowatts":1.5}],"at":"2026-01-20T12:59:00"}')
    ).readings
    assert (power.value, power.time) == (1500.0, datetime(2026, 1, 20, 11, 59, tzinfo=UTC))
    ((_, back),) = house.understand(message("plant/plc/loops/3/temp", '{"value":86}')).readings
    assert back.value == 30.0
    ((_, energy),) = house.understand(message("plant/plc/meter/total", "12,5")).readings
    assert energy.value == 12500.0


def test_only_what_is_mapped_is_subscribed_to() -> None:
    topics = ("plant/plc/alive", "plant/plc/loops/+/temp", "plant/plc/meter/live", "plant/plc/meter/total")
    assert tuple(SiteInterpreter([HOUSE]).subscriptions()) == topics


def test_availability_is_the_word_that_was_named() -> None:
    house = SiteInterpreter([HOUSE])
    assert house.understand(message("plant/plc/alive", "up")).available == (("house", "plc", True),)
    assert house.understand(message("plant/plc/alive", "down")).available == (("house", "plc", False),)


def test_a_path_that_leads_nowhere_is_no_reading() -> None:
    house = SiteInterpreter([HOUSE])
    assert house.understand(message("plant/plc/meter/live", '{"grid":[]}')).outcome is Outcome.IGNORED
    assert house.understand(message("plant/plc/meter/live", "{")).outcome is Outcome.QUARANTINED
