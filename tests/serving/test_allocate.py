"""Capacity is shared by prices: never exceeded, nearly optimal, the same in any order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, eye, kron, vstack

from serving.policy.allocate import NONE, Allocation, CapacityUnlawful, allocate


def _share(values: list[list[float]], capacity: list[float], usage: list[float] | None = None) -> Allocation:
    gains = np.array(values, dtype=np.float64)
    tie = np.arange(len(gains)) / max(len(gains), 1)
    return allocate(
        gains, usage=np.array(usage or [1.0] * len(capacity)), capacity=np.array(capacity), tie=tie
    )


@pytest.mark.parametrize(
    ("values", "capacity", "choice"),
    [
        pytest.param([[9, 2], [8, 7]], [1, 1], [0, 1], id="the one with a good second choice gives way"),
        pytest.param([[5, 4], [5, 4]], [2, 0], [0, 0], id="no capacity of the second action"),
        pytest.param([[5, 4], [5, 4]], [0, 0], [NONE, NONE], id="no capacity at all"),
        pytest.param([[-1, -2], [0, 0]], [9, 9], [NONE, NONE], id="nothing is worth its cost"),
        pytest.param([[5, 0], [6, 0], [7, 0]], [2, 9], [NONE, 0, 0], id="the least worthy is left alone"),
        pytest.param([[5, 0], [5, 0]], [1, 0], [0, NONE], id="equals are ordered by their tie"),
    ],
)
def test_hand_worked_shares(values: list[list[float]], capacity: list[float], choice: list[int]) -> None:
    assert _share(values, capacity).choice.tolist() == choice


def test_a_scarce_minute_has_the_price_of_the_best_account_left_out() -> None:
    assert _share([[12.0], [9.0], [6.0]], [4.0], [2.0]).prices.tolist() == [3.0]


def test_plenty_has_no_price_and_no_gap() -> None:
    plenty = _share([[12.0], [9.0]], [9.0])
    assert plenty.prices.tolist() == [0.0]
    assert plenty.gap == 0.0


def test_no_account_at_all_is_shared_in_peace() -> None:
    empty = allocate(np.empty((0, 3)), usage=np.ones(3), capacity=np.ones(3), tie=np.empty(0))
    assert empty.choice.tolist() == []
    assert empty.gap == 0.0


@pytest.mark.parametrize(
    ("capacity", "usage"),
    [
        pytest.param([-1.0], [1.0], id="a capacity below zero"),
        pytest.param([float("nan")], [1.0], id="a capacity that is no number"),
        pytest.param([1.0], [0.0], id="an action that takes nothing"),
    ],
)
def test_unlawful_capacities_are_refused(capacity: list[float], usage: list[float]) -> None:
    with pytest.raises(CapacityUnlawful, match="capacities >= 0"):
        _share([[1.0]], capacity, usage)


def _oracle(values: np.ndarray, usage: np.ndarray, capacity: np.ndarray) -> float:
    n, actions = values.shape
    once = kron(eye(n), np.ones((1, actions)))
    limits = kron(np.ones((1, n)), np.diag(usage))
    best = linprog(
        -np.maximum(values, 0.0).ravel(),
        A_ub=csr_matrix(vstack([once, limits])),
        b_ub=np.r_[np.ones(n), capacity],
        bounds=(0, 1),
        method="highs",
    )
    return float(-best.fun)


@pytest.mark.parametrize(
    ("seed", "capacity"),
    [
        pytest.param(1, [1200.0, 500.0, 20.0], id="everything is scarce"),
        pytest.param(2, [6.0, 2000.0, 2000.0], id="one call a day"),
        pytest.param(3, [9000.0, 0.0, 15.0], id="calls in plenty, no messages"),
        pytest.param(4, [300.0, 100.0, 300.0], id="visits in plenty"),
    ],
)
def test_the_value_lies_within_one_per_cent_of_the_linear_programme(seed: int, capacity: list[float]) -> None:
    rng = np.random.default_rng(seed)
    arrears = rng.lognormal(8, 1, 2000)
    effect = np.column_stack(
        [rng.uniform(0.0, 0.2, 2000), rng.uniform(0, 0.08, 2000), rng.uniform(0, 0.3, 2000)]
    )
    values = arrears[:, None] * effect - np.array([150.0, 5.0, 600.0])
    usage, room = np.array([6.0, 1.0, 1.0]), np.array(capacity)
    shared = allocate(values, usage=usage, capacity=room, tie=rng.random(2000))
    best = _oracle(values, usage, room)
    assert best * 0.99 <= shared.value <= best * (1 + 1e-9)
    assert shared.bound >= best * (1 - 1e-9)
    assert shared.gap < 0.01


@settings(max_examples=60)
@given(data=st.data())
def test_capacity_is_never_exceeded_and_nothing_worthless_is_done(data: st.DataObject) -> None:
    n = data.draw(st.integers(0, 30))
    rng = np.random.default_rng(data.draw(st.integers(0, 10_000)))
    values = np.round(rng.normal(3, 5, (n, 3)), 1)
    values[rng.random((n, 3)) < 0.2] = -np.inf
    usage = rng.choice([1.0, 2.5, 6.0], 3)
    capacity = rng.choice([0.0, 3.0, 12.0, 40.0], 3)
    shared = allocate(values, usage=usage, capacity=capacity, tie=rng.random(n))
    taken = shared.choice != NONE
    counts = np.bincount(shared.choice[taken], minlength=3)
    assert np.all(counts * usage <= capacity)
    assert np.all(values[taken, shared.choice[taken]] > 0)
    assert shared.value <= shared.bound + 1e-6


@given(seed=st.integers(0, 10_000))
def test_the_order_of_the_accounts_changes_no_choice(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values, tie = np.round(rng.normal(3, 5, (25, 3))), rng.permutation(25) / 25
    usage, capacity = np.ones(3), np.array([4.0, 5.0, 2.0])
    there = allocate(values, usage=usage, capacity=capacity, tie=tie)
    back = allocate(values[::-1], usage=usage, capacity=capacity, tie=tie[::-1])
    assert there.choice.tolist() == back.choice[::-1].tolist()
