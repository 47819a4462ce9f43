"""Who may do what: roles, and the scopes of a key. One table, asked by every route.

What a key may not see does not exist for it: it is answered like what was never there, so that nothing is told by asking.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from gateway.problems import Problem
from premises.booking import Booking
from premises.ports import ApiKey, Role
from premises.site import Point, Site


class Right(StrEnum):
    """What a route needs."""

    SEE_SITES = "see the sites and their zones"
    SEE_BOOKINGS = "see bookings"
    SEE_READINGS = "see readings, series and energy"
    SEE_PLAN = "see the plan"
    SEE_RUNNING = "see commands, overrides and alarms"
    SEE_DEVICES = "see devices and quarantine"
    SEE_METRICS = "see metrics"
    WRITE_BOOKINGS = "write bookings"
    OVERRIDE = "set and end overrides"
    SEE_AUDIT = "see the audit trail"
    HANDLE_ALARMS = "acknowledge and shelve alarms"
    HANDLE_QUARANTINE = "retry and discard quarantined messages"
    SEE_REPORTS = "see issued reports"
    SEE_DELIVERIES = "see what notices were delivered"
    MANAGE_WEBHOOKS = "set up outgoing webhooks"
    CONFIGURE = "change the site file"
    MANAGE_PEOPLE = "see people and end their sessions"


_SEE = {Right.SEE_SITES, Right.SEE_BOOKINGS, Right.SEE_READINGS, Right.SEE_PLAN, Right.SEE_RUNNING}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.VIEWER: frozenset(_SEE | {Right.SEE_REPORTS}),
    Role.TENANT: frozenset(_SEE | {Right.SEE_REPORTS}),
    Role.BOOKER: frozenset({Right.SEE_SITES, Right.SEE_BOOKINGS, Right.WRITE_BOOKINGS}),
    Role.ENGINEER: frozenset(
        _SEE
        | {
            Right.SEE_DEVICES,
            Right.SEE_METRICS,
            Right.WRITE_BOOKINGS,
            Right.OVERRIDE,
            Right.HANDLE_ALARMS,
            Right.HANDLE_QUARANTINE,
            Right.SEE_REPORTS,
            Right.SEE_DELIVERIES,
            Right.CONFIGURE,
        }
    ),
    Role.ADMINISTRATOR: frozenset(Right),
}


@dataclass(frozen=True, slots=True)
class Caller:
    """The key behind a request, asked what it may do and see.

    session: of a person who signed in, the hash of their cookie's secret; the key is then as one of theirs would be.
    """

    key: ApiKey
    session: str = ""

    @property
    def name(self) -> str:
        """For the audit trail: whose key, and which; or the person."""
        return f"{self.key.label} ({self.key.prefix})"

    @property
    def rights(self) -> frozenset[Right]:
        return RIGHTS[self.key.role]

    def require(self, right: Right) -> None:
        """Raises the problem not-allowed where the role lacks the right."""
        if right not in self.rights:
            raise Problem("not-allowed", f"the role {self.key.role.value} may not {right.value}")

    def sees_site(self, site: str) -> bool:
        return not self.key.sites or site in self.key.sites

    @property
    def by_zone(self) -> bool:
        """Whether the key sees some zones only. A tenant's always does: without zones it sees none."""
        return bool(self.key.zones) or self.key.role is Role.TENANT

    def sees_zone(self, site: str, zone: str) -> bool:
        return self.sees_site(site) and (not self.by_zone or zone in self.key.zones)

    @property
    def by_source(self) -> bool:
        """Whether the key sees some sources only. A booker's always does: without sources it sees none."""
        return bool(self.key.sources) or self.key.role is Role.BOOKER

    def sees_source(self, source: str) -> bool:
        return not self.by_source or source in self.key.sources

    def sees_point(self, site: Site, point: Point) -> bool:
        """By the point's zone; a meter's points by its zones; what belongs to the whole site only without zone scope."""
        if not self.sees_site(site.id):
            return False
        if not self.by_zone:
            return True
        if point.zone:
            return point.zone in self.key.zones
        zones = next((meter.zones for meter in site.meters if meter.id == point.subject), ())
        return bool(zones) and set(zones) <= self.key.zones

    def sees_booking(self, booking: Booking) -> bool:
        """Where site and source are in scope and at least one zone is."""
        if not (self.sees_site(booking.site) and self.sees_source(booking.key.source)):
            return False
        return any(self.sees_zone(booking.site, zone) for zone in booking.zones)

    def covers_booking(self, booking: Booking) -> bool:
        """Where all of the booking is in scope, so that the key may change it."""
        return self.sees_booking(booking) and all(self.sees_zone(booking.site, zone) for zone in booking.zones)

    def zones_of(self, booking: Booking) -> tuple[str, ...]:
        """The booking's zones that this key sees."""
        return tuple(zone for zone in booking.zones if self.sees_zone(booking.site, zone))
