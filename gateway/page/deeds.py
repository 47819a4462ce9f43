"""What a person does on the page. Each deed asks for the right anew: a key may have been revoked since the page was opened."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.access import Caller, Right
from gateway.page.entrance import Entrance, Visitor
from gateway.routes.overrides import BOUNDS
from premises.booking import Override, OverrideKind
from premises.errors import GreenroomError
from premises.ports import Alarm, AlarmDesk, AuditEntry, House
from premises.time import format_instant

REASON_LONGEST = 200


class NotAllowedError(GreenroomError):
    """The visitor's key does not give that right (any more)."""


class BadWishError(GreenroomError, ValueError):
    """A value that is out of its bounds."""


@dataclass(frozen=True, slots=True)
class Deeds:
    """What one visitor may do to a house."""

    house: House
    entrance: Entrance
    visitor: Visitor
    longest: timedelta = timedelta(hours=24)
    farthest: timedelta = timedelta(days=14)

    def override(
        self,
        site: str,
        zone: str,
        kind: OverrideKind,
        value: float | None,
        lasts: timedelta,
        reason: str,
        since: datetime | None = None,
    ) -> Override:
        """Hold a zone for a while, from `since` on (None or past: from now on). Raises NotAllowedError, BadWishError."""
        caller = self._allowed(Right.OVERRIDE, site, zone)
        bounds = BOUNDS.get(kind)
        if bounds is not None and (value is None or not bounds[0] <= value <= bounds[1]):
            raise BadWishError(f"{kind.value} needs a value from {bounds[0]:g} to {bounds[1]:g} {bounds[2]}, not {value}")
        if not timedelta(0) < lasts <= self.longest:
            raise BadWishError(f"an override from the page lasts at most {self.longest}")
        now = self.house.clock.now()
        start = max(now, since) if since is not None else now
        if start - now > self.farthest:
            raise BadWishError(f"an override from the page begins within {self.farthest.days} days")
        kept = value if bounds is not None else None
        cut = " ".join(reason.split())[:REASON_LONGEST]
        wish = Override(f"o-{secrets.token_hex(8)}", site, zone, kind, kept, start, start + lasts, caller.name, cut)
        self.house.overrides.put(wish)
        span = f"{format_instant(wish.since)} to {format_instant(wish.until)}"
        self._note(caller, "override.set", f"zone {site}/{zone}", f"{wish.id} {kind.value} {span}")
        return wish

    def end_override(self, site: str, zone: str, override_id: str) -> Override | None:
        """Hand the zone back. Raises NotAllowedError."""
        caller = self._allowed(Right.OVERRIDE, site, zone)
        now = self.house.clock.now()
        held = any(o.id == override_id and o.zone == zone for o in self.house.overrides.active(site, now))
        ended = self.house.overrides.end(override_id, now) if held else None
        if ended is not None:
            self._note(caller, "override.ended", f"zone {site}/{zone}", override_id)
        return ended

    def acknowledge(self, site: str, alarm_id: str) -> Alarm | None:
        """Someone has seen the alarm; None where it stands no longer. Raises NotAllowedError."""
        caller = self._allowed(Right.OVERRIDE, site, None)
        seen = self._desk(site, alarm_id).acknowledge(alarm_id, caller.name, self.house.clock.now())
        if seen is not None:
            self._note(caller, "alarm.acknowledged", f"{seen.cause} {site}/{seen.subject}", alarm_id)
        return seen

    def shelve(self, site: str, alarm_id: str, lasts: timedelta) -> Alarm | None:
        """Keep quiet about the alarm for a while; None where it stands no longer. Raises NotAllowedError."""
        caller, now = self._allowed(Right.OVERRIDE, site, None), self.house.clock.now()
        until = now + min(lasts, self.longest)
        shelved = self._desk(site, alarm_id).shelve(alarm_id, until, caller.name, now)
        if shelved is not None:
            detail = f"{alarm_id} until {format_instant(until)}"
            self._note(caller, "alarm.shelved", f"{shelved.cause} {site}/{shelved.subject}", detail)
        return shelved

    def _desk(self, site: str, alarm_id: str) -> AlarmDesk:
        if not isinstance(self.house.alarms, AlarmDesk):
            raise BadWishError("the alarms of this house cannot be acknowledged")
        if all(alarm.id != alarm_id for alarm in self.house.alarms.active(site)):
            raise BadWishError("the alarm is over")
        return self.house.alarms

    def _allowed(self, right: Right, site: str, zone: str | None) -> Caller:
        """The caller whose key still gives the right there. zone None: for the whole site."""
        caller = self.entrance.anew(self.visitor)
        if caller is None or not Visitor(caller).may(right) or not caller.sees_site(site):
            raise NotAllowedError("this needs an engineer's key")
        if (zone is not None and not caller.sees_zone(site, zone)) or (zone is None and caller.by_zone):
            raise NotAllowedError("this is out of the key's scope")
        return caller

    def _note(self, caller: Caller, action: str, subject: str, detail: str) -> None:
        self.house.audit.append(AuditEntry(self.house.clock.now(), caller.name, action, subject, detail))
