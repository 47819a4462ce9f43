"""From a cold stage and a booking, through the real rules, to the mail that says so hours ahead, and to its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from greenroom.house import Running, build
from greenroom.notices import Notices, notices_of
from greenroom.settings import Settings
from premises.booking import Booking, BookingKey
from premises.notify import About, Contact, Notify
from premises.reading import Reading
from premises.site import Site
from premises.sitefile import example, load_premises
from premises.time import Interval, ManualClock
from tests.notices.sinks import Mailbox

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
STAGE = "stage-1"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def running(tmp_path: Path, clock: ManualClock, mailbox: Mailbox) -> Iterator[tuple[Running, Notices]]:
    """The whole of Greenroom but the broker, on the example of La Kolok."""
    loaded = load_premises(Path(str(example("la-kolok"))))
    assert isinstance(loaded, Site)
    duty = Contact("duty", "Duty", "en", mail="duty@studio.example", about=frozenset({About.ALARMS, About.BOOKINGS}))
    site = replace(loaded, notify=Notify((duty,)))
    given: dict[str, Any] = {"data": tmp_path, "smtp": f"smtp+plain://127.0.0.1:{mailbox.port}", "mail_from": "g@s.example"}
    settings = Settings(**given)
    house = build(settings, [site], clock)
    notices = notices_of(house.house, house.books, settings)
    yield house, notices
    notices.close()
    house.close()


def measure(house: Running, now: datetime, air_c: float) -> None:
    """Every zone has that temperature, and it freezes outside."""
    [site] = house.sites.values()
    told = {p.id: air_c for p in site.points if p.quantity.name == "air_temperature"} | {"outdoor/outdoor_temperature": -2.0}
    house.store.write(site.id, [Reading(name, now, value, now) for name, value in told.items()])
    house.live.seed(house.store)


def pass_time(running: tuple[Running, Notices], clock: ManualClock, minutes: int, air_c: float) -> None:
    """Five minutes at a time: rules, foresight, alarms, deliveries."""
    house, notices = running
    for _ in range(minutes // 5):
        now = clock.advance(5 * MINUTE)
        measure(house, now, air_c)
        for runner in house.runners.values():
            runner.tick(now)
        notices.foresee()
        notices.look()
        notices.deliver()


@pytest.mark.slow
def test_a_stage_that_cannot_be_warm_in_time_is_told_hours_ahead(
    running: tuple[Running, Notices], clock: ManualClock, mailbox: Mailbox
) -> None:
    house, _ = running
    [site] = house.sites.values()
    call = NOW + timedelta(hours=2)
    booking = Booking(BookingKey("scheduler", "1"), site.id, (STAGE,), Interval(call, call + timedelta(hours=8)), title="L'Aube")
    house.books.bookings.put(booking, NOW)
    pass_time(running, clock, 20, air_c=2.0)
    standing = [alarm for alarm in house.books.alarms.active(site.id) if alarm.cause == "will_not_be_ready"]
    assert [alarm.subject for alarm in standing] == [STAGE]
    [told] = [mail for mail in mailbox.mails if "will not be ready for its call" in mail["Subject"]]
    text = told.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "call at 15:00" in text or "call 15:00" in text
    assert "You can: look whether doors stand open" in text
    assert clock.now() < call - timedelta(hours=1)

    pass_time(running, clock, 30, air_c=20.5)
    assert not [alarm for alarm in house.books.alarms.active(site.id) if alarm.cause == "will_not_be_ready"]
    ends = [
        str(mail["Subject"])
        for mail in mailbox.mails
        if "Over: Stage 1" in mail["Subject"] or "ready for the call" in mail["Subject"]
    ]
    assert len(ends) == 2, "the end of the alarm, and that the booking's stage is ready"
