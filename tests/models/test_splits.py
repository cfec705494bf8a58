from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.sample import Sample
from models.splits import Split, SplitImpossible, group_folds, parts_of_groups, split_sample
from models.windows import Window
from tests.models.learning_builders import sample_of


def drawn_sample(seed: int, *, groups: int, months: int, window: str, rows: int = 400) -> Sample:
    draw = np.random.default_rng(seed)
    first_days = np.array([f"2024-{month:02d}-01" for month in range(1, months + 1)], "datetime64[D]").astype(
        np.int32
    )
    group = np.array([f"G-{n}" for n in draw.integers(0, groups, rows)], dtype=object)
    return sample_of(
        rows,
        group=group,
        ids=np.array([f"B-{n}" for n in draw.integers(0, 3 * groups, rows)], dtype=object),
        as_of=draw.choice(first_days, rows).astype(np.int32),
        y=(draw.random(rows) < 0.4).astype(float),
        window=window,
    )


def sides(split: Split) -> list[NDArray[np.int64]]:
    return [split.train, split.calibrate, split.test]


@given(
    seed=st.integers(0, 10_000),
    groups=st.integers(30, 200),
    months=st.integers(1, 9),
    window=st.sampled_from(["30d", "60d", "1m", "3m"]),
)
@settings(max_examples=40, deadline=None)
def test_no_group_and_no_id_is_on_two_sides_and_the_embargo_holds(
    seed: int, groups: int, months: int, window: str
) -> None:
    sample = drawn_sample(seed, groups=groups, months=months, window=window)
    try:
        split = split_sample(sample, seed=seed)
    except SplitImpossible:
        return
    for names in (sample.group, sample.ids):
        held = [set(names[rows]) for rows in sides(split)]
        assert not held[0] & held[1]
        assert not held[0] & held[2]
        assert not held[1] & held[2]
    assert sum(len(rows) for rows in sides(split)) + sum(n for _, n in split.dropped) == len(sample)
    if "time" in split.stated and "by group only" not in split.stated:
        end = Window.parse(window).end_on(sample.as_of)
        first_test = sample.as_of[split.test].min()
        assert end[split.train].max() <= first_test
        assert end[split.calibrate].max() <= first_test


@given(seed=st.integers(0, 1000))
@settings(max_examples=15, deadline=None)
def test_the_order_of_the_rows_does_not_matter(seed: int) -> None:
    sample = drawn_sample(seed, groups=60, months=5, window="30d")
    turned = np.arange(len(sample))[::-1].copy()
    there, back = split_sample(sample, seed=3), split_sample(sample.take(turned), seed=3)
    for one, other in zip(sides(there), sides(back), strict=True):
        assert sorted(turned[other].tolist()) == one.tolist()


def test_the_latest_mornings_judge() -> None:
    sample = drawn_sample(1, groups=100, months=6, window="30d", rows=3000)
    split = split_sample(sample, seed=1)
    assert split.stated.startswith("by time and group")
    assert sample.as_of[split.test].min() > sample.as_of[split.train].max()
    assert dict(split.dropped)["test group before the test days"] > 0


def test_a_single_morning_is_split_by_group_alone() -> None:
    split = split_sample(sample_of(as_of=np.zeros(300, np.int32)), seed=1)
    assert split.stated.startswith("by group only")
    assert split.dropped == ()
    assert len(split.test) == pytest.approx(60, abs=5)


def test_mornings_closer_than_the_window_are_split_by_group_and_it_is_said() -> None:
    split = split_sample(sample_of(window="12m"), seed=1)
    assert "no embargo fits" in split.stated


def test_another_seed_gives_another_split() -> None:
    sample = sample_of()
    assert split_sample(sample, seed=1).test.tolist() != split_sample(sample, seed=2).test.tolist()


def test_few_groups_still_give_three_parts() -> None:
    group = np.array(["a", "b", "c"] * 40, dtype=object)
    assert set(parts_of_groups(group, seed=5)) == {0, 1, 2}


@pytest.mark.parametrize("groups", [1, 2])
def test_fewer_than_three_groups_are_refused(groups: int) -> None:
    group = np.array([f"g{n % groups}" for n in range(300)], dtype=object)
    with pytest.raises(SplitImpossible, match=f"at least 3 groups .* found {groups}"):
        split_sample(sample_of(group=group), seed=1)


def test_a_part_of_one_outcome_is_refused() -> None:
    y = np.zeros(300)
    y[0] = 1
    with pytest.raises(SplitImpossible, match="both outcomes in the"):
        split_sample(sample_of(y=y), seed=1)


@given(sizes=st.lists(st.integers(1, 30), min_size=5, max_size=60), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_a_group_lies_in_one_fold_and_folds_are_of_like_size(sizes: list[int], seed: int) -> None:
    groups = np.repeat(np.array([f"g{n}" for n in range(len(sizes))], dtype=object), sizes)
    fold = group_folds(groups, 5, seed)
    for name in set(groups):
        assert len(set(fold[groups == name])) == 1
    load = np.bincount(fold, minlength=5)
    assert load.min() > 0
    assert load.max() - load.min() <= max(sizes)
    assert group_folds(groups[::-1], 5, seed).tolist() == fold[::-1].tolist()


def test_more_folds_than_groups_are_refused() -> None:
    with pytest.raises(SplitImpossible, match="at least 4 groups for 4 folds, found 3"):
        group_folds(["a", "b", "c"], 4, 1)
