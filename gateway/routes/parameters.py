"""Parameters that several routes have: site, span of time, pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Path, Query
from pydantic import Field, StringConstraints

from gateway.faults import invalid
from gateway.problems import FieldFault
from gateway.shapes.text import PLAIN, Sound
from gateway.times import EARLIEST, LATEST, TimeFaultError, read_time
from premises.time import Interval

_ID = StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
_TIME = StringConstraints(min_length=10, max_length=40)

SourcePath = Annotated[str, _ID, Path(description="the booking system, as its key names it", examples=["cinema-diary"])]
BookingIdPath = Annotated[
    str,
    StringConstraints(min_length=1, max_length=255),
    Sound,
    Field(json_schema_extra=PLAIN),
    Path(description="the booking's id in that system", examples=["4711"]),
]
SiteQuery = Annotated[str | None, _ID, Query(description="may be left out where there is one site only", examples=["la-kolok"])]
ZoneQuery = Annotated[str | None, _ID, Query(description="id of a zone", examples=["stage-1"])]
SourceQuery = Annotated[str | None, _ID, Query(description="bookings of one source only")]
FromQuery = Annotated[
    str | None, _TIME, Sound, Query(alias="from", description="RFC 3339 with offset", json_schema_extra={"format": "date-time"})
]
ToQuery = Annotated[
    str | None, _TIME, Sound, Query(alias="to", description="RFC 3339 with offset", json_schema_extra={"format": "date-time"})
]
SinceQuery = Annotated[
    str | None,
    _TIME,
    Sound,
    Query(description="only what changed at or after that instant", json_schema_extra={"format": "date-time"}),
]
CursorQuery = Annotated[str | None, Query(min_length=1, max_length=1000, description="`next` of the page before")]
LimitQuery = Annotated[int | None, Query(ge=1, le=5000, description="items on a page")]


def instant_of(text: str | None, name: str) -> datetime | None:
    """A time parameter. Raises the problem `invalid` that names it."""
    if text is None:
        return None
    try:
        return read_time(text.replace(" ", "+")).instant  # an unescaped + in a query arrives as a space
    except TimeFaultError as error:
        raise invalid([FieldFault(parameter=name, detail=str(error))]) from None


def span_of(from_: str | None, to: str | None) -> Interval | None:
    """The span asked for, open at an end that is left out; None where both are. Raises the problem `invalid`."""
    if from_ is None and to is None:
        return None
    return _span(instant_of(from_, "from") or EARLIEST, instant_of(to, "to") or LATEST)


def span_or(from_: str | None, to: str | None, now: datetime, back: timedelta) -> Interval:
    """The span asked for; what is left out: until now, and `back` before the end."""
    end = instant_of(to, "to") or now
    start = instant_of(from_, "from") or end - back
    return _span(start, end)


def _span(start: datetime, end: datetime) -> Interval:
    if end < start:
        raise invalid([FieldFault(parameter="to", detail="`to` must not lie before `from`")])
    return Interval(start, end)
