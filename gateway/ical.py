"""Calendars out: bookings, and what the heating will do, for whoever has a calendar and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import icalendar

from gateway.access import Caller
from gateway.languages import in_words
from gateway.writing import discreet
from premises.booking import BookingStatus, StoredBooking
from premises.plan import PlanSlot, ZonePlan
from premises.site import Site
from premises.time import SLOT

STATUSES = {
    BookingStatus.CONFIRMED: "CONFIRMED",
    BookingStatus.OPTION: "TENTATIVE",
    BookingStatus.HOLD: "TENTATIVE",
    BookingStatus.CANCELLED: "CANCELLED",
}
REFRESH = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Heating:
    """One stretch of the plan in which a zone is wanted at one temperature. setpoint_c None: no heat but the frost guard."""

    start: datetime
    end: datetime
    setpoint_c: float | None
    first: PlanSlot


def stretches(plan: ZonePlan) -> Iterator[Heating]:
    """Slots of one setpoint that follow each other, as one."""
    held: list[PlanSlot] = []
    for slot in plan.slots:
        if held and (slot.setpoint_c != held[-1].setpoint_c or slot.start != held[-1].start + SLOT):
            yield Heating(held[0].start, held[-1].start + SLOT, held[0].setpoint_c, held[0])
            held = []
        held.append(slot)
    if held:
        yield Heating(held[0].start, held[-1].start + SLOT, held[0].setpoint_c, held[0])


def _calendar(name: str) -> icalendar.Calendar:
    made = icalendar.Calendar()
    made.add("prodid", "-//Greenroom//Greenroom//EN")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", name)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    return made


def _event(uid: str, start: datetime, end: datetime, stamp: datetime, summary: str) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", uid)
    made.add("dtstamp", stamp)
    made.add("dtstart", start)
    made.add("dtend", end)
    made.add("summary", summary)
    return made


def bookings_calendar(site: Site, bookings: Sequence[tuple[StoredBooking, tuple[str, ...]]]) -> bytes:
    """Bookings with the zones that the reader sees. Cancelled ones stay, marked as such, so that calendars drop them."""
    made = _calendar(site.name)
    for stored, zones in bookings:
        booking = stored.booking
        names = ", ".join(site.zone(zone).name for zone in zones)
        event = _event(
            f"{booking.key.source}/{booking.key.id}@{site.id}.greenroom",
            booking.held.start,
            booking.held.end,
            stored.updated_at,
            booking.title or names,
        )
        event.add("location", names)
        event.add("status", STATUSES[booking.status])
        event.add("sequence", stored.version)
        event.add("last-modified", stored.updated_at)
        event.add(
            "description",
            f"call {booking.call_at:%Y-%m-%dT%H:%MZ}, wrap {booking.wrap_at:%Y-%m-%dT%H:%MZ}, {booking.day_kind.value}",
        )
        made.add_component(event)
    return bytes(made.to_ical())


def plan_calendar(site: Site, plans: Sequence[ZonePlan], made_at: datetime, language: str, caller: Caller) -> bytes:
    """What the heating of each zone will do, with the reason; transparent, for it takes nobody's time."""
    made = _calendar(f"{site.name}: heating")
    for plan in plans:
        zone = site.zone(plan.zone)
        for stretch in stretches(plan):
            if stretch.setpoint_c is None:
                continue
            summary = f"{zone.name}: {stretch.setpoint_c:g} °C"
            uid = f"heating/{zone.id}/{stretch.start:%Y%m%dT%H%MZ}@{site.id}.greenroom"
            event = _event(uid, stretch.start, stretch.end, made_at, summary)
            event.add("description", in_words(discreet(stretch.first.reason, language, caller), language))
            event.add("transp", "TRANSPARENT")
            made.add_component(event)
    return bytes(made.to_ical())
