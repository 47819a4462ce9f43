"""Heat in the zones: air, surfaces and deep mass of each, walls between them, integrated exactly over a minute."""

from __future__ import annotations

import math

import numpy as np

from simulators.envelope import AIR_J_M3_K, Envelope
from simulators.noise import Array

STEP_S = 60.0


def exponential(matrix: Array) -> Array:
    """The matrix exponential, by scaling and squaring of a Taylor series of 14 terms (Moler & Van Loan 2003, method 3)."""
    norm = float(np.abs(matrix).sum(axis=1).max())
    halvings = max(0, math.ceil(math.log2(norm)) + 2) if norm > 0 else 0
    scaled = matrix / 2**halvings
    term = np.eye(len(matrix))
    total = term.copy()
    for order in range(1, 15):
        term = term @ scaled / order
        total += term
    for _ in range(halvings):
        total = total @ total
    return total


class Zones:
    """Temperatures of all nodes, shape (3 zones,): air, then surfaces, then deep mass. Linear but for what is passed as heat.

    Over a minute the heat put into the nodes is constant; the linear part (x' = A x + C⁻¹ q) is then solved exactly, whatever the
    time constants. `mean` is the exact mean temperature of the last minute, with which the energy balance closes.
    """

    def __init__(self, envelope: Envelope, start_c: Array, ground_c: float) -> None:
        self.envelope = envelope
        self.ground_c = ground_c
        count = len(envelope.area_m2)
        self.count = count
        self.capacity_j_k = np.concatenate([envelope.air_j_k, envelope.surface_j_k, envelope.deep_j_k])
        self.loss_w_k = np.concatenate(
            [envelope.air_outdoor_w_k, np.zeros(count), envelope.deep_outdoor_w_k + envelope.deep_ground_w_k]
        )
        conductance = self._conductances()
        rate = -conductance / self.capacity_j_k[:, None]
        size = 3 * count
        # the blocks of the exponential of [[A, C⁻¹, 0], [0, 0, I], [0, 0, 0]] hold the step, its integral and that one's integral
        block = np.zeros((3 * size, 3 * size))
        block[:size, :size] = rate * STEP_S
        block[:size, size : 2 * size] = np.diag(STEP_S / self.capacity_j_k)
        block[size : 2 * size, 2 * size :] = np.eye(size)
        stepped = exponential(block)
        self._keep = stepped[:size, :size]
        self._gain = np.ascontiguousarray(stepped[:size, size : 2 * size])
        double = stepped[:size, 2 * size :]  # ∫ gain, as a fraction of the step
        self._mean_keep = self._mean_of(rate * STEP_S)
        self._mean_gain = double
        self._propagate = np.ascontiguousarray(
            np.vstack([np.hstack([self._keep, self._gain]), np.hstack([self._mean_keep, self._mean_gain])])
        )
        self.state = np.concatenate([start_c, start_c, start_c]).astype(float)
        self.mean = self.state.copy()

    def _conductances(self) -> Array:
        """Symmetric matrix K with q_out = K x for the flows between nodes and out of the building, shape (3 n, 3 n)."""
        envelope, count = self.envelope, self.count
        matrix = np.diag(self.loss_w_k)

        def join(first: int, second: int, conductance: float) -> None:
            matrix[first, first] += conductance
            matrix[second, second] += conductance
            matrix[first, second] -= conductance
            matrix[second, first] -= conductance

        for zone in range(count):
            join(zone, zone + count, envelope.air_surface_w_k[zone])
            join(zone + count, zone + 2 * count, envelope.surface_deep_w_k[zone])
            for other in range(zone):
                if envelope.between_w_k[zone, other]:
                    join(zone, other, envelope.between_w_k[zone, other])
        return matrix

    @staticmethod
    def _mean_of(rate: Array) -> Array:
        """(exp(A) - I) A⁻¹: the mean over the step of what is kept."""
        size = len(rate)
        block = np.zeros((2 * size, 2 * size))
        block[:size, :size] = rate
        block[:size, size:] = np.eye(size)
        return exponential(block)[:size, size:]

    @property
    def air_c(self) -> Array:
        return self.state[: self.count]

    @property
    def surface_c(self) -> Array:
        return self.state[self.count : 2 * self.count]

    @property
    def deep_c(self) -> Array:
        return self.state[2 * self.count :]

    def step(self, outdoor_c: float, air_w: Array, surface_w: Array, deep_w: Array) -> None:
        """One minute with constant heat into the nodes in W, shape (zones,) each; losses through the fabric are added here."""
        envelope, count = self.envelope, self.count
        heat = np.empty(6 * count)
        heat[: 3 * count] = self.state
        heat[3 * count : 4 * count] = air_w + envelope.air_outdoor_w_k * outdoor_c
        heat[4 * count : 5 * count] = surface_w
        heat[5 * count :] = deep_w + envelope.deep_outdoor_w_k * outdoor_c + envelope.deep_ground_w_k * self.ground_c
        both = self._propagate @ heat
        self.state, self.mean = both[: 3 * count], both[3 * count :]

    def lost_w(self, outdoor_c: float) -> float:
        """Mean heat through the fabric to outdoors and ground over the last minute, W."""
        envelope, count = self.envelope, self.count
        air, deep = self.mean[:count], self.mean[2 * count :]
        lost = envelope.air_outdoor_w_k * (air - outdoor_c) + envelope.deep_outdoor_w_k * (deep - outdoor_c)
        return float(lost.sum() + (envelope.deep_ground_w_k * (deep - self.ground_c)).sum())

    @property
    def stored_j(self) -> float:
        """Heat in all nodes above 0 °C, J."""
        return float(self.capacity_j_k @ self.state)


def leakage_w_k(envelope: Envelope, wind_m_s: float, air_minus_outdoor_k: Array) -> Array:
    """Heat carried by air leaking through the fabric per K, shape (zones,).

    Air changes grow with wind and with the stack effect of the zone's height, joined in quadrature (Sherman & Grimsrud 1980).
    """
    stack = 0.045 * np.sqrt(envelope.height_m / 3 * np.abs(air_minus_outdoor_k))
    changes = envelope.leak_per_h * np.sqrt(0.1 + (0.22 * wind_m_s) ** 2 + (5 * stack) ** 2)
    return changes * envelope.volume_m3 * (AIR_J_M3_K / 3600)


def door_w_k(open_share: Array, air_minus_outdoor_k: Array, width_m: float = 3.5, height_m: float = 4.0) -> Array:
    """Heat through a loading door open for a share of the minute, per K, shape (zones,).

    Two-way flow through a large opening, V = C_d W/3 sqrt(g H³ ΔT/T) with C_d = 0.4 (Brown & Solvason 1962).
    """
    flow = 0.4 * width_m / 3 * np.sqrt(9.81 * height_m**3 * np.abs(air_minus_outdoor_k) / 288)
    return open_share * flow * AIR_J_M3_K
