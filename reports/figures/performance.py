"""Ratios of use: heat per electricity, energy per area, per stage-day and per booked hour, what runs while nothing is booked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from reports.figures.exact import Amount, FigureInputError, Number, fraction, ratio, total
from reports.figures.exact import known as known_sum


@dataclass(frozen=True, slots=True)
class SeasonalPerformance:
    """factor: heat per electricity over what is known of both; by_interval: the coefficient of each interval."""

    factor: float | None
    heat_kwh: float
    electricity_kwh: float
    by_interval: tuple[float | None, ...]
    missing: int


def seasonal_performance(heat_kwh: Amount, electricity_kwh: Amount, auxiliary_kwh: Amount = 0) -> SeasonalPerformance:
    """Heat delivered / electricity taken. auxiliary_kwh (pumps, back-up heater) widens the boundary; name the boundary.

    Lists must cover the same intervals; an interval in which either is missing counts in neither sum.
    """
    given = [value for value in (heat_kwh, electricity_kwh, auxiliary_kwh) if isinstance(value, Sequence)]
    if not given:
        taken = total(electricity_kwh) + total(auxiliary_kwh)
        return SeasonalPerformance(ratio(total(heat_kwh), taken), float(total(heat_kwh)), float(taken), (), 0)
    lengths = {len(series) for series in given}
    if len(lengths) > 1 or not isinstance(heat_kwh, Sequence) or not isinstance(electricity_kwh, Sequence):
        raise FigureInputError("heat_kwh and electricity_kwh must both be totals, or both lists of the same intervals")
    if not isinstance(auxiliary_kwh, Sequence) and auxiliary_kwh:
        raise FigureInputError("auxiliary_kwh must be a list of the same intervals as heat_kwh, or be added to electricity_kwh")
    extra: Sequence[Number | None] = auxiliary_kwh if isinstance(auxiliary_kwh, Sequence) else [0] * len(heat_kwh)
    rows = [
        None if heat is None or power is None or more is None else (fraction(heat), fraction(power) + fraction(more))
        for heat, power, more in zip(heat_kwh, electricity_kwh, extra, strict=True)
    ]
    known = [row for row in rows if row is not None]
    heat_sum, taken = sum((h for h, _ in known), Fraction(0)), sum((e for _, e in known), Fraction(0))
    by_interval = tuple(None if row is None else ratio(*row) for row in rows)
    return SeasonalPerformance(ratio(heat_sum, taken), float(heat_sum), float(taken), by_interval, len(rows) - len(known))


def intensity(energy_kwh: Amount | Mapping[str, Number | None], per: Number) -> float | None:
    """Energy per unit of something (m², hours, days); None where that is 0 or nothing is known of the energy."""
    amount = list(energy_kwh.values()) if isinstance(energy_kwh, Mapping) else energy_kwh
    return ratio(known_sum(amount), fraction(per))


@dataclass(frozen=True, slots=True)
class PerKind:
    """Energy per unit over all kinds, and by kind of day."""

    overall: float | None
    by_kind: dict[str, float | None]


def per_kind(energy_kwh: Amount | Mapping[str, Number | None], counts: Number | Mapping[str, Number]) -> PerKind:
    """kWh of the stage's meters in booked windows per booked stage-day or hour; by kind (prep, shoot, strike) where given so.

    A kind whose energy is not known counts neither with its energy nor with its days.
    """
    if isinstance(energy_kwh, Mapping) != isinstance(counts, Mapping):
        raise FigureInputError(
            "energy and days (hours) must both be totals, or both be given by kind, e.g. {'shoot': 4, 'prep': 2}"
        )
    if not isinstance(energy_kwh, Mapping) or not isinstance(counts, Mapping):
        assert not isinstance(energy_kwh, Mapping)
        assert not isinstance(counts, Mapping)
        return PerKind(intensity(energy_kwh, counts), {})
    if set(energy_kwh) != set(counts):
        odd = ", ".join(sorted(set(energy_kwh) ^ set(counts)))
        raise FigureInputError(f"energy and days (hours) name different kinds: {odd}; give both for every kind")
    known = {kind: fraction(kwh) for kind, kwh in energy_kwh.items() if kwh is not None}
    days = sum((fraction(counts[kind]) for kind in known), Fraction(0))
    by_kind = {kind: ratio(known[kind], fraction(counts[kind])) if kind in known else None for kind in energy_kwh}
    return PerKind(ratio(sum(known.values(), Fraction(0)) if known else None, days), by_kind)


@dataclass(frozen=True, slots=True)
class Standby:
    """kWh while nothing is booked, its share of all that is known, and its mean power in kW; None where no interval tells."""

    standby_kwh: float | None
    booked_kwh: float | None
    standby_pct: float | None
    mean_standby_kw: float | None
    missing: int


def standby(energy_kwh: Sequence[Number | None], booked: Sequence[bool], interval_minutes: Number = 60) -> Standby:
    """Energy outside bookings, interval by interval; the owner's account."""
    if len(energy_kwh) != len(booked):
        raise FigureInputError(f"{len(energy_kwh)} intervals of energy but {len(booked)} of booked; give true or false for each")
    idle = [kwh for kwh, taken in zip(energy_kwh, booked, strict=True) if not taken]
    used = [kwh for kwh, taken in zip(energy_kwh, booked, strict=True) if taken]
    hours = sum(kwh is not None for kwh in idle) * fraction(interval_minutes) / 60
    outside, inside = (known_sum(part) if part else Fraction(0) for part in (idle, used))
    together = None if outside is None or inside is None else outside + inside
    missing = sum(kwh is None for kwh in energy_kwh)
    return Standby(
        None if outside is None else float(outside),
        None if inside is None else float(inside),
        ratio(outside, together, 100),
        ratio(outside, hours),
        missing,
    )


@dataclass(frozen=True, slots=True)
class Saving:
    """Counterfactual less what was used, kWh and percent of the counterfactual."""

    counterfactual_kwh: float
    used_kwh: float
    saving_kwh: float
    saving_pct: float | None
    missing: int


def saving_against(counterfactual_kwh: Amount, used_kwh: Amount) -> Saving:
    """Saving against a counterfactual, e.g. always on. Lists must cover the same intervals; only those known in both count."""
    missing = 0
    if isinstance(counterfactual_kwh, Sequence) != isinstance(used_kwh, Sequence):
        raise FigureInputError("the counterfactual and the use must both be totals, or both lists of the same intervals")
    if isinstance(counterfactual_kwh, Sequence) and isinstance(used_kwh, Sequence):
        if len(counterfactual_kwh) != len(used_kwh):
            raise FigureInputError(f"{len(counterfactual_kwh)} intervals of the counterfactual but {len(used_kwh)} of use")
        pairs = [(c, u) for c, u in zip(counterfactual_kwh, used_kwh, strict=True) if c is not None and u is not None]
        missing = len(used_kwh) - len(pairs)
        counterfactual_kwh, used_kwh = [c for c, _ in pairs], [u for _, u in pairs]
    would, did = total(counterfactual_kwh), total(used_kwh)
    return Saving(float(would), float(did), float(would - did), ratio(would - did, would, 100), missing)
