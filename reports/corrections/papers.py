"""Papers that people put in, as reports take them: invoices, guarantees of origin, factors, fuel, and factors withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from premises.corrections import Correction, CorrectionBook, CorrectionKind
from premises.site import Site
from premises.tariff import Carrier
from premises.time import Interval
from reports.corrections.spans import PRIMARY_UNIT, kwh_per_unit
from reports.factors import Factor, FactorRegister
from reports.inputs import Fuel, Guarantee, Invoice, Supplements

CONVERSION = "final_energy_conversion_OPERAT"
"""Scope of the factors that tell the net energy of a fuel by litre or kilogram."""
_UNITS = {"l": "litre", "litre": "litre", "kg": "kg", "stere": "stere"}


def supplements_of(book: CorrectionBook, site: Site, period: Interval, known_at: datetime | None = None) -> Supplements:
    """Everything that touches the period, as the book stood at `known_at`. Raises FactorMissingError for a fuel without factor."""
    found = book.find(site.id, period, known_at=known_at)
    withdrawn = book.find(site.id, kinds=[CorrectionKind.FACTOR_WITHDRAWN], known_at=known_at)
    return Supplements(
        factors=tuple(_factor(site, c) for c in _of(found, CorrectionKind.HEAT_NETWORK_FACTOR)),
        withdrawn=tuple((c.subject, f"{c.reason} ({c.by})") for c in withdrawn),
        guarantees=tuple(_guarantee(site, c) for c in _of(found, CorrectionKind.GUARANTEE_OF_ORIGIN)),
        fuels=tuple(_fuel(site, c) for c in _of(found, CorrectionKind.FUEL_DELIVERY)),
        invoices=tuple(_invoice(site, c) for c in _of(found, CorrectionKind.INVOICE)),
        corrections=tuple(found),
    )


def _of(found: Sequence[Correction], kind: CorrectionKind) -> list[Correction]:
    return [correction for correction in found if correction.kind is kind and correction.value is not None]


def _days(site: Site, correction: Correction) -> tuple[date, date]:
    """First and last local day, both included."""
    first = correction.since.astimezone(site.zoneinfo).date()
    if correction.until is None:
        return first, first
    return first, max(first, (correction.until - timedelta(microseconds=1)).astimezone(site.zoneinfo).date())


def _kwh(site: Site, correction: Correction) -> float:
    return (correction.value or 0.0) * (kwh_per_unit(site, correction) or 1.0)


def _factor(site: Site, correction: Correction) -> Factor:
    """A network's own factor comes before any national one."""
    meter = next((meter for meter in site.meters if meter.id == correction.subject), None)
    carrier = meter.carrier if meter is not None else Carrier.HEAT_NETWORK
    year = correction.since.astimezone(site.zoneinfo).year
    source = correction.document or correction.reason
    return Factor(
        site.country,
        carrier.value,
        "primary" if correction.unit == PRIMARY_UNIT else "scope2",
        year,
        correction.value or 0.0,
        correction.unit,
        f"network of {correction.subject}",
        correction.document or str(year),
        source,
        f"put in by {correction.by}: {correction.reason}",
    )


def _guarantee(site: Site, correction: Correction) -> Guarantee:
    first, last = _days(site, correction)
    return Guarantee(first, last, _kwh(site, correction), correction.document)


def _invoice(site: Site, correction: Correction) -> Invoice:
    first, last = _days(site, correction)
    amount = correction.amount if correction.amount is not None else Decimal(0)
    return Invoice(correction.subject, first, last, _kwh(site, correction), amount, correction.document)


def _fuel(site: Site, correction: Correction) -> Fuel:
    day = correction.since.astimezone(site.zoneinfo).date()
    unit = _UNITS.get(correction.unit, correction.unit)
    quantity = correction.value or 0.0
    net = quantity * fuel_kwh(site, correction.register, unit, day.year)
    return Fuel(day, correction.register, quantity, unit, net, correction.document, correction.production or None)


def fuel_kwh(site: Site, fuel: str, unit: str, year: int) -> float:
    """Net kWh of one unit of a fuel. Raises FactorMissingError where no factor tells it, ValueError for another unit."""
    if unit == "kWh":
        return 1.0
    factor = FactorRegister().find(site.country, fuel, CONVERSION, year)
    per = factor.unit.rpartition("/")[2]
    if per != _UNITS.get(unit, unit):
        raise ValueError(f"{fuel} is counted in {per}, not in {unit}")
    return factor.value
