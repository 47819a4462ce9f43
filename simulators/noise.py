"""Chance that depends on the time alone: smooth noise and draws that are the same whenever a simulation starts."""

from __future__ import annotations

import zlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

MINUTES_A_DAY = 1440
_BLOCK = 64


def generator(seed: int, stream: str, index: int) -> np.random.Generator:
    """A generator for one place of one stream; `index` may be negative (times before 1970)."""
    return np.random.Generator(np.random.PCG64([seed & 0xFFFFFFFF, zlib.crc32(stream.encode()), index & 0xFFFFFFFF]))


@lru_cache(maxsize=4096)
def _block(seed: int, stream: str, index: int) -> Array:
    drawn: Array = generator(seed, stream, index).standard_normal(_BLOCK)
    return drawn


def smooth_noise(seed: int, stream: str, day: int, spacing_min: int) -> Array:
    """Noise of unit variance for each minute of a UTC day (counted from 1970-01-01), shape (1440,).

    Independent normal values lie every `spacing_min` minutes on a fixed grid and are joined by raised cosines; the joined
    value is scaled back to unit variance. Being a function of the absolute time, it has no start and no seam at midnight.
    """
    minute = day * MINUTES_A_DAY + np.arange(MINUTES_A_DAY)
    node = minute // spacing_min
    part = 0.5 - 0.5 * np.cos(np.pi * (minute - node * spacing_min) / spacing_min)
    first, last = int(node[0]), int(node[-1]) + 1
    values = np.array([_block(seed, stream, k // _BLOCK)[k % _BLOCK] for k in range(first, last + 1)])
    left, right = values[node - first], values[node - first + 1]
    joined: Array = (left * (1 - part) + right * part) / np.sqrt((1 - part) ** 2 + part**2)
    return joined
