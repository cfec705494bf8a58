"""A sample from a book: observed on first days of months, labelled, and every lost row accounted for."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from features.book import Book
from features.build import FeatureTable, build_features
from features.catalogue import Catalogue
from features.observations import Observations
from models.book_end import book_end
from models.encoding import check_columns, numbers_of
from models.label_table import Label
from models.labels import (
    NOT_MATURED,
    OUTSIDE,
    label_named,
    label_observations,
    observations_for,
    window_of,
)
from models.leaks import check_no_leak
from models.sample import Loss, Sample, SampleRefused, check_outcomes, usable_columns
from models.where import chosen_rows
from models.windows import Window

LOSS_BUDGET = 0.6
"""Share of the rows of the population that may be without a label."""
CHOSEN_AWAY = "does not satisfy --where"


def sample_from_book(
    book: Book,
    *,
    target: str,
    window: Window | str | None = None,
    as_of: Sequence[dt.date],
    group: str | None = None,
    where: str | None = None,
    amount: str | None = None,
    judging: Sequence[str] | None = None,
) -> Sample:
    """Return the sample of a book: each account of the label's population on each morning.

    Parameters
    ----------
    book
        The lender's tables.
    target
        Name of a label.
    window
        How far the label looks ahead (``30d``, ``6m``); the label's own when None.
    as_of
        The mornings that are looked at (``first_days_of_months`` gives those of a period); for a label with
        mornings of its own, first days of the months of disbursal.
    group
        Column that is the split's unit (``portfolio``); the borrower when None.
    where
        Expression over the columns of the feature table that rows must satisfy.
    amount
        Column of the money at stake; the arrears when None.
    judging
        Features of a trained model: the rows are to judge it, so nothing is dropped or refused
        because nobody could learn from it. None when the rows are to be learnt from.

    Raises
    ------
    SampleRefused
        When no morning or row is left, too many rows have no label, or either outcome is rare.
    LabelUnknown, WindowUnclear, WindowUnfit, MorningsUnfit, WhereUnclear, LeakFound
        When the target, the window, the mornings or the expression is not understood, or a feature knows
        the outcome.
    """
    label = label_named(target)
    looks_ahead = window_of(label, window)
    seen = observations_for(book, label=label, as_of=sorted(set(as_of)))
    labels = label_observations(book, seen, target=target, window=looks_ahead)
    inside = np.flatnonzero(labels["outcome"] != OUTSIDE)
    observed = Observations(seen.loan_no[inside], seen.as_of[inside])
    told = labels.iloc[inside].reset_index(drop=True)
    known = told["label"].notna().to_numpy()
    check_population(label, standing=len(seen), inside=len(inside))
    losses = _losses(told, book)
    check_budget(losses, rows=len(told), share=LOSS_BUDGET if judging is None else 1.0)
    kept = np.flatnonzero(known)
    table = build_features(book, Observations(observed.loan_no[kept], observed.as_of[kept]))
    y = told["label"].to_numpy(dtype=np.float64)[kept]
    days = observed.as_of[kept]
    until = _day_numbers(told["ends_on"])[kept]
    if where is not None:
        chosen = chosen_rows(table.frame, where)
        losses.append(Loss(f"{CHOSEN_AWAY} {where!r}", int((~chosen).sum())))
        table = replace(table, frame=table.frame[chosen].reset_index(drop=True))
        y, days, until = y[chosen], days[chosen], until[chosen]
    if judging is None:
        check_outcomes(y, label=target)
    return _sample(
        table,
        y,
        as_of=days.astype(np.int32),
        until=until,
        target=target,
        risk_sign=label.risk_sign,
        window=str(looks_ahead or ""),
        group=group,
        amount=amount,
        losses=losses,
        judging=judging,
        asked=(target, str(looks_ahead or ""), *map(str, sorted(as_of)), str(group), str(where), str(amount)),
    )


def first_days_of_months(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the first days of months from ``first`` to ``last``, both included.

    Raises
    ------
    SampleRefused
        When there is none.

    Examples
    --------
    >>> [str(day) for day in first_days_of_months(dt.date(2024, 1, 15), dt.date(2024, 3, 1))]
    ['2024-02-01', '2024-03-01']
    """
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    days = [dt.date(month // 12, month % 12 + 1, 1) for month in months]
    days = [day for day in days if first <= day <= last]
    if not days:
        raise SampleRefused(
            f"Expected at least one first day of a month between the two dates, found none from {first} to "
            f"{last}. Give a longer period."
        )
    return days


def check_population(label: Label, *, standing: int, inside: int) -> None:
    """Refuse mornings on which no account is of the kind that a label looks at.

    Raises
    ------
    SampleRefused
        When there is none; it says which accounts the label is about and how many stand there.

    Examples
    --------
    >>> check_population(label_named("roll_60"), standing=700, inside=7)
    """
    if inside:
        return
    ends = f"{label.low} to {label.high}" if label.high is not None else f"{label.low} or more"
    kind = {
        "overdue": f"accounts {ends} days past due",
        "statements": "accounts with a monthly statement known by then",
        "repeat loans": "loans of borrowers with an earlier loan",
    }[label.population]
    found = f"none of {standing:,} that stand then" if standing else "none: no loan stands then"
    raise SampleRefused(
        f"Expected {kind} for {label.name} on these mornings, found {found}. "
        "Choose another period, or a label that is about this book."
    )


def check_budget(losses: Sequence[Loss], *, rows: int, share: float = LOSS_BUDGET) -> None:
    """Refuse a sample of which too many rows have no label, with the causes.

    Raises
    ------
    SampleRefused
        When all, or more than the share (60 %) of them are lost.
    """
    lost = sum(loss.count for loss in losses)
    if lost > share * rows or lost == rows:
        causes = "; ".join(f"{loss.cause}: {loss.count:,}" for loss in losses)
        wanted = f"at least {1 - share:.0%}" if share < 1 else "some"
        raise SampleRefused(
            f"Expected a label for {wanted} of {rows:,} rows, found {lost:,} without ({causes}). "
            "Choose an earlier period or a shorter window."
        )


def _losses(told: pd.DataFrame, book: Book) -> list[Loss]:
    counts = told.loc[told["label"].isna(), "outcome"].value_counts().sort_index()
    stated = {NOT_MATURED: f"{NOT_MATURED}: {book_end(book)}"}
    return [Loss(stated.get(str(cause), str(cause)), int(count)) for cause, count in counts.items()]


def _sample(
    table: FeatureTable,
    y: np.ndarray[tuple[int], np.dtype[np.float64]],
    *,
    as_of: np.ndarray[tuple[int], np.dtype[np.int32]],
    until: np.ndarray[tuple[int], np.dtype[np.int32]],
    target: str,
    risk_sign: int,
    window: str,
    group: str | None,
    amount: str | None,
    losses: Sequence[Loss],
    judging: Sequence[str] | None,
    asked: tuple[str, ...],
) -> Sample:
    frame = table.frame
    for name in (group, amount):
        if name is not None and name not in frame.columns:
            raise SampleRefused(
                f"Expected a column of the feature table, found {name!r}. It has "
                f"{', '.join(str(column) for column in frame.columns[:12])} …: name one of its columns."
            )
    if judging is None:
        columns, left_out = usable_columns(frame, list(table.catalogue.names))
        check_no_leak(frame[columns], y)
    else:
        columns, left_out = list(judging), []
        check_columns(frame, columns)
    X = frame[columns]
    told = hashlib.sha256("\n".join((table.book_digest, *asked)).encode()).hexdigest()
    return Sample(
        X=X,
        y=y,
        weight=np.ones(len(y)),
        ids=frame["borrower_id"].astype(str).to_numpy(dtype=object),
        group=frame[group or "borrower_id"].astype(object).fillna("none").astype(str).to_numpy(dtype=object),
        as_of=as_of,
        bucket=frame["bucket"].astype(str).to_numpy(dtype=object),
        dpd=numbers_of(frame["dpd_now"]),
        amount=numbers_of(frame[amount or "arrears_now"]),
        catalogue=Catalogue(tuple(table.catalogue.spec(name) for name in columns)),
        target=target,
        risk_sign=risk_sign,
        window=window,
        losses=(*losses, *left_out),
        source_digest=told,
        until=until,
    )


def _day_numbers(days: pd.Series[pd.Timestamp]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return days.to_numpy().astype("datetime64[D]").astype(np.int32)
