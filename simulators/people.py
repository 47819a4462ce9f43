"""Who is where, minute by minute: from bookings, opening hours and chance; with the rigs and doors that come with people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from premises.booking import Booking, BookingStatus, DayKind
from premises.site import OpeningHours, Site, Zone, ZoneUse
from premises.time import EPOCH, Interval, local_days, local_midnight
from simulators.noise import MINUTES_A_DAY, Array, generator, smooth_noise

_AREA_PER_PERSON = {
    ZoneUse.OFFICE: 12.0,
    ZoneUse.CLASSROOM: 3.0,
    ZoneUse.RESTAURANT: 3.0,
    ZoneUse.EDIT_ROOM: 8.0,
    ZoneUse.MIX_ROOM: 12.0,
    ZoneUse.WORKSHOP: 25.0,
    ZoneUse.CIRCULATION: 80.0,
}
_STAGE_PEOPLE = {DayKind.SHOOT: 40, DayKind.BUILD: 14, DayKind.PRE_LIGHT: 10, DayKind.STRIKE: 14, DayKind.REHEARSAL: 15}
_LOAD_IN = {DayKind.BUILD, DayKind.PRE_LIGHT, DayKind.SHOOT, DayKind.STRIKE}


@dataclass(frozen=True, slots=True)
class DayOfUse:
    """One UTC day, arrays of shape (1440, zones). people: heads; rig_w: lamps of productions; door: share of the minute that
    a loading door stands open; kitchen: 0 to 1, how busy a kitchen is."""

    people: Array
    rig_w: Array
    door: Array
    kitchen: Array


def capacity(zone: Zone) -> float:
    """People that the zone is made for."""
    if zone.seats is not None:
        return float(zone.seats)
    return max(zone.area_m2 / _AREA_PER_PERSON.get(zone.use, 40.0), 1.0)


def present(booking: Booking) -> bool:
    """Whether anybody comes: only for confirmed bookings on days that are not dark."""
    return booking.status is BookingStatus.CONFIRMED and booking.day_kind is not DayKind.DARK


def heads(booking: Booking, zone: Zone) -> float:
    """People of a booking in one of its zones, where the booking does not say how many."""
    if booking.people is not None:
        return booking.people / len(booking.zones)
    if booking.day_kind is DayKind.AUDIENCE:
        return 0.8 * capacity(zone) if zone.seats else min(zone.area_m2 * 0.5, 250.0)
    if zone.use is ZoneUse.STAGE:
        return float(_STAGE_PEOPLE.get(booking.day_kind, 12))
    return 0.7 * capacity(zone)


def _presence(start: int, arrive: float, leave: float, ramp_in: float = 30.0, ramp_out: float = 25.0) -> Array:
    """Share of people present for each minute of the day that begins at minute `start`: a ramp around arrival and leaving."""
    minute = start + np.arange(MINUTES_A_DAY)
    coming = np.clip((minute - arrive + 10) / ramp_in, 0.0, 1.0)
    going = np.clip((leave + ramp_out - 5 - minute) / ramp_out, 0.0, 1.0)
    shared: Array = np.minimum(coming, going)
    return shared


def _minutes(instant: datetime) -> float:
    return (instant - EPOCH).total_seconds() / 60


class Use:
    """The use of a site on any UTC day; the same for any start of a simulation. `bookings` may be replaced at any time."""

    def __init__(self, site: Site, seed: int, bookings: Sequence[Booking]) -> None:
        self.site = site
        self.seed = seed
        self.bookings = tuple(booking for booking in bookings if booking.site == site.id and present(booking))
        self._index = {zone.id: place for place, zone in enumerate(site.zones)}

    def day(self, day: int) -> DayOfUse:
        """Use over a UTC day, counted from 1970-01-01."""
        shape = (MINUTES_A_DAY, len(self.site.zones))
        use = DayOfUse(np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape))
        begin = EPOCH + timedelta(days=day)
        today = Interval(begin, begin + timedelta(days=1))
        for column, zone in enumerate(self.site.zones):
            for hours in zone.opening_hours:
                self._open(use, column, zone, hours, today)
        for booking in self.bookings:
            around = Interval(booking.occupied.start - timedelta(hours=8), booking.occupied.end + timedelta(hours=12))
            if around.overlaps(today):
                self._book(use, booking, day)
        return use

    def _open(self, use: DayOfUse, column: int, zone: Zone, hours: OpeningHours, today: Interval) -> None:
        """Attendance that nobody books: a seeded share of the places, less on Fridays, thinner over lunch but at table."""
        local_zone = self.site.zoneinfo
        for date in local_days(today, local_zone):
            late = hours.end <= hours.start
            in_season = (hours.since is None or date >= hours.since) and (hours.until is None or date < hours.until)
            if date.isoweekday() not in hours.weekdays or not in_season or (zone.in_service and date < zone.in_service):
                continue
            midnight = local_midnight(date, local_zone)
            opens = midnight + timedelta(hours=hours.start.hour, minutes=hours.start.minute)
            closes = midnight + timedelta(days=late, hours=hours.end.hour, minutes=hours.end.minute)
            rng = generator(self.seed, f"attendance/{zone.id}/{hours.start}", date.toordinal())
            share = float(np.clip(rng.normal(0.62, 0.12), 0.25, 0.95)) * (0.8 if date.isoweekday() == 5 else 1.0)
            start = _minutes(today.start)
            presence = _presence(int(start), _minutes(opens) + 25, _minutes(closes) - 35, 90.0, 80.0)
            noon = _minutes(midnight) + 12 * 60 + 45
            minute = start + np.arange(MINUTES_A_DAY)
            lunch = np.exp(-(((minute - noon) / 45) ** 2))
            if zone.use is ZoneUse.RESTAURANT:
                dinner = np.exp(-(((minute - noon - 7.25 * 60) / 60) ** 2))
                busy = presence * np.clip(0.12 + 0.8 * lunch + 0.5 * dinner, 0.0, 1.0)
                use.kitchen[:, column] = np.maximum(use.kitchen[:, column], np.maximum(busy, 0.15 * presence))
                use.people[:, column] += np.round(busy * share * capacity(zone))
            else:
                use.people[:, column] += np.round(presence * share * capacity(zone) * (1 - 0.55 * lunch))

    def _book(self, use: DayOfUse, booking: Booking, day: int) -> None:
        start = day * MINUTES_A_DAY
        arrive, leave = _minutes(booking.call_at), _minutes(booking.wrap_at)
        if booking.doors is not None:
            arrive = min(arrive, _minutes(booking.doors))
        presence = _presence(start, arrive, leave)
        known = [self._index[zone] for zone in booking.zones if zone in self._index]
        rig = sum(booking.rig_power_w.values())
        for column in known:
            zone = self.site.zones[column]
            use.people[:, column] += np.round(presence * heads(booking, zone))
            if rig:
                use.rig_w[:, column] += rig / len(booking.zones) * self._duty(booking, zone, day)
            if booking.day_kind in _LOAD_IN and zone.use is ZoneUse.STAGE:
                use.door[:, column] = np.maximum(use.door[:, column], self._doors(booking, day))
        self._followers(use, booking, start)

    def _duty(self, booking: Booking, zone: Zone, day: int) -> Array:
        """Share of the rig that burns: from an hour after call (or turn-over) to the wrap, in takes and pauses."""
        turn = _minutes(booking.turn_over) - 30 if booking.turn_over else _minutes(booking.call_at) + 60
        burning = _presence(day * MINUTES_A_DAY, turn, _minutes(booking.wrap_at) - 30, 15.0, 10.0)
        takes = np.clip(0.68 + 0.18 * smooth_noise(self.seed, f"takes/{zone.id}", day, 20), 0.15, 1.0)
        duty: Array = burning * takes
        return duty

    def _doors(self, booking: Booking, day: int) -> Array:
        """The loading door stands open a third of the time in the 40 minutes after call and around wrap, in short spells."""
        minute = day * MINUTES_A_DAY + np.arange(MINUTES_A_DAY)
        call, wrap = _minutes(booking.call_at), _minutes(booking.wrap_at)
        loading = ((minute >= call) & (minute < call + 40)) | ((minute >= wrap - 10) & (minute < wrap + 40))
        spells = smooth_noise(self.seed, f"doors/{booking.key}", day, 5) > 0.55
        opened: Array = np.where(loading & spells, 0.9, 0.0)
        return opened

    def _followers(self, use: DayOfUse, booking: Booking, start: int) -> None:
        """Make-up and wardrobe: a few people before call and through the day in the zones that follow the booked ones."""
        for column, zone in enumerate(self.site.zones):
            for follow in zone.follows:
                if follow.zone in booking.zones:
                    lead, lag = follow.lead.total_seconds() / 60, min(follow.lag.total_seconds() / 60, 120.0)
                    presence = _presence(
                        start, _minutes(booking.call_at) - min(lead, 180.0) + 10, _minutes(booking.wrap_at) + lag - 20
                    )
                    use.people[:, column] = np.maximum(use.people[:, column], np.round(presence * 0.6 * capacity(zone)))
