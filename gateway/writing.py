"""From what the house keeps to documents: bookings, their ready-by answers, their tags."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from zoneinfo import ZoneInfo

from gateway.access import Caller, Right
from gateway.languages import in_words
from gateway.shapes.booking import BookingAnswer, LaterDocument, LocalTimes, LowHigh, ReadyByDocument, Told
from gateway.times import told, told_local
from premises.booking import Booking, StoredBooking
from premises.plan import Later, Readiness, ReadyBy
from premises.reason import Reason
from premises.site import Site


def booking_document(booking: Booking, zones: tuple[str, ...] | None = None) -> dict[str, Any]:
    """The booking in the shape in which it is put, without what is not set. zones: those that the reader may see."""
    whole: dict[str, Any] = {
        "site": booking.site,
        "zones": list(booking.zones if zones is None else zones),
        "start": told(booking.held.start),
        "end": told(booking.held.end),
        "call": told(booking.call),
        "turn_over": told(booking.turn_over),
        "doors": told(booking.doors),
        "wrap": told(booking.wrap),
        "status": booking.status.value,
        "day_kind": booking.day_kind.value,
        "title": booking.title,
        "people": booking.people,
        "rig_power_w": {lamp.value: power for lamp, power in sorted(booking.rig_power_w.items())},
        "comfort_c": booking.comfort_c,
        "floor": booking.floor.value if booking.floor is not None else None,
        "tenant": booking.tenant,
        "production": booking.production,
        "timezone": booking.timezone,
        "sequence": booking.sequence,
        "notes": booking.notes,
    }
    return {name: value for name, value in whole.items() if value not in (None, "", {})}


def etag_of(stored: StoredBooking) -> str:
    """Strong tag of a version: its number and a hash of its content, so that it holds on every server alike."""
    content = json.dumps(booking_document(stored.booking), sort_keys=True, separators=(",", ":"))
    return f'"{stored.version}-{hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]}"'


def booking_answer(stored: StoredBooking, site: Site | None, caller: Caller) -> dict[str, Any]:
    """The fields of BookingAnswer for a stored booking."""
    return {
        **_unstored(stored.booking, site, caller),
        "version": stored.version,
        "revision": stored.revision,
        "etag": etag_of(stored),
        "created_at": told(stored.created_at),
        "updated_at": told(stored.updated_at),
    }


def would_be_answer(booking: Booking, site: Site, caller: Caller) -> dict[str, Any]:
    """The same for a booking that is not stored: a dry run."""
    unknown = dict.fromkeys(("version", "revision", "etag", "created_at", "updated_at"))
    return {**_unstored(booking, site, caller), **unknown}


def _unstored(booking: Booking, site: Site | None, caller: Caller) -> dict[str, Any]:
    zone = ZoneInfo(booking.timezone or (site.timezone if site is not None else "UTC"))
    local = LocalTimes(
        zone=zone.key,
        start=told_local(booking.held.start, zone) or "",
        end=told_local(booking.held.end, zone) or "",
        call=told_local(booking.call_at, zone) or "",
        wrap=told_local(booking.wrap_at, zone) or "",
    )
    return {
        "source": booking.key.source,
        "id": booking.key.id,
        "booking": booking_document(booking, caller.zones_of(booking)),
        "local": local,
    }


def listed(stored: StoredBooking, site: Site | None, caller: Caller) -> BookingAnswer:
    """A booking as an item of a list."""
    return BookingAnswer(**booking_answer(stored, site, caller))


OTHERS = {"en": "another booking", "fr": "une autre réservation", "nl": "een andere boeking"}
HOUSE = {"en": "the house", "fr": "la maison", "nl": "het huis"}


def discreet(reason: Reason, language: str, caller: Caller) -> Reason:
    """The reason without the names of others: bookings of sources that the caller does not see, and who of the house did it."""
    values = dict(reason.values)
    if "other" in values and not caller.sees_source(str(values["other"]).partition("/")[0]):
        values["other"] = OTHERS.get(language, OTHERS["en"])
    if "by" in values and Right.SEE_RUNNING not in caller.rights:
        values["by"] = HOUSE.get(language, HOUSE["en"])
    return Reason(reason.code, values)


def reason_told(reason: Reason, language: str, caller: Caller) -> Told:
    shown = discreet(reason, language, caller)
    return Told(code=shown.code, text=in_words(shown, language), values=dict(shown.values))


def ready_by_document(ready: ReadyBy, language: str, caller: Caller) -> ReadyByDocument:
    """One zone's ready-by answer, its reasons in words."""
    return ReadyByDocument(
        zone=ready.zone,
        readiness=ready.readiness,
        ready=ready.readiness is Readiness.READY,
        due_at=told(ready.due_at) or "",
        ready_at=told(ready.ready_at),
        heat_from=told(ready.heat_from),
        wanted_c=ready.wanted_c,
        energy_kwh=round(ready.energy_kwh, 3),
        cost=round(ready.cost, 4),
        carbon_kg=round(ready.carbon_kg, 4),
        currency=ready.currency,
        rung=ready.rung,
        probability=ready.probability,
        reasons=[reason_told(reason, language, caller) for reason in ready.reasons],
        conflicts=[reason_told(reason, language, caller) for reason in ready.conflicts],
        energy_kwh_range=_low_high(ready.energy_low_kwh, ready.energy_high_kwh),
        cost_range=_low_high(ready.cost_low, ready.cost_high),
        carbon_kg_range=_low_high(ready.carbon_low_kg, ready.carbon_high_kg),
        confirm_by=told(ready.confirm_by),
        later=[_later_document(later) for later in ready.later],
        surer=[reason_told(reason, language, caller) for reason in ready.surer],
    )


def _low_high(low: float | None, high: float | None) -> LowHigh | None:
    return None if low is None or high is None else LowHigh(low=round(low, 4), high=round(high, 4))


def _later_document(later: Later) -> LaterDocument:
    return LaterDocument(
        at=told(later.at) or "",
        readiness=later.readiness,
        ready_at=told(later.ready_at),
        energy_kwh=round(later.energy_kwh, 3),
        cost=round(later.cost, 4),
        carbon_kg=round(later.carbon_kg, 4),
        probability=later.probability,
    )
