"""A day's capacity shared out among accounts: one action each, by prices on the capacities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ROUNDS = 12
NONE = -1

Matrix = NDArray[np.float64]


class CapacityUnlawful(ValueError):
    """A capacity or a use of it is negative or not a number."""


@dataclass(frozen=True)
class Allocation:
    """Who gets which action.

    Parameters
    ----------
    choice
        Column of the action for each account; -1 when it gets none.
    prices
        Worth of one more unit of each action's capacity (a minute, a message, a visit).
    used
        Capacity taken, never more than what there is.
    value
        Sum of the values of the actions given.
    bound
        What no allocation can exceed: value <= best possible <= bound.
    """

    choice: NDArray[np.int8]
    prices: Matrix
    used: Matrix
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """Return the share by which the value may lie below the best possible one."""
        return 0.0 if self.bound - self.value <= 1e-6 else 1.0 - self.value / self.bound


def allocate(values: Matrix, *, usage: Matrix, capacity: Matrix, tie: NDArray[np.float64]) -> Allocation:
    """Return one action or none for each account, within capacity, of nearly the largest total value.

    Each price in turn is set so that demand just fits while the others are held, until nothing
    moves; accounts in the order of their priced margin then take the best action that still fits.
    Equal margins are ordered by ``tie``, so the order of the accounts does not matter.

    Parameters
    ----------
    values
        Accounts x actions; not above zero or ``-inf`` where an action is not to be taken.
    usage, capacity
        What one action takes of its own capacity, and what the day holds of it.

    Raises
    ------
    CapacityUnlawful
        When a capacity is negative or not a number, or an action takes nothing of it.

    Examples
    --------
    >>> values = np.array([[9.0, 2.0], [8.0, 7.0]])
    >>> one = np.ones(2)
    >>> allocate(values, usage=one, capacity=one, tie=np.array([0.1, 0.2])).choice.tolist()
    [0, 1]
    """
    if not (np.all(capacity >= 0) and np.all(usage > 0)):
        raise CapacityUnlawful(
            f"Expected capacities >= 0 and uses > 0, found {capacity.tolist()} and {usage.tolist()}. "
            "Correct the policy."
        )
    gains = np.where(values > 0, values, -np.inf)
    prices = _prices(gains, usage, capacity)
    bound = _dual(gains, usage, capacity, prices)
    choice = _fill(gains, usage, capacity, prices, tie)
    taken = choice != NONE
    used = np.array([usage[a] * np.count_nonzero(choice == a) for a in range(len(usage))])
    return Allocation(choice, prices, used, float(gains[taken, choice[taken]].sum()), bound)


def _prices(gains: Matrix, usage: Matrix, capacity: Matrix) -> Matrix:
    prices = np.zeros(len(capacity))
    best, best_bound = prices.copy(), _dual(gains, usage, capacity, prices)
    for _ in range(ROUNDS):
        before = prices.copy()
        for action in range(len(capacity)):
            prices[action] = _clearing_price(gains, usage, capacity, prices, action)
        bound = _dual(gains, usage, capacity, prices)
        if bound < best_bound:
            best, best_bound = prices.copy(), bound
        if np.allclose(before, prices, rtol=1e-9, atol=1e-12):
            break
    return best


def _clearing_price(gains: Matrix, usage: Matrix, capacity: Matrix, prices: Matrix, action: int) -> float:
    """Return the lowest price at which demand for one action fits, the other prices held."""
    others = np.delete(gains - prices * usage, action, axis=1)
    rival = np.maximum(others.max(axis=1, initial=0.0), 0.0)
    worth = np.sort((gains[:, action] - rival)[gains[:, action] > rival]) / usage[action]
    fits = int(capacity[action] // usage[action])
    return float(worth[len(worth) - fits - 1]) if len(worth) > fits else 0.0


def _dual(gains: Matrix, usage: Matrix, capacity: Matrix, prices: Matrix) -> float:
    margins = (gains - prices * usage).max(axis=1, initial=0.0)
    return float(np.maximum(margins, 0.0).sum() + prices @ capacity)


def _fill(
    gains: Matrix, usage: Matrix, capacity: Matrix, prices: Matrix, tie: NDArray[np.float64]
) -> NDArray[np.int8]:
    choice = np.full(len(gains), NONE, dtype=np.int8)
    margins = gains - prices * usage
    ranked = np.argsort(-margins, axis=1, kind="stable")
    left = [int(whole // each) for whole, each in zip(capacity, usage, strict=True)]
    best = margins.max(axis=1, initial=-np.inf)
    for account in np.lexsort((tie, -best)):
        for action in ranked[account]:
            if left[action] > 0 and gains[account, action] > 0:
                choice[account] = action
                left[action] -= 1
                break
    return choice
