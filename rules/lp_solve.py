"""Solving the plan's linear programme with HiGHS: matrix built once, bounds and costs changed; checked after solving."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from rules.lp_matrix import Limits, Matrix, limits_of, matrix_of, places_of
from rules.lp_task import BLOCK, Solution, Task
from rules.thermal import STEP_H

TIME_LIMIT_S = 5.0
TOLERANCE = 1e-3
"""K and kW by which a bound may be missed before a solution is refused."""


class Solver:
    """Keeps matrix and basis between plans: the matrix is built once, the next plan starts from the last one's solution."""

    def __init__(self, time_limit_s: float = TIME_LIMIT_S) -> None:
        self._time_limit_s = time_limit_s
        self._matrix: tuple[tuple[object, ...], Matrix] | None = None
        self._basis: tuple[tuple[object, ...], Any] | None = None

    def solve(self, task: Task) -> Solution | None:
        """The best plan; None where HiGHS found none in time, or what it found breaks a bound."""
        begun = time.perf_counter()
        key = task.matrix_key()
        if self._matrix is None or self._matrix[0] != key:
            self._matrix = key, matrix_of(task)
        highs = _loaded(self._matrix[1], limits_of(task), self._time_limit_s)
        shape = task.shape_key()
        if self._basis is not None and self._basis[0] == shape:
            highs.setBasis(self._basis[1])
        else:
            highs.setOptionValue("ipm_optimality_tolerance", 1e-6)
            highs.setOptionValue("solver", "ipm")  # from nothing it is quicker; it ends on a basis, from which the next plan starts
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self._basis = None
            return None
        self._basis = shape, highs.getBasis()
        values = np.array(highs.getSolution().col_value)
        solution = _read(task, values, highs.getInfo().objective_function_value, time.perf_counter() - begun)
        return solution if not broken(task, solution) else None


def _loaded(matrix: Matrix, limits: Limits, time_limit_s: float) -> Any:
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = matrix.places.columns, matrix.places.rows
    programme.col_cost_, programme.col_lower_, programme.col_upper_ = limits.cost, limits.low, limits.high
    programme.row_lower_, programme.row_upper_ = limits.row_low, limits.row_high
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_ = matrix.start
    programme.a_matrix_.index_ = matrix.index
    programme.a_matrix_.value_ = matrix.value
    engine: Any = highspy
    highs = engine.Highs()
    for option, value in (("output_flag", False), ("threads", 1), ("time_limit", time_limit_s), ("random_seed", 1)):
        highs.setOptionValue(option, value)
    highs.passModel(programme)
    return highs


def _read(task: Task, values: np.ndarray[tuple[int], np.dtype[np.float64]], objective: float, seconds: float) -> Solution:
    at, n, zones = places_of(task), task.slots, len(task.zones)
    low = np.stack([zone.low_c for zone in task.zones])
    blocks = values[: at.used].reshape(zones, at.block)
    columns = blocks[:, : at.block - at.hours].reshape(zones, -1, n)
    short, heat = columns[:, 1, :], columns[:, 2 : 2 + at.levels, :]
    air = low + columns[:, 0, :] - short
    cold = np.zeros((zones, n))
    if at.cooled:
        air, cold = air + columns[:, 2 + at.levels, :], columns[:, 3 + at.levels, :].copy()
    final = np.zeros((len(task.plants), n))
    for z, zone in enumerate(task.zones):
        final[zone.plant] += (heat[z] * zone.rates).sum(axis=0) * STEP_H
        final[zone.cooler] += cold[z] * zone.cold_rate * STEP_H
    told = cold if at.cooled else None
    return Solution(air, heat.sum(axis=1), short.copy(), final, float(objective), seconds, told)


@dataclass(frozen=True, slots=True)
class Breach:
    """A bound that a solution breaks: of what, and by how much."""

    what: str
    by: float


def _power_kw(task: Task, solution: Solution) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Power of the electric plants together, by slot."""
    told = [solution.final_kwh[p] / STEP_H for p, plant in enumerate(task.plants) if plant.electric]
    return np.sum(told, axis=0) if told else np.zeros(task.slots)


def broken(task: Task, solution: Solution) -> list[Breach]:
    """Bounds that the solution breaks, worked out anew from the model and not from the solver's word."""
    found: list[Breach] = []

    def check(what: str, excess: float) -> None:
        if not excess <= TOLERANCE * 10:
            found.append(Breach(what, excess))

    for p, plant in enumerate(task.plants):
        total = sum((solution.heat_kw[z] for z, zone in enumerate(task.zones) if zone.plant == p), np.zeros(task.slots))
        if solution.cold_kw is not None:
            total = total + sum(plant.cold_share * solution.cold_kw[z] for z, zone in enumerate(task.zones) if zone.cooler == p)
        check(f"{plant.id}: more than its power", float(np.max(total - plant.power_kw)))
    cold = np.zeros_like(solution.heat_kw) if solution.cold_kw is None else solution.cold_kw
    if task.import_most_kw is not None:
        check("more power than the contract", float(np.max(_power_kw(task, solution) - np.maximum(0.0, task.import_most_kw))))
    walked = walk(task, solution.heat_kw - cold)
    for z, zone in enumerate(task.zones):
        check(f"{zone.id}: negative heat", float(np.max(-solution.heat_kw[z])))
        check(f"{zone.id}: more than its emitter", float(np.max(solution.heat_kw[z] - zone.caps_kw.sum(axis=0))))
        check(f"{zone.id}: another temperature than its heat makes", float(np.max(np.abs(walked[z] - solution.air_c[z]))))
        check(f"{zone.id}: negative cold", float(np.max(-cold[z])))
        check(f"{zone.id}: more cold than its emitter", float(np.max(cold[z] - (zone.cold_kw if zone.cooled else 0.0))))
        check(f"{zone.id}: colder than told", float(np.max(zone.low_c - solution.short_k[z] - solution.air_c[z])))
    return found


def walk(
    task: Task, heat_kw: np.ndarray[tuple[int, int], np.dtype[np.float64]]
) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Air at the end of each slot by the thermal model alone, (zones, slots), from that heat."""
    air = np.array([zone.air_c for zone in task.zones])
    mass = np.array([zone.mass_c for zone in task.zones])
    course = np.zeros(heat_kw.shape)
    slow = mass.copy()
    for k in range(task.slots):
        before = air.copy()
        if k % BLOCK == 0:
            mass = slow.copy()
        for z, zone in enumerate(task.zones):
            past = zone.past_kw[len(zone.past_kw) - zone.delay + k] if k < zone.delay else float(heat_kw[z, k - zone.delay])
            pull = sum(weight * (before[other] - before[z]) for other, weight in zone.neighbours) - zone.still * before[z]
            drive = zone.outdoor * (task.outdoor_c[k] - before[z]) + zone.heat * past + zone.free_k[k]
            air[z] = before[z] + zone.mass * (mass[z] - before[z]) + drive + pull
            slow[z] += (before[z] - mass[z]) * STEP_H / zone.tau_h
        course[:, k] = air
    return course
