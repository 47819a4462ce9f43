"""The linear programme's matrix, bounds and costs.

Columns: per zone what its air is over the least and what it is short of it by slot, its slow mass by hour, heat by level and slot;
where it can be cooled, what it is over the most, and cold; then PV used, and the peak. The air is least + over + hot - short, so
that comfort needs no rows. The mass is moved once an hour, by what acted in the hour's four slots: it is slow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.lp_task import BLOCK, Array, Task, ZoneTask
from rules.thermal import STEP_H

Index = NDArray[np.int32]
INF = float("inf")
SLOT_H = STEP_H


@dataclass(frozen=True)
class Places:
    """Where the columns and rows of each block begin. cooled: whether any zone can be cooled; limited: whether power is."""

    slots: int
    levels: int
    zones: int
    plants: int
    cooled: bool = False
    limited: bool = False

    @property
    def hours(self) -> int:
        return -(-self.slots // BLOCK)

    @property
    def block(self) -> int:
        """Columns of a zone."""
        return (2 + self.levels + 2 * self.cooled) * self.slots + self.hours

    def over(self, zone: int) -> int:
        return zone * self.block

    def short(self, zone: int) -> int:
        return zone * self.block + self.slots

    def heat(self, zone: int, level: int) -> int:
        return zone * self.block + (2 + level) * self.slots

    def hot(self, zone: int) -> int:
        return zone * self.block + (2 + self.levels) * self.slots

    def cold(self, zone: int) -> int:
        return zone * self.block + (3 + self.levels) * self.slots

    def mass(self, zone: int) -> int:
        return zone * self.block + self.block - self.hours

    @property
    def used(self) -> int:
        """PV used at home."""
        return self.zones * self.block

    @property
    def peak(self) -> int:
        """The greatest power of the electric plants in kW."""
        return self.used + self.slots

    @property
    def columns(self) -> int:
        return self.used + self.slots + 1

    @property
    def rows(self) -> int:
        return self.zones * (self.slots + self.hours) + (self.plants + 1 + self.limited) * self.slots

    def air_row(self, zone: int) -> int:
        return zone * (self.slots + self.hours)

    def mass_row(self, zone: int) -> int:
        return zone * (self.slots + self.hours) + self.slots

    def plant_row(self, plant: int) -> int:
        return self.zones * (self.slots + self.hours) + plant * self.slots

    @property
    def surplus_row(self) -> int:
        return self.plant_row(self.plants)

    @property
    def power_row(self) -> int:
        return self.plant_row(self.plants + 1)


@dataclass(frozen=True)
class Matrix:
    """Row-wise sparse matrix: start (rows + 1), index and value (entries)."""

    places: Places
    start: Index
    index: Index
    value: Array


def places_of(task: Task) -> Places:
    return Places(task.slots, task.levels, len(task.zones), len(task.plants), task.cooled, task.limited)


def kept_of(zone: ZoneTask) -> float:
    """What is left of a zone's own temperature after a slot."""
    return 1.0 - zone.mass - zone.outdoor - zone.still - sum(weight for _, weight in zone.neighbours)


class _Entries:
    """Entries of a sparse matrix as they come."""

    def __init__(self) -> None:
        self.rows: list[NDArray[np.int_]] = []
        self.columns: list[NDArray[np.int_]] = []
        self.values: list[Array] = []

    def put(self, row: NDArray[np.int_], column: NDArray[np.int_], value: Array | float) -> None:
        self.rows.append(row)
        self.columns.append(column)
        self.values.append(np.broadcast_to(np.asarray(value, dtype=float), row.shape))

    def matrix(self, at: Places) -> Matrix:
        row, column, value = np.concatenate(self.rows), np.concatenate(self.columns), np.concatenate(self.values)
        order = np.lexsort((column, row))
        start = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=at.rows))])
        return Matrix(at, start.astype(np.int32), column[order].astype(np.int32), value[order])


def matrix_of(task: Task) -> Matrix:
    """The matrix: balances of air and mass, plant limits, PV use, power."""
    at, every, found = places_of(task), np.arange(task.slots), _Entries()
    for z, zone in enumerate(task.zones):
        _balances(found, at, z, zone, every)
        _supplies(found, at, z, zone, task, every)
    found.put(at.surplus_row + every, at.used + every, -1.0)
    if at.limited:
        found.put(at.power_row + every, np.full(task.slots, at.peak), -1.0)
    return found.matrix(at)


def _air(found: _Entries, at: Places, row: NDArray[np.int_], zone: int, slots: NDArray[np.int_], value: float) -> None:
    """The zone's air at the end of these slots, put into rows with that weight."""
    found.put(row, at.over(zone) + slots, value)
    found.put(row, at.short(zone) + slots, -value)
    if at.cooled:
        found.put(row, at.hot(zone) + slots, value)


