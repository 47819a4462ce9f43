"""What the replayed week came to, from what was stored: the same inputs give the same lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from greenroom.house import Running
from premises.booking import Booking
from premises.ports import BookingQuery, IntakeStatus, Resolution
from premises.site import Site
from premises.time import Interval

TOLERANCE_K = 0.5
_LOOK_BACK = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Start:
    """How a zone stood when people arrived: air and wanted temperature at call, None where nothing was measured."""

    booking: Booking
    zone: str
    air_c: float | None
    wanted_c: float

    @property
    def ready(self) -> bool:
        return self.air_c is not None and self.air_c >= self.wanted_c - TOLERANCE_K


@dataclass(frozen=True, slots=True)
class Summary:
    """heating_kwh: final energy of the heat plants' meters; always_on_kwh: of a house that is always warm, same weather."""

    site: Site
    span: Interval
    intake: IntakeStatus
    starts: tuple[Start, ...]
    heating_kwh: float | None
    always_on_kwh: float
    generation_kwh: float | None
    commands: int

    @property
    def ready(self) -> int:
        return sum(start.ready for start in self.starts)

    def lines(self) -> list[str]:
        """For people and for comparison: nothing here depends on the machine or on when it ran."""
        until = f"{self.span.end.astimezone(self.site.zoneinfo):%Y-%m-%d %H:%M}"
        lines = [
            f"{self.site.name}: {self.span.duration / timedelta(days=1):.0f} days up to {until} local time",
            self._identity(),
            f"readings stored {self.intake.readings_stored:,}; commands sent {self.commands:,}",
            f"bookings ready on time {self.ready} of {len(self.starts)} (air within {TOLERANCE_K} K of the wish at call)",
        ]
        lines += [
            f"  not ready: {start.booking.key} in {start.zone}: {_degrees(start.air_c)}, wanted {start.wanted_c:.1f} °C"
            for start in self.starts
            if not start.ready
        ]
        if self.heating_kwh is not None and self.always_on_kwh > 0:
            saved = 100 * (1 - self.heating_kwh / self.always_on_kwh)
            always = f"always-on in the same weather {self.always_on_kwh:,.0f} kWh"
            lines.append(f"heating {self.heating_kwh:,.0f} kWh, {always}: {saved:.0f} % less")
        if self.generation_kwh is not None:
            lines.append(f"sun {self.generation_kwh:,.0f} kWh")
        return lines

    def _identity(self) -> str:
        told = self.intake
        parts = [("stored", told.stored), ("quarantined", told.quarantined), ("ignored", told.ignored)]
        parts += [(name, count) for name, count in (("journalled", told.journalled), ("in flight", told.in_flight)) if count]
        return f"messages received {told.received:,} = " + " + ".join(f"{name} {count:,}" for name, count in parts)


def _degrees(value: float | None) -> str:
    return "nothing measured" if value is None else f"{value:.1f} °C"


def starts_of(running: Running, site: Site, span: Interval) -> tuple[Start, ...]:
    """Every call of an acting booking within the span, by heated zone."""
    found: list[Start] = []
    for stored in running.books.bookings.find(BookingQuery(site=site.id, overlaps=span)):
        booking = stored.booking
        if not booking.acts or booking.call_at not in span or booking.call_at - _LOOK_BACK < span.start:
            continue
        for name in booking.zones:
            zone = site.zone(name)
            wanted = booking.comfort_c if booking.comfort_c is not None else zone.comfort_on(booking.day_kind).heat_c
            if zone.heating_plant is not None and wanted is not None:
                found.append(Start(booking, name, _air_at(running, site, name, booking), wanted))
    return tuple(found)


def _air_at(running: Running, site: Site, zone: str, booking: Booking) -> float | None:
    """Mean over the zone's sensors of the last reading before the call."""
    before = Interval(booking.call_at - _LOOK_BACK, booking.call_at + timedelta(seconds=1))
    values: list[float] = []
    for point in site.points_of(zone, "air_temperature"):
        readings = running.store.readings(site.id, point.id, before)
        if readings:
            values.append(float(readings[-1].value))
    return sum(values) / len(values) if values else None


def _metered(running: Running, site: Site, meters: set[str], span: Interval) -> float | None:
    total: float | None = None
    for meter in sorted(meters):
        for point in site.points_of(meter, "energy"):
            for bucket in running.store.energy(site.id, point.id, span, Resolution.HOUR):
                if bucket.kwh is not None:
                    total = (total or 0.0) + bucket.kwh
    return total


def summarise(running: Running, site: Site, span: Interval, always_on_kwh: float, commands: int) -> Summary:
    """Raises what the store raises."""
    heat = {plant.meter for plant in site.plants if plant.meter is not None}
    suns = {meter.id for meter in site.meters if meter.role == "production"}
    return Summary(
        site,
        span,
        running.intake.status(),
        starts_of(running, site, span),
        _metered(running, site, heat, span),
        always_on_kwh,
        _metered(running, site, suns, span),
        commands,
    )
