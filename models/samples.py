"""Samples from a book or from a team's own table: every row and column left out has its cause."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from features.buckets import bucket_of
from features.catalogue import Catalogue
from models.book_samples import sample_from_book
from models.encoding import numbers_of
from models.labels import LABELS
from models.leaks import check_no_leak
from models.sample import Loss, Sample, SampleRefused, check_outcomes, usable_columns

__all__ = ["Loss", "Sample", "SampleRefused", "sample_from_book", "sample_from_table"]

ROW_KEYS = ("loan_id", "borrower_id", "as_of")
ROW_CONTEXT = ("bucket", "dpd_now", "arrears_now")


def sample_from_table(
    frame: pd.DataFrame,
    *,
    target: str,
    label: str,
    id: str,
    group: str | None = None,
    time: str | None = None,
    exclude: Sequence[str] = (),
    amount: str | None = None,
    catalogue: Catalogue | None = None,
    judging: Sequence[str] | None = None,
) -> Sample:
    """Return the sample of a team's own table: one row per account, or per account and time.

    Protected attributes are left out by name, constant columns and free texts too; each is a stated
    loss. The rows are put in order of id and time, so their order in the file does not matter.

    Parameters
    ----------
    frame
        The table.
    target
        Name of what is predicted: a label of a book keeps its risk sign, any other is bad news.
    label
        Column of the outcome: 1 when the event happened, 0 when not, empty when unknown.
    id
        Column naming whose row it is.
    group, time
        Columns of the split's unit and of the day (or a number that rises with time).
    exclude
        Columns that must not be learnt from.
    amount
        Column of the money at stake. It stays a feature unless excluded.
    catalogue
        Meaning and direction of the features; inferred, without directions, when absent.
    judging
        Features of a trained model: the rows are to judge it, so nothing is dropped or refused
        because nobody could learn from it. None when the rows are to be learnt from.

    Raises
    ------
    SampleRefused
        When a column is missing, the label is not 0 or 1, ids repeat without a time, either outcome
        has fewer than 30 rows, or no feature is left.
    FeaturesRefused
        When a feature holds an infinity.
    LeakFound
        When a single feature ranks above AUC 0.95.
    """
    _check_named(frame, [label, id, *exclude, *(name for name in (group, time, amount) if name)])
    kept, losses = _with_outcome(frame, label=label, owner=id)
    kept = _in_order(kept, owner=id, time=time, once=time is None and judging is None)
    y = kept[label].to_numpy(dtype=np.float64)
    taken = {label, id, *exclude, *(name for name in (group, time) if name)}
    names = [str(name) for name in frame.columns if name not in taken]
    if catalogue is not None:
        _check_named(frame, [name for name in catalogue.names if name not in taken])
        names = [name for name in catalogue.names if name not in taken]
        silent = [str(name) for name in frame.columns if name not in {*taken, *names}]
        if silent and judging is None:
            losses = [*losses, Loss(f"not in the catalogue: {', '.join(silent)}", len(silent), "columns")]
    elif set(ROW_KEYS) <= set(frame.columns):
        names = [name for name in names if name not in (*ROW_KEYS, *ROW_CONTEXT)]
    if judging is None:
        check_outcomes(y, label=label)
        columns, left_out = usable_columns(kept, names)
        check_no_leak(kept[columns], y)
    else:
        _check_named(frame, judging)
        columns, left_out = list(judging), []
    X = kept[columns]
    described = catalogue or Catalogue.infer(X)
    days = _days(kept[time]) if time else np.zeros(len(kept), dtype=np.int32)
    dpd = _dpd(kept)
    return Sample(
        X=X,
        y=y,
        weight=np.ones(len(kept)),
        ids=id_texts(kept[id]),
        group=kept[group or id].astype(object).fillna("none").astype(str).to_numpy(dtype=object),
        as_of=days,
        bucket=_buckets(kept, dpd),
        dpd=np.full(len(kept), np.nan) if dpd is None else dpd,
        amount=numbers_of(kept[amount]) if amount else None,
        catalogue=Catalogue(tuple(described.spec(name) for name in columns)),
        target=target,
        risk_sign=LABELS[target].risk_sign if target in LABELS else 1,
        window="",
        losses=(*losses, *left_out),
        source_digest=_digest(
            kept[list(dict.fromkeys([*columns, label, id, *(n for n in (group, time, amount) if n)]))]
        ),
    )


def _check_named(frame: pd.DataFrame, names: Sequence[str]) -> None:
    absent = [name for name in names if name not in frame.columns]
    if absent:
        held = [str(name) for name in frame.columns]
        near = difflib.get_close_matches(absent[0], held, n=3, cutoff=0.5) or held[:8]
        raise SampleRefused(
            f"Expected the columns {', '.join(names)} in the table, found {len(absent)} missing "
            f"({', '.join(absent[:5])}). The table has {', '.join(near)} …: name one of its columns."
        )


def _with_outcome(frame: pd.DataFrame, *, label: str, owner: str) -> tuple[pd.DataFrame, list[Loss]]:
    if frame[owner].isna().any():
        rows = [str(row + 1) for row in np.flatnonzero(frame[owner].isna())]
        raise SampleRefused(
            f"Expected an id in every row of column {owner!r}, found {len(rows)} empty (rows "
            f"{', '.join(rows[:5])}). Fill them or drop the rows."
        )
    known = frame[label].notna()
    kept = frame[known]
    outcome = pd.to_numeric(kept[label], errors="coerce")
    odd = ~outcome.isin([0, 1])
    if odd.any():
        values = ", ".join(sorted({str(value) for value in kept[label][odd]})[:5])
        ids = ", ".join(str(one) for one in kept[owner][odd].head(5))
        raise SampleRefused(
            f"Expected 0 or 1 in label column {label!r}, found {int(odd.sum())} other values ({values}; ids "
            f"{ids}). Write 1 where the event happened, 0 where not, nothing where it is not known."
        )
    unknown = int((~known).sum())
    return kept.assign(**{label: outcome.astype(np.float64)}), [Loss("outcome not known", unknown)] * bool(
        unknown
    )


def _in_order(frame: pd.DataFrame, *, owner: str, time: str | None, once: bool) -> pd.DataFrame:
    ids = pd.Series(id_texts(frame[owner]), index=frame.index)
    if once and ids.duplicated().any():
        twice = ids[ids.duplicated()].unique()
        raise SampleRefused(
            f"Expected each id of {owner!r} once, found {len(twice)} more than once ({', '.join(twice[:5])}). "
            "Name the column of time (--time), or the column that tells rows apart as the id and this one "
            "as the group (--group)."
        )
    keys = pd.DataFrame({"id": ids, "time": _days(frame[time]) if time else 0}, index=frame.index)
    return frame.iloc[np.lexsort((keys["time"].to_numpy(), keys["id"].to_numpy(dtype=object)))]


def _days(values: pd.Series[Any]) -> NDArray[np.int32]:
    """Return a time column as rising whole numbers: days of dates, else the numbers themselves."""
    if values.isna().any():
        raise SampleRefused(
            f"Expected a time in every row of column {values.name!r}, found {int(values.isna().sum())} "
            "empty. Fill them or drop the rows."
        )
    if pd.api.types.is_numeric_dtype(values.dtype):
        return _rising(values)
    try:
        moments = pd.to_datetime(values, utc=True, format="ISO8601")
    except (ValueError, TypeError) as cause:
        odd = pd.to_datetime(values.astype(str), utc=True, format="ISO8601", errors="coerce").isna()
        found = ", ".join(repr(str(one)) for one in values[odd].unique()[:5])
        raise SampleRefused(
            f"Expected dates such as 2024-03-01 in column {values.name!r}, found {found} in {int(odd.sum())} rows. "
            "Write dates with year, month and day, or numbers that rise with time."
        ) from cause
    return moments.dt.tz_localize(None).to_numpy("datetime64[D]").astype(np.int64).astype(np.int32)


def _rising(values: pd.Series[Any]) -> NDArray[np.int32]:
    numbers = values.to_numpy(dtype=np.float64)
    odd = ~(np.abs(numbers) < 2**31) | (numbers != np.floor(numbers))
    if odd.any():
        found = ", ".join(f"{one:g}" for one in numbers[odd][:5])
        raise SampleRefused(
            f"Expected whole numbers below 2^31 in time column {values.name!r}, found {int(odd.sum())} others "
            f"({found}). Give dates, or whole numbers that rise with time."
        )
    return numbers.astype(np.int32)


def id_texts(values: pd.Series[Any]) -> NDArray[np.object_]:
    """Return ids as texts, the same ones however a table stores them.

    A whole number is written without a point: an extract with one empty id would otherwise name
    account 17 as ``17.0``, and nobody would know that a model was trained on it.

    Examples
    --------
    >>> id_texts(pd.Series([17.0, 4.0])).tolist(), id_texts(pd.Series(["007"])).tolist()
    (['17', '4'], ['007'])
    """
    if pd.api.types.is_float_dtype(values.dtype):
        numbers = values.to_numpy(dtype=np.float64)
        return np.array([f"{one:.0f}" if one.is_integer() else str(one) for one in numbers], dtype=object)
    return values.astype(str).to_numpy(dtype=object)


def _dpd(frame: pd.DataFrame) -> NDArray[np.float64] | None:
    for name in ("dpd_now", "dpd"):
        if name in frame.columns and pd.api.types.is_numeric_dtype(frame[name].dtype):
            return numbers_of(frame[name])
    return None


def _buckets(frame: pd.DataFrame, dpd: NDArray[np.float64] | None) -> NDArray[np.object_]:
    if "bucket" in frame.columns:
        return frame["bucket"].astype(str).to_numpy(dtype=object)
    if dpd is None or np.isnan(dpd).all():
        return np.full(len(frame), "all", dtype=object)
    known = np.array([str(b) for b in bucket_of(np.nan_to_num(dpd).astype(np.int32))], dtype=object)
    return np.where(np.isnan(dpd), "unknown", known).astype(object)


def _digest(frame: pd.DataFrame) -> str:
    plain = frame.assign(**{str(n): frame[n].astype(str) for n in frame.columns if frame[n].dtype == object})
    told = hashlib.sha256("\n".join(str(name) for name in frame.columns).encode())
    told.update(pd.util.hash_pandas_object(plain, index=False).to_numpy().tobytes())
    return told.hexdigest()
