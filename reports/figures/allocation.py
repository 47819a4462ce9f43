"""Who used what: the meter balance, a shared meter by booked windows, common consumption by key, solar energy by use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from reports.figures.exact import FigureInputError, Number, fraction, ratio, total
from reports.figures.shares import rounded_parts, shared_out


@dataclass(frozen=True, slots=True)
class MeterBalance:
    """main = sub-meters + remainder, kWh. remainder and its percent are None where a sub-meter is not known."""

    main_kwh: float
    sub_meters_kwh: float
    remainder_kwh: float | None
    remainder_pct: float | None
    missing: tuple[str, ...]


def meter_balance(main_kwh: Number, sub_meters_kwh: Mapping[str, Number | None]) -> MeterBalance:
    """Remainder of a main meter over its sub-meters. A negative remainder is shown: it tells of a fault or of a missing meter."""
    missing = tuple(sorted(name for name, kwh in sub_meters_kwh.items() if kwh is None))
    subs = total(list(sub_meters_kwh.values()))
    left = None if missing else fraction(main_kwh) - subs
    return MeterBalance(
        float(main_kwh), float(subs), None if left is None else float(left), ratio(left, fraction(main_kwh), 100), missing
    )


@dataclass(frozen=True, slots=True)
class CommonConsumption:
    """What no sub-meter tells of, shared out; the shares add up to common_kwh rounded to the given decimals."""

    common_kwh: float
    common_pct: float | None
    shares_kwh: dict[str, Decimal]


def common_consumption(
    main_kwh: Number, sub_meters_kwh: Mapping[str, Number | None], areas_m2: Mapping[str, Number], decimals: int = 1
) -> CommonConsumption:
    """Main less sub-meters, shared by area (largest remainder). Raises FigureInputError where one is missing or too much."""
    balance = meter_balance(main_kwh, sub_meters_kwh)
    if balance.remainder_kwh is None:
        raise FigureInputError(
            f"no reading of {', '.join(balance.missing)}; give its kWh, or leave out a meter that does not exist"
        )
    if balance.remainder_kwh < 0:
        raise FigureInputError(
            f"the sub-meters add up to {balance.sub_meters_kwh:g} kWh, more than the main meter's {balance.main_kwh:g}; "
            "correct the readings first"
        )
    left = fraction(main_kwh) - total(list(sub_meters_kwh.values()))
    return CommonConsumption(float(left), balance.remainder_pct, shared_out(left, areas_m2, decimals))


@dataclass(frozen=True, slots=True)
class Window:
    """One booking of the meter's zone: from and to in intervals since the first (may be broken), weight: declared load or 1."""

    name: str
    start: Fraction
    end: Fraction
    weight: Fraction = Fraction(1)


_STANDBY = "standby"


@dataclass(frozen=True, slots=True)
class BookedEnergy:
    """kWh by booking's name, and standby (outside every booking). missing: intervals without a reading, counted nowhere.

    A booking of whose intervals none has a reading has None, and so has standby.
    """

    by_booking_kwh: dict[str, Decimal | float | None]
    standby_kwh: Decimal | float | None
    total_kwh: Decimal | float | None
    missing: int


def allocated_by_windows(
    energy_kwh: Sequence[Number | None], windows: Sequence[Window], decimals: int | None = None
) -> BookedEnergy:
    """A shared meter's energy by booked windows; what lies outside all of them is standby, the owner's.

    An interval that is booked in part is split by time; overlapping bookings split theirs by declared load, else equally.
    decimals: parts rounded by largest remainder so that they add up; None: not rounded. Raises FigureInputError for a
    window that is reversed or lies outside the intervals given.
    """
    _check_windows(windows, len(energy_kwh))
    names = list(dict.fromkeys(window.name for window in windows))
    sums = {f"booking {name}": Fraction(0) for name in names} | {_STANDBY: Fraction(0)}
    told, silent, missing = set[str](), set[str](), 0
    opening = sorted(windows, key=lambda window: window.start)
    current: list[Window] = []
    upcoming = 0
    for index, kwh in enumerate(energy_kwh):
        while upcoming < len(opening) and opening[upcoming].start < index + 1:
            current.append(opening[upcoming])
            upcoming += 1
        current = [window for window in current if window.end > index]
        shares = _shares_of(index, current)
        (silent if kwh is None else told).update(shares)
        if kwh is None:
            missing += 1
            continue
        energy = fraction(kwh)
        for name, share in shares.items():
            sums[name] += energy * share
    known = {name: kwh for name, kwh in sums.items() if name in told or name not in silent}
    parts: Mapping[str, Decimal | float] = {name: float(kwh) for name, kwh in known.items()}
    whole: Decimal | float = float(sum(known.values(), Fraction(0)))
    if decimals is not None:
        parts, whole = rounded_parts(known, decimals)
    return BookedEnergy({name: parts.get(f"booking {name}") for name in names}, parts.get(_STANDBY), whole, missing)


def _check_windows(windows: Sequence[Window], intervals: int) -> None:
    for window in windows:
        if not 0 <= window.start < window.end <= intervals:
            raise FigureInputError(
                f"booking {window.name!r} from {float(window.start):g} to {float(window.end):g} does not lie within "
                f"the {intervals} intervals; from must be before to, both between 0 and {intervals}"
            )
        if window.weight <= 0:
            raise FigureInputError(f"booking {window.name!r} has a declared load of {float(window.weight):g}; give one above 0")


def _shares_of(index: int, windows: Sequence[Window]) -> dict[str, Fraction]:
    """Each booking's share (0 to 1) of one interval, and what nobody booked; they add up to 1."""
    shares: dict[str, Fraction] = {}
    begin, end = Fraction(index), Fraction(index + 1)
    edges = sorted({begin, end} | {edge for w in windows for edge in (w.start, w.end) if begin < edge < end})
    for left, right in pairwise(edges):
        there = [window for window in windows if window.start <= left and window.end >= right]
        if not there:
            shares[_STANDBY] = shares.get(_STANDBY, Fraction(0)) + right - left
        weights = sum((window.weight for window in there), Fraction(0))
        for window in there:
            name = f"booking {window.name}"
            shares[name] = shares.get(name, Fraction(0)) + (right - left) * window.weight / weights
    return shares


@dataclass(frozen=True, slots=True)
class SolarShares:
    """Solar kWh by taker, and what was left for export; missing: intervals that could not be shared."""

    by_taker_kwh: dict[str, float]
    shared_kwh: float
    surplus_kwh: float
    missing: int


def solar_shares(generation_kwh: Sequence[Number | None], use_kwh: Mapping[str, Sequence[Number | None]]) -> SolarShares:
    """Generation of each interval in proportion to each taker's use in it; no share above its use, nor all above the generation."""
    for name, series in use_kwh.items():
        if len(series) != len(generation_kwh):
            raise FigureInputError(f"{name!r} has {len(series)} intervals, generation {len(generation_kwh)}; give the same ones")
    sums = {name: Fraction(0) for name in use_kwh}
    shared, surplus, missing = Fraction(0), Fraction(0), 0
    for index, generated in enumerate(generation_kwh):
        uses = {name: series[index] for name, series in use_kwh.items()}
        known = {name: fraction(use) for name, use in uses.items() if use is not None}
        if generated is None or len(known) < len(uses):
            missing += 1
            continue
        together = sum(known.values(), Fraction(0))
        given = min(fraction(generated), together)
        shared, surplus = shared + given, surplus + fraction(generated) - given
        for name, use in known.items():
            sums[name] += given * use / together if together else 0
    return SolarShares({name: float(kwh) for name, kwh in sums.items()}, float(shared), float(surplus), missing)
