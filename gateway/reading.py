"""From a booking document to a booking: every fault told at once, with where it is and what would be right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.access import Caller
from gateway.faults import invalid
from gateway.nearest import nearest
from gateway.problems import FieldFault, Problem
from gateway.shapes.booking import BookingDocument, Warned
from gateway.times import TimeFaultError, read_time, told
from premises.booking import Booking, BookingKey, BookingStatus
from premises.site import Site
from premises.time import Interval, zone_named

_DECIDED = {
    "skipped": "does not exist on that day, the clocks skip it; read with the offset before the change",
    "doubled": "happens twice on that day; the first of the two is meant",
}


@dataclass
class _Faults:
    """What is found on the way through a document."""

    faults: list[FieldFault] = field(default_factory=list)
    warned: list[Warned] = field(default_factory=list)

    def fault(self, pointer: str, detail: str) -> None:
        self.faults.append(FieldFault(pointer=pointer, detail=detail))

    def warn(self, code: str, detail: str, pointer: str | None = None) -> None:
        self.warned.append(Warned(code=code, detail=detail, pointer=pointer))

    def time(self, document: BookingDocument, name: str, zone: ZoneInfo | None) -> datetime | None:
        text = getattr(document, name)
        if text is None:
            return None
        try:
            read = read_time(text, zone)
        except TimeFaultError as error:
            self.fault(f"#/{name}", str(error))
            return None
        if read.decided:
            self.warn(f"local-time-{read.decided}", f"{text} {_DECIDED[read.decided]}", f"#/{name}")
        return read.instant


def source_zone(site: Site, source: str) -> ZoneInfo | None:
    """The zone that the site file sets for a source, in which its naive times are read."""
    return next((ZoneInfo(feed.timezone) for feed in site.calendars if feed.source == source), None)


def read_booking(
    document: BookingDocument, key: BookingKey, site: Site, caller: Caller, now: datetime, hold_max_days: int
) -> tuple[Booking, list[Warned]]:
    """The booking, and what was taken with a warning. Raises the problem `invalid` with every fault there is."""
    found = _Faults()
    zone = source_zone(site, key.source)
    times = {name: found.time(document, name, zone) for name in ("start", "end", "call", "turn_over", "doors", "wrap")}
    _check_zones(document, site, caller, found)
    _check_words(document, site, found)
    held = _check_times(times, found, hold_max_days)
    if found.faults or held is None:
        raise invalid(found.faults)
    booking = Booking(
        key=key,
        site=site.id,
        zones=tuple(document.zones),
        held=held,
        status=document.status,
        day_kind=document.day_kind,
        title=document.title,
        call=times["call"],
        turn_over=times["turn_over"],
        doors=times["doors"],
        wrap=times["wrap"],
        people=document.people,
        rig_power_w=dict(document.rig_power_w),
        comfort_c=document.comfort_c,
        floor=document.floor,
        tenant=document.tenant,
        production=document.production,
        timezone=document.timezone or (zone.key if zone is not None else None),
        sequence=document.sequence if document.sequence is not None else document.version,
        notes=document.notes,
    )
    _warn_of(booking, site, now, found)
    return booking, found.warned


def _check_zones(document: BookingDocument, site: Site, caller: Caller, found: _Faults) -> None:
    seen = [zone.id for zone in site.zones if caller.sees_zone(site.id, zone.id)]
    bookable = {zone.id for zone in site.zones if zone.bookable}
    for number, zone_id in enumerate(document.zones):
        if zone_id not in seen:
            found.fault(f"#/zones/{number}", f"site {site.id} has no zone {zone_id!r}{nearest(zone_id, seen)}")
        elif zone_id not in bookable:
            found.fault(f"#/zones/{number}", f"zone {zone_id} cannot be booked; it follows others")
        elif zone_id in document.zones[:number]:
            found.fault(f"#/zones/{number}", f"zone {zone_id} is named twice")


def _check_words(document: BookingDocument, site: Site, found: _Faults) -> None:
    if document.timezone is not None:
        try:
            zone_named(document.timezone)
        except ValueError as error:
            found.fault("#/timezone", str(error))
    if document.sequence is not None and document.version not in (None, document.sequence):
        found.fault("#/version", "`version` and `sequence` are two names for the same number, but differ; send one")
    tenants = [tenant.id for tenant in site.tenants]
    if document.tenant is not None and document.tenant not in tenants:
        detail = (
            f"site {site.id} has no tenant {document.tenant!r}{nearest(document.tenant, tenants)}"
            if tenants
            else (f"site {site.id} names no tenants, so {document.tenant!r} counts for no statement")
        )
        found.warn("unknown-tenant", detail, "#/tenant")


def _check_times(times: dict[str, datetime | None], found: _Faults, hold_max_days: int) -> Interval | None:
    """The hold; each instant must lie in it, and in the order of the day."""
    start, end = times["start"], times["end"]
    if start is None or end is None:
        return None
    if end <= start:
        found.fault("#/end", f"end {told(end)} must lie after start {told(start)}")
        return None
    if end - start > timedelta(days=hold_max_days):
        found.fault("#/end", f"a booking holds at most {hold_max_days} days; make several of it")
        return None
    for name in ("call", "turn_over", "doors", "wrap"):
        instant = times[name]
        if instant is None:
            continue
        if instant < start:
            found.fault(f"#/{name}", f"{name} {told(instant)} lies before the hold starts at {told(start)}")
        elif instant > end:
            found.fault(f"#/{name}", f"{name} {told(instant)} lies after the hold ends at {told(end)}")
    call, wrap = times["call"] or start, times["wrap"] or end
    if start <= call <= end and start <= wrap <= end and wrap <= call:
        found.fault("#/wrap" if times["wrap"] else "#/call", f"wrap {told(wrap)} must lie after call {told(call)}")
    return Interval(start, end)


def _warn_of(booking: Booking, site: Site, now: datetime, found: _Faults) -> None:
    if booking.held.end <= now and booking.status is not BookingStatus.CANCELLED:
        found.warn("in-the-past", f"the booking ended at {told(booking.held.end)}, before now; nothing will be heated for it")
    for zone in (site.zone(zone_id) for zone_id in booking.zones):
        if zone.in_service is not None and booking.held.start.astimezone(site.zoneinfo).date() < zone.in_service:
            found.warn("not-in-service", f"zone {zone.id} is in service from {zone.in_service.isoformat()} on")
        if zone.seats is not None and booking.people is not None and booking.people > zone.seats:
            found.warn("too-many-people", f"zone {zone.id} has {zone.seats} seats for {booking.people} people", "#/people")


def check_source(caller: Caller, source: str) -> None:
    """Raises out-of-scope where the key may not write that source."""
    if not caller.sees_source(source):
        own: Sequence[str] = sorted(caller.key.sources)
        raise Problem("out-of-scope", f"this key may not write source {source!r}; it is for {', '.join(own) or 'no source'}")
