"""Energy that people told of, by register and span: from pairs of hand readings, across meter swaps, and stated outright."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from premises.corrections import Correction, CorrectionKind
from premises.site import Site
from premises.tariff import Carrier
from premises.time import SLOT, Interval, floor_to
from reports.ledger import GAS, HEAT, IMPORT

KWH = {"kWh": 1.0, "MWh": 1000.0, "Wh": 0.001}
VOLUMES = ("m³", "m3")
PRIMARY_UNIT = "kWhEP/kWhEF"
OF_READINGS = frozenset({CorrectionKind.METER_READING, CorrectionKind.METER_SWAP, CorrectionKind.ENERGY})


@dataclass(frozen=True, slots=True)
class ToldEnergy:
    """kwh of a ledger's (meter, register) in a span cut at quarter hours; by: the ids of the corrections that tell it."""

    meter: str
    register: str
    span: Interval
    kwh: float
    by: tuple[str, ...]


def ledger_register(site: Site, correction: Correction) -> str:
    """The register of the ledger that a correction's counter is in: gas and bought heat are their meter's consumption."""
    if correction.register in (GAS, "volume"):
        return IMPORT
    meter = next((meter for meter in site.meters if meter.id == correction.subject), None)
    if correction.register == HEAT and meter is not None and meter.carrier is not Carrier.ELECTRICITY:
        return IMPORT
    return correction.register


def kwh_per_unit(site: Site, correction: Correction) -> float | None:
    """kWh of one unit of its value; None where the site file does not tell a gas meter's calorific value."""
    if correction.unit in VOLUMES:
        return next((meter.kwh_per_m3 for meter in site.meters if meter.id == correction.subject), None)
    return KWH.get(correction.unit)


def told_energy(site: Site, corrections: Iterable[Correction]) -> list[ToldEnergy]:
    """All spans of all registers, in order of register and start. What cannot be told in kWh is left out."""
    standing = [c for c in corrections if c.stands and c.kind in OF_READINGS and c.site == site.id]
    by_register: dict[tuple[str, str], list[Correction]] = {}
    for correction in standing:
        by_register.setdefault((correction.subject, ledger_register(site, correction)), []).append(correction)
    told: list[ToldEnergy] = []
    for (meter, register), found in sorted(by_register.items()):
        told += _stated(site, meter, register, found)
        told += _between_readings(site, meter, register, found)
    return sorted(told, key=lambda one: (one.meter, one.register, one.span.start, one.span.end))


def _stated(site: Site, meter: str, register: str, found: list[Correction]) -> Iterator[ToldEnergy]:
    for correction in found:
        factor = kwh_per_unit(site, correction)
        if correction.kind is CorrectionKind.ENERGY and correction.until and correction.value is not None and factor is not None:
            span = _span(correction.since, correction.until)
            yield ToldEnergy(meter, register, span, correction.value * factor, (correction.id,))


def _between_readings(site: Site, meter: str, register: str, found: list[Correction]) -> Iterator[ToldEnergy]:
    """From each reading to the next; a swap ends the one counter and begins the other. A counter that went back tells nothing."""
    readings = sorted((c for c in found if c.kind is not CorrectionKind.ENERGY), key=lambda c: (c.since, c.id))
    for before, after in pairwise(readings):
        first = before.value
        last = after.last_value if after.kind is CorrectionKind.METER_SWAP else after.value
        factor = kwh_per_unit(site, after)
        if first is None or last is None or factor is None or last < first or before.unit != after.unit:
            continue
        span = _span(before.since, after.since)
        if span.start < span.end:
            yield ToldEnergy(meter, register, span, (last - first) * factor, (before.id, after.id))


def _span(start: datetime, end: datetime) -> Interval:
    return Interval(floor_to(start, SLOT), floor_to(end, SLOT))