def _balances(found: _Entries, at: Places, z: int, zone: ZoneTask, every: NDArray[np.int_]) -> None:
    n, balance, slow = at.slots, at.air_row(z), at.mass_row(z)
    _air(found, at, balance + every, z, every, 1.0)
    _air(found, at, balance + every[1:], z, every[:-1], -kept_of(zone))
    for other, weight in zone.neighbours:
        _air(found, at, balance + every[1:], other, every[:-1], -weight)
    for level in range(at.levels):
        found.put(balance + every[zone.delay :], at.heat(z, level) + every[: n - zone.delay], -zone.heat)
    if at.cooled:
        found.put(balance + every[zone.delay :], at.cold(z) + every[: n - zone.delay], zone.heat)
    later = every[BLOCK:]
    found.put(balance + later, at.mass(z) + later // BLOCK - 1, -zone.mass)
    hours = np.arange(at.hours)
    share = STEP_H / zone.tau_h
    found.put(slow + hours, at.mass(z) + hours, 1.0)
    found.put(slow + hours[1:], at.mass(z) + hours[:-1], share * np.bincount(every // BLOCK)[1:].astype(float) - 1.0)
    _air(found, at, slow + every[1:] // BLOCK, z, every[:-1], -share)


def _supplies(found: _Entries, at: Places, z: int, zone: ZoneTask, task: Task, every: NDArray[np.int_]) -> None:
    solar, electric = bool(task.surplus_kw.any()), task.plants[zone.plant].electric
    for level in range(at.levels):
        found.put(at.plant_row(zone.plant) + every, at.heat(z, level) + every, 1.0)
        if solar and electric:
            found.put(at.surplus_row + every, at.heat(z, level) + every, zone.rates[level])
        if at.limited and electric:
            found.put(at.power_row + every, at.heat(z, level) + every, zone.rates[level])
    if not zone.cooled:
        return
    ratio = task.plants[zone.cooler].cold_share
    found.put(at.plant_row(zone.cooler) + every, at.cold(z) + every, ratio)
    if solar and task.plants[zone.cooler].electric:
        found.put(at.surplus_row + every, at.cold(z) + every, zone.cold_rate)
    if at.limited and task.plants[zone.cooler].electric:
        found.put(at.power_row + every, at.cold(z) + every, zone.cold_rate)


@dataclass(frozen=True)
class Limits:
    """Costs and bounds of columns, bounds of rows."""

    cost: Array
    low: Array
    high: Array
    row_low: Array
    row_high: Array


def limits_of(task: Task) -> Limits:
    """What changes from plan to plan: start temperatures, weather, claims, prices."""
    at, n = places_of(task), task.slots
    told = Limits(np.zeros(at.columns), np.zeros(at.columns), np.full(at.columns, INF), np.zeros(at.rows), np.zeros(at.rows))
    for z, zone in enumerate(task.zones):
        _columns_of(told, at, z, zone, task)
        _rows_of(told, at, z, zone, task)
    for p, plant in enumerate(task.plants):
        row = at.plant_row(p)
        told.row_low[row : row + n], told.row_high[row : row + n] = -INF, plant.power_kw
    row = at.surplus_row
    told.row_low[row : row + n], told.row_high[row : row + n] = 0.0, INF
    told.high[at.used : at.used + n] = np.maximum(task.surplus_kw, 0.0)
    told.cost[at.used : at.used + n] = -task.surplus_gain * SLOT_H
    told.cost[at.peak] = task.peak_price
    if at.limited:
        row = at.power_row
        told.row_low[row : row + n], told.row_high[row : row + n] = -INF, 0.0
        if task.import_most_kw is not None:  # what is free beyond the tightest slot's limit does not make the peak
            tightest = max(0.0, float(np.min(task.import_most_kw)))
            told.row_high[row : row + n] = np.maximum(0.0, task.import_most_kw - tightest)
            told.high[at.peak] = tightest
    return told


def _columns_of(told: Limits, at: Places, z: int, zone: ZoneTask, task: Task) -> None:
    n, over, short, mass = at.slots, at.over(z), at.short(z), at.mass(z)
    told.low[mass : mass + at.hours] = -INF
    told.cost[short : short + n] = zone.penalty - zone.early
    told.cost[over : over + n] += zone.early
    told.cost[over + n - 1] -= zone.end_air
    told.cost[short + n - 1] += zone.end_air
    told.cost[mass + at.hours - 1] -= zone.end_mass
    price = task.plants[zone.plant].price
    for level in range(at.levels):
        heat = at.heat(z, level)
        told.high[heat : heat + n] = zone.caps_kw[level]
        told.cost[heat : heat + n] = zone.rates[level] * price * SLOT_H
    if not at.cooled:
        return
    hot, cold = at.hot(z), at.cold(z)
    told.high[cold : cold + n] = 0.0
    if zone.cooled:
        told.high[over : over + n] = np.maximum(0.0, zone.high_c - zone.low_c)
        told.cost[hot : hot + n] = zone.hot_penalty
        told.high[cold : cold + n] = zone.cold_kw
        told.cost[cold : cold + n] = zone.cold_rate * task.plants[zone.cooler].price * SLOT_H
    else:
        told.high[hot : hot + n] = 0.0


def _rows_of(told: Limits, at: Places, z: int, zone: ZoneTask, task: Task) -> None:
    n, kept = at.slots, kept_of(zone)
    right = zone.outdoor * task.outdoor_c + zone.free_k - zone.low_c
    right[0] += kept * zone.air_c + sum(weight * task.zones[other].air_c for other, weight in zone.neighbours)
    right[1:] += kept * zone.low_c[:-1]
    for other, weight in zone.neighbours:
        right[1:] += weight * task.zones[other].low_c[:-1]
    right[:BLOCK] += zone.mass * zone.mass_c
    for index, past in enumerate(zone.past_kw[len(zone.past_kw) - zone.delay :] if zone.delay else ()):
        right[index] += zone.heat * past
    share = STEP_H / zone.tau_h
    before = np.concatenate([[zone.air_c], zone.low_c[:-1]])
    slow = share * np.add.reduceat(before, np.arange(0, n, BLOCK))
    slow[0] += (1.0 - share * min(BLOCK, n)) * zone.mass_c
    balance, mass_row = at.air_row(z), at.mass_row(z)
    told.row_low[balance : balance + n] = told.row_high[balance : balance + n] = right
    told.row_low[mass_row : mass_row + at.hours] = told.row_high[mass_row : mass_row + at.hours] = slow
