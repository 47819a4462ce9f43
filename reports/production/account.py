"""What a production used: the meters of its stages within its booked windows, quarter hour by quarter hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from premises.booking import Booking, DayKind
from premises.site import Meter
from premises.tariff import Carrier
from premises.time import format_instant
from reports.content import Evidence, Figure, Standing, say
from reports.inputs import Inputs, SiteInputs
from reports.ledger import IMPORT
from reports.ledger.sums import local_index, meters, register_sum
from reports.parts.carbon import contractual_kwh, years_of
from reports.parts.energy import leaves
from reports.parts.factors import FactorsUsed, standing_with
from reports.parts.figure import derived
from reports.parts.hours import Stay, hours_of, merged, part_of_slots, stage_days, stays, used_spans
from reports.parts.sharing import load_and_sun, priced

SCHEMA = "greenroom/production-account/1"


@dataclass(frozen=True)
class Account:
    """Of one production at one site. by: kWh by (zone, kind of day, use); series: kWh by quarter hour.

    unmetered: booked zones without a meter of their own. missing_quarters: booked quarter hours of a meter that told nothing.
    """

    one: SiteInputs
    production: str
    stays: tuple[Stay, ...]
    by: dict[tuple[str, DayKind, str], float]
    series: np.ndarray
    sun_part: np.ndarray
    energy: Figure
    location: Figure
    market: Figure
    price: float
    unmetered: tuple[str, ...]
    missing_quarters: int

    @property
    def kwh(self) -> float:
        return float(self.series.sum())

    @property
    def sun_kwh(self) -> float:
        return float((self.series * self.sun_part).sum())

    @property
    def stage_days(self) -> dict[DayKind, int]:
        return stage_days(self.stays, self.one.site)

    @property
    def booked_hours(self) -> float:
        return sum(stay.hours for stay in self.stays)

    def by_hour(self) -> tuple[tuple[float | None, ...], tuple[float | None, ...]]:
        """kWh of own sun and of the rest by local hour of the day."""
        hour = local_index(self.one.ledger).hour.to_numpy()
        sun = np.bincount(hour, weights=self.series * self.sun_part, minlength=24)
        every = np.bincount(hour, weights=self.series, minlength=24)
        return tuple(map(float, sun)), tuple(map(float, every - sun))


def account_of(one: SiteInputs, production: str, factors: FactorsUsed) -> Account:
    """Where bookings of one zone overlap, each has its part by declared lamp power, in equal parts where none declares any."""
    own = tuple(stay for stay in stays(one) if stay.booking.production == production)
    zones = list(dict.fromkeys(stay.zone for stay in own))
    ledger = one.ledger
    series = np.zeros(len(ledger.kwh))
    by: dict[tuple[str, DayKind, str], float] = {}
    evidence: list[Evidence] = []
    known = expected = 0.0
    estimated = 0.0
    metered: set[str] = set()
    for meter in leaves(one.site):
        served = [zone for zone in meter.zones if zone in zones]
        if not served or not ledger.has(meter.id):
            continue
        kwh = ledger.arrays(meter.id, IMPORT)[0]
        guess = ledger.arrays(meter.id, IMPORT)[1]
        metered |= set(served)
        for kind, part in _parts(one, meter, production).items():
            used = np.nan_to_num(kwh) * part
            series = series + used
            zone = served[0] if len(served) == 1 else "+".join(served)
            by[zone, kind, meter.use] = by.get((zone, kind, meter.use), 0.0) + float(used.sum())
            expected += float((part > 0).sum())
            known += float(((part > 0) & ~np.isnan(kwh)).sum())
            estimated += float((np.nan_to_num(guess) * part).sum())
        spans = merged(stay.span for stay in own if stay.zone in served)
        evidence += [register_sum(ledger, meter.id, within=span).evidence() for span in spans]
    sun_part = load_and_sun(ledger)[1]
    total = float(series.sum())
    energy = Figure(
        f"{one.site.id}.{_slug(production)}.energy",
        say("production.energy"),
        total if metered else None,
        "kWh",
        1,
        measured=1.0 - estimated / total if total else None,
        estimated=estimated / total if total else None,
        corrected=0.0 if total else None,
        missing=1.0 - known / expected if expected else None,
        completeness=known / expected if expected else None,
        formula=say("formula.windows"),
        definition="stage-by-booked-windows",
        why=None if metered else say("why.no_meter"),
        evidence=tuple(evidence),
    )
    location, market = _carbon(one, production, series, sun_part, energy, factors)
    return Account(
        one,
        production,
        own,
        by,
        series,
        sun_part,
        energy,
        location,
        market,
        priced(one, series, sun_part),
        tuple(zone for zone in zones if zone not in metered),
        int(expected - known),
    )


def _slug(name: str) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name.lower()).strip("-")


def _parts(one: SiteInputs, meter: Meter, production: str) -> dict[DayKind, np.ndarray]:
    """This production's part of each quarter hour of the meter, by kind of day."""
    there = [stay for stay in stays(one, meter.zones) if stay.booking.day_kind is not DayKind.MAINTENANCE]
    weights: list[tuple[Booking, np.ndarray]] = []
    declared = any(sum(stay.booking.rig_power_w.values()) for stay in there)
    held: dict[str, list[Stay]] = {}
    for stay in there:
        held.setdefault(str(stay.booking.key), []).append(stay)
    for several in held.values():
        booking = several[0].booking
        load = sum(booking.rig_power_w.values()) if declared else 1.0
        weights.append((booking, part_of_slots(one.ledger, [stay.span for stay in several]) * (load or 1.0)))
    booked = part_of_slots(one.ledger, [stay.span for stay in there])
    together = sum((weight for _, weight in weights), np.zeros(len(one.ledger.kwh)))
    parts: dict[DayKind, np.ndarray] = {}
    for booking, weight in weights:
        if booking.production != production:
            continue
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(together > 0, booked * weight / together, 0.0)
        parts[booking.day_kind] = parts.get(booking.day_kind, 0.0) + part
    return parts


