"""Who is learnt from, who calibrates and who judges: by time and by group, with an embargo between."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.windows import Window

if TYPE_CHECKING:
    from models.sample import Sample

TEST_SHARE = 0.2
TIMED_TEST_SHARE = 0.35
"""Share of the groups that judge when only their last days do."""
TEST_DAYS_SHARE = 0.25
"""The last days that judge hold at least this share of the rows."""
CALIBRATE_SHARE = 0.15


class SplitImpossible(ValueError):
    """The sample is too small or too uniform to be split."""


@dataclass(frozen=True)
class Split:
    """Positions of the rows of a sample in its three parts.

    Parameters
    ----------
    train, calibrate, test
        Row positions, ascending. No group is in two of them.
    dropped
        Rows in none, by cause.
    stated
        How the split was made, in a sentence.
    """

    train: NDArray[np.int64]
    calibrate: NDArray[np.int64]
    test: NDArray[np.int64]
    dropped: tuple[tuple[str, int], ...]
    stated: str

    def to_json(self) -> dict[str, object]:
        """Return sizes, losses and the sentence as data."""
        return {
            "train": len(self.train),
            "calibrate": len(self.calibrate),
            "test": len(self.test),
            "dropped": dict(self.dropped),
            "stated": self.stated,
        }


def split_sample(sample: Sample, *, seed: int) -> Split:
    """Return the parts of a sample: held-out groups judge, on the latest days where there are several.

    Groups are put in the order of a hash of name and seed, so neither the order of the rows nor the
    machine matters. With several days the last ones (a quarter of the rows or more) are the test's;
    training and calibration end so early that their label windows close before the test begins. A
    held-out group that was gone before the test days is trained on: it could judge nothing.

    Raises
    ------
    SplitImpossible
        When there are fewer than three groups, or a part would hold one outcome only.
    """
    days = np.unique(sample.as_of)
    share = parts_of_groups(sample.group, seed=seed, test_share=TIMED_TEST_SHARE)
    first_test = _first_test_day(sample, days, share)
    if first_test is None:
        share = parts_of_groups(sample.group, seed=seed)
    part = share
    dropped: tuple[tuple[str, int], ...] = ()
    stated = "by group only: one day, or no time was given"
    if first_test is None and len(days) > 1:
        stated = "by group only: the days lie closer together than the label window, so no embargo fits"
    if first_test is not None:
        early = _window_end(sample) <= first_test
        late = sample.as_of >= first_test
        share = np.where((share == 2) & ~_seen_in_group(sample.group, late), 0, share)
        part = np.where((share == 2) == late, share, -1)
        part = np.where((share < 2) & ~late & ~early, -2, part)
        day = str(np.datetime64(int(first_test), "D"))
        stated = f"by time and group: the test begins on {day}, windows of the others end by then"
        dropped = (
            ("test group before the test days", int(((share == 2) & ~late).sum())),
            ("training group on the test days", int(((share < 2) & late).sum())),
            ("embargo: label window reaches into the test days", int((part == -2).sum())),
        )
    part, shared = _without_shared_ids(sample, part)
    dropped += (("id that is also in a later part", shared),)
    parts = tuple(np.flatnonzero(part == place).astype(np.int64) for place in range(3))
    _check_parts(sample, parts)
    return Split(parts[0], parts[1], parts[2], tuple(d for d in dropped if d[1]), stated)


def parts_of_groups(
    group: NDArray[np.object_], *, seed: int, test_share: float = TEST_SHARE
) -> NDArray[np.int64]:
    """Return 0 (train), 1 (calibrate) or 2 (test) for each row, equal for rows of one group.

    Raises
    ------
    SplitImpossible
        When there are fewer than three groups.
    """
    order, of_row = order_of_groups(group, seed=seed)
    if len(order) < 3:
        raise SplitImpossible(
            f"Expected at least 3 groups to learn from, calibrate on and judge on, found {len(order)}. "
            "Name a finer group, or give more data."
        )
    size = np.bincount(of_row)[order]
    middle = (np.cumsum(size) - size / 2) / size.sum()
    part = np.where(middle < test_share, 2, np.where(middle < test_share + CALIBRATE_SHARE, 1, 0))
    part[0], part[-1] = 2, 0
    if not (part == 1).any():
        part[np.flatnonzero(part == 2)[-1] + 1] = 1
    if not (part == 0).any():
        part[-1] = 0
    by_group = np.empty(len(order), dtype=np.int64)
    by_group[order] = part
    return by_group[of_row]


def group_folds(groups: Sequence[object] | NDArray[np.object_], k: int, seed: int) -> NDArray[np.int64]:
    """Return the fold (0 … k-1) of each row; a group lies in one fold and folds are of like size.

    Examples
    --------
    >>> first, _, third, _ = group_folds(["a", "b", "a", "c"], 3, 7).tolist()
    >>> first == third
    True

    Raises
    ------
    SplitImpossible
        When there are fewer groups than folds.
    """
    order, of_row = order_of_groups(np.asarray(groups, dtype=object), seed=seed)
    if len(order) < k:
        raise SplitImpossible(
            f"Expected at least {k} groups for {k} folds, found {len(order)}. Ask for fewer folds."
        )
    size = np.bincount(of_row)
    fold = np.empty(len(order), dtype=np.int64)
    load = np.zeros(k, dtype=np.int64)
    for place in sorted(order.tolist(), key=lambda one: -size[one]):  # stable: equal sizes in hash order
        fold[place] = int(np.argmin(load))
        load[fold[place]] += size[place]
    return fold[of_row]


def order_of_groups(group: NDArray[np.object_], *, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the groups' positions in the order of their hash, and the position of each row's group.

    The order depends on the names of the groups and the seed alone.
    """
    of_row, names = pd.factorize(pd.Series(group, dtype=object).astype(str), sort=True)
    hashes = [hashlib.sha256(f"{seed}:{name}".encode()).digest() for name in names]
    order = np.array(sorted(range(len(hashes)), key=hashes.__getitem__), dtype=np.int64)
    return order, of_row.astype(np.int64)


