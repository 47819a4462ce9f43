"""`--what-if NAME=VALUE`: another tariff, setpoint, booking or weather, read from the command line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import time
from decimal import Decimal, InvalidOperation

from premises.booking import Booking, BookingKey, DayKind
from premises.errors import SettingError, UnknownNameError
from premises.site import Site
from premises.tariff import Carrier, Tariff, TariffBand
from premises.time import Interval, format_instant, parse_instant
from rules.what_if import Change

FORMS = (
    "tariff=0.25, tariff=0.12@22:00-06:00/0.24, setpoint=-1, outdoor=-5, "
    "booking=stage-1@2026-01-22T07:00Z/2026-01-22T18:00Z,shoot,20.5, cancel=source/id"
)
_BAND = re.compile(r"(?P<price>\d+(?:\.\d+)?)(?:@(?P<start>\d\d:\d\d)-(?P<end>\d\d:\d\d))?")
_MOST_K = 30.0
_COLDEST_C, _WARMEST_C = 5.0, 30.0


def read_changes(site: Site, texts: Iterable[str], within: Interval | None = None, known: Iterable[Booking] = ()) -> Change:
    """All of them as one change. Raises SettingError that shows the forms.

    within: what is planned; a booking that does not touch it would change nothing, and is refused. known: bookings that there are.
    """
    change = Change()
    for number, text in enumerate(texts, start=1):
        name, equals, value = text.partition("=")
        if not equals or name not in _READERS:
            raise SettingError(f"--what-if {text!r}: write NAME=VALUE, such as {FORMS}")
        change = _READERS[name](site, change, value.strip(), number)
    for booking in change.bookings:
        if within is not None and not booking.occupied.overlaps(within):
            span = f"{format_instant(within.start)} to {format_instant(within.end)}"
            raise SettingError(f"--what-if booking={booking.zones[0]}@{format_instant(booking.call_at)}/…: planned is {span}")
    names = {str(booking.key) for booking in known}
    for key in sorted(change.cancelled - names if within is not None else ()):
        there = ", ".join(sorted(names)[:8]) or "none"
        raise SettingError(f"--what-if cancel={key}: there is no such booking; there are {there}{', …' if len(names) > 8 else ''}")
    return change


def _tariff(site: Site, change: Change, value: str, _number: int) -> Change:
    bands = []
    for place, part in enumerate(value.split("/")):
        match = _BAND.fullmatch(part.strip())
        if match is None:
            raise SettingError(f"--what-if tariff={value}: {part!r} is no price; write 0.25, or 0.12@22:00-06:00/0.24")
        try:
            price = Decimal(match["price"])
            start, end = (time.fromisoformat(match[k] or "00:00") for k in ("start", "end"))
        except (InvalidOperation, ValueError):
            raise SettingError(f"--what-if tariff={value}: {part!r} has no such time; write 0.12@22:00-06:00") from None
        bands.append(TariffBand(f"band {place + 1}", price, start=start, end=end))
    if bands[-1].start != bands[-1].end:
        raise SettingError(f"--what-if tariff={value}: the last price must hold always; write 0.12@22:00-06:00/0.24")
    before = site.tariff_of(Carrier.ELECTRICITY)
    tariff = Tariff("what-if", Carrier.ELECTRICITY, site.currency, tuple(bands))
    if before is not None:
        tariff = replace(before, id="what-if", bands=tuple(bands))
    return replace(change, tariffs=(tariff,))


def _kelvin(name: str, value: str) -> float:
    try:
        found = float(value.removesuffix("K").strip())
    except ValueError:
        raise SettingError(f"--what-if {name}={value}: write a difference in K, such as -1 or +2.5") from None
    if not abs(found) <= _MOST_K:
        raise SettingError(f"--what-if {name}={value}: it must lie between -{_MOST_K:g} and {_MOST_K:g} K")
    return found


def _setpoint(_site: Site, change: Change, value: str, _number: int) -> Change:
    return replace(change, setpoint_k=_kelvin("setpoint", value))


def _outdoor(_site: Site, change: Change, value: str, _number: int) -> Change:
    return replace(change, outdoor_k=_kelvin("outdoor", value))


def _booking(site: Site, change: Change, value: str, number: int) -> Change:
    zones, at, rest = value.partition("@")
    span, *more = rest.split(",")
    call_text, slash, wrap_text = span.partition("/")
    try:
        if not at or not slash:
            raise ValueError("a zone, @, the call, / and the wrap are needed")
        names = tuple(site.zone(zone.strip()).id for zone in zones.split("+"))
        call, wrap = parse_instant(call_text.strip()), parse_instant(wrap_text.strip())
        if not call < wrap:
            raise ValueError("the wrap must lie after the call")
        kind, comfort = DayKind.SHOOT, None
        for word in (part.strip() for part in more):
            if word.replace(".", "", 1).isdigit():
                comfort = float(word)
                if not _COLDEST_C <= comfort <= _WARMEST_C:
                    raise ValueError(f"{word} °C is no temperature for people; {_COLDEST_C:g} to {_WARMEST_C:g} is")
            else:
                kind = DayKind(word)
    except (ValueError, UnknownNameError) as error:
        raise SettingError(
            f"--what-if booking={value}: {error}; write booking=stage-1@2026-01-22T07:00Z/2026-01-22T18:00Z,shoot,20.5"
        ) from None
    booking = Booking(
        BookingKey("what-if", str(number)), site.id, names, Interval(call, wrap), day_kind=kind, call=call, wrap=wrap,
        comfort_c=comfort,
    )  # fmt: skip
    return replace(change, bookings=(*change.bookings, booking))


def _cancel(_site: Site, change: Change, value: str, _number: int) -> Change:
    if "/" not in value:
        raise SettingError(f"--what-if cancel={value}: write SOURCE/ID of a booking")
    return replace(change, cancelled=change.cancelled | {value})


_READERS = {"tariff": _tariff, "setpoint": _setpoint, "outdoor": _outdoor, "booking": _booking, "cancel": _cancel}
