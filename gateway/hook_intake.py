"""From a message of a booking system to the book: occurrences of series, whole days, and what a changed series leaves behind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from gateway.calendars.errors import CalendarError
from gateway.calendars.zones import named_zone
from gateway.foreign import SERIES_AHEAD, Bookable, ForeignBooking, Place, Taken, occurrences_of, place_of_source, take
from gateway.settings import HookSettings
from gateway.webhooks.inbox import Inbox
from gateway.webhooks.messages import HookBooking, HookMessage
from premises.booking import BookingStatus
from premises.ports import BookingQuery
from premises.site import Site
from premises.time import Interval, local_midnight

_STANDING = frozenset(BookingStatus) - {BookingStatus.CANCELLED}


def take_message(house: Bookable, inbox: Inbox, hook: HookSettings, site: Site, message: HookMessage) -> list[Taken]:
    """Book and cancel what the message says, one by one; what cannot be taken is told with its reason."""
    place, taken = place_of_source(site, hook.source, hook.zones), list[Taken]()
    who = f"webhook {hook.name}"
    for booking in message.bookings:
        if inbox.buried(hook.source, booking.uid, booking.version):
            taken.append(Taken(booking.uid, "skipped", "it was cancelled after this was sent"))
            continue
        told = _foreign(booking, site)
        try:
            each = list(occurrences_of(told, booking.recurrence, house.clock.now(), site))
        except CalendarError as error:
            taken.append(Taken(booking.uid, "skipped", str(error), wrong=True))
            continue
        taken.extend(take(house, place, one, who) for one in each)
        if told.recurrence_id is None:
            taken.extend(_left_behind(house, place, told, {one.id for one in each}, who))
        if booking.status == "cancelled" and booking.version is not None:
            inbox.bury(hook.source, booking.uid, booking.version)
    for booking in message.withdrawn:
        told = _foreign(booking, site)
        gone = [take(house, place, told, who)]
        if told.recurrence_id is None:
            gone += _left_behind(house, place, told, {told.id}, who)
        taken.extend(one for one in gone if one.outcome == "changed")
    return taken


def _foreign(booking: HookBooking, site: Site) -> ForeignBooking:
    start, end, zone = booking.start, booking.end, booking.timezone
    if booking.all_day and start is not None and end is not None:  # days are days of the site, in whatever zone they were told
        told_in = (named_zone(zone) if zone else None) or UTC
        start, end = (_midnight(at.astimezone(told_in), site) for at in (start, end))
        zone = site.timezone
    return ForeignBooking(
        uid=booking.series or booking.uid,
        start=start,
        end=end,
        status=booking.status,
        title=booking.title,
        location=booking.location,
        recurrence_id=booking.recurrence_id,
        timezone=zone,
        version=booking.version,
    )


def _midnight(at: datetime, site: Site) -> datetime:
    return local_midnight(at.date(), site.zoneinfo)


def _left_behind(house: Bookable, place: Place, told: ForeignBooking, there: set[str], who: str) -> list[Taken]:
    """Cancel what stands in the book of this event and is to come, but is no occurrence of it any more.

    A series that was cancelled, shortened or moved leaves such, and so does a single event that became a series.
    """
    now = house.clock.now()
    ahead = Interval(now, now + SERIES_AHEAD + timedelta(days=1))
    query = BookingQuery(place.site.id, source=place.source, overlaps=ahead, statuses=_STANDING)
    gone = []
    for stored in house.bookings.find(query):
        booking_id, sequence = stored.booking.key.id, stored.booking.sequence
        if booking_id in there or booking_id.partition("#")[0] != told.uid:
            continue
        if told.version is not None and (sequence or 0) > told.version:
            continue  # the event as it was before that occurrence was changed
        gone.append(take(house, place, ForeignBooking(booking_id, None, None, "cancelled", version=told.version), who))
    return gone