def _seen_in_group(group: NDArray[np.object_], marked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return for each row whether any row of its group is marked."""
    number, _ = pd.factorize(pd.Series(group, dtype=object).astype(str))
    seen = np.zeros(int(number.max(initial=-1)) + 1, dtype=bool)
    seen[number[marked]] = True
    return seen[number]


def _without_shared_ids(sample: Sample, part: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """Return the parts without rows whose id also stands in a later part (an id of two groups)."""
    id_no, _ = pd.factorize(pd.Series(sample.ids, dtype=object).astype(str))
    latest = np.full(int(id_no.max(initial=-1)) + 1, -1, dtype=np.int64)
    np.maximum.at(latest, id_no, part)
    shared = (part >= 0) & (part < latest[id_no])
    return np.where(shared, -1, part), int(shared.sum())


def _window_end(sample: Sample) -> NDArray[np.int32]:
    if sample.until is not None:
        return sample.until
    return Window.parse(sample.window).end_on(sample.as_of) if sample.window else sample.as_of


def _first_test_day(sample: Sample, days: NDArray[np.int32], part: NDArray[np.int64]) -> int | None:
    """Return the first test day: as few of the last days as hold a quarter of the rows, if an embargo fits."""
    if len(days) < 2:
        return None
    end = _window_end(sample)
    counts = np.array([(sample.as_of >= day).sum() for day in days])
    enough = np.flatnonzero(counts >= TEST_DAYS_SHARE * len(sample.y))
    for place in range(int(enough[-1]), len(days)):
        day = days[place]
        train = (part == 0) & (sample.as_of < day) & (end <= day)
        calibrate = (part == 1) & (sample.as_of < day) & (end <= day)
        test = (part == 2) & (sample.as_of >= day)
        if all(_both(sample.y[rows]) for rows in (train, calibrate, test)):
            return int(day)
    return None


def _both(y: NDArray[np.float64]) -> bool:
    return bool(len(y)) and bool(y.min() < y.max())


def _check_parts(sample: Sample, parts: tuple[NDArray[np.int64], ...]) -> None:
    for name, rows in zip(("training", "calibration", "test"), parts, strict=True):
        if not _both(sample.y[rows]):
            raise SplitImpossible(
                f"Expected both outcomes in the {name} part, found {len(rows)} rows with "
                f"{int(sample.y[rows].sum())} events. Give more data, or a finer group."
            )
