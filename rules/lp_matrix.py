"""The linear programme's matrix, bounds and costs. Columns: per zone air, mass, shortfall, heat by level; then PV used by slot."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rules.lp_task import Array, Task, ZoneTask
from rules.thermal import STEP_H

Index = NDArray[np.int32]
INF = float("inf")
SLOT_H = STEP_H


@dataclass(frozen=True)
class Places:
    """Where the columns and rows of each block begin."""

    slots: int
    levels: int
    zones: int
    plants: int

    @property
    def block(self) -> int:
        """Columns of a zone."""
        return (3 + self.levels) * self.slots

    def air(self, zone: int) -> int:
        return zone * self.block

    def mass(self, zone: int) -> int:
        return zone * self.block + self.slots

    def short(self, zone: int) -> int:
        return zone * self.block + 2 * self.slots

    def heat(self, zone: int, level: int) -> int:
        return zone * self.block + (3 + level) * self.slots

    @property
    def used(self) -> int:
        """PV used at home."""
        return self.zones * self.block

    @property
    def columns(self) -> int:
        return self.used + self.slots

    @property
    def rows(self) -> int:
        return (3 * self.zones + self.plants + 1) * self.slots

    def row(self, kind: int, zone: int) -> int:
        """kind 0: air balance, 1: mass balance, 2: comfort."""
        return (3 * zone + kind) * self.slots

    def plant_row(self, plant: int) -> int:
        return (3 * self.zones + plant) * self.slots

    @property
    def surplus_row(self) -> int:
        return (3 * self.zones + self.plants) * self.slots


@dataclass(frozen=True)
class Matrix:
    """Row-wise sparse matrix: start (rows + 1), index and value (entries)."""

    places: Places
    start: Index
    index: Index
    value: Array


def places_of(task: Task) -> Places:
    return Places(task.slots, task.levels, len(task.zones), len(task.plants))


def kept_of(zone: ZoneTask) -> float:
    """What is left of a zone's own temperature after a slot."""
    return 1.0 - zone.mass - zone.outdoor - zone.still - sum(weight for _, weight in zone.neighbours)


def matrix_of(task: Task) -> Matrix:
    """The matrix: balances of air and mass, comfort, plant limits, PV use."""
    at, n, solar = places_of(task), task.slots, bool(task.surplus_kw.any())
    every = np.arange(n)
    rows: list[NDArray[np.int_]] = []
    columns: list[NDArray[np.int_]] = []
    values: list[Array] = []

    def put(row: NDArray[np.int_], column: NDArray[np.int_], value: Array | float) -> None:
        rows.append(row)
        columns.append(column)
        values.append(np.broadcast_to(np.asarray(value, dtype=float), row.shape))

    for z, zone in enumerate(task.zones):
        air, mass = at.air(z), at.mass(z)
        balance, slow, comfort = at.row(0, z), at.row(1, z), at.row(2, z)
        kept = kept_of(zone)
        share = STEP_H / zone.tau_h
        put(balance + every, air + every, 1.0)
        put(balance + every[1:], air + every[:-1], -kept)
        put(balance + every[1:], mass + every[:-1], -zone.mass)
        for other, weight in zone.neighbours:
            put(balance + every[1:], at.air(other) + every[:-1], -weight)
        for level in range(at.levels):
            put(balance + every[zone.delay :], at.heat(z, level) + every[: n - zone.delay], -zone.heat)
        put(slow + every, mass + every, 1.0)
        put(slow + every[1:], mass + every[:-1], -(1.0 - share))
        put(slow + every[1:], air + every[:-1], -share)
        put(comfort + every, air + every, 1.0)
        put(comfort + every, at.short(z) + every, 1.0)
        for level in range(at.levels):
            put(at.plant_row(zone.plant) + every, at.heat(z, level) + every, 1.0)
            if solar and task.plants[zone.plant].electric:
                put(at.surplus_row + every, at.heat(z, level) + every, zone.rates[level])
    put(at.surplus_row + every, at.used + every, -1.0)
    row, column, value = np.concatenate(rows), np.concatenate(columns), np.concatenate(values)
    order = np.lexsort((column, row))
    counts = np.bincount(row, minlength=at.rows)
    start = np.concatenate([[0], np.cumsum(counts)])
    return Matrix(at, start.astype(np.int32), column[order].astype(np.int32), value[order])


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
    cost, low, high = np.zeros(at.columns), np.zeros(at.columns), np.full(at.columns, INF)
    row_low, row_high = np.zeros(at.rows), np.zeros(at.rows)
    for z, zone in enumerate(task.zones):
        air, mass, short = at.air(z), at.mass(z), at.short(z)
        low[air : air + n], low[mass : mass + n] = -INF, -INF
        cost[short : short + n] = zone.penalty
        cost[air + n - 1] -= zone.end_air
        cost[mass + n - 1] -= zone.end_mass
        price = task.plants[zone.plant].price
        for level in range(at.levels):
            heat = at.heat(z, level)
            high[heat : heat + n] = zone.caps_kw[level]
            cost[heat : heat + n] = zone.rates[level] * price * SLOT_H
        right = zone.outdoor * task.outdoor_c + zone.free_k
        kept = kept_of(zone)
        right[0] += kept * zone.air_c + zone.mass * zone.mass_c
        right[0] += sum(weight * task.zones[other].air_c for other, weight in zone.neighbours)
        for index, past in enumerate(zone.past_kw[len(zone.past_kw) - zone.delay :] if zone.delay else ()):
            right[index] += zone.heat * past
        share = STEP_H / zone.tau_h
        slow = np.zeros(n)
        slow[0] = (1.0 - share) * zone.mass_c + share * zone.air_c
        balance, mass_row, comfort = at.row(0, z), at.row(1, z), at.row(2, z)
        row_low[balance : balance + n] = row_high[balance : balance + n] = right
        row_low[mass_row : mass_row + n] = row_high[mass_row : mass_row + n] = slow
        row_low[comfort : comfort + n], row_high[comfort : comfort + n] = zone.low_c, INF
    for p, plant in enumerate(task.plants):
        row = at.plant_row(p)
        row_low[row : row + n], row_high[row : row + n] = -INF, plant.power_kw
    row = at.surplus_row
    row_low[row : row + n] = 0.0
    row_high[row : row + n] = INF
    high[at.used : at.used + n] = np.maximum(task.surplus_kw, 0.0)
    cost[at.used : at.used + n] = -task.surplus_gain * SLOT_H
    return Limits(cost, low, high, row_low, row_high)
