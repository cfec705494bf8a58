from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.positive_unlabelled import (
    HIGHEST_PRIOR,
    LOWEST_PRIOR,
    PositiveChance,
    PriorUnknown,
    positive_chance,
    positive_share,
    prior_from_unlabelled,
    prior_from_verified,
    standardised,
)


def world(*, prior: float, labelled: float, n: int = 6000, gap: float = 3.0, seed: int = 1):  # type: ignore[no-untyped-def]
    """Positives lie ``gap`` to the right of negatives; a share of them carries a label."""
    random = np.random.default_rng(seed)
    y = random.random(n) < prior
    X = np.column_stack([random.normal(size=n) + gap * y, random.normal(size=n)])
    return X, y, y & (random.random(n) < labelled)


@pytest.mark.parametrize("prior", [0.1, 0.2, 0.35])
@pytest.mark.parametrize("labelled", [0.15, 0.5])
def test_the_share_of_positives_is_recovered_within_four_points(prior: float, labelled: float) -> None:
    X, _, s = world(prior=prior, labelled=labelled)
    found = positive_chance(X, s, weight=np.ones(len(X)))
    assert prior_from_unlabelled(found, s).value == pytest.approx(prior, abs=0.04)


def test_unlabelled_positives_are_told_from_unlabelled_negatives() -> None:
    X, y, s = world(prior=0.2, labelled=0.3)
    found = positive_chance(X, s, weight=np.ones(len(X)))
    share = positive_share(found.chance, prior=0.2, labelled=s)
    rest = ~s
    assert share[rest & y].mean() > 0.7
    assert share[rest & ~y].mean() < 0.1


def test_calling_the_unlabelled_negative_would_be_wrong_here() -> None:
    X, y, s = world(prior=0.3, labelled=0.2)
    found = positive_chance(X, s, weight=np.ones(len(X)))
    assert s.mean() == pytest.approx(0.06, abs=0.02)
    assert found.chance.mean() == pytest.approx(y.mean(), abs=0.04)
    assert found.constant == pytest.approx(0.2, abs=0.04)


@pytest.mark.parametrize(
    ("truth", "value"),
    [
        pytest.param(0.7, HIGHEST_PRIOR, id="above what research found"),
        pytest.param(0.01, LOWEST_PRIOR, id="below what research found"),
    ],
)
def test_the_prior_stays_within_its_bounds_and_says_so(truth: float, value: float) -> None:
    n = 4000
    y = (np.arange(n) < truth * n).astype(float)
    prior = prior_from_verified(y, np.ones(n), method="audit")
    assert (prior.value, prior.bounded) == (value, True)
    assert prior.estimate == pytest.approx(truth)


def test_verified_rows_weigh_by_how_rarely_their_like_was_looked_at() -> None:
    y = np.repeat([1.0, 0.0], [60, 40])
    weight = np.where(y == 1, 0.5, 3.0)
    assert prior_from_verified(y, weight, method="ipw").value == pytest.approx(30 / 150)


def test_an_unknowable_prior_is_refused() -> None:
    with pytest.raises(PriorUnknown, match="found 4 positive and 96 negative"):
        prior_from_verified(np.repeat([1.0, 0.0], [4, 96]), np.ones(100), method="audit")
    with pytest.raises(PriorUnknown, match="found 3 of 100"):
        prior_from_unlabelled(PositiveChance(np.full(100, 0.03), 0.5), np.arange(100) < 3)
    X, _, s = world(prior=0.2, labelled=0.5, gap=0.0)
    with pytest.raises(PriorUnknown, match="say too little on who is positive"):
        prior_from_unlabelled(positive_chance(X, s, weight=np.ones(len(X))), s)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.06, 0.38), st.integers(1, 40))
def test_shares_keep_the_order_never_leave_zero_to_one_and_hold_the_prior(
    seed: int, prior: float, labelled: int
) -> None:
    random = np.random.default_rng(seed)
    g = np.clip(random.beta(1, 4, 200), 1e-6, 1 - 1e-6)
    s = np.zeros(200, dtype=bool)
    s[np.argsort(-g)[:labelled]] = True
    share = positive_share(g, prior=prior, labelled=s)
    assert ((share >= 0) & (share <= 1)).all()
    order = np.argsort(g[~s])
    assert (np.diff(share[~s][order]) >= -1e-12).all()
    assert share.mean() == pytest.approx(max(prior, s.mean()), abs=1e-6)


def test_missing_values_read_as_the_middle_and_constants_as_nothing() -> None:
    X = np.array([[1.0, 5.0, np.nan], [3.0, 5.0, np.nan], [np.nan, 5.0, np.nan]])
    assert standardised(X)[:, 1:].tolist() == [[0.0, 0.0]] * 3
    assert standardised(X)[2, 0] == 0.0
