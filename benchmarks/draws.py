"""Chance that belongs to a loan: every draw is a function of seed, stream, loan and place, of nothing else.

A book made so has the same rows however many shards, threads or machines make it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from features.compiled import compiled, steady

Whole = NDArray[np.int64]
Share = NDArray[np.float64]


@dataclass(frozen=True)
class Draws:
    """Uniform draws of one seed.

    Examples
    --------
    >>> one = Draws(seed=7).uniform("late", np.array([4, 5]))
    >>> other = Draws(seed=7).uniform("late", np.array([5]))
    >>> bool(one[1] == other[0]), bool(one[0] == one[1])
    (True, False)
    """

    seed: int

    def uniform(self, stream: str, loan: ArrayLike, place: ArrayLike = 0) -> Share:
        """Return a number in [0, 1) for each loan and place (an instalment, a contact) in it."""
        owner = steady(loan, np.int64)
        spot = steady(np.broadcast_to(np.asarray(place, np.int64), owner.shape), np.int64)
        return _uniform(np.uint64(self.seed * 1_000_003 + _number_of(stream)), owner, spot)

    def whole(self, stream: str, loan: ArrayLike, place: ArrayLike = 0, *, low: int, high: int) -> Whole:
        """Return a whole number in [low, high)."""
        return low + (self.uniform(stream, loan, place) * (high - low)).astype(np.int64)

    def picked(
        self, stream: str, loan: ArrayLike, place: ArrayLike = 0, *, shares: tuple[float, ...]
    ) -> NDArray[np.int32]:
        """Return a position in the shares, each as often as its share says."""
        steps = np.cumsum(shares)
        return np.searchsorted(steps[:-1] / steps[-1], self.uniform(stream, loan, place), "right").astype(
            np.int32
        )


def _number_of(stream: str) -> int:
    number = 0
    for letter in stream.encode():
        number = (number * 257 + letter) % 998_244_353
    return number


@compiled
def _uniform(key: np.uint64, loan: Whole, place: Whole) -> Share:
    """Return splitmix64 (Steele, Lea and Flood, OOPSLA 2014) of key, loan and place as a share of 2**53."""
    drawn = np.empty(len(loan), np.float64)
    for at in range(len(loan)):
        z = key * np.uint64(0x9E3779B97F4A7C15)
        for part in (np.uint64(loan[at]), np.uint64(place[at])):
            z = (z + part + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z = z ^ (z >> np.uint64(31))
        drawn[at] = np.float64(z >> np.uint64(11)) * 2.0**-53
    return drawn