def _carbon(
    one: SiteInputs, production: str, series: np.ndarray, sun_part: np.ndarray, energy: Figure, factors: FactorsUsed
) -> tuple[Figure, Figure]:
    """Scope 2 of what was imported for it: own sun counts 0; each year with its own factors."""
    index = one.ledger.kwh.index
    head = f"{one.site.id}.{_slug(production)}"
    by_location = by_market = 0.0
    standing, named, why = Standing.FINAL, list[str](), None
    order = list(Standing)
    for year, span in years_of(one.ledger):
        inside = slice(int(index.searchsorted(span.start)), int(index.searchsorted(span.end)))
        taken = float((series[inside] * (1.0 - sun_part[inside])).sum())
        mean = factors.find("electricity", "location", year)
        standing = max(standing, standing_with(mean), key=order.index)
        if mean is None:
            why = factors.why("electricity", "location", year)
            continue
        residual = factors.quietly("electricity", "residual", year) or mean
        grids = meters(one.site, "grid", Carrier.ELECTRICITY)
        site_import = sum(register_sum(one.ledger, meter.id, within=span).kwh or 0.0 for meter in grids)
        covered = contractual_kwh(one, span, site_import) / site_import if site_import else 0.0
        by_location += taken * mean.value
        by_market += taken * (1.0 - covered) * residual.value
        named += [mean.identity, residual.identity]
    made = [
        derived(
            f"{head}.{name}",
            say(f"figure.{name}"),
            value,
            "kgCO2e",
            of=[energy],
            decimals=1,
            definition=definition,
            factors=tuple(dict.fromkeys(named)),
            standing=standing,
            why=why,
            source="GHG Protocol Scope 2 Guidance (2015)",
        )
        for name, value, definition in (
            ("scope2_location", by_location, "scope-2-location"),
            ("scope2_market", by_market, "scope-2-market"),
        )
    ]
    return made[0], made[1]


def allocated_heat(account: Account) -> Figure:
    """Heating by key, not metered: the site's heating energy by area times hours of use of each zone."""
    one, site = account.one, account.one.site
    meters_of_heat = [meter for meter in site.meters if meter.use == "heating" and one.ledger.has(meter.id)]
    sums = [register_sum(one.ledger, meter.id) for meter in meters_of_heat]
    whole = None if not sums or any(s.kwh is None for s in sums) else sum(s.kwh or 0.0 for s in sums)
    weight = sum(site.zone(stay.zone).area_m2 * stay.hours for stay in account.stays if site.zone(stay.zone).heating_plant)
    every = sum(zone.area_m2 * hours_of(used_spans(one, zone)) for zone in site.zones if zone.heating_plant)
    kwh = None if whole is None or not every else whole * min(1.0, weight / every)
    return Figure(
        f"{site.id}.{_slug(account.production)}.heating_by_key",
        say("production.heating_by_key"),
        kwh,
        "kWh",
        0,
        estimated=None if kwh is None else 1.0,
        measured=None if kwh is None else 0.0,
        formula=say("formula.heating_by_key"),
        evidence=tuple(s.evidence() for s in sums),
        why=None if kwh is not None else say("why.no_reading"),
    )


def machine_form(account: Account, figures: Sequence[Figure], heat: Figure, inputs: Inputs) -> dict[str, object]:
    """For a production's carbon account: plain JSON, units in the names, null for what is not known."""
    one = account.one
    fuels = [fuel for fuel in one.supplements.fuels if fuel.production == account.production]
    return {
        "schema": SCHEMA,
        "production": account.production,
        "site": {"id": one.site.id, "name": one.site.name, "country": one.site.country, "address": one.site.address},
        "period": {"first": inputs.first.isoformat(), "last": inputs.last.isoformat(), "timezone": one.site.timezone},
        "data_until": format_instant(one.ledger.until),
        "electricity_kwh": account.kwh if account.energy.value is not None else None,
        "electricity_own_sun_kwh": account.sun_kwh if account.energy.value is not None else None,
        "estimated_share": account.energy.estimated,
        "completeness": account.energy.completeness,
        "heating_by_key_kwh": None if heat.value is None else float(heat.value),
        "scope2_location_kgco2e": _number(account.location),
        "scope2_market_kgco2e": _number(account.market),
        "factors": list(dict.fromkeys(name for figure in figures for name in figure.factors)),
        "price": {"amount": round(account.price, 2), "currency": one.site.currency},
        "generator_fuels": [
            {"day": f.day.isoformat(), "carrier": f.carrier, "quantity": f.quantity, "unit": f.unit, "net_kwh": f.net_kwh}
            for f in fuels
        ],
        "uses": [
            {"zone": zone, "day_kind": kind.value, "use": use, "kwh": kwh} for (zone, kind, use), kwh in sorted(account.by.items())
        ],
        "bookings": [
            {
                "id": str(stay.booking.key),
                "zone": stay.zone,
                "day_kind": stay.booking.day_kind.value,
                "start": format_instant(stay.span.start),
                "end": format_instant(stay.span.end),
            }
            for stay in account.stays
        ],
        "stage_days": {kind.value: days for kind, days in account.stage_days.items()},
    }


def _number(figure: Figure) -> float | None:
    return None if figure.value is None else float(figure.value)
