"""What must not teach a model: protected attributes, and columns that already hold the answer."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from models.encoding import RARE_LEVEL, levels_of, numbers_of

LEAK_AUC = 0.95
"""A single feature that ranks this well holds the answer."""
FEWEST_TO_JUDGE = 30

_WORDS = """
sex gender birth birthday birthdate dob ethnicity ethnic race nationality religion marriage marital married
education hukou region regional province city county district land postcode zip zipcode geohash gdp
"""
_NAMES = """
age age_band age_group age_years borrower_age customer_age client_age debtor_age applicant_age
phone_model device_model contact_list
"""
PROTECTED_WORDS = frozenset(_WORDS.split())
"""Words of a column's name that make it protected, or a proxy of where someone lives."""
PROTECTED_NAMES = frozenset(_NAMES.split())
"""Whole names that are protected: ``age`` alone is a person's, ``loan_age`` is not."""


class LeakFound(ValueError):
    """A feature knows the outcome."""


def is_protected(name: str) -> bool:
    """Return True when a column's name says that it is a protected attribute or a proxy of one.

    Examples
    --------
    >>> [name for name in ("SEX", "AGE", "loan_age", "attr_Region", "PAY_0") if is_protected(name)]
    ['SEX', 'AGE', 'attr_Region']
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.removeprefix("attr_"))
    words = [word for word in re.split(r"[^a-z0-9]+", spaced.lower()) if word]
    return bool(PROTECTED_WORDS & set(words)) or "_".join(words) in PROTECTED_NAMES


def check_no_leak(X: pd.DataFrame, y: NDArray[np.float64]) -> None:
    """Refuse features that rank the outcome almost perfectly by themselves.

    Raises
    ------
    LeakFound
        When a single feature has an AUC above 0.95 in either direction.
    """
    found = {str(name): single_auc(X[name], y) for name in X.columns}
    leaks = sorted(((auc, name) for name, auc in found.items() if auc > LEAK_AUC), reverse=True)
    if leaks:
        named = ", ".join(f"{name} {auc:.3f}" for auc, name in leaks[:5])
        raise LeakFound(
            f"Expected no single feature above AUC {LEAK_AUC}, found {len(leaks)} ({named}). They probably "
            "know what happened after the day of the row: leave them out (--exclude)."
        )


def single_auc(values: pd.Series[Any], y: NDArray[np.float64]) -> float:
    """Return how well one column ranks the outcome, at best over its directions: 0.5 to 1.

    Missing values count as lowest or as highest, codes by the rate of their rows.

    Examples
    --------
    >>> single_auc(pd.Series([1.0, 2.0, 3.0, None]), np.array([1.0, 0.0, 0.0, 0.0]))
    1.0
    """
    if pd.api.types.is_numeric_dtype(values.dtype):
        numbers = numbers_of(values)
    else:
        rows = pd.DataFrame({"level": pd.Series(levels_of(values), dtype=object), "y": y})
        held = rows.groupby("level")["y"].agg(["mean", "size"])
        rates = held["mean"].where(held["size"] >= RARE_LEVEL)
        numbers = rows["level"].map(rates).to_numpy(dtype=np.float64)
    missing = np.isnan(numbers)
    aucs = [
        _auc(np.where(missing, end, numbers), y) for end in ((-np.inf, np.inf) if missing.any() else (0.0,))
    ]
    return max(max(auc, 1 - auc) for auc in aucs)


def model_alarms(
    y: NDArray[np.float64], score: NDArray[np.float64], *, dpd: NDArray[np.float64]
) -> tuple[str, ...]:
    """Return an alarm for each week of days past due in which a model ranks too well to be true.

    Sorting by days past due alone ranks well over all weeks together; within one week it cannot. Weeks
    with fewer than 30 rows of either outcome are not judged.

    Examples
    --------
    >>> y = np.tile([0.0, 1.0], 40)
    >>> model_alarms(y, y, dpd=np.full(80, 9.0))
    ('leak alarm: AUC 1.000 within days 8 to 14 past due (80 rows)',)
    """
    known = np.isfinite(dpd) & (dpd >= 1)
    week = np.where(known, (dpd - 1) // 7, -1)
    said = []
    for number in np.unique(week[known]):
        rows = week == number
        events = int(y[rows].sum())
        if min(events, int(rows.sum()) - events) < FEWEST_TO_JUDGE:
            continue
        auc = _auc(score[rows], y[rows])
        if auc > LEAK_AUC:
            first = int(number) * 7 + 1
            said.append(
                f"leak alarm: AUC {auc:.3f} within days {first} to {first + 6} past due ({int(rows.sum())} rows)"
            )
    return tuple(said)


def _auc(score: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    events = float(y.sum())
    others = len(y) - events
    if events == 0 or others == 0:
        return 0.5
    ranks = rankdata(score)
    return float((ranks[y > 0.5].sum() - events * (events + 1) / 2) / (events * others))
